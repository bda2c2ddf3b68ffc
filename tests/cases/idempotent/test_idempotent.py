"""`x-idempotent`: only a declared operation is retried after the server may have acted on it."""

from __future__ import annotations

from typing import Any

import pytest


def test_idempotent_operations_are_retried(client: Any, wire: Any, core: Any) -> None:
    wire.respond(status=503)
    wire.respond(status=502)
    client.with_options(retry=core.RetryPolicy(base=0)).start_export()
    assert len(wire.requests) == 3


def test_other_operations_are_not_retried(client: Any, wire: Any, core: Any) -> None:
    wire.respond(status=503)
    with pytest.raises(core.ServerError) as caught:
        client.with_options(retry=core.RetryPolicy(base=0)).send_mail()
    assert [(each.status, each.stopped) for each in caught.value.attempts] == [(503, "unsafe")]
    assert len(wire.requests) == 1
