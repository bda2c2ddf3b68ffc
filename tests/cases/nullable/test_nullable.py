"""Absent and null are the same in a response, and differ in a request that may send either."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest


def test_a_request_distinguishes_absent_from_null(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    for note, sent in [
        (models.NewNote(author="Ann"), {"author": "Ann"}),
        (models.NewNote(author=None), {"author": None}),
        (models.NewNote(author="Ann", title=None), {"author": "Ann"}),
        (
            models.NewNote(author="Ann", expires_on=None, place=None),
            {"author": "Ann", "expiresOn": None, "place": None},
        ),
        (
            models.NewNote(author="Ann", expires_on=date(2024, 5, 1), place=models.Place(city="Ulm")),
            {"author": "Ann", "expiresOn": "2024-05-01", "place": {"city": "Ulm"}},
        ),
    ]:
        wire.respond({"author": None})
        client.add_note(note)
        assert wire.last.json == sent


def test_an_absent_member_is_unset(part: Any, core: Any) -> None:
    models = part("models")
    assert models.NewNote(author="Ann").expires_on is core.UNSET
    assert models.Note(author="Ann").expires_on is None


def test_a_response_does_not_distinguish_absent_from_null(part: Any, core: Any) -> None:
    note = part("models").Note
    assert core.decode('{"author": null}', note) == note(author=None)
    assert core.decode('{"author": null, "expiresOn": null}', note) == note(author=None)
    assert core.decode('{"author": "Ann", "readers": [null, "Bob"]}', note).readers == [None, "Bob"]


@pytest.mark.parametrize("text", ['{"author": null, "title": null}', "{}"])
def test_null_and_absent_are_not_always_allowed(part: Any, core: Any, text: str) -> None:
    with pytest.raises(core.DecodeError):
        core.decode(text, part("models").Note)
