"""Arguments that the mock server once refused although clients write them as the spec says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dragoman.mock_server import Call, Sandbox

SPEC = """
openapi: 3.1.0
info: {title: Parcel, version: v1}
paths:
  /find:
    get:
      operationId: find.get
      parameters:
        - {name: sizes, in: query, content: {application/json: {schema: {type: array, items: {type: integer}}}}}
        - {name: where, in: query, style: deepObject, schema: {$ref: '#/components/schemas/Where'}}
      responses:
        2XX: {description: Any., content: {application/json: {schema: {type: object}}}}
        '200': {description: Found., content: {application/json: {schema: {type: array, items: {type: string}}}}}
  /send:
    post:
      operationId: send.post
      requestBody: {content: {multipart/form-data: {schema: {$ref: '#/components/schemas/Form'}}}}
      responses: {'204': {description: Sent.}}
components:
  schemas:
    Where:
      type: object
      properties:
        pair: {type: array, prefixItems: [{type: string}, {type: integer}], items: false}
        note: {anyOf: [{type: boolean}, {type: array, items: {type: string, enum: [new]}}]}
      additionalProperties: {type: integer}
    Form: {type: object, properties: {boxes: {type: array, items: {$ref: '#/components/schemas/Box'}}}}
    Box: {type: object, required: [size], properties: {size: {type: integer}}}
"""


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    path = tmp_path / "parcel.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return Sandbox([path])


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("sizes=%5B1%2C2%5D", 200),
        ("sizes=%5B%22a%22%5D", 400),
        ("where%5Blength%5D=3", 200),
        ("where%5Blength%5D=long", 400),
        ("where%5Bnote%5D=true", 200),
        ("where%5Bnote%5D%5B%5D=new", 200),
        ("where%5Bnote%5D%5B%5D=true", 400),
        ("where%5Bpair%5D%5B%5D=a&where%5Bpair%5D%5B%5D=2", 200),
    ],
)
def test_parameters_are_read_by_the_schemas_of_their_parts(sandbox: Sandbox, query: str, status: int) -> None:
    assert sandbox.answer(Call(method="GET", path="/find", query=query, headers={}, body=b"")).status == status


def test_objects_in_a_list_are_parts_of_a_form(sandbox: Sandbox) -> None:
    parts = [f'--x\r\nContent-Disposition: form-data; name="boxes"\r\n\r\n{{"size": {n}}}\r\n' for n in (1, 2)]
    headers = {"content-type": "multipart/form-data; boundary=x"}
    body = f"{''.join(parts)}--x--\r\n".encode()
    assert sandbox.answer(Call(method="POST", path="/send", query="", headers=headers, body=body)).status == 204


def test_a_status_of_its_own_comes_before_those_of_a_range(sandbox: Sandbox) -> None:
    reply = sandbox.answer(Call(method="GET", path="/find", query="", headers={}, body=b""))
    assert (reply.status, json.loads(reply.body)) == (200, ["example"])
