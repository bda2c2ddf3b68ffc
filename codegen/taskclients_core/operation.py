"""Description of an endpoint as data: parameters, body, result, errors and paging. Generated code consists of these.

`request.encoder` compiles an `Operation` to an encoder, `transport.response_parser` to a parser.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable, Mapping
from os import PathLike
from types import MappingProxyType, NoneType
from typing import (
    Annotated,
    Any,
    BinaryIO,
    Generic,
    Literal,
    TypeAlias,
    TypedDict,
    TypeVar,
    Unpack,
    cast,
    get_args,
    get_origin,
    overload,
)

from attrs import field, has
from msgspec import Struct

from .lazy_attrs import frozen
from .model import union_members
from .security import Security

T_co = TypeVar("T_co", covariant=True)

FileContent: TypeAlias = bytes | BinaryIO | PathLike[str] | Iterable[bytes] | AsyncIterable[bytes]
"""Bytes to send, read while they are sent.

A file open for reading bytes is read from its current position and stays open; a path is opened and closed. Other
iterables are iterated once and yield bytes. An asynchronous client reads files and iterables in a thread, so that they
do not block its event loop; only asynchronous clients accept asynchronous iterables.
"""

PathStyle: TypeAlias = Literal["simple", "label", "matrix"]
"""OpenAPI's styles of path parameters."""

QueryStyle: TypeAlias = Literal["form", "spaceDelimited", "pipeDelimited", "deepObject"]
"""OpenAPI's styles of query parameters."""


# Structs, because generated modules create many at import and attrs classes take several times as long.
class _Named(Struct, frozen=True):
    name: str
    """Name on the wire."""

    type: object
    """Python type of the values."""


class Path(_Named, frozen=True, kw_only=True):
    """Value in the path, percent-encoded so that it cannot leave its segment."""

    style: PathStyle = "simple"
    """Style of the value in the path."""

    explode: bool = False
    """OpenAPI's `explode`, for lists and objects."""

    media_type: str | None = None
    """Media type of a value that is sent as JSON text; None: sent in its `style`."""

    from_body: str | None = None
    """JSON pointer into the request body from which the value is read; the caller does not pass it separately."""


class Query(_Named, frozen=True, kw_only=True):
    """Value in the query string."""

    required: bool = False
    """True if callers must pass a value."""

    style: QueryStyle = "form"
    """Style of the value in the query string."""

    explode: bool | None = None
    """None: OpenAPI's default, true for `form` and false for the others."""

    allow_reserved: bool = False
    """True leaves OpenAPI's reserved characters, such as `/`, as they are."""

    media_type: str | None = None
    """Media type of a value that is sent as JSON text; None: sent in its `style`."""


class Header(_Named, frozen=True, kw_only=True):
    """Value in a header."""

    required: bool = False
    """True if callers must pass a value."""

    explode: bool = False
    """OpenAPI's `explode`, for objects."""

    media_type: str | None = None
    """Media type of a value that is sent as JSON text; None: sent as OpenAPI's style `simple`."""


class Cookie(_Named, frozen=True, kw_only=True):
    """Value in the `Cookie` header."""

    required: bool = False
    """True if callers must pass a value."""

    explode: bool = True
    """OpenAPI's `explode`, for lists and objects."""

    media_type: str | None = None
    """Media type of a value that is sent as JSON text; None: sent as OpenAPI's style `form`."""


ClientParameter: TypeAlias = Query | Header | Cookie
Parameter: TypeAlias = Path | ClientParameter
"""Parameter of an operation. `style` and `explode` are those of OpenAPI; with a `media_type`, which is always a JSON
one, the value is sent as JSON text."""


class Json(Struct, frozen=True):
    """JSON body."""

    type: object
    """Python type of the value."""

    media_type: str = "application/json"
    """Media type of the request."""


_NO_HEADERS: Mapping[str, str | None] = MappingProxyType({})


class Encoding(Struct, frozen=True, kw_only=True):
    """Encoding of one member of a form or a multipart body, where it is not the usual one."""

    style: QueryStyle | None = None
    """Style in a form, as of a query parameter; None: by content type."""

    explode: bool | None = None
    """None: OpenAPI's default, true for `form` and false for the others."""

    content_type: str | None = None
    """Media type of each value: JSON is sent as JSON text, anything else unchanged."""

    headers: Mapping[str, str | None] = _NO_HEADERS
    """Headers of a part: their constant value, or None if the `Upload` must have the header."""


