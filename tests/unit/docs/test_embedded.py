"""OpenAPI documents inside pages: every family gives the same facts, and a starter example gives none."""

from __future__ import annotations

import base64
import html
import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from dragoman.docs.facts import Facts, Place
from dragoman.docs.page import PageError, parse
from dragoman.docs.readers import openapi, read

OPERATION: dict[str, Any] = {
    "operationId": "getParcel",
    "description": 'Reads </script> "it\'s" é 😀.',
    "security": [{"token": []}],
    "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}],
    "responses": {
        "200": {
            "description": "The parcel.",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["state"],
                        "properties": {
                            "state": {"type": "string", "enum": ["new", "sent"], "nullable": True},
                            "sender": {"type": "object", "properties": {"name": {"type": "string", "maxLength": 40}}},
                        },
                    }
                }
            },
        }
    },
}
DOCUMENT = {"openapi": "3.0.3", "info": {"title": "Parcels"}, "paths": {"/parcels/{id}": {"get": OPERATION}}}
STARTER = {"openapi": "3.0.3", "paths": {"/pet": {"get": {"operationId": "getPet", "responses": {"200": {}}}}}}
CHUNK = {**OPERATION, "method": "get", "path": "/parcels/{id}", "info": {"title": "Parcels"}}


def page(*scripts: str, body: str = "") -> str:
    return "\n".join(["<!DOCTYPE html>", "<html><title>Parcels</title><body>", body, *scripts, "</body></html>"])


def safe(data: object, indent: int | None = None) -> str:
    return json.dumps(data, indent=indent).replace("</", "<\\/")


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def packed(data: object) -> str:
    return base64.b64encode(zlib.compress(json.dumps(data).encode())).decode()


def chunk(content: str) -> str:
    return f'"use strict";(self.webpackChunkdocs=self.webpackChunkdocs||[]).push([[7],{{1:(e,t,n)=>{{{content}}}}}]);'


def redoc(data: object, body: str = "") -> str:
    return page(f"<script>const __redoc_state = {safe({'spec': {'data': data}})};\nvar c = 1;</script>", body=body)


def redoc_parsed(data: object) -> str:
    return page(f"<script>const __redoc_state = JSON.parse({json.dumps(safe({'spec': {'data': data}}))});</script>")


def swagger_ui_express(data: object) -> str:
    options = safe({"swaggerDoc": data, "customOptions": {}}, 2)
    return f"window.onload = function() {{\nlet options = {options};\nlet url = 1\nSwaggerUIBundle(o)}}"


def swagger_ui_inline(data: object, body: str = "") -> str:
    options = f"{{\n  dom_id: '#ui',\n  spec: {safe(data, 2)},\n}}"
    return page(f"<script>window.ui = SwaggerUIBundle({options})</script>", body=body)


def scalar(data: object) -> str:
    return page(
        f'<script id="api-reference" type="application/json" data-configuration="{{}}">\n{safe(data)}\n</script>'
    )


def scalar_script(data: object) -> str:
    return page(f"<script>Scalar.createApiReference('#app', {{\n  content: {safe(data)},\n}})</script>")


def readme(data: object, path: str = "/parcels/{id}") -> str:
    props = {"user": None, "document": {"title": "Parcels", "api": {"method": "get", "path": path, "schema": data}}}
    return page(f'<script id="ssr-props" type="application/json">{safe(props)}</script>')


def readme_attribute(data: object) -> str:
    props = {"oasDefinition": data, "doc": {"api": {"method": "get", "url": "/parcels/{id}"}}}
    return page(f'<div id="props" data-initial-props="{html.escape(json.dumps(props))}"></div>')


DOCUMENTS: list[Callable[[Any], str]] = [
    redoc,
    redoc_parsed,
    swagger_ui_express,
    swagger_ui_inline,
    scalar,
    scalar_script,
    readme,
    readme_attribute,
]
CHUNKS: list[Callable[[Any], str]] = [
    lambda data: chunk(f'const a={{id:"x",api:"{packed(data)}",sidebar:"s"}};'),
    lambda data: chunk(f"const a=JSON.parse({quoted(json.dumps({'id': 'x', 'api': packed(data)}))});"),
    lambda data: chunk(f'const a={{id:"x",api:{json.dumps(data)},sidebar:"s"}};'),
    lambda data: chunk(f"const a=JSON.parse({quoted(json.dumps({'id': 'x', 'api': data}))});"),
]


def facts_of(text: str) -> Facts:
    facts = read(parse(text.encode(), "page.html" if text.startswith("<") else "chunk.js"))
    assert facts.reader == "embedded"
    return facts


