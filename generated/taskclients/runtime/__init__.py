"""What every client is made of: calls, parameters, bodies, credentials, pages, errors and the codec.

Users need `ClientError` and its kin, `Upload`, `Timeout`, and now and then `decode` and `encode`; generated code needs
the rest.
"""

from __future__ import annotations

from .api import Api, ApiKey, ClientCredentials, HttpBasic, HttpBearer, SignIn
from .client import AsyncClient, Client
from .codec import decode, encode
from .credentials.auth import Auth, AuthOr
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
