"""OpenTelemetry spans: one for each call, in the current context, with the attributes of the conventions."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Literal

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from taskclients_core import Api, AsyncClient, Client, NotFoundError, Operation, Path, RetryPolicy, TransportError
from taskclients_core.otel import opentelemetry_events

if TYPE_CHECKING:
    from tests.raw_server import RawServer
    from tests.unit.conftest import Reply, WireServer

READ: Final = Operation("test.read", "GET", "/things/{id}", parameters=(Path("id", str),), returns=dict[str, int])


class Thing(Client):
    api = Api("test")


class AsyncThing(AsyncClient):
    api = Thing.api


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> Literal["sync", "async"]:
    found: Literal["sync", "async"] = request.param
    return found


def spans(url: str, mode: Literal["sync", "async"], times: int = 1) -> tuple[ReadableSpan, ...]:
    """Return the spans of calls made within a span of ours, which comes last."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    hook, retry = opentelemetry_events(provider), RetryPolicy(base=0)

    async def run() -> None:
        async with AsyncThing(url, on_event=hook, retry=retry) as client:
            found = await asyncio.gather(*(client.call(READ, "canary") for _ in range(times)), return_exceptions=True)
        for error in found:
            if isinstance(error, BaseException):
                raise error

    with provider.get_tracer("test").start_as_current_span("job") as job:
        try:
            if mode == "async":
                asyncio.run(run())
            else:
                with Thing(url, on_event=hook, retry=retry) as client:
                    for _ in range(times):
                        client.call(READ, "canary")
        except (NotFoundError, TransportError):
            pass
        assert trace.get_current_span() is job
    return exporter.get_finished_spans()


def test_one_span_for_a_call(server: WireServer, reply: type[Reply], mode: Literal["sync", "async"]) -> None:
    server.reply(reply(body={"n": 1}))
    span, job = spans(server.url, mode)
    assert span.name == "GET /things/{id}"
    assert span.kind is trace.SpanKind.CLIENT
    assert span.parent is not None
    assert span.parent.span_id == job.context.span_id
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "server.address": "127.0.0.1",
        "server.port": int(server.url.rpartition(":")[2]),
        "url.scheme": "http",
        "url.template": "/things/{id}",
        "code.function.name": "test.read",
        "http.response.status_code": 200,
    }
    assert span.status.is_unset


def test_retries_and_failures(server: WireServer, reply: type[Reply], mode: Literal["sync", "async"]) -> None:
    server.reply(reply(503), reply(404))
    span, _ = spans(server.url, mode)
    attributes = dict(span.attributes or {})
    assert attributes["http.request.resend_count"] == 1
    assert attributes["http.response.status_code"] == 404
    assert attributes["error.type"] == "404"
    assert span.status.status_code is trace.StatusCode.ERROR
    assert [(event.name, dict(event.attributes or {})["detail"]) for event in span.events] == [("retry", "503")]
    assert "canary" not in span.to_json()


def test_no_response_is_a_failed_span(server: WireServer, mode: Literal["sync", "async"]) -> None:
    server.respond = lambda request: None
    span, _ = spans(server.url, mode)
    attributes = dict(span.attributes or {})
    assert attributes["error.type"] == "TransportError"
    assert "http.response.status_code" not in attributes


def test_concurrent_calls_have_separate_spans(server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(body={"n": 1}))
    *found, job = spans(server.url, "async", times=20)
    assert len(found) == 20
    assert {span.parent and span.parent.span_id for span in found} == {job.context.span_id}


def test_the_span_of_a_stream_is_open_until_its_last_row(server: WireServer, reply: type[Reply]) -> None:
    words: Operation[list[str]] = Operation("test.words", "GET", "/words", returns=list[str])
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    server.reply(reply(body=["a", "b"]))
    with (
        Thing(server.url, on_event=opentelemetry_events(provider)) as client,
        provider.get_tracer("test").start_as_current_span("job") as job,
    ):
        one, two = (client.stream(lambda: client.call(words)) for _ in range(2))
        assert (next(one), next(two)) == ("a", "a")
        assert trace.get_current_span() is job
        assert exporter.get_finished_spans() == ()
        assert list(one) == ["b"]
        assert len(exporter.get_finished_spans()) == 1
        two.close()
        assert trace.get_current_span() is job
    first, second, _ = exporter.get_finished_spans()
    for span in (first, second):
        assert span.status.is_unset
        assert span.parent is not None
        assert span.parent.span_id == job.get_span_context().span_id


def test_an_interrupted_stream_is_a_failed_span(raw: RawServer) -> None:
    words: Operation[list[str]] = Operation("test.words", "GET", "/words", returns=list[str])
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    raw.respond(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[")
    with Thing(raw.url, on_event=opentelemetry_events(provider)) as client, pytest.raises(TransportError):
        list(client.stream(lambda: client.call(words)))
    (span,) = exporter.get_finished_spans()
    assert span.status.status_code is trace.StatusCode.ERROR
    assert dict(span.attributes or {})["error.type"] == "TransportError"
