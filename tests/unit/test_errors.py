"""Errors: one tree, no secrets, and all of them can be pickled."""

from __future__ import annotations

import pickle
from copy import copy, deepcopy

import pytest
from attrs import define

from taskclients_core import (
    ApiError,
    Attempt,
    BadRequestError,
    CallTimeoutError,
    ClientClosedError,
    ClientError,
    ConflictError,
    ConnectionFailedError,
    DecodeError,
    ForbiddenError,
    Headers,
    InvalidArgumentError,
    NotFoundError,
    PagingError,
    RateLimitError,
    SentRequest,
    ServerError,
    TransportError,
    UnauthorizedError,
    UnprocessableEntityError,
)
from taskclients_core.errors import error_class


@define
class Problem:
    title: str


REQUEST = SentRequest("GET", "https://api.example/tasks/1", ("Authorization",))
HEADERS = Headers([(b"X-Request-Id", b"7f3a"), (b"Set-Cookie", b"session=secret"), (b"set-cookie", b"b=2")])


def not_found() -> ApiError:
    return NotFoundError(
        operation="test.get",
        status=404,
        request=REQUEST,
        body=Problem("gone"),
        raw=b'{"title": "gone"}',
        headers=HEADERS,
    )


def test_there_is_one_tree() -> None:
    assert issubclass(InvalidArgumentError, ValueError)
    assert issubclass(ConnectionFailedError, TransportError)
    assert issubclass(CallTimeoutError, TransportError)
    for kind in (InvalidArgumentError, ClientClosedError, TransportError, ApiError, DecodeError, PagingError):
        assert issubclass(kind, ClientError)
    for kind in (
        BadRequestError,
        UnauthorizedError,
        ForbiddenError,
        NotFoundError,
        ConflictError,
        UnprocessableEntityError,
        ServerError,
    ):
        assert issubclass(kind, ApiError)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequestError),
        (401, UnauthorizedError),
        (403, ForbiddenError),
        (404, NotFoundError),
        (409, ConflictError),
        (418, ApiError),
        (422, UnprocessableEntityError),
        (429, RateLimitError),
        (500, ServerError),
        (503, ServerError),
        (599, ServerError),
        (600, ApiError),
        (302, ApiError),
    ],
)
def test_the_status_names_the_class(status: int, kind: type[ApiError]) -> None:
    assert error_class(status) is kind


def test_an_api_error_names_status_and_operation() -> None:
    error = not_found()
    assert str(error) == (
        "test.get: 404 Not Found (GET /tasks/1, request id 7f3a); check the ids in the call and base_url"
    )
    assert error.request_id == "7f3a"
    assert error.headers["x-request-id"] == "7f3a"
    assert str(ApiError(operation="test.get", status=799, request=REQUEST)) == (
        "test.get: 799 (GET /tasks/1); report it to the vendor"
    )


@pytest.mark.parametrize("name", ["X-Request-Id", "x-correlation-id", "Request-ID", "x-amzn-RequestId"])
def test_the_request_id_is_read_from_several_headers(name: str) -> None:
    headers = Headers([(name.encode(), b"abc")])
    assert ApiError(operation="a.b", status=500, request=REQUEST, headers=headers).request_id == "abc"
    assert ApiError(operation="a.b", status=500, request=REQUEST).request_id is None


def decode_error() -> DecodeError:
    error = DecodeError(path="$.a[3]", expected="int", found="str", raw=b"secret body")
    error.operation = "test.get"
    error.status = 200
    return error


@pytest.mark.parametrize(
    "error",
    [
        ClientError("boom"),
        InvalidArgumentError("test.get: body: required"),
        ClientClosedError("the client was closed"),
        TransportError("no usable response"),
        ConnectionFailedError("cannot connect", sent=False),
        CallTimeoutError("too long", sent=True),
        not_found(),
        decode_error(),
        PagingError("again"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_can_be_pickled_and_copied(error: ClientError) -> None:
    pickled = pickle.loads(pickle.dumps(error))  # noqa: S301
    for copied in (pickled, copy(error), deepcopy(error)):
        assert type(copied) is type(error)
        assert str(copied) == str(error)
        assert repr(copied) == repr(error)
        for name, value in vars(error).items():
            if copied is not pickled or name not in {"raw", "body"}:
                assert repr(getattr(copied, name)) == repr(value)


@pytest.mark.parametrize(
    "error", [ClientError("boom"), TransportError("no usable response"), not_found(), decode_error()]
)
def test_each_error_has_the_attempts_of_its_call(error: ClientError) -> None:
    assert error.attempts == ()
    shown = repr(error)
    error.attempts = (Attempt(503, None, 0.5, 1.0), Attempt(200, "TransportError", 0.5))
    assert repr(error) == shown
    for copied in (pickle.loads(pickle.dumps(error)), copy(error), deepcopy(error)):  # noqa: S301
        assert copied.attempts == error.attempts


@pytest.mark.parametrize("error", [not_found(), decode_error()], ids=["api", "decode"])
def test_a_pickle_leaves_the_body_behind(error: ApiError | DecodeError) -> None:
    assert error.raw
    assert all(error.raw not in pickle.dumps(error, protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1))
    assert pickle.loads(pickle.dumps(error)).raw == b""  # noqa: S301


def test_a_decode_error_names_path_expected_and_found_type() -> None:
    assert str(decode_error()) == "test.get: expected int, found str at $.a[3]; pass lenient=True, or correct the spec"
    assert str(DecodeError(path="$", expected="int", found="str", raw=b"")) == "expected int, found str at $"


def test_reprs_show_no_bodies_or_header_values() -> None:
    for error in (not_found(), decode_error()):
        shown = f"{error} {error!r} {getattr(error, 'headers', '')!r} {getattr(error, 'request', '')!r}"
        assert "secret" not in shown
        assert "title" not in shown


def test_headers_ignore_case_and_keep_repetitions() -> None:
    assert HEADERS["SET-COOKIE"] == "session=secret, b=2"
    assert HEADERS.get_list("Set-Cookie") == ["session=secret", "b=2"]
    assert list(HEADERS) == ["x-request-id", "set-cookie"]
    assert len(HEADERS) == 2
    assert "X-REQUEST-ID" in HEADERS
    assert HEADERS.get("etag") is None
    assert repr(HEADERS) == "Headers(x-request-id, set-cookie)"
