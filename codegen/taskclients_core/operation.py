"""One endpoint as data: what goes in, what comes out. Generated code is mostly these."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable, Mapping
from os import PathLike
from types import MappingProxyType
from typing import Any, BinaryIO, Generic, Literal, TypeAlias, TypedDict, TypeVar, Unpack, cast, overload

from attrs import field
from msgspec import Struct

from .lazy_attrs import frozen
from .security import Security

T_co = TypeVar("T_co", covariant=True)

FileContent: TypeAlias = bytes | BinaryIO | PathLike[str] | Iterable[bytes] | AsyncIterable[bytes]
"""Bytes to send, read while they are sent.

A file open for reading bytes is read from where it stands when the call is made, and stays open; a path is opened and
closed again. Other iterables are asked for piece after piece, once. An asynchronous client reads files and iterables in
a thread, so that its event loop does not wait for them; asynchronous iterables are for such clients only.
"""

PathStyle: TypeAlias = Literal["simple", "label", "matrix"]
QueryStyle: TypeAlias = Literal["form", "spaceDelimited", "pipeDelimited", "deepObject"]


# What a client is made of at import is structs: making an attrs class takes many times as long.
class _Named(Struct, frozen=True):
    name: str
    type: object


class Path(_Named, frozen=True, kw_only=True):
    """A value within the path. It never leaves its segment: see `parameters`."""

    style: PathStyle = "simple"
    explode: bool = False
    media_type: str | None = None
    from_body: str | None = None
    """JSON pointer into the request body; the value is read there, so the caller says it once."""


class Query(_Named, frozen=True, kw_only=True):
    """A value within the query string."""

    required: bool = False
    style: QueryStyle = "form"
    explode: bool | None = None
    """None: as OpenAPI says, true for `form` and false for the others."""
    allow_reserved: bool = False
    media_type: str | None = None
    """`application/json` sends the value as JSON text."""


class Header(_Named, frozen=True, kw_only=True):
    """A value in a header of its own."""

    required: bool = False
    explode: bool = False
    media_type: str | None = None


class Cookie(_Named, frozen=True, kw_only=True):
    """A value in the `Cookie` header."""

    required: bool = False
    explode: bool = True
    media_type: str | None = None


ClientParameter: TypeAlias = Query | Header | Cookie
Parameter: TypeAlias = Path | ClientParameter


class Json(Struct, frozen=True):
    """A JSON body."""

    type: object
    media_type: str = "application/json"


class Form(Struct, frozen=True):
    """A body like an HTML form's; lists repeat their name, objects are sent as JSON text."""

    type: object
    media_type: str = "application/x-www-form-urlencoded"


class Multipart(Struct, frozen=True):
    """Fields and files; files are `Upload` or bytes, lists repeat their name, objects are JSON parts."""

    type: object
    media_type: str = "multipart/form-data"


class Binary(Struct, frozen=True):
    """Bytes as they are: `FileContent`, or an `Upload` that names its own type."""

    media_type: str = "application/octet-stream"


class Text(Struct, frozen=True):
    """Text, sent as UTF-8."""

    media_type: str = "text/plain"


Body: TypeAlias = Json | Form | Multipart | Binary | Text


@frozen
class Upload:
    """A file to send."""

    content: FileContent = field(repr=False)

    filename: str | None = None
    """For multipart bodies; without it, the name of the file or path, or else that of the field."""

    content_type: str | None = None

    on_progress: Callable[[int, int | None], None] | None = field(default=None, kw_only=True, repr=False)
    """Told how many bytes of it are sent, and how many there are if that is known, after each piece of at most 64 KiB
    (or as large as an iterable makes it). When a call is tried again, the count starts again. What it raises ends the
    call."""


class Pagination(Struct, frozen=True, kw_only=True):
    """How a list is cut into pages. `items` and `token` are attribute paths such as `meta.next_token`."""

    items: str
    token: str
    parameter: str
    """Wire name of the query parameter that takes the token."""


class ErrorCondition(Struct, frozen=True, kw_only=True):
    """When a success status carries a failure: `filled` is a non-empty list and `absent` is missing or null."""

    filled: str
    absent: str


class OperationKwargs(TypedDict, total=False):
    """The optional part of an operation; see there."""

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


_NO_ERRORS: Mapping[int | str, object] = MappingProxyType({})


@frozen(eq=False, init=False)
class Operation(Generic[T_co]):
    """One endpoint. Operations are module constants: what is worked out about one is kept for good.

    `returns` is the type of the answer, or a mapping from status (200, "2XX", "default") to type where they differ;
    None is "no content". `errors` maps statuses (404, "4XX", "default") to the types of error bodies. `security`
    replaces the API's; `()` sends no credentials. `accept` is for answers in an unusual media type; `media_types` are
    those that callers may choose from, beside JSON and what the API has for all. `idempotent` says that, whatever its
    method, the server does it once though it is asked twice.
    """

    name: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body: tuple[Body, ...]
    body_required: bool
    returns: object
    errors: Mapping[int | str, object]
    pagination: Pagination | None
    error_when: ErrorCondition | None
    security: Security | None
    accept: str | None
    media_types: tuple[str, ...]
    idempotent: bool

    # `type[T]` takes what a checker sees as a class: list[Task] too. Everything else (unions, annotated aliases, a
    # mapping by status) is an object to mypy, and takes T from the annotation of the constant.
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


def types_by_status(returns: object) -> Mapping[int | str, Any]:
    """Return the types that an operation returns, by status, range ("2XX") or "default"."""
    if isinstance(returns, Mapping):
        return cast("Mapping[int | str, Any]", returns)
    return {"2XX": returns}
