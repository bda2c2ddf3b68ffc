from __future__ import annotations

import pytest

from taskclients_core.cli.progress import Bars, Lines
from taskclients_core.events import Event

DELAYED = "retry: the host answered 404, so the file is not there yet"


@pytest.mark.parametrize("display", [Lines(quiet=False), Bars()], ids=["lines", "bars"])
def test_the_reason_for_which_a_download_waits_is_printed_once(
    display: Lines | Bars, capsys: pytest.CaptureFixture[str]
) -> None:
    with display:
        for event in (
            Event(kind="download", operation="booster.list_tasks", task="booster.task 1", detail=DELAYED, delay=2.0),
            Event(kind="download", operation="booster.list_tasks", task="booster.task 1", detail=DELAYED, delay=4.0),
            Event(kind="download", operation="booster.list_tasks", task="booster.task 1", detail="downloaded"),
            Event(kind="backoff", operation="booster.list_tasks", detail="ServerError", delay=4.0),
        ):
            display.event(event)
    assert "".join(capsys.readouterr()).count(f"booster.task 1: download {DELAYED}") == 1
