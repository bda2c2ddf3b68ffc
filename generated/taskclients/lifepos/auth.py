# Generated from lifepos.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation

from . import models

if TYPE_CHECKING:
    from .client import AsyncLifePosClient, LifePosClient

ERRORS: Final[dict[int | str, object]] = {
    401: models.ErrorBody,
    422: models.ErrorBody,
    429: models.ErrorBody,
    500: models.ErrorBody,
}

SIGN_IN: Final = Operation(
    "lifepos.sign_in",
    "POST",
    "/auth/sign-in",
    body=Json(models.SignInRequest),
    returns=models.SignInResult,
    errors=ERRORS,
    security=(),
)


def sign_in(client: LifePosClient, body: models.SignInRequest) -> models.SignInResult:
    """Sign in with a user name.

    Answers with the token that the other operations take.

    Args:
        body: Credentials with a user name.

    Returns:
        A response with `token`: Token for the other operations; null when a session was asked for.

    Raises:
        ApiError: 401, 422, 429 or 500.

    Assumed: The saved page shows the successful answer only; the errors are the general ones of this API.

    Source: https://docs.life-pos.ru/docs/api/lpos_api_v6/sign-in
    """
    return client.call(SIGN_IN, body=body)


async def sign_in_async(client: AsyncLifePosClient, body: models.SignInRequest) -> models.SignInResult:
    """Sign in with a user name.

    Async twin of `sign_in`.

    Args:
        body: Credentials with a user name.
    """
    return await client.call(SIGN_IN, body=body)


SIGN_IN_BY_PHONE: Final = Operation(
    "lifepos.sign_in_by_phone",
    "POST",
    "/auth/sign-in-by-phone",
    body=Json(models.SignInByPhoneRequest),
    returns=models.SignInResult,
    errors=ERRORS,
    security=(),
)


def sign_in_by_phone(client: LifePosClient, body: models.SignInByPhoneRequest) -> models.SignInResult:
    """Sign in with a phone number.

    Answers with the token that the other operations take.

    Args:
        body: Credentials with a phone number.

    Returns:
        A response with `token`: Token for the other operations; null when a session was asked for.

    Raises:
        ApiError: 401, 422, 429 or 500.

    Assumed: The saved page shows the successful answer only; the errors are the general ones of this API.

    Source: https://docs.life-pos.ru/docs/api/lpos_api_v6/sign-in-by-phone
    """
    return client.call(SIGN_IN_BY_PHONE, body=body)


async def sign_in_by_phone_async(client: AsyncLifePosClient, body: models.SignInByPhoneRequest) -> models.SignInResult:
    """Sign in with a phone number.

    Async twin of `sign_in_by_phone`.

    Args:
        body: Credentials with a phone number.
    """
    return await client.call(SIGN_IN_BY_PHONE, body=body)
