"""`x-idempotent`: only a declared operation is retried after the server may have acted on it."""

from __future__ import annotations

from typing import Any

import pytest


def test_what_may_be_done_twice_is_tried_again(client: Any, wire: Any, core: Any) -> None:
    wire.answer(status=503)
    wire.answer(status=502)
    client.with_options(retry=core.RetryPolicy(base=0)).start_export()
    assert len(wire.requests) == 3


def test_anything_else_is_not(client: Any, wire: Any, core: Any) -> None:
    wire.answer(status=503)
    with pytest.raises(core.ServerError) as caught:
        client.with_options(retry=core.RetryPolicy(base=0)).send_mail()
    assert [(each.status, each.stopped) for each in caught.value.attempts] == [(503, "unsafe")]
    assert len(wire.requests) == 1