NO_ENCODING: Mapping[str, Encoding] = MappingProxyType({})


class Form(Struct, frozen=True):
    """Body of an HTML form; lists repeat their name, objects are sent as JSON text."""

    type: object
    """Python type of the value."""

    media_type: str = "application/x-www-form-urlencoded"
    """Media type of the request."""

    encoding: Mapping[str, Encoding] = NO_ENCODING
    """By name of the member."""


class Multipart(Struct, frozen=True):
    """Fields and files; files are `Upload` or bytes, lists repeat their name, objects are JSON parts."""

    type: object
    """Python type of the value."""

    media_type: str = "multipart/form-data"
    """Media type of the request."""

    encoding: Mapping[str, Encoding] = NO_ENCODING
    """By name of the member."""


class Binary(Struct, frozen=True):
    """Bytes sent unchanged: `FileContent`, or an `Upload` with its own media type."""

    media_type: str = "application/octet-stream"
    """Media type of the request, unless the `Upload` has its own."""


class Text(Struct, frozen=True):
    """Text body: a scalar, sent in the charset of its media type (default: UTF-8)."""

    media_type: str = "text/plain"
    """Media type of the request; it may name a charset."""

    type: object = str
    """Python type of the value."""


Body: TypeAlias = Json | Form | Multipart | Binary | Text
"""Form of a request body. `type` is the Python type of the value."""


@frozen
class Upload:
    """A file to send."""

    content: FileContent = field(repr=False)
    """Bytes to send, or a file, path or iterable to read them from."""

    filename: str | None = None
    """File name in multipart bodies; None: the name of the file or path, else the name of the field."""

    content_type: str | None = None
    """Media type of the content; None: the one that the operation declares, else `application/octet-stream`."""

    headers: Mapping[str, str] = field(factory=dict[str, str], kw_only=True, repr=False)
    """Further headers of the part of a multipart body."""

    on_progress: Callable[[int, int | None], None] | None = field(default=None, kw_only=True, repr=False)
    """Function called with the bytes sent so far and the total bytes (None if unknown), after each chunk of at most
    64 KiB or each item of an iterable. The count starts again when the call is retried. An error that it raises ends
    the call."""


class Pagination(Struct, frozen=True, kw_only=True):
    """Paging of a list, by exactly one of `token`, `page`, `offset`, `link` and `url`; see `paging.paginate`.

    `items`, `token`, `pages`, `total` and `url` are attribute paths in a page, such as `meta.next_token`; '' is the
    page itself.
    """

    items: str
    """List of the items of a page."""

    token: str | None = None
    """Token of the next page."""

    parameter: str | None = None
    """Wire name of the query parameter for the token."""

    page: str | None = None
    """Wire name of the query parameter for the number of the page."""

    first: int = 1
    """Number of the first page."""

    pages: str | None = None
    """Number of pages."""

    offset: str | None = None
    """Wire name of the query parameter for the number of items to skip."""

    total: str | None = None
    """Number of items in all pages; for `page` and `offset`."""

    link: str | None = None
    """Relation type of the link to the next page in the `Link` header."""

    url: str | None = None
    """URL of the next page."""


class ErrorCondition(Struct, frozen=True, kw_only=True):
    """Condition for a failure in a 2xx response: `filled` is not empty, and `absent` is missing or null.

    Both are attribute paths in the decoded body, such as `meta.errors`.
    """

    filled: str
    """Path that is not empty if the call has failed."""

    absent: str
    """Path that is missing or null if the call has failed."""


class OperationKwargs(TypedDict, total=False):
    """Optional arguments of `Operation`."""

    parameters: tuple[Parameter, ...]
    body: Body | tuple[Body, ...]
    body_required: bool
    errors: Mapping[int | str, object]
    pagination: Pagination
    error_when: ErrorCondition
    security: Security
    accept: str
    media_types: tuple[str, ...]
    idempotent: bool
    server: str


_NO_ERRORS: Mapping[int | str, object] = MappingProxyType({})


