"""Signing in by an operation of the API itself: who calls is said once, the token in the answer opens all other calls.

The password stays where the caller put it, in memory, as it is needed again when the token is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from ..api import ApiKey, HttpBearer, SignIn
from ..attributes import attribute
from ..errors import DecodeError, InvalidArgument, error_class
from ..fitting import outer_classes, spell
from ..messages import Answer, Request
from ..operation import Json, Operation
from ..request.assembly import assembly
from ..request.parameters import Draft
from .access import Access, by_secret
from .renewal import Renewable, Token

Prepare: TypeAlias = Callable[[Operation[Any], Draft, Access], Request]
"""From a draft to a request with all that the client sends every time."""

Parse: TypeAlias = Callable[[Answer, Request], Any]
"""From the answer to a request to what the operation returns, or to the error that it raises."""


def sign_in_for(scheme: object, credential: object) -> SignIn | None:
    """The way to sign in that takes such a credential; None if there is none."""
    if isinstance(scheme, HttpBearer | ApiKey):
        for way in scheme.sign_in:
            if isinstance(credential, _classes(way)):
                return way
    return None


def signed_in(
    scheme: HttpBearer | ApiKey,
    name: str,
    way: SignIn,
    body: object,
    prepare: Prepare,
    parser: Callable[[Operation[Any]], Parse],
    now: Callable[[], float],
) -> Renewable:
    """The token that signing in with `body` gives.

    Raises:
        InvalidArgument: the body cannot be sent.
    """
    operation = way.operation
    steps = assembly(operation)
    try:
        draft = steps.draft((None,) * steps.count, body)
    except InvalidArgument as error:
        raise InvalidArgument(f"auth: {error}") from None
    request = prepare(operation, draft, Access())
    parse = parser(operation)
    token_of = attribute(way.token)

    def read(answer: Answer, _: float) -> Token:
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
            return Token(by_secret(scheme, name, token))
        except InvalidArgument:
            unfit = DecodeError(path="$", expected="a token that can be sent", found="another text", raw=b"")
            unfit.operation, unfit.status = operation.name, answer.status
            raise unfit from None

    return Renewable(request, read, now, operation.path)


def expected(scheme: HttpBearer | ApiKey) -> list[str]:
    """What can be signed in with, for messages."""
    return [spell(body.type) for way in scheme.sign_in for body in way.operation.body if isinstance(body, Json)]


def _classes(way: SignIn) -> tuple[type, ...]:
    bodies = way.operation.body
    return tuple(each for body in bodies if isinstance(body, Json) for each in outer_classes(body.type))
