"""The sandbox responds as the specs say, and its tasks advance with the clock."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from attrs import define, field

from dragoman.mock_server import Call, Reply, Sandbox
from dragoman.mock_server.api import Api, load
from dragoman.mock_server.responses import json_content
from dragoman.mock_server.routes import Operation, operations
from dragoman.spec.samples import build, response_body

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))
OPERATIONS = [(path, operation) for path in SPECS for operation in operations(load(path))]
NOON = 1_800_000_000.0
ORG = "00000000-0000-4000-8000-000000000007"
BEARER = {"authorization": "Bearer token"}
BASIC = {"authorization": "Basic " + base64.b64encode(b"user:password").decode()}
CASHIER = {**BEARER, "accept-language": "en-US", "x-lp-client-identifier": "till", "x-lp-client-type": "App"}
EXPORT = {"brand": "CAR", "posCodes": ["0042"], "downloadRequestId": "nightly"}


@define
class World:
    """Sandbox with a manual clock."""

    now: float = NOON
    auth: str | None = None
    sandbox: Sandbox = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.sandbox = Sandbox(SPECS, clock=lambda: self.now, auth=self.auth)

    def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] = BEARER, query: str = ""
    ) -> tuple[int, Any]:
        reply = self.reply(method, path, body, headers, query)
        return reply.status, json.loads(reply.body) if reply.body else None

    def reply(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] = BEARER, query: str = ""
    ) -> Reply:
        raw = b"" if body is None else json.dumps(body).encode()
        sent = {"content-type": "application/json", **headers}
        return self.sandbox.answer(
            Call(method=method, path=path, query=query, headers=sent, body=raw, origin="http://here")
        )


@pytest.fixture
def world() -> World:
    return World()


def test_an_export_is_queued_then_runs_then_offers_its_file(world: World) -> None:
    status, accepted = world.ask("POST", "/booster/customer/CAR/export", EXPORT)
    assert status == 200
    seen: list[tuple[str, int, bool]] = []
    for _ in range(8):
        _, task = world.ask("GET", f"/booster/tasks/{accepted['asyncTaskId']}")
        seen.append((task["status"], task["percentage"], "signedDownloadUrl" in task))
        world.now += 1
    assert [status for status, _, _ in seen] == ["REQ", "INP", "INP", "INP", "INP", "INP", "COM", "COM"]
    assert [percent for _, percent, _ in seen] == [0, 0, 20, 40, 60, 80, 100, 100]
    assert [offered for _, _, offered in seen] == [False] * 6 + [True] * 2


def test_a_task_contains_the_data_of_its_request(world: World) -> None:
    _, accepted = world.ask("POST", "/booster/stock/IWC/export", {**EXPORT, "brand": "IWC", "type": "consigned"})
    _, task = world.ask("GET", f"/booster/tasks/{accepted['asyncTaskId']}")
    assert (task["brand"], task["type"]) == ("IWC", "stock")


def test_a_member_that_the_path_repeats_is_filled_from_the_path(world: World) -> None:
    _, accepted = world.ask("POST", "/booster/customer/CAR/export", EXPORT | {"brand": ""})
    _, task = world.ask("GET", f"/booster/tasks/{accepted['asyncTaskId']}")
    assert task["brand"] == "CAR"


def test_the_list_and_the_single_task_agree(world: World) -> None:
    _, accepted = world.ask("POST", "/booster/customer/CAR/export", EXPORT)
    _, listed = world.ask("GET", "/booster/tasks")
    _, alone = world.ask("GET", f"/booster/tasks/{accepted['asyncTaskId']}")
    assert alone in listed


def test_an_id_may_be_spelled_in_capitals(world: World) -> None:
    _, accepted = world.ask("POST", "/booster/customer/CAR/export", EXPORT)
    assert world.ask("GET", f"/booster/tasks/{accepted['asyncTaskId'].upper()}")[0] == 200


def test_steps_are_done_one_after_the_other(world: World) -> None:
    _, accepted = world.ask("POST", "/mykaarma/v2/dealer", {"name": "Example"}, BASIC)
    seen: list[list[str]] = []
    for _ in range(7):
        _, process = world.ask("GET", f"/mykaarma/v2/asyncProcesses/{accepted['requestUuid']}", headers=BASIC)
        assert process["errors"] == []
        assert process["uuid"] == accepted["requestUuid"]
        assert [step["order"] for step in process["steps"]] == [1, 2, 3]
        states = [step["status"] for step in process["steps"]]
        assert [("startTime" in step, "endTime" in step) for step in process["steps"]] == [
            (state != "NOT_STARTED", state == "COMPLETED") for state in states
        ]
        if states not in seen:
            seen.append(states)
        world.now += 1
    done, doing, open_ = "COMPLETED", "IN_PROGRESS", "NOT_STARTED"
    assert seen == [[open_] * 3, [doing, open_, open_], [done, doing, open_], [done, done, doing], [done] * 3]


def test_an_import_is_seen_in_its_organization_only(world: World) -> None:
    query = urlencode({"import_strategy": "FullImport"})
    sheet = {"content-type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
    path = f"/lifepos/orgs/{ORG}/async/imports/nomenclature:new.xlsx"
    status, task = world.ask("POST", path, {}, {**CASHIER, **sheet}, query)
    assert status == 200
    assert (task["status"], task["organization"]["guid"]) == ("InQueue", ORG)
    assert task["parameters"]["import_strategy"] == "FullImport"
    listed = f"/lifepos/v5/orgs/{ORG}/async/imports/nomenclature"
    assert world.ask("GET", listed, headers=CASHIER)[1]["items"][0]["guid"] == task["guid"]
    elsewhere = world.ask("GET", listed.replace(ORG, ORG.replace("7", "8")), headers=CASHIER)[1]["items"]
    assert task["guid"] not in [each["guid"] for each in elsewhere]


def test_a_request_body_that_the_task_has_as_a_member_is_shown_there(world: World) -> None:
    body = {"filters_for_export": {"revenueByPeriodsType": "Month"}}
    path = f"/lifepos/v5/orgs/{ORG}/async/exports/revenueperiods:new.csv"
    assert world.ask("POST", path, body, CASHIER)[1]["parameters"] == body


def pages(world: World, path: str, query: str = "") -> list[Any]:
    found: list[Any] = []
    token: str | None = ""
    while token is not None:
        more = urlencode({"page_token": token}) if token else ""
        _, page = world.ask("GET", path, headers=CASHIER, query="&".join(filter(None, (query, more))))
        found.append(page)
        token = page["next_page_token"]
    return found


def test_pages_of_a_list_are_stable_while_tasks_begin(world: World) -> None:
    path = f"/lifepos/v5/orgs/{ORG}/async/imports/nomenclature"
    first, *others = pages(world, path)
    ids = [item["guid"] for page in (first, *others) for item in page["items"]]
    assert [len(page["items"]) for page in (first, *others)] == [3, 3, 1]
    assert [page["page_number"] for page in (first, *others)] == [1, 2, 3]
    assert (first["items_total"], first["pages_total"], first["items_per_page"]) == (7, 3, 3)
    assert len(set(ids)) == 7
    world.ask("POST", f"/lifepos/orgs/{ORG}/async/imports/nomenclature:new.xlsx", "x", CASHIER | XLSX)
    _, second = world.ask("GET", path, headers=CASHIER, query=urlencode({"page_token": first["next_page_token"]}))
    assert [item["guid"] for item in second["items"]] == ids[3:6]


XLSX = {"content-type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def test_a_list_is_narrowed_and_ordered(world: World) -> None:
    path = f"/lifepos/v5/orgs/{ORG}/async/imports/nomenclature"
    narrow = [("task_status", "Canceled"), ("task_status", "InProgress"), ("order_by", "created_at_asc")]
    found = [item for page in pages(world, path, urlencode(narrow)) for item in page["items"]]
    assert [item["status"] for item in found] == ["Canceled", "InProgress"]
    times = [item["created_at"] for page in pages(world, path) for item in page["items"]]
    assert times == sorted(times, reverse=True)


def test_a_page_token_must_be_one_that_was_given_out(world: World) -> None:
    path = f"/lifepos/v5/orgs/{ORG}/async/imports/nomenclature"
    assert world.ask("GET", path, headers=CASHIER, query="page_token=nonsense")[0] == 404


def test_an_empty_segment_is_no_path_parameter(world: World) -> None:
    assert world.ask("GET", "/booster/tasks/")[0] == 404
    assert world.ask("POST", "/booster/customer//export", EXPORT)[0] == 404
    assert world.ask("GET", "/lifepos/v5/orgs//async/imports/nomenclature", headers=CASHIER)[0] == 404


def basic(user: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


@pytest.mark.parametrize(
    ("path", "right", "wrong"),
    [
        ("/booster/tasks", {"authorization": "Bearer s3cret"}, BEARER),
        ("/booster/tasks", {"authorization": "bearer s3cret"}, basic("user", "s3cret")),
        ("/mykaarma/v2/asyncProcesses/missing", basic("user", "s3cret"), basic("s3cret", "")),
        ("/mykaarma/v2/asyncProcesses/missing", basic("", "s3cret"), {"authorization": "Bearer s3cret"}),
    ],
)
def test_a_set_secret_is_the_only_valid_token_and_password(
    path: str, right: dict[str, str], wrong: dict[str, str]
) -> None:
    strict = World(auth="s3cret")
    assert strict.ask("GET", path, headers=right)[0] in {200, 404}
    assert strict.ask("GET", path, headers=wrong)[0] == 401
    assert strict.ask("GET", path, headers={})[0] == 401


def test_a_wrong_secret_is_not_called_a_missing_one() -> None:
    _, body = World(auth="s3cret").ask("GET", "/booster/tasks", headers=BEARER)
    assert body["responseStatus"]["message"] == "The credentials are not valid."


def test_a_file_behind_credentials_needs_the_set_secret() -> None:
    strict = World(auth="s3cret")
    right = {"authorization": "Bearer s3cret"}
    _, tasks = strict.ask("GET", "/booster/tasks", headers=right)
    path = tasks[0]["downloadUrl"].removeprefix("http://here")
    assert strict.reply("GET", path, headers=BEARER).status == 401
    assert strict.reply("GET", path, headers=right).status == 200


def test_signing_in_takes_the_set_secret_and_gives_it_as_the_token() -> None:
    strict = World(auth="s3cret")
    login = {"full_username": "cashier", "password": "s3cret"}
    headers = {name: value for name, value in CASHIER.items() if name != "authorization"}
    assert strict.ask("POST", "/lifepos/auth/sign-in", login, headers) == (200, {"token": "s3cret"})
    assert strict.ask("POST", "/lifepos/auth/sign-in", login | {"password": "guessed"}, headers)[0] == 401
    assert World().ask("POST", "/lifepos/auth/sign-in", login, headers) == (200, {"token": "<token>"})


@pytest.mark.parametrize("auth", ["", "two words", "schlüssel"])
def test_a_secret_that_no_header_can_carry_is_refused(auth: str) -> None:
    with pytest.raises(ValueError, match="auth: must be printable ASCII without spaces"):
        World(auth=auth)


def test_two_sandboxes_with_equal_clocks_have_the_same_tasks() -> None:
    def listed(world: World) -> Any:
        _, found = world.ask("GET", "/booster/tasks")
        return [{name: value for name, value in task.items() if name != "signedDownloadUrl"} for task in found]

    assert listed(World()) == listed(World())


@pytest.mark.parametrize(
    ("vendor", "path", "headers", "status", "text"),
    [
        ("booster", "/tasks/00000000000040008000000000000009", BEARER, 404, ("responseStatus", "message")),
        ("mykaarma", "/v2/asyncProcesses/missing", BASIC, 404, ("errors", 0, "errorMessage")),
    ],
)
def test_an_unknown_id_is_an_error_in_the_vendors_own_shape(
    world: World, vendor: str, path: str, headers: dict[str, str], status: int, text: tuple[str | int, ...]
) -> None:
    found, body = world.ask("GET", f"/{vendor}{path}", headers=headers)
    for step in text:
        body = body[step]
    assert found == status
    assert body.startswith("There is no task")


def test_an_error_names_the_member_at_fault_and_not_its_value(world: World) -> None:
    status, body = world.ask("POST", "/booster/customer/CAR/export", EXPORT | {"boosterCustomerIds": ["secret"]})
    assert status == 400
    assert body["responseStatus"]["message"] == "boosterCustomerIds.0 must be of type integer."
    assert body["responseStatus"]["errors"][0]["fieldName"] == "boosterCustomerIds.0"
    assert "secret" not in json.dumps(body)


def test_invalid_requests_are_answered_with_a_declared_422(world: World) -> None:
    path = f"/lifepos/v5/orgs/{ORG}/async/exports/revenueperiods:new.csv"
    assert world.ask("POST", path, {"filters_for_export": 1}, CASHIER)[0] == 422


def test_paths_work_at_the_root_too(world: World) -> None:
    assert world.ask("GET", "/tasks")[0] == 200
    assert world.ask("POST", "/v2/dealer", {}, BASIC)[0] == 200


def test_specs_that_share_a_path_are_served_under_their_names_only(tmp_path: Path) -> None:
    second = tmp_path / "twin.yaml"
    second.write_text(SPECS[0].read_text(encoding="utf-8"), encoding="utf-8")
    sandbox = Sandbox([SPECS[0], second])
    assert any(each == "GET /tasks is declared by booster and twin" for each in sandbox.collisions)

    def status(path: str) -> int:
        return sandbox.answer(Call(method="GET", path=path, headers=BEARER)).status

    assert [status("/tasks"), status("/booster/tasks"), status("/twin/tasks")] == [404, 200, 200]


def test_a_not_acceptable_request_begins_no_task(world: World) -> None:
    before = len(world.ask("GET", "/booster/tasks")[1])
    headers = {**BEARER, "accept": "image/png"}
    assert world.ask("POST", "/booster/customer/CAR/export", EXPORT, headers)[0] == 406
    assert len(world.ask("GET", "/booster/tasks")[1]) == before


def request_of(operation: Operation) -> tuple[str, str, dict[str, str], bytes]:
    """Return path, query, headers and body of a request made from the examples of a spec."""
    api = operation.api
    path, query, headers = operation.path, {}, {"authorization": "Bearer token"}
    if any("basicAuth" in each for each in operation.security):
        headers = dict(BASIC)
    for parameter in operation.parameters:
        value = build(api, parameter.schema)
        text = (
            ",".join(value) if isinstance(value, list) else str(value).replace("True", "true").replace("False", "false")
        )
        if parameter.place == "path":
            path = path.replace(f"{{{parameter.name}}}", quote(text, safe=""))
        elif parameter.place == "query" and parameter.name != "page_token":
            query[parameter.name] = text
        elif parameter.place == "header":
            headers[parameter.name.lower()] = text
    if not operation.bodies:
        return path, urlencode(query), headers, b""
    media, content = next(iter(operation.bodies.items()))
    headers["content-type"] = media
    example = response_body(api, content)
    return (
        path,
        urlencode(query),
        headers,
        example.encode() if isinstance(example, str) else json.dumps(example).encode(),
    )


def names(value: object) -> str:
    return value.id if isinstance(value, Operation) else getattr(value, "stem", str(value))


@pytest.mark.parametrize(("spec", "operation"), OPERATIONS, ids=names)
def test_every_response_matches_its_schema(spec: Path, operation: Operation, world: World) -> None:
    path, query, headers, body = request_of(operation)
    sandbox = world.sandbox
    if "{async" in operation.path:
        # A task must exist before it can be read.
        started = next(
            each for _, each in OPERATIONS if each.api.package == operation.api.package and "x-begins-task" in each.node
        )
        place, request, sent, content = request_of(started)
        made = call(sandbox, operation.api, "POST", place, request, sent, content)
        path = operation.path.partition("{")[0] + next(
            v for n, v in json.loads(made.body).items() if n.lower() in ("asynctaskid", "requestuuid")
        )
    for seconds in (0, 2, 2, 2):
        world.now += seconds
        reply = call(sandbox, operation.api, operation.method, path, query, headers, body)
        assert reply.status == 200, reply.body
        schema = json_content(operation.api, operation.responses["200"])["schema"]
        assert operation.api.error(schema, json.loads(reply.body)) is None


@pytest.mark.parametrize(("spec", "operation"), [each for each in OPERATIONS if each[1].security], ids=names)
def test_every_secured_operation_refuses_missing_credentials_with_its_own_error(
    spec: Path, operation: Operation, world: World
) -> None:
    path, query, headers, body = request_of(operation)
    del headers["authorization"]
    reply = call(world.sandbox, operation.api, operation.method, path, query, headers, body)
    assert reply.status == 401
    assert "WWW-Authenticate" in reply.headers
    schema = json_content(operation.api, operation.responses["401"])["schema"]
    assert operation.api.error(schema, json.loads(reply.body)) is None
    assert "Credentials are missing." in reply.body.decode()


@pytest.mark.parametrize(("spec", "operation"), [each for each in OPERATIONS if each[1].bodies], ids=names)
def test_null_is_no_body_where_the_schema_does_not_allow_it(spec: Path, operation: Operation, world: World) -> None:
    path, query, headers, _ = request_of(operation)
    if headers["content-type"] == "application/json":
        reply = call(world.sandbox, operation.api, operation.method, path, query, headers, b"null")
        assert reply.status == (422 if spec.stem == "lifepos" else 400)
        assert b"must be of type object" in reply.body


def call(sandbox: Sandbox, api: Api, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> Reply:
    return sandbox.answer(Call(method=method, path=f"/{api.package}{path}", query=query, headers=headers, body=body))
