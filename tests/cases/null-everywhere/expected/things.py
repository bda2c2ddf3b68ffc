# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `things`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import AsyncPages, ErrorCondition, Json, Operation, Pages, Pagination, Query
from taskclients_core.model import UNSET, Unset

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


PATCH_THING: Final[Operation[models.MaybeThing]] = Operation(
    "spec.patch_thing",
    "PATCH",
    "/patch",
    body=Json(list[models.Step], media_type="application/json-patch+json"),
    returns=models.MaybeThing,
)


def patch_thing(client: ApiClient, body: list[models.Step]) -> models.MaybeThing:
    """Apply a JSON Patch.

    Args:
        body: Apply a JSON Patch.

    Returns:
        The thing, or null.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/patch
    """
    return client.call(PATCH_THING, body=body)


async def patch_thing_async(client: AsyncApiClient, body: list[models.Step]) -> models.MaybeThing:
    """Apply a JSON Patch.

    Async twin of `patch_thing`.

    Args:
        body: Apply a JSON Patch.
    """
    return await client.call(PATCH_THING, body=body)


DELETE_ALL: Final[Operation[None]] = Operation(
    "spec.delete_all",
    "DELETE",
    "/nothing",
    returns={200: models.Nothing, 204: None},
)


def delete_all(client: ApiClient) -> None:
    """Delete all things.

    Returns:
        200: They are gone.
        204: There were none.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/nothing
    """
    return client.call(DELETE_ALL)


async def delete_all_async(client: AsyncApiClient) -> None:
    """Delete all things.

    Async twin of `delete_all`.
    """
    return await client.call(DELETE_ALL)


LIST_THINGS: Final[Operation[models.Page | None]] = Operation(
    "spec.list_things",
    "GET",
    "/things",
    parameters=(
        Query("page", models.Note),
        Query("state", models.State | None),
        Query("filter", models.Place | None, media_type="application/json"),
    ),
    returns=models.Page | None,
    pagination=Pagination(items="page.items", token="page.next", parameter="page"),
)


def list_things(
    client: ApiClient,
    *,
    page: models.Note | None = None,
    state: models.State | None = None,
    filter: models.Place | None = None,
) -> Pages[models.Page | None, models.Place | None]:
    """List things.

    Args:
        page: Sent as the query parameter `page`.
        state: Sent as the query parameter `state`.
        filter: Sent as the query parameter `filter`.

    Returns:
        Lazy `Pages` of `Place | None`: iterate over the items of all pages, or fetch one page with `.page()`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/things
    """
    return client.pages(LIST_THINGS, page, state, filter)


def list_things_async(
    client: AsyncApiClient,
    *,
    page: models.Note | None = None,
    state: models.State | None = None,
    filter: models.Place | None = None,
) -> AsyncPages[models.Page | None, models.Place | None]:
    """List things.

    Async twin of `list_things`.

    Args:
        page: Sent as the query parameter `page`.
        state: Sent as the query parameter `state`.
        filter: Sent as the query parameter `filter`.
    """
    return client.pages(LIST_THINGS, page, state, filter)


PUT_PLACE: Final[Operation[models.Outcome | None]] = Operation(
    "spec.put_place",
    "PUT",
    "/things",
    body=Json(models.Place | None),
    body_required=False,
    returns=models.Outcome | None,
    error_when=ErrorCondition(filled="result.errors", absent="result.id"),
)


def put_place(client: ApiClient, body: models.Place | None | Unset = UNSET) -> models.Outcome | None:
    """Set or remove the place.

    Args:
        body: An object, or null.

    Returns:
        It is an error if it lists errors and has no id.

    Raises:
        ApiError: a successful response that reports an error.

    Source: https://docs.example/place
    """
    return client.call(PUT_PLACE, body=body)


async def put_place_async(client: AsyncApiClient, body: models.Place | None | Unset = UNSET) -> models.Outcome | None:
    """Set or remove the place.

    Async twin of `put_place`.

    Args:
        body: An object, or null.
    """
    return await client.call(PUT_PLACE, body=body)


ADD_STATE: Final[Operation[models.State | None]] = Operation(
    "spec.add_state",
    "POST",
    "/things",
    body=Json(models.State | None),
    returns=models.State | None,
)


def add_state(client: ApiClient, body: models.State | None) -> models.State | None:
    """Set the state.

    Args:
        body: An open enumeration, or null.

    Returns:
        The state.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/state
    """
    return client.call(ADD_STATE, body=body)


async def add_state_async(client: AsyncApiClient, body: models.State | None) -> models.State | None:
    """Set the state.

    Async twin of `add_state`.

    Args:
        body: An open enumeration, or null.
    """
    return await client.call(ADD_STATE, body=body)


SIGN_IN: Final = Operation(
    "spec.sign_in",
    "POST",
    "/sessions",
    body=Json(models.Credentials),
    returns=models.Session,
    security=(),
)


def sign_in(client: ApiClient, body: models.Credentials) -> models.Session:
    """Sign in.

    Args:
        body: A password.

    Returns:
        A session.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/sessions
    """
    return client.call(SIGN_IN, body=body)


async def sign_in_async(client: AsyncApiClient, body: models.Credentials) -> models.Session:
    """Sign in.

    Async twin of `sign_in`.

    Args:
        body: A password.
    """
    return await client.call(SIGN_IN, body=body)