@frozen(eq=False, init=False)
class Operation(Generic[T_co]):
    """One endpoint. Define operations as module constants: their encoders and parsers are cached for the process."""

    name: str
    """Name for errors and events, such as `booster.get_task`."""

    method: str
    """HTTP method."""

    path: str
    """Path template, such as `/tasks/{id}`; it may have a query, and a fragment that is not sent."""

    parameters: tuple[Parameter, ...]
    """Parameters in the order of the caller's arguments."""

    body: tuple[Body, ...]
    """Accepted forms of the request body; the first that fits the value is used."""

    body_required: bool
    """False if the body may be None."""

    returns: object
    """Type of the response, or a mapping from status (200, "2XX", "default") to type; None: no content."""

    errors: Mapping[int | str, object]
    """Types of error bodies by status (404, "4XX", "default")."""

    pagination: Pagination | None
    """Paging, if the operation returns a list in pages."""

    error_when: ErrorCondition | None
    """Condition that makes a 2xx response an error."""

    security: Security | None
    """Replacement of the API's own requirements; `()` sends no credentials."""

    accept: str | None
    """`Accept` header, if the response has an unusual media type."""

    media_types: tuple[str, ...]
    """Media types that callers may choose with `media_type=`, besides JSON and those of the API."""

    idempotent: bool
    """True if repeating a request is safe although its method does not say so."""

    server: str | None
    """URL of its own server, one of `Api.servers`: absolute, or relative to the base URL."""

    # `type[T]` matches classes and `list[Task]`. To mypy, anything else (a union, an annotated alias) is an object, and
    # T comes from the annotation of the constant. Without an overload for mappings by status, mypy would infer `type`
    # for their values and refuse some.
    @overload
    def __init__(
        self: Operation[None],
        name: str,
        method: str,
        path: str,
        *,
        returns: None = None,
        **details: Unpack[OperationKwargs],
    ) -> None: ...
    @overload
    def __init__(
        self, name: str, method: str, path: str, *, returns: type[T_co], **details: Unpack[OperationKwargs]
    ) -> None: ...
    @overload
    def __init__(
        self,
        name: str,
        method: str,
        path: str,
        *,
        returns: Mapping[int | str, object],
        **details: Unpack[OperationKwargs],
    ) -> None: ...
    @overload
    def __init__(
        self, name: str, method: str, path: str, *, returns: object, **details: Unpack[OperationKwargs]
    ) -> None: ...
    def __init__(
        self, name: str, method: str, path: str, *, returns: object = None, **details: Unpack[OperationKwargs]
    ) -> None:
        unknown = details.keys() - OperationKwargs.__annotations__.keys()
        if unknown:
            raise TypeError(f"Operation() got an unexpected keyword argument {min(unknown)!r}")
        body = details.get("body", ())
        set_once = object.__setattr__  # the class is frozen
        set_once(self, "name", name)
        set_once(self, "method", method)
        set_once(self, "path", path)
        set_once(self, "parameters", details.get("parameters", ()))
        set_once(self, "body", body if isinstance(body, tuple) else (body,))
        set_once(self, "body_required", details.get("body_required", True))
        set_once(self, "returns", returns)
        set_once(self, "errors", details.get("errors", _NO_ERRORS))
        set_once(self, "pagination", details.get("pagination"))
        set_once(self, "error_when", details.get("error_when"))
        set_once(self, "security", details.get("security"))
        set_once(self, "accept", details.get("accept"))
        set_once(self, "media_types", details.get("media_types", ()))
        set_once(self, "idempotent", details.get("idempotent", False))
        set_once(self, "server", details.get("server"))

    def __repr__(self) -> str:
        return f"<Operation {self.name}: {self.method} {self.path}>"


def by_status(types: Mapping[int | str, object]) -> Mapping[int | str, object]:
    """Return types by status as they are, for `returns` and `errors` of an operation.

    mypy infers one type for all values of a mapping written there, and refuses some classes; here it does not.
    """
    return types


def types_by_status(returns: object) -> Mapping[int | str, Any]:
    """Return the types that an operation returns, by status, range ("2XX") or "default"."""
    if isinstance(returns, Mapping):
        return cast("Mapping[int | str, Any]", returns)
    return {"2XX": returns}


def model_type(hint: Any) -> type | None:
    """Return the only model in a type, or None if it contains none or several types."""
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    alternatives = [each for each in union_members(hint) if each is not NoneType]
    found: object = alternatives[0] if len(alternatives) == 1 else None
    return found if isinstance(found, type) and has(found) and found is not Upload else None
