"""Values of runtime expressions, and digests of requests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.tasks.submission_harness import http_response

from taskclients_core.errors import InvalidArgumentError
from taskclients_core.http_messages import HttpResponse, StreamedBody
from taskclients_core.operation import Header, Json, Operation, Path, Query
from taskclients_core.request.encoder import RequestBuilder
from taskclients_core.tasks.expressions import (
    ExpressionContext,
    UnresolvedExpressionError,
    as_text,
    evaluate,
    load_json,
)
from taskclients_core.tasks.snapshot import TaskRef
from taskclients_core.tasks.submission.send import request_digest

OPERATION: Operation[Any] = Operation(
    "v.begin",
    "POST",
    "/{org}/{name}",
    parameters=(Path("name", str, from_body="/name"), Path("org", UUID), Query("page", int), Header("X-Note", str)),
    body=Json(dict[str, Any]),
    returns=Any,
)
ORG = UUID("12345678-1234-5678-1234-567812345678")
ALL = ExpressionContext(
    OPERATION,
    (ORG, 7, "note"),
    {"name": "n", "deep": {"list": [{"a/b": 1}]}, "nothing": None},
    HttpResponse(202, ((b"Location", b"/x"),), b'{"id": 12345678901234567890, "f": 1.50, "n": null, "t": true}', 0.0),
    TaskRef("v", "task", "t-1", {"org": "o"}),
)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("text", "text"),
        (5, 5),
        (True, True),
        (None, None),
        ("$request.body#/name", "n"),
        ("$request.body#/deep/list/0/a~1b", 1),
        ("$request.path.org", str(ORG)),
        ("$request.path.name", "n"),
        ("$request.query.page", 7),
        ("$request.header.x-note", "note"),
        ("$response.body#/id", "12345678901234567890"),
        ("$response.body#/f", "1.50"),
        ("$response.body#/t", True),
        ("$response.header.location", "/x"),
        ("$statusCode", 202),
        ("$method", "POST"),
        ("$task.id", "t-1"),
        ("$scope.org", "o"),
    ],
)
def test_expressions_evaluate(expression: Any, value: object) -> None:
    assert evaluate(expression, ALL) == value


@pytest.mark.parametrize(
    "expression",
    [
        "$request.body#/none",
        "$request.body#/nothing",
        "$request.body#name",
        "$request.query.none",
        "$request.query.org",
        "$request.cookie.page",
        "$response.body#/n",
        "$response.header.none",
        "$scope.none",
        "$task.name",
        "$url",
        "$",
        "$request",
        "$request.",
    ],
)
def test_a_pointer_without_a_target_is_an_error(expression: str) -> None:
    with pytest.raises(UnresolvedExpressionError):
        evaluate(expression, ALL)
    with pytest.raises(UnresolvedExpressionError):
        evaluate(expression, ExpressionContext())


@given(st.text(), st.binary())
def test_every_expression_is_evaluated_or_unresolved(text: str, content: bytes) -> None:
    load_json(content)
    with suppress(UnresolvedExpressionError):
        evaluate(f"${text}", ALL)


def test_texts_of_ids() -> None:
    values: list[object] = ["a", "", 5, True, None, 1.5, [], "a\ufffd", "\ud800"]
    assert [as_text(value) for value in values] == ["a", None, "5", *[None] * 6]


@pytest.mark.parametrize("content", [b"[" * 1_000_000, b'{"a":' * 100_000, b"", b"<html>", b"{", b"\xff\xfe{}"])
def test_responses_that_are_not_json_have_no_members(content: bytes) -> None:
    with pytest.raises(UnresolvedExpressionError):
        evaluate("$response.body#/id", ExpressionContext(response=http_response(200, content)))


def request_builder(**more: Any) -> RequestBuilder:
    found = RequestBuilder(
        path="/a", headers=[("Content-Type", "application/json"), ("Accept", "a/b")], content=b'{"a":1,"b":2}'
    )
    for name, value in more.items():
        setattr(found, name, value)
    return found


def test_digests_differ_between_requests_and_reveal_no_content() -> None:
    first = request_digest("op", request_builder(), whole=True)
    assert len(first) == 64
    same = [
        request_builder(content=b'{"b": 2, "a": 1}'),
        request_builder(headers=[("Accept", "c/d"), ("Content-Type", "application/json"), ("Idempotency-Key", "x")]),
    ]
    for other in same:
        assert request_digest("op", other, whole=True, without="Idempotency-Key") == first
    others = [
        request_builder(content=b'{"a":1,"b":"2"}'),
        request_builder(content=b'{"a":1,"b":2.0}'),
        request_builder(content=b""),
        request_builder(content=None),
        request_builder(path="/b"),
        request_builder(query=["a=1"]),
        request_builder(headers=[("Content-Type", "text/json")]),
        request_builder(headers=[("Content-Type", "application/json"), ("X-A", "1")]),
        request_builder(cookies=["a=1"]),
    ]
    digests = {request_digest("op", other, whole=True) for other in others} | {
        first,
        request_digest("other", request_builder(), whole=True),
    }
    assert len(digests) == len(others) + 2


def body_of(pieces: list[bytes], *, replayable: bool) -> StreamedBody:
    async def open_async() -> AsyncIterator[bytes]:
        yield b""

    return StreamedBody(None, replayable, asynchronous=False, open=lambda: iter(pieces), open_async=open_async)


@given(st.lists(st.binary(max_size=80)), st.lists(st.binary(max_size=80)), st.integers(1, 200))
def test_multipart_is_digested_without_its_boundary(before: list[bytes], after: list[bytes], cut: int) -> None:
    def made(boundary: str, pieces: int) -> RequestBuilder:
        text = b"--" + boundary.encode() + b"\r\n"
        whole = b"".join([*before, text, *after, text])
        parts = [whole[start : start + pieces] for start in range(0, len(whole), pieces)]
        content = body_of(parts, replayable=True)
        headers = [("Content-Type", f"multipart/form-data; boundary={boundary}")]
        return request_builder(headers=headers, content=content, boundary=boundary)

    assert request_digest("op", made("a" * 32, cut), whole=True) == request_digest(
        "op", made("0123456789abcdef" * 2, 50), whole=True
    )


def test_a_one_shot_body_has_no_digest_of_its_content() -> None:
    one_shot = body_of([b"1"], replayable=False)
    assert request_digest("op", request_builder(content=one_shot), whole=False)
    with pytest.raises(InvalidArgumentError, match="only once"):
        request_digest("op", request_builder(content=one_shot), whole=True)
