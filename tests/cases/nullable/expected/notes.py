# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `notes`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


ADD_NOTE: Final = Operation(
    "spec.add_note",
    "POST",
    "/notes",
    body=Json(models.NewNote),
    returns=models.Note,
)


def add_note(client: ApiClient, body: models.NewNote) -> models.Note:
    """Add a note.

    Args:
        body: Only where a request may leave out what it may also set to null are the two told apart.

    Returns:
        The note.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/notes
    """
    return client.call(ADD_NOTE, body=body)


async def add_note_async(client: AsyncApiClient, body: models.NewNote) -> models.Note:
    """Add a note.

    Async twin of `add_note`.

    Args:
        body: Only where a request may leave out what it may also set to null are the two told apart.
    """
    return await client.call(ADD_NOTE, body=body)
