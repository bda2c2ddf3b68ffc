"""What every client is made of: calls, parameters, bodies, credentials, pages, errors and the codec.

Users need `ClientError` and its kin, `Upload`, `Timeout`, and now and then `decode` and `encode`; generated code needs
the rest.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from .api import Api, ApiKey, ClientCredentials, HttpBasic, HttpBearer, SignIn
from .async_client import AsyncClient
from .client import Client
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
from .model import UNSET, OneOf, OpenInt, OpenStr, Unset, extra, wire, wire_member
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
from .retry import Retry

if TYPE_CHECKING:
    from .codec import decode, encode
    from .messages import Response
    from .paging import AsyncPages, Pages

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
    "wire_member",
]


# Most programs use these by way of a client, if at all, and the codec alone is a third of the runtime.
_LATER: Final = {
    "AsyncPages": ".paging",
    "Pages": ".paging",
    "Response": ".messages",
    "decode": ".codec",
    "encode": ".codec",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = getattr(import_module(_LATER[name], __name__), name)
    return globals()[name]
