# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `notes`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Json, Operation

from .models import NewNote, Note

ADD_NOTE: Final = Operation(
    "spec.add_note",
    "POST",
    "/notes",
    body=Json(NewNote),
    returns=Note,
)


def add_note(client: Client, body: NewNote) -> Note:
    """Add a note.

    Args:
        body: What is sent.

    Returns:
        The note.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/notes
    """
    return client.call(ADD_NOTE, body=body)


async def add_note_async(client: AsyncClient, body: NewNote) -> Note:
    """Async twin of `add_note`."""
    return await client.call(ADD_NOTE, body=body)
