# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `sessions`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Json, Operation, Query

from .models import Code, Login, Opened, Refusal

OPEN: Final = Operation(
    "spec.open",
    "POST",
    "/sessions",
    parameters=(Query("note", str),),
    body=Json(Login),
    returns=Opened,
    errors={401: Refusal},
    security=(),
)


def open(client: Client, body: Login, *, note: str | None = None) -> Opened:
    """Sign in.

    Args:
        body: What is sent.
        note: Sent as the query parameter `note`.

    Returns:
        Signed in.

    Raises:
        ApiError: the server answers 401.

    Page: https://docs.example/sessions
    """
    return client.call(OPEN, note, body=body)


async def open_async(client: AsyncClient, body: Login, *, note: str | None = None) -> Opened:
    """Async twin of `open`."""
    return await client.call(OPEN, note, body=body)


OPEN_BY_CODE: Final = Operation(
    "spec.open_by_code",
    "POST",
    "/sessions/by-code",
    body=Json(Code),
    returns=Opened,
    security=(),
)


def open_by_code(client: Client, body: Code) -> Opened:
    """Sign in with a code.

    Args:
        body: What is sent.

    Returns:
        Signed in.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/sessions
    """
    return client.call(OPEN_BY_CODE, body=body)


async def open_by_code_async(client: AsyncClient, body: Code) -> Opened:
    """Async twin of `open_by_code`."""
    return await client.call(OPEN_BY_CODE, body=body)
