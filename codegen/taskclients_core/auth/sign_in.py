"""Signing in by an operation of the API itself: who calls is said once, the token in the answer opens all other calls.

The password stays where the caller put it, in memory, as it is needed again when the token is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from ..errors import DecodeError, InvalidArgumentError, error_class
from ..http_messages import HttpRequest, HttpResponse
from ..operation import Json, Operation
from ..paging import attribute_getter
from ..request.encoder import RequestBuilder, encoder_for
from ..security import ApiKey, HttpBearer, SignIn
from ..type_check import accepted_classes, format_type
from .tokens import AuthParts, Token, TokenCache, secret_auth

PrepareRequest: TypeAlias = Callable[[Operation[Any], RequestBuilder, AuthParts], HttpRequest]
"""From a draft to a request with all that the client sends every time."""

Parse: TypeAlias = Callable[[HttpResponse, HttpRequest], Any]
"""From the answer to a request to what the operation returns, or to the error that it raises."""


def find_sign_in(scheme: object, credential: object) -> SignIn | None:
    """The way to sign in that takes such a credential; None if there is none."""
    if isinstance(scheme, HttpBearer | ApiKey):
        for way in scheme.sign_in:
            if isinstance(credential, _classes(way)):
                return way
    return None


def sign_in_cache(
    scheme: HttpBearer | ApiKey,
    name: str,
    way: SignIn,
    body: object,
    prepare: PrepareRequest,
    parser: Callable[[Operation[Any]], Parse],
    now: Callable[[], float],
) -> TokenCache:
    """The token that signing in with `body` gives.

    Raises:
        InvalidArgument: the body cannot be sent.
    """
    operation = way.operation
    steps = encoder_for(operation)
    try:
        draft = steps.build((None,) * steps.argument_count, body)
    except InvalidArgumentError as error:
        raise InvalidArgumentError(f"auth: {error}") from None
    request = prepare(operation, draft, AuthParts())
    parse = parser(operation)
    token_of = attribute_getter(way.token)

    def read(answer: HttpResponse, _: float) -> Token:
        try:
            token = token_of(parse(answer, request))
        except DecodeError as error:
            error.raw = b""  # it may well hold a token
            raise
        if not isinstance(token, str) or not token:
            raise error_class(answer.status)(
                operation=operation.name,
                status=answer.status,
                request=request.redacted(),
                headers=answer.headers,
                reason=f"but there is no token in {way.token!r}; what was sent may have asked for something else",
            )
        try:
            return Token(secret_auth(scheme, name, token))
        except InvalidArgumentError:
            unfit = DecodeError(path="$", expected="a token that can be sent", found="another text", raw=b"")
            unfit.operation, unfit.status = operation.name, answer.status
            raise unfit from None

    return TokenCache(request, read, now, operation.path)


def accepted_types(scheme: HttpBearer | ApiKey) -> list[str]:
    """What can be signed in with, for messages."""
    return [format_type(body.type) for way in scheme.sign_in for body in way.operation.body if isinstance(body, Json)]


def _classes(way: SignIn) -> tuple[type, ...]:
    bodies = way.operation.body
    return tuple(each for body in bodies if isinstance(body, Json) for each in accepted_classes(body.type))