def values(facts: Facts) -> dict[Place, dict[str, Any]]:
    return {
        part.place: {attribute: each.value for attribute, each in part.stated.items()}
        for part in facts.operations[0].parts
    }


@pytest.mark.parametrize("write", [*DOCUMENTS, *CHUNKS])
def test_every_family_gives_the_facts_of_the_document(write: Callable[[Any], str]) -> None:
    facts = facts_of(write(CHUNK if write in CHUNKS else DOCUMENT))
    assert values(facts) == values(openapi.read(parse(json.dumps(DOCUMENT).encode(), "api.json")))
    assert facts.operations[0].name == "getParcel"


def test_facts_have_the_lines_of_the_page() -> None:
    text = swagger_ui_inline(DOCUMENT)
    part = facts_of(text).operations[0].part(Place("200", ("sender", "name")))
    assert part is not None
    assert text.split("\n")[part.line - 1].strip() == '"name": {'


@pytest.mark.parametrize(
    "text",
    [
        readme(STARTER),
        readme_attribute(STARTER),
        redoc(STARTER, body='<div id="tag/Parcels/operation/getParcel"></div>'),
        redoc(STARTER, body="<!-- saved from url=(0040)https://docs.example.com/#operation/getParcel -->"),
        redoc(STARTER, body="<!-- saved from url=(0040)https://docs.example.com/#tag/parcels/GET/parcels/{id} -->"),
        swagger_ui_inline(STARTER, body='<div id="operations-parcels-getParcel"></div>'),
        swagger_ui_inline(STARTER, body="<!-- saved from url=(0040)https://docs.example.com/#/parcels/getParcel -->"),
    ],
)
def test_document_without_the_operation_of_the_page_is_a_problem(text: str) -> None:
    with pytest.raises(
        PageError, match=r"the document in the page does not contain the operation of the page: .*arcel"
    ):
        facts_of(text)


@pytest.mark.parametrize(
    "text",
    [
        redoc({**DOCUMENT, "paths": {**STARTER["paths"], **DOCUMENT["paths"]}}, body=f"<!-- {each} -->")  # type: ignore[dict-item]
        for each in (
            "saved from url=(0040)https://docs.example.com/#operation/getParcel",
            "saved from url=(0040)https://docs.example.com/#tag/parcels/operation/getParcel",
            "saved from url=(0040)https://docs.example.com/#tag/parcels/GET/parcels/%7Bid%7D",
        )
    ],
)
def test_url_of_a_saved_page_selects_its_operation(text: str) -> None:
    assert [each.name for each in facts_of(text).operations] == ["getParcel"]


@pytest.mark.parametrize(
    "text",
    [
        page("<redoc spec-url='/openapi.yaml'></redoc>"),
        page("<script>SwaggerUIBundle({\n  url: '/openapi.yaml',\n})</script>"),
        page('<script id="api-reference" data-url="/openapi.yaml"></script>'),
    ],
)
def test_document_elsewhere_is_a_problem_that_names_its_url(text: str) -> None:
    with pytest.raises(
        PageError, match=r"the OpenAPI document is not in the page: /openapi.yaml\n +hint: save the doc"
    ):
        facts_of(text)


@pytest.mark.large
def test_bomb_in_a_chunk_is_not_unpacked() -> None:
    bomb = base64.b64encode(zlib.compress(b'{"a": "' + b" " * 200_000_000, 9)).decode()
    with pytest.raises(PageError, match="the compressed operation has more than 4194304 bytes"):
        facts_of(chunk(f'const a={{id:"x",api:"{bomb}"}};'))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (chunk(f'a={{api:"{packed(CHUNK)[:80]}"}}'), "page-unreadable: the compressed operation is cut off"),
        (chunk('a={api:"eJ' + "A" * 80 + '"}'), "page-unreadable: the compressed operation cannot be read"),
        (chunk(f'a={{api:"{packed([1])}"}}'), "page-unsupported: the data of the page is not that of an operation"),
        (chunk(f'a={{api:"{packed({**CHUNK, "method": "event"})}"}}'), "is not that of an operation: event"),
        (redoc(DOCUMENT)[:400], "page-unreadable: the document cannot be read: the text ends"),
        (page(f"<script>__redoc_state = {'[' * 10_000}</script>"), "nested deeper than 100 levels"),
        (page("<script>__redoc_state = {}</script>"), "page-no-document"),
        (page('<script id="ssr-props">{"document": 1}</script>'), "page-no-document"),
    ],
)
def test_data_that_cannot_be_read_is_one_problem(text: str, message: str) -> None:
    with pytest.raises(PageError) as caught:
        facts_of(text)
    assert message in str(caught.value)
