"""What every client is made of: calls, parameters, bodies, credentials, pages, errors and the codec.

Users need `ClientError` and its kin, `Upload`, `Timeout`, and now and then `decode` and `encode`; generated code needs
the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .api import Api, ApiKey, ClientCredentials, HttpBasic, HttpBearer, SignIn
from .client import AsyncClient, Client
from .credentials.accepted import Auth, AuthOr
from .errors import (
    ApiError,
    Attempt,
    BadRequest,
    ClientClosed,
    ClientError,
    Conflict,
    ConnectionFailed,
    DecodeError,
    Forbidden,
    InvalidArgument,
    NotFound,
    PagingError,
    ResponseTooLarge,
    SentRequest,
    ServerError,
    TimedOut,
    TooManyRequests,
    TransportError,
    Unauthorized,
    UnprocessableEntity,
)
from .events import Event
from .headers import Headers
from .messages import Response
from .model import UNSET, OneOf, OpenInt, OpenStr, Unset, extra, wire
from .operation import (
    Binary,
    Cookie,
    Failure,
    FileContent,
    Form,
    Header,
    Json,
    Multipart,
    Operation,
    Page,
    Path,
    Query,
    Text,
    Upload,
)
from .options import AsyncClientOptions, CallOptions, ClientOptions, Timeout
from .paging import AsyncPages, Pages
from .retry import Retry

if TYPE_CHECKING:
    from .codec import decode, encode

__all__ = [
    "UNSET",
    "Api",
    "ApiError",
    "ApiKey",
    "AsyncClient",
    "AsyncClientOptions",
    "AsyncPages",
    "Attempt",
    "Auth",
    "AuthOr",
    "BadRequest",
    "Binary",
    "CallOptions",
    "Client",
    "ClientClosed",
    "ClientCredentials",
    "ClientError",
    "ClientOptions",
    "Conflict",
    "ConnectionFailed",
    "Cookie",
    "DecodeError",
    "Event",
    "Failure",
    "FileContent",
    "Forbidden",
    "Form",
    "Header",
    "Headers",
    "HttpBasic",
    "HttpBearer",
    "InvalidArgument",
    "Json",
    "Multipart",
    "NotFound",
    "OneOf",
    "OpenInt",
    "OpenStr",
    "Operation",
    "Page",
    "Pages",
    "PagingError",
    "Path",
    "Query",
    "Response",
    "ResponseTooLarge",
    "Retry",
    "SentRequest",
    "ServerError",
    "SignIn",
    "Text",
    "TimedOut",
    "Timeout",
    "TooManyRequests",
    "TransportError",
    "Unauthorized",
    "UnprocessableEntity",
    "Unset",
    "Upload",
    "decode",
    "encode",
    "extra",
    "wire",
]


def __getattr__(name: str) -> Any:
    # The codec is a third of the runtime, and most programs use it by way of a client only.
    if name in {"decode", "encode"}:
        from . import codec

        globals().update(decode=codec.decode, encode=codec.encode)
        return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
