"""Task types in drafts: declared where names and values of pages look like tasks, with what a person must decide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.documentation import ROOT
from tests.unit.docs.test_draft import generated

from dragoman.docs.draft import draft
from dragoman.docs.facts import Collector, Facts, Place, Value
from dragoman.docs.spec_facts import EXPRESSIBLE, facts
from dragoman.spec import yaml_document

Parts = dict[str, dict[str, Value]]
TEXT: dict[str, Value] = {"type": ("string",)}
WORDS: dict[str, Value] = {"type": ("string",), "values": ("Waiting", "InWork", "Completed", "Failed")}


def place_of(text: str) -> Place:
    """Return the place that a text names, such as `200 items/[]/id`."""
    section, _, names = text.partition(" ")
    return Place(section, tuple(filter(None, names.split("/"))))


def page(method: str, path: str, parts: Parts, name: str = "") -> Facts:
    collector = Collector(1, name)
    collector.add(Place(), 1, method=method, path=path)
    for status in dict.fromkeys(place[:3] for place in parts if place[0].isdigit()):
        collector.add(Place(status), 2)
    for line, (place, stated) in enumerate(parts.items(), 3):
        collector.add(place_of(place), line, **stated)
    return Facts(source="parcels.txt", reader="made", expressible=EXPRESSIBLE, operations=(collector.operation(),))


def drafted(*pages: Facts) -> tuple[str, dict[str, Any]]:
    text = draft(*pages)
    return text, yaml.safe_load(text)


PATH: Parts = {"path shop": TEXT, "path job_id": TEXT}
SHOWN: Parts = {**PATH, "200 status": WORDS, "200 percent": {"type": ("integer",)}}
ITEM = page("GET", "/shops/{shop}/jobs/{job_id}", SHOWN)
BEGIN = page("POST", "/shops/{shop}/jobs", {"path shop": TEXT, "202 id": TEXT, "202 status": WORDS})
RESULT_PARTS: Parts = {**PATH, "200 rows": {"type": ("integer",)}}
RESULT = page("GET", "/shops/{shop}/jobs/{job_id}/file", RESULT_PARTS)
LIST_PARTS: Parts = {
    "query page_token": TEXT,
    "200 next_page_token": TEXT,
    "200 items/[]/parcelId": TEXT,
    "200 items/[]/task_state": TEXT,
    "200 items/[]/signedUrl": TEXT,
}
LIST = page("GET", "/exports", LIST_PARTS)
EXPORT = page("POST", "/parcels/export", {"200 parcelId": TEXT})
IMPORT = page("PUT", "/parcels/import", {"200 parcelId": TEXT, "204": {}})


def test_a_task_that_is_shown_alone(tmp_path: Path) -> None:
    text, spec = drafted(BEGIN, ITEM, RESULT)
    generated(text, tmp_path)
    kind = spec["components"]["x-task-types"]["job"]
    assert kind["poll"] == {
        "operationId": "shops.getJobs",
        "shape": "item",
        "parameters": {"shop": "$scope.shop", "job_id": "$task.id"},
    }
    assert kind["state"]["at"] == "/status"
    assert kind["state"]["phases"] == {
        "Waiting": "queued",
        "InWork": "running",
        "Completed": "succeeded",
        "Failed": "failed",
    }
    assert kind["progress"] == {"percent": "/percent"}
    assert (kind["result"]["kind"], kind["result"]["operationId"]) == ("operation", "shops.getFile")
    assert "above all of InWork;" in kind["description"]
    begins = spec["paths"]["/shops/{shop}/jobs"]["post"]
    assert begins["x-begins-task"]["id"] == "$response.body#/id"
    assert begins["x-begins-task"]["scope"] == {"shop": "$request.path.shop"}
    assert begins["responses"]["202"]["links"]["job"]["parameters"] == {
        "shop": "$request.path.shop",
        "job_id": "$response.body#/id",
    }
    for each in (kind, begins["x-begins-task"]):
        assert each["x-assumed"]


def test_tasks_that_are_shown_in_a_list(tmp_path: Path) -> None:
    text, spec = drafted(LIST, EXPORT, IMPORT)
    generated(text, tmp_path)
    kind = spec["components"]["x-task-types"]["parcel"]
    assert kind["poll"] == {
        "operationId": "exports.getExports",
        "shape": "list",
        "items": "/items",
        "key": "/parcelId",
        "pages": {"token": "/next_page_token", "parameter": "page_token"},
    }
    assert kind["state"] == {"at": "/task_state", "phases": {"<word>": "succeeded"}}
    assert kind["result"] == {"kind": "url", "urls": [{"at": "/signedUrl", "auth": "none"}], "hosts": []}
    assert "write each word of the state with its phase in place of <word>" in kind["description"]
    starts = [item["post"] if "post" in item else item["put"] for path, item in spec["paths"].items() if "/p" in path]
    assert [each["x-begins-task"]["type"] for each in starts] == ["parcel", "parcel"]
    assert starts[1]["x-begins-task"]["accepted"] == [200]


def test_a_list_is_polled_even_if_tasks_are_shown_alone_too(tmp_path: Path) -> None:
    alone = page("GET", "/exports/{parcelId}", {"path parcelId": TEXT, "200 task_state": TEXT})
    text, spec = drafted(alone, EXPORT, LIST)
    generated(text, tmp_path)
    (kind,) = spec["components"]["x-task-types"].values()
    assert kind["poll"]["shape"] == "list"
    links = spec["paths"]["/parcels/export"]["post"]["responses"]["200"]["links"]
    assert links == {
        "parcel": {"operationId": "exports.getExports", "parameters": {"parcelId": "$response.body#/parcelId"}}
    }


NO_SUCCESS: dict[str, Value] = {"type": ("string",), "values": ("Waiting", "Failed")}


def test_the_list_with_the_nearest_path_shows_the_tasks(tmp_path: Path) -> None:
    shown: Parts = {"200 items/[]/guid": TEXT, "200 items/[]/status": WORDS}
    own: Parts = {"200 guid": TEXT, "200 status": WORDS}
    lists = [page("GET", f"/v2/async/{each}/list", shown) for each in ("imports", "exports")]
    starts = [page("POST", f"/async/{each}/new", own) for each in ("exports", "imports")]
    text, spec = drafted(*lists, *starts)
    generated(text, tmp_path)
    kinds = spec["components"]["x-task-types"]
    for path in ("/async/exports/new", "/async/imports/new"):
        poll = kinds[spec["paths"][path]["post"]["x-begins-task"]["type"]]["poll"]["operationId"]
        assert spec["paths"][f"/v2{path.replace('new', 'list')}"]["get"]["operationId"] == poll


@pytest.mark.parametrize("vendor", ["booster", "lifepos"])
def test_the_tasks_of_our_specs_are_found(vendor: str) -> None:
    path = ROOT / "specs" / f"{vendor}.yaml"
    known = yaml.safe_load(path.read_text(encoding="utf-8"))["components"]["x-task-types"]
    found = yaml.safe_load(draft(facts(yaml_document.load(path))))["components"]["x-task-types"]

    def polled(types: dict[str, Any]) -> dict[str, Any]:
        return {each["poll"]["operationId"]: (each["poll"]["key"], each["state"]["phases"]) for each in types.values()}

    assert polled(found) == polled(known)


STATE: dict[str, Value] = {"type": ("string",), "values": ("Light", "Heavy")}


@pytest.mark.parametrize(
    "pages",
    [
        (ITEM, RESULT),  # nothing begins it
        (LIST, page("POST", "/parcels/export", {"200 number": TEXT})),  # no id
        (LIST, page("POST", "/parcels/export", {"200 parcelId": {"type": ("boolean",)}})),
        (LIST, page("GET", "/parcels/export", {"200 parcelId": TEXT})),
        (page("GET", "/exports", {"200 items/[]/parcelId": TEXT}), EXPORT),  # no state
        (
            page("GET", "/exports", LIST_PARTS | {"query shop": TEXT | {"required": True}}),
            EXPORT,
        ),  # the shop is unknown
        (page("GET", "/boxes/{id}", {"path id": TEXT, "200 state": STATE}), page("POST", "/boxes", {"200 id": TEXT})),
        (
            page("GET", "/jobs/{id}", {"path id": TEXT, "200 state": NO_SUCCESS}),
            page("POST", "/jobs", {"200 id": TEXT}),
        ),
    ],
)
def test_other_operations_are_no_tasks(pages: tuple[Facts, ...]) -> None:
    text, spec = drafted(*pages)
    assert "x-task-types" not in spec["components"]
    assert "x-begins-task" not in text
