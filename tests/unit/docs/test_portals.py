"""Pages of Stoplight Elements, Mintlify and Postman, and the machine-readable files beside them."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from time import process_time
from typing import Any, Final

import pytest
from attrs import evolve
from tests.unit.docs.test_embedded import DOCUMENT, OPERATION, STARTER, values
from tests.unit.docs.writers.portals import (
    HEAD,
    Request,
    mintlify,
    mintlify_before,
    postman,
    stoplight_attribute,
    stoplight_parsed,
    stoplight_saved,
    stoplight_script,
    stoplight_text,
)

from dragoman.docs.compare import compare
from dragoman.docs.draft import draft
from dragoman.docs.facts import Facts, Place
from dragoman.docs.page import PageError, parse
from dragoman.docs.readers import read

BODY: Final = {
    "required": True,
    "content": {"application/json": {"schema": {"type": "object", "required": ["a"], "properties": {"a": {}}}}},
}
WHOLE: Final[dict[str, Any]] = {
    **DOCUMENT,
    "paths": {
        "/parcels/{id}": {"put": {**OPERATION, "requestBody": BODY, "responses": {**OPERATION["responses"], "404": {}}}}
    },
}
LISTED: Final = (stoplight_attribute, stoplight_saved, stoplight_script, stoplight_text, stoplight_parsed)


def facts_of(text: str) -> Facts:
    name = "page.html" if text.startswith("<") else "page.json" if text.startswith("{") else "page.md"
    return read(parse(text.encode(), name))


def expected(data: object = WHOLE) -> dict[Place, dict[str, Any]]:
    return values(facts_of(json.dumps(data)))


@pytest.mark.parametrize("write", [*LISTED, mintlify, mintlify_before], ids=lambda each: each.__name__)
def test_the_facts_are_those_of_the_document(write: Callable[[Any], str]) -> None:
    facts = facts_of(write(WHOLE))
    assert values(facts) == expected()
    assert (facts.reader, facts.unread) == ("embedded" if write in LISTED else "mintlify", ())


@pytest.mark.parametrize(
    "write", [stoplight_saved, stoplight_script, mintlify, mintlify_before], ids=lambda each: each.__name__
)
def test_facts_have_the_lines_of_the_page(write: Callable[[Any], str]) -> None:
    text = write(WHOLE)
    part = facts_of(text).operations[0].part(Place("200", ("sender", "name")))
    assert part is not None
    assert text.split("\n")[part.line - 1].strip().strip('"{:& ').startswith("name")


@pytest.mark.parametrize("fragment", ["/operations/getParcel", "/paths/parcels-id/get", "/paths/~1parcels~1{id}/get"])
def test_url_of_a_saved_page_of_stoplight_selects_its_operation(fragment: str) -> None:
    saved = f"<!-- saved from url=(0040)https://docs.example.com/#{fragment} -->\n"
    both = {**DOCUMENT, "paths": {**STARTER["paths"], **DOCUMENT["paths"]}}  # type: ignore[dict-item]
    assert [each.name for each in facts_of(stoplight_script(both) + saved).operations] == ["getParcel"]
    with pytest.raises(PageError, match="page-other-document"):
        facts_of(stoplight_script(STARTER) + saved)


def test_several_pages_of_mintlify_in_a_file_are_several_operations() -> None:
    other = {**DOCUMENT, "paths": {"/shops": {"get": {"operationId": "listShops", "responses": {"200": {}}}}}}
    facts = facts_of(mintlify(WHOLE) + mintlify(other))
    assert [each.name for each in facts.operations] == ["getParcel", "listShops"]


def test_parameters_that_mintlify_shows_outside_of_a_document_are_not_read() -> None:
    text = mintlify(WHOLE) + '\n<ParamField query="size" type="string" required>\nThe size.\n</ParamField>\n'
    assert [text.split("\n")[number - 1][:11] for number in facts_of(text).unread] == ["<ParamField"]


def test_a_page_of_mintlify_about_signing_in_is_no_login_page() -> None:
    assert facts_of(mintlify(WHOLE, title="Sign in").partition("\n\n")[2]).reader == "mintlify"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'{HEAD}<elements-api apiDescriptionUrl="/openapi.yaml"/></body>', "is not in the page: /openapi.yaml"),
        (f"{HEAD}<elements-api id=docs/><script>docs.apiDescriptionDocument = text</script>", "page-no-document"),
        (f'{HEAD}<elements-api apiDescriptionDocument="a: [&quot;"/></body>', "page.html:3:"),
        (f'{HEAD}<meta name="generator" content="Mintlify"/></body>', "save the page at its URL with .md behind it"),
        (mintlify(WHOLE).rpartition("````")[0], "page-unreadable: the document is cut off"),
        (mintlify(WHOLE).replace("put /parcels", "put /shops"), "page-other-document: "),
        (mintlify(WHOLE) * 21, "page-too-large: the file has more than 20 documents"),
        (mintlify(WHOLE).replace("openapi: 3.0.3", "openapi: [3.0.3"), "page.md:"),
        (
            f"{HEAD}<link href='https://documenter.gw.postman.com/api/collections/12/ab?x=1'></body>",
            "the collection is not in the page: https://documenter.gw.postman.com/api/collections/12/ab\n",
        ),
        (postman([]), "page-unsupported: the collection has no requests"),
        (postman([Request()])[:-200], "page-unreadable: "),
    ],
)
def test_a_page_that_cannot_be_read_is_one_problem(text: str, message: str) -> None:
    with pytest.raises(PageError) as caught:
        facts_of(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "````yaml get /a\n" * 30_000,
        "````yaml get /a\n" + "a: [" * 100_000 + "\n````\n",
        "`" * 500_000 + "\n````yaml get /a\n",
        postman([]).replace('"item": []', '"item": ' + "[" * 10_000),
        postman([Request(url="/" + "{{a}}:" * 100_000)]),
        f"{HEAD}<elements-api apiDescriptionDocument='{'a: [' * 100_000}'/></body>",
    ],
    ids=["fences", "brackets", "ticks", "items", "variables", "attribute"],
)
def test_hostile_pages_take_no_time(text: str) -> None:
    page = parse(text.encode(), "page.html" if text.startswith("<") else "page.md")
    started = process_time()
    with suppress(PageError):
        read(page)
    assert process_time() - started < 2


# Postman

SHOWN: Final[dict[Place, dict[str, Any]]] = {
    Place(): {"method": "POST", "path": "/shops/{shop_id}/parcels", "authentication": True},
    Place("path", ("shop_id",)): {},
    Place("query", ("dry_run",)): {},
    Place("header", ("X-Trace",)): {},
    Place("request"): {"mediaTypes": ("application/json",)},
    Place("201"): {"mediaTypes": ("application/json",)},
    Place("404"): {},
}


@pytest.mark.parametrize("text", [postman([Request()]), f'{{"collection": {postman([Request()])}}}'])
def test_a_collection_states_what_its_examples_show(text: str) -> None:
    facts = facts_of(text)
    assert values(facts) == SHOWN
    assert facts.lists == frozenset()
    bodies = [each for each in facts.operations[0].parts if not each.place.names and each.place.section]
    assert not any(each.complete for each in bodies)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://api.example.com/shops/:shop_id/parcels?dry_run=1#x", "/shops/{shop_id}/parcels"),
        ("{{baseUrl}}/shops/{{shop_id}}/parcels", "/shops/{shop_id}/parcels"),
        ("api.example.com/v1/parcels:send", "/v1/parcels:send"),
        ("/parcels", "/parcels"),
    ],
)
def test_the_path_is_that_of_the_url(url: str, path: str) -> None:
    for plain in (True, False)[: 2 if "//" in url or url.startswith("{{") else 1]:
        stated = facts_of(postman([Request(url=url.split("?")[0] if not plain else url)], plain=plain))
        assert stated.operations[0].parts[0].stated["path"].value == path


def test_requests_with_one_route_are_one_operation() -> None:
    again = Request(name="Send it again", query=("force",), statuses={409: ""})
    other = Request(name="List parcels", method="GET", body=None)
    facts = facts_of(postman([Request(), again, other]))
    assert [each.name for each in facts.operations] == ["Send a parcel", "List parcels"]
    assert {"query force", "query dry_run", "201", "409"} <= {str(each.place) for each in facts.operations[0].parts}


def test_forms_show_their_members() -> None:
    form = {"mode": "formdata", "formdata": [{"key": "note", "type": "text"}, {"key": "scan", "type": "file"}]}
    stated = values(facts_of(postman([Request(body=form)])))
    assert stated[Place("request")] == {"mediaTypes": ("multipart/form-data",)}
    assert stated[Place("request", ("note",))] == stated[Place("request", ("scan",))] == {}


@pytest.mark.parametrize(("own", "outer", "stated"), [("", "", None), ("noauth", "bearer", False), ("", "basic", True)])
def test_authentication_is_that_of_the_request_or_of_its_folders(own: str, outer: str, stated: bool | None) -> None:
    found = values(facts_of(postman([Request(auth=own)], auth=outer)))[Place()]
    assert found.get("authentication") == stated


CHANGES: Final[list[tuple[Request, str, str, str]]] = [
    (Request(method="PUT"), "differs", "operation", '"method": "PUT"'),
    (Request(url="{{baseUrl}}/shops/:shop_id/boxes"), "differs", "operation", '"url": {'),
    (Request(auth="noauth"), "differs", "operation", '"request": {'),
    (Request(query=("dry_run", "size")), "only-on-page", "query size", '"key": "size"'),
    (Request(headers=("X-Trace", "X-Size")), "only-on-page", "header X-Size", '"key": "X-Size"'),
    (Request(statuses={201: "", 404: "", 409: ""}), "only-on-page", "409", '"code": 409'),
    (Request(media_type="text/csv"), "differs", "request", '"value": "text/csv"'),
    (Request(statuses={201: "text/csv", 404: ""}), "differs", "201", '"value": "text/csv'),
]


@pytest.mark.parametrize(("request_", "kind", "place", "line"), CHANGES, ids=[f"{e[1]} {e[2]}" for e in CHANGES])
def test_each_change_of_a_collection_is_found_with_its_line(
    request_: Request, kind: str, place: str, line: str
) -> None:
    known = facts_of(postman([Request()])).operations[0]
    text = postman([request_])
    page = facts_of(text)
    (found,) = compare(page, page.operations[0], known, {})
    assert (found.kind, str(found.place)) == (kind, place)
    assert text.split("\n")[found.line - 1].strip().startswith(line)
    dropped = evolve(request_, query=(), headers=(), statuses={}, body=None, auth="", method="POST", url=Request().url)
    page = facts_of(postman([dropped]))
    assert compare(page, page.operations[0], known, {}) == ()


def test_a_collection_is_drafted() -> None:
    text = draft(facts_of(postman([Request()])))
    assert "/shops/{shop_id}/parcels:\n    post:" in text
    assert "x-assumed: The page does not show the type." in text
