"""Runtime of the generated clients: calls, parameters, bodies, credentials, pages, errors and the codec.

Programs use `ClientError` and its subclasses, `Upload`, `Timeout`, `RetryPolicy`, `decode` and `encode`. The other
names are for generated code.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from .client import AsyncClient, Client
from .config import AsyncClientOptions, CallKwargs, ClientOptions, RetryPolicy, Timeout
from .errors import (
    ApiError,
    Attempt,
    BadRequestError,
    CallTimeoutError,
    ClientClosedError,
    ClientError,
    ConflictError,
    ConnectionFailedError,
    DecodeError,
    ForbiddenError,
    InvalidArgumentError,
    NotFoundError,
    PagingError,
    RateLimitError,
    ResponseTooLargeError,
    ServerError,
    TransportError,
    UnauthorizedError,
    UnprocessableEntityError,
)
from .events import Event
from .http_messages import Headers, SentRequest
from .model import UNSET, OneOf, OpenFloat, OpenInt, OpenStr, Unset, extra, wire, wire_member
from .operation import (
    Binary,
    Cookie,
    Encoding,
    ErrorCondition,
    FileContent,
    Form,
    Header,
    Json,
    Multipart,
    Operation,
    Pagination,
    Path,
    Query,
    Text,
    Upload,
    by_status,
)
from .security import (
    Api,
    ApiKey,
    Auth,
    AuthOr,
    ClientCredentials,
    HttpBasic,
    HttpBearer,
    MutualTls,
    OAuth2Token,
    ServerVariable,
    SignIn,
)

if TYPE_CHECKING:
    from .codec import decode, encode
    from .http_messages import Response
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
    "BadRequestError",
    "Binary",
    "CallKwargs",
    "CallTimeoutError",
    "Client",
    "ClientClosedError",
    "ClientCredentials",
    "ClientError",
    "ClientOptions",
    "ConflictError",
    "ConnectionFailedError",
    "Cookie",
    "DecodeError",
    "Encoding",
    "ErrorCondition",
    "Event",
    "FileContent",
    "ForbiddenError",
    "Form",
    "Header",
    "Headers",
    "HttpBasic",
    "HttpBearer",
    "InvalidArgumentError",
    "Json",
    "Multipart",
    "MutualTls",
    "NotFoundError",
    "OAuth2Token",
    "OneOf",
    "OpenFloat",
    "OpenInt",
    "OpenStr",
    "Operation",
    "Pages",
    "Pagination",
    "PagingError",
    "Path",
    "Query",
    "RateLimitError",
    "Response",
    "ResponseTooLargeError",
    "RetryPolicy",
    "SentRequest",
    "ServerError",
    "ServerVariable",
    "SignIn",
    "Text",
    "Timeout",
    "TransportError",
    "UnauthorizedError",
    "UnprocessableEntityError",
    "Unset",
    "Upload",
    "by_status",
    "decode",
    "encode",
    "extra",
    "wire",
    "wire_member",
]


# Imported on first use: most programs reach these through a client, and the codec is a third of the import time.
_LAZY: Final = {
    "AsyncPages": ".paging",
    "Pages": ".paging",
    "Response": ".http_messages",
    "decode": ".codec",
    "encode": ".codec",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = getattr(import_module(_LAZY[name], __name__), name)
    return globals()[name]
