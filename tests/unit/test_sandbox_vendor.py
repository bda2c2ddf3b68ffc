"""A vendor made for these tests: every style and body type, checked and answered from the spec alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dragoman.mock_server import Call, Reply, Sandbox

TOKEN = {"authorization": "Bearer t"}
SPEC = """
openapi: 3.1.0
info: {title: Parcel, version: v1}
security: [{key: []}, {bearer: []}]
paths:
  /jobs:
    post:
      operationId: jobs.createJob
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/NewJob'}}
          application/*+json: {schema: {$ref: '#/components/schemas/NewJob'}}
          application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/NewJob'}}
          multipart/form-data: {schema: {$ref: '#/components/schemas/Upload'}}
          text/plain: {schema: {type: string}}
      responses:
        '202':
          description: Begun.
          content: {application/json: {schema: {$ref: '#/components/schemas/Accepted'}}}
          links:
            job: {operationId: jobs.getJob, parameters: {job_id: $response.body#/job/number}}
        default: {$ref: '#/components/responses/Problem'}
      x-begins-task: {type: job, id: $response.body#/job/number, accepted: [202]}
  /jobs/{job_id}:
    get:
      operationId: jobs.getJob
      parameters: [{name: job_id, in: path, required: true, schema: {type: integer, format: int64}}]
      responses:
        '200': {description: Job., content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}
        4XX: {$ref: '#/components/responses/Problem'}
  /jobs/latest:
    get:
      operationId: jobs.getLatestJob
      responses:
        '200': {description: Job., content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}
  /echo/{label}/{matrix}/v{version}:
    parameters:
      - {name: label, in: path, required: true, style: label, explode: true, schema: {$ref: '#/components/schemas/Ids'}}
      - {name: matrix, in: path, required: true, style: matrix, schema: {type: string, enum: [a/b, 'x']}}
      - {name: version, in: path, required: true, schema: {type: integer, maximum: 9}}
    get:
      operationId: echo.get
      security: []
      parameters:
        - {name: ids, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: integer}}}
        - {name: words, in: query, explode: false, schema: {type: array, items: {type: string}, maxItems: 2}}
        - {name: filter, in: query, style: deepObject, explode: true, schema: {$ref: '#/components/schemas/Filter'}}
        - {name: shape, in: query, content: {application/json: {schema: {$ref: '#/components/schemas/Filter'}}}}
        - {name: flag, in: query, schema: {type: boolean}}
        - {name: X-Sizes, in: header, schema: {type: array, items: {type: integer}}}
        - {name: session, in: cookie, schema: {type: string, minLength: 3}}
      responses:
        '204': {description: Fine.}
        '422': {$ref: '#/components/responses/Problem'}
  /shapes:
    get:
      operationId: shapes.get
      security: [{}]
      responses:
        '200': {description: A tree., content: {application/json: {schema: {$ref: '#/components/schemas/Shape'}}}}
  /report:
    get:
      operationId: report.get
      security: []
      responses:
        '200': {description: Text., content: {text/csv: {schema: {type: string}, example: "a,b\\n"}}}
components:
  securitySchemes:
    key: {type: apiKey, in: query, name: api_key}
    bearer: {type: http, scheme: bearer}
  responses:
    Problem:
      description: Wrong.
      content: {application/problem+json: {schema: {$ref: '#/components/schemas/Problem'}}}
  schemas:
    Problem:
      type: object
      required: [detail, pointer]
      properties: {detail: {type: string}, pointer: {type: string}}
      additionalProperties: false
    NewJob:
      type: object
      required: [copies]
      properties: {copies: {type: integer}, tags: {type: array, items: {type: string}}}
      additionalProperties: false
    Upload:
      type: object
      required: [file]
      properties: {file: {type: string, format: binary}, copies: {type: integer}}
    Accepted:
      type: object
      properties: {job: {$ref: '#/components/schemas/JobReference'}}
    JobReference:
      type: object
      properties: {number: {type: integer, format: int64}}
    Job:
      type: object
      required: [id, state, link]
      properties:
        id: {type: integer, format: int64}
        state: {$ref: '#/components/schemas/State'}
        done: {type: integer}
        total: {type: integer, examples: [20]}
        link: {type: [string, 'null'], format: uri}
        created_at: {type: string, format: date-time}
        finished_at: {type: [string, 'null'], format: x-servicestack-date}
    Ids: {type: array, items: {type: integer}}
    State: {type: string, enum: [waiting, busy, done]}
    Filter:
      type: object
      properties: {name: {type: string}, least: {type: integer}, states: {type: array, items: {type: string}}}
    Shape:
      oneOf: [{$ref: '#/components/schemas/Group'}, {$ref: '#/components/schemas/Circle'}]
      discriminator: {propertyName: kind, mapping: {group: '#/components/schemas/Group'}}
    Group:
      type: object
      required: [kind, parts]
      properties:
        kind: {type: string}
        parent: {$ref: '#/components/schemas/Group'}
        parts: {type: array, items: {$ref: '#/components/schemas/Shape'}}
    Circle:
      type: object
      required: [kind, radius]
      properties: {kind: {type: string}, radius: {type: number, exclusiveMinimum: 1}}
  x-task-types:
    job:
      version: 1
      poll: {operationId: jobs.getJob, shape: item, parameters: {job_id: $task.id}}
      state: {at: /state, phases: {waiting: queued, busy: running, done: succeeded}}
      progress: {done: /done, total: /total}
      result: {kind: url, urls: [{at: /link, auth: none, expires: url}], hosts: []}
      timing: {min: PT1S, max: PT9S}
"""


class Vendor:
    def __init__(self, folder: Path, auth: str | None = None) -> None:
        spec = folder / "parcel.yaml"
        spec.write_text(SPEC, encoding="utf-8")
        self.now = 1_800_000_000.0
        self.sandbox = Sandbox([spec], clock=lambda: self.now, auth=auth)

    def ask(self, target: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        path, _, query = target.partition("?")
        method = "GET" if body is None else "POST"
        return self.sandbox.answer(Call(method=method, path=path, query=query, headers=headers or {}, body=body or b""))

    def start(self, body: bytes, media: str) -> Reply:
        return self.ask("/parcel/jobs?api_key=k", body, {"content-type": media})


@pytest.fixture(scope="module")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Vendor:
    return Vendor(tmp_path_factory.mktemp("vendor"))


def problem(reply: Reply) -> Any:
    assert reply.headers["Content-Type"] == "application/problem+json"
    return json.loads(reply.body)


def test_a_job_is_followed_by_number_to_its_link(vendor: Vendor) -> None:
    reply = vendor.start(b'{"copies": 2}', "application/json")
    assert reply.status == 202
    number = json.loads(reply.body)["job"]["number"]
    seen: list[Any] = []
    for _ in range(4):
        seen.append(json.loads(vendor.ask(f"/jobs/{number}", headers=TOKEN).body))
        vendor.now += 2
    assert [(job["state"], job["done"], job["total"]) for job in seen] == [
        ("waiting", 0, 20),
        ("busy", 4, 20),
        ("busy", 12, 20),
        ("done", 20, 20),
    ]
    assert [job["link"] is None for job in seen] == [True, True, True, False]
    assert [job.get("finished_at") for job in seen][2:] == [None, "/Date(1800000006000-0000)/"]
    assert {job["created_at"] for job in seen} == {"2027-01-15T08:00:00Z"}


def test_a_written_out_path_wins_over_a_template(vendor: Vendor) -> None:
    assert vendor.ask("/jobs/latest", headers=TOKEN).status == 200


@pytest.mark.parametrize(
    ("media", "body", "place"),
    [
        ("application/json", b"{}", "copies"),
        ("application/merge-patch+json; charset=utf-8", b'{"copies": 1, "more": 1}', ""),
        ("application/x-www-form-urlencoded", b"copies=two", "copies"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--',
            "file",
        ),
    ],
)
def test_an_invalid_body_is_refused_with_its_pointer(vendor: Vendor, media: str, body: bytes, place: str) -> None:
    reply = vendor.start(body, media)
    assert (reply.status, problem(reply)["pointer"]) == (400, place)


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("application/merge-patch+json", b'{"copies": 1}'),
        ("application/x-www-form-urlencoded", b"copies=2&tags=a&tags=b"),
        (
            'multipart/form-data; boundary="x"',
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n\xff\xfe\r\n'
            b'--x\r\nContent-Disposition: form-data; name="copies"\r\n\r\n3\r\n--x--\r\n',
        ),
        ("text/plain", b"anything"),
    ],
)
def test_a_body_that_fits_begins_a_job(vendor: Vendor, media: str, body: bytes) -> None:
    assert vendor.start(body, media).status == 202


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"{", "not JSON"),
        (b'{"copies": NaN}', "NaN is not a number"),
        (b'{"copies": 1, "copies": 2}', "a member is given twice"),
        (b'{"copies": ' + b"9" * 5000 + b"}", "not JSON"),
        (b'"\xff"', "not UTF-8"),
        (b'"\\ud800"', "not UTF-8"),
        (b"[" * 100_000, "deeper than 100 levels"),
        (b'{"a":' * 100_000, "deeper than 100 levels"),
        (b'"' + b'\\"' * 500_000, "not JSON"),
    ],
)
def test_hostile_json_is_refused_and_not_run_into(vendor: Vendor, body: bytes, text: str) -> None:
    reply = vendor.start(body, "application/json")
    assert reply.status == 400
    assert text in problem(reply)["detail"]


def test_a_media_type_that_is_not_declared_is_refused(vendor: Vendor) -> None:
    assert vendor.start(b"<a/>", "application/xml").status == 415
    assert vendor.start(b"{}", "").status == 415


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        ("/echo/.1.2/;matrix=a%2Fb/v3", {}),
        ("/echo/.1/;matrix=x/v3?ids=1%7C2&words=a,b&flag=true", {"x-sizes": "1, 2"}),
        ("/echo/.1/;matrix=x/v3?filter%5Bname%5D=n&filter[least]=3&filter[states]=a&filter[states]=b", {}),
        ("/echo/.1/;matrix=x/v3?shape=%7B%22least%22%3A1%7D&unknown=1&unknown=2", {"cookie": "session=abc"}),
    ],
)
def test_parameters_are_read_in_their_styles(vendor: Vendor, target: str, headers: dict[str, str]) -> None:
    reply = vendor.ask(target, headers=headers)
    assert (reply.status, reply.body) == (204, b"")


@pytest.mark.parametrize(
    ("target", "headers", "detail"),
    [
        ("/echo/1/;matrix=x/v3", {}, "label does not begin with .."),
        ("/echo/.a/;matrix=x/v3", {}, "label.0 must be of type integer."),
        ("/echo/.1/;matrix=z/v3", {}, "matrix must be one of a/b, x."),
        ("/echo/.1/;matrix=x/v10", {}, "version breaks maximum 9."),
        ("/echo/.1/;matrix=x/v3?ids=1|b", {}, "ids.1 must be of type integer."),
        ("/echo/.1/;matrix=x/v3?words=a,b,c", {}, "words breaks maxItems 2."),
        ("/echo/.1/;matrix=x/v3?filter[least]=many", {}, "filter.least must be of type integer."),
        ("/echo/.1/;matrix=x/v3?shape=%7B", {}, "shape is not JSON."),
        ("/echo/.1/;matrix=x/v3?flag=true&flag=true", {}, "flag is given twice."),
        ("/echo/.1/;matrix=x/v3?flag=yes", {}, "flag must be of type boolean."),
        ("/echo/.1/;matrix=x/v3", {"x-sizes": "1,b"}, "X-Sizes.1 must be of type integer."),
        ("/echo/.1/;matrix=x/v3", {"cookie": "session=ab"}, "session breaks minLength 3."),
    ],
)
def test_parameters_that_do_not_fit_are_refused(
    vendor: Vendor, target: str, headers: dict[str, str], detail: str
) -> None:
    reply = vendor.ask(target, headers=headers)
    assert (reply.status, problem(reply)["detail"]) == (422, detail)


def test_any_declared_credentials_will_do_and_none_will_not(vendor: Vendor) -> None:
    assert vendor.ask("/jobs/latest?api_key=k").status == 200
    assert vendor.ask("/jobs/latest?api_key=").status == 401
    assert vendor.ask("/jobs/latest", headers={"authorization": "Bearer "}).status == 401
    assert vendor.ask("/jobs/latest", headers={"authorization": "Basic dTpw"}).status == 401


def test_a_set_secret_is_the_only_valid_key(tmp_path: Path) -> None:
    strict = Vendor(tmp_path, auth="s3cret")
    assert strict.ask("/jobs/latest?api_key=s3cret").status == 200
    assert strict.ask("/jobs/latest?api_key=k").status == 401
    assert strict.ask("/jobs/latest?api_key=k", headers={"authorization": "Bearer s3cret"}).status == 200


def test_one_operation_polls_tasks_of_several_types() -> None:
    sandbox = Sandbox([Path(__file__).parents[1] / "cases" / "tasks-cancelled-and-confirmed" / "spec.yaml"])
    for path in ("/merges", "/copies", "/checks"):
        begun = json.loads(sandbox.answer(Call(method="POST", path=path)).body)
        reply = sandbox.answer(Call(method="GET", path=f"/merges/{begun['id']}"))
        assert (reply.status, json.loads(reply.body)["id"]) == (200, begun["id"])


def test_strangers_get_403_where_the_spec_has_no_401(tmp_path: Path) -> None:
    spec = tmp_path / "parcel.yaml"
    refused = "responses: {'204': {description: Done.}, '403': {description: Refused.}}"
    spec.write_text(
        "openapi: 3.1.0\ninfo: {title: Parcel, version: v1}\nsecurity: [{key: []}]\n"
        f"paths: {{/jobs: {{get: {{operationId: jobs.list, {refused}}}}}}}\n"
        "components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}\n",
        encoding="utf-8",
    )
    sandbox = Sandbox([spec], auth="s3cret")
    answers = [sandbox.answer(Call(method="GET", path="/jobs", headers={"x-key": key})) for key in ("", "k", "s3cret")]
    assert [reply.status for reply in answers] == [403, 403, 204]


def test_an_example_of_a_recursive_union_ends(vendor: Vendor) -> None:
    tree = json.loads(vendor.ask("/shapes").body)
    assert tree == {"kind": "group", "parts": [{"kind": "Circle", "radius": 2}]}


def test_a_text_response_is_sent_as_text(vendor: Vendor) -> None:
    reply = vendor.ask("/report", headers={"accept": "text/*;q=0.5, application/json;q=0"})
    assert (reply.status, reply.body, reply.headers["Content-Type"]) == (200, b"a,b\n", "text/csv")
    assert vendor.ask("/report", headers={"accept": "application/json"}).status == 406


def test_a_wrong_method_names_the_right_ones(vendor: Vendor) -> None:
    reply = vendor.ask("/jobs/latest", b"")
    assert (reply.status, reply.headers["Allow"]) == (405, "GET")


def test_a_child_has_members_of_other_types_than_the_additional_ones_of_its_base(tmp_path: Path) -> None:
    spec = tmp_path / "notes.yaml"
    spec.write_text(
        """
openapi: 3.1.0
info: {title: Notes, version: '1'}
servers: [{url: 'https://api.example'}]
paths:
  /notes:
    post:
      operationId: notes.add
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}
      responses: {'204': {description: Added.}}
components:
  schemas:
    Note:
      type: object
      required: [kind]
      properties: {kind: {type: string}}
      additionalProperties: {type: integer}
      discriminator: {propertyName: kind}
    Letter:
      allOf:
      - $ref: '#/components/schemas/Note'
      - {type: object, properties: {pages: {type: array, items: {type: string}}}}
""",
        encoding="utf-8",
    )
    sandbox = Sandbox([spec])

    def status(body: object) -> int:
        media = {"content-type": "application/json"}
        call = Call(method="POST", path="/notes/notes", query="", headers=media, body=json.dumps(body).encode())
        return sandbox.answer(call).status

    assert status({"kind": "Letter", "pages": ["a"], "more": 1}) == 204
    assert status({"kind": "Letter", "pages": "a"}) == 400
    assert status({"kind": "Letter", "pages": ["a"], "more": "b"}) == 400
    assert status({"kind": "Card", "pages": ["a"]}) == 400
    assert status({"kind": "Card", "pages": 1}) == 204
