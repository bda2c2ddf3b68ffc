"""OpenTelemetry spans, one for each call. Requires `opentelemetry-api` (the extra `otel`).

    BoosterClient(auth="token", on_event=opentelemetry_events())

A span lasts from the call to its result, including retries and delays, and is the current span meanwhile, so that
instrumentation of httpx adds its spans below it. When rows are streamed, the span lasts until the last row and is
current until the first. Attributes follow the semantic conventions for HTTP clients; like events, they contain no value
that was sent or received. Retries, sign-ins and deviations are events of the span.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .events import Event

if TYPE_CHECKING:
    from opentelemetry.trace import Span, TracerProvider


def opentelemetry_events(tracer_provider: TracerProvider | None = None) -> Callable[[Event], None]:
    """Return a function for `on_event=` that records spans.

    Args:
        tracer_provider: Provider of the tracer; None: the process's own.

    Raises:
        ImportError: `opentelemetry-api` is not installed.
    """
    from opentelemetry import context, trace  # optional dependency

    tracer = trace.get_tracer("taskclients", tracer_provider=tracer_provider)
    current: dict[int, tuple[Span, Any]] = {}

    def leave(call: int) -> Span:
        span, token = current[call]
        if token is not None:
            context.detach(token)
        current[call] = span, None
        return span

    def on_event(event: Event) -> None:
        if event.kind == "call":
            span = tracer.start_span(_name(event), kind=trace.SpanKind.CLIENT, attributes=_attributes(event))
            current[event.call] = span, context.attach(trace.set_span_in_context(span))
        elif event.kind in ("success", "failure"):
            span = leave(event.call)
            del current[event.call]
            if event.kind == "failure":
                span.set_attribute("error.type", str(event.status or event.detail))
                span.set_status(trace.StatusCode.ERROR)
            span.end()
        else:
            span = current[event.call][0] if event.call in current else trace.get_current_span()
            if event.kind == "request" and event.attempt > 1:
                span.set_attribute("http.request.resend_count", event.attempt - 1)
            elif event.kind == "response" and event.status is not None:
                span.set_attribute("http.response.status_code", event.status)
                if event.bytes is None and event.call in current:
                    leave(event.call)  # rows are streamed: the caller does other work, maybe in another task
            elif event.kind in ("retry", "sign-in", "deviation"):
                span.add_event(event.kind, _details(event))

    return on_event


def _name(event: Event) -> str:
    return f"{event.method} {event.template}"


def _attributes(event: Event) -> dict[str, str | int]:
    origin = urlsplit(event.origin)
    return {
        "http.request.method": event.method,
        "server.address": origin.hostname or "",
        "server.port": origin.port or (443 if origin.scheme == "https" else 80),
        "url.scheme": origin.scheme,
        "url.template": event.template,
        "code.function.name": event.operation,
    }


def _details(event: Event) -> dict[str, str | int | float]:
    found: dict[str, str | int | float | None] = {
        "detail": event.detail,
        "path": event.path or None,
        "delay": event.delay,
        "http.response.status_code": event.status,
    }
    return {name: value for name, value in found.items() if value is not None}
