"""Sign-in with an operation of the API itself; its response contains the token for all other calls.

The client keeps the body of the operation, with the password, in memory, to sign in again when the token is refused.
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
"""Function that completes the parts of a call to a request; see `ClientConfig.build_request`."""

Parse: TypeAlias = Callable[[HttpResponse, HttpRequest], Any]
"""Function that decodes the response to a request; see `ResponseParser.parse`."""


def find_sign_in(scheme: object, credential: object) -> SignIn | None:
    """Return the sign-in operation of a scheme whose body is this credential; None if there is none."""
    if isinstance(scheme, HttpBearer | ApiKey):
        for sign_in in scheme.sign_in:
            if isinstance(credential, _body_classes(sign_in)):
                return sign_in
    return None


def sign_in_cache(
    scheme: HttpBearer | ApiKey,
    name: str,
    sign_in: SignIn,
    body: object,
    prepare: PrepareRequest,
    parser: Callable[[Operation[Any]], Parse],
    now: Callable[[], float],
) -> TokenCache:
    """Create the cache of the token that a sign-in with `body` returns.

    Raises:
        InvalidArgumentError: the body is invalid.
    """
    operation = sign_in.operation
    encoder = encoder_for(operation)
    try:
        builder = encoder.build((None,) * encoder.argument_count, body)
    except InvalidArgumentError as error:
        raise InvalidArgumentError(f"auth: {error}") from None
    request = prepare(operation, builder, AuthParts())
    parse = parser(operation)
    token_of = attribute_getter(sign_in.token)

    def read(response: HttpResponse, _: float) -> Token:
        try:
            token = token_of(parse(response, request))
        except DecodeError as error:
            error.raw = b""  # the body may contain a token
            raise
        if not isinstance(token, str) or not token:
            raise error_class(response.status)(
                operation=operation.name,
                status=response.status,
                request=request.redacted(),
                headers=response.headers,
                reason=f"but the response has no token in {sign_in.token!r}; check the body passed as auth=",
            )
        try:
            return Token(secret_auth(scheme, name, token))
        except InvalidArgumentError:
            invalid = DecodeError(path="$", expected="a token that can be sent", found="another text", raw=b"")
            invalid.operation, invalid.status = operation.name, response.status
            raise invalid from None

    return TokenCache(request, read, now, operation.path)


def accepted_types(scheme: HttpBearer | ApiKey) -> list[str]:
    """Return the types of the bodies of a scheme's sign-in operations, for messages."""
    return [format_type(body.type) for each in scheme.sign_in for body in each.operation.body if isinstance(body, Json)]


def _body_classes(sign_in: SignIn) -> tuple[type, ...]:
    bodies = sign_in.operation.body
    return tuple(each for body in bodies if isinstance(body, Json) for each in accepted_classes(body.type))
