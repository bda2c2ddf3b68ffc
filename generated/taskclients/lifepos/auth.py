# Generated from lifepos.yaml by dragoman; edit the spec, then run `make generate`.
"""Signing in."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Json, Operation

from .models import ErrorBody, SignInByPhoneRequest, SignInRequest, SignInResult

ERRORS: Final[dict[int | str, object]] = {401: ErrorBody, 422: ErrorBody, 429: ErrorBody, 500: ErrorBody}

SIGN_IN: Final = Operation(
    "lifepos.sign_in",
    "POST",
    "/auth/sign-in",
    body=Json(SignInRequest),
    returns=SignInResult,
    errors=ERRORS,
    security=(),
)


def sign_in(client: Client, body: SignInRequest) -> SignInResult:
    """Sign in with a user name.

    Answers with the token that the other operations take.

    Args:
        body: What is sent.

    Returns:
        The user is signed in.

    Raises:
        ApiError: the server answers 401, 422, 429 or 500.

    Assumed: The saved page shows the successful answer only; the errors are the general ones of this API.

    Page: https://docs.life-pos.ru/docs/api/lpos_api_v6/sign-in
    """
    return client.call(SIGN_IN, body=body)


async def sign_in_async(client: AsyncClient, body: SignInRequest) -> SignInResult:
    """Async twin of `sign_in`."""
    return await client.call(SIGN_IN, body=body)


SIGN_IN_BY_PHONE: Final = Operation(
    "lifepos.sign_in_by_phone",
    "POST",
    "/auth/sign-in-by-phone",
    body=Json(SignInByPhoneRequest),
    returns=SignInResult,
    errors=ERRORS,
    security=(),
)


def sign_in_by_phone(client: Client, body: SignInByPhoneRequest) -> SignInResult:
    """Sign in with a phone number.

    Answers with the token that the other operations take.

    Args:
        body: What is sent.

    Returns:
        The user is signed in.

    Raises:
        ApiError: the server answers 401, 422, 429 or 500.

    Assumed: The saved page shows the successful answer only; the errors are the general ones of this API.

    Page: https://docs.life-pos.ru/docs/api/lpos_api_v6/sign-in-by-phone
    """
    return client.call(SIGN_IN_BY_PHONE, body=body)


async def sign_in_by_phone_async(client: AsyncClient, body: SignInByPhoneRequest) -> SignInResult:
    """Async twin of `sign_in_by_phone`."""
    return await client.call(SIGN_IN_BY_PHONE, body=body)
