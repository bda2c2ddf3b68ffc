"""Typed, frozen values of a spec. `reader` makes them from YAML; all later stages read them instead of YAML."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from attrs import field, frozen

from taskclients_core.media import essence
from taskclients_core.media import is_json as is_json  # for the modules that read the values below
from taskclients_core.operation import Encoding, Pagination
from taskclients_core.request.styles import Location, StyleName
from taskclients_core.tasks.definition import Submission, TaskType

from .schema import MISSING, Component, Shape

ROW_TYPES = ("text/csv", "text/jsonl", "text/jsv")
"""Media types other than JSON that clients read into the same models."""


@frozen(kw_only=True)
class ServerVariable:
    """Variable in the URL of a server."""

    name: str
    default: str
    enum: tuple[str, ...]
    spelling: str
    description: str


@frozen(kw_only=True)
class Server:
    """Base URL: absolute, or relative (`/v1`)."""

    url: str
    """URL with its variables replaced by their defaults."""

    template: str
    variables: tuple[ServerVariable, ...]
    description: str
    assumed: str
    environment: str
    """`production`, `test`, or '' if the spec does not say."""


@frozen(kw_only=True)
class SignIn:
    """Operations with which a client gets a token (`x-sign-in`)."""

    operations: tuple[str, ...]
    """Ids of the operations whose response contains the token."""

    token: str
    """JSON pointer to the token in the response."""


@frozen(kw_only=True)
class Scheme:
    """Security scheme."""

    name: str
    kind: str
    """`basic`, `bearer`, `apiKey`, `clientCredentials`, `oauth2`, `openIdConnect` or `mutualTLS`."""

    place: str = ""
    """`header`, `query` or `cookie`, of an `apiKey`."""

    parameter: str = ""
    """Wire name of the header, query parameter or cookie, of an `apiKey`."""

    token_url: str = ""
    scopes: tuple[str, ...] = ()
    sign_in: SignIn | None = None
    description: str = ""
    assumed: str = ""


@frozen(kw_only=True)
class Parameter:
    """Path, query, header or cookie parameter."""

    name: str
    pointer: str = field(eq=False)
    """JSON pointer to it, through references."""

    place: Location
    shape: Shape
    required: bool
    default: Any
    style: StyleName
    explode: bool
    allow_reserved: bool
    media_type: str
    """Media type of a value that is sent as a document; '' for a value that is sent in a style."""

    spelling: str
    description: str
    assumed: str
    secret: bool
    deprecated: bool
    client: bool
    """True if it is set once on the client (`x-client-parameter`)."""

    body_pointer: str
    """JSON pointer into the request body from which the value is taken (`x-from-body`), '' for an argument."""

    example: Any = field(default=MISSING, eq=False)
    """Value of a required one; `MISSING` for others, and if a value would be too large to show."""


@frozen(kw_only=True)
class Content:
    """Body in one media type."""

    media_type: str
    shape: Shape
    encoding: Mapping[str, Encoding]
    """Encoding of members of a form or a multipart body, where it is not the usual one."""

    example: Any = field(default=MISSING, eq=False)
    """Value of a request body; `MISSING` for others, and if a value would be too large to show."""


@frozen(kw_only=True)
class ErrorPointers:
    """Condition under which a successful response is an error (`x-error-when`): JSON pointers into its body."""

    filled: str
    absent: str


@frozen(kw_only=True)
class Response:
    """Response of an operation with one status."""

    status: str
    """`200`, `4XX` or `default`."""

    description: str
    contents: tuple[Content, ...]
    error_when: ErrorPointers | None
    assumed: str


@frozen(kw_only=True)
class TaskTypeDeclaration:
    """Task type of the spec (`x-task-types`)."""

    definition: TaskType[Any, Any]
    """Its name is the one in the spec; see `task_types`."""

    description: str
    assumed: str


@frozen(kw_only=True)
class SubmissionDeclaration:
    """Declaration that an operation begins a task (`x-begins-task`)."""

    definition: Submission[Any, Any]
    assumed: str


@frozen(kw_only=True)
class Operation:
    """Endpoint of the API."""

    id: str
    tag: str
    name: str
    """The part of the id after the tag."""

    pointer: str
    method: str
    path: str
    summary: str
    description: str
    source: str
    """URL of the page that documents it, or words for a source without one."""

    assumed: str
    spelling: str
    deprecated: bool
    parameters: tuple[Parameter, ...]
    bodies: tuple[Content, ...]
    body_required: bool
    body_description: str
    responses: tuple[Response, ...]
    server: str
    """URL of its own server, in which only variables of the API's server are left; '' for the API's server."""

    security: tuple[tuple[str, ...], ...] | None
    """Alternatives, each a set of schemes that are used together; None for those of the whole API."""

    pagination: Pagination | None
    """Set for a list in pages (`x-pagination`); with JSON pointers instead of attribute paths."""

    idempotent: bool
    """True if it may be sent again, whatever its method (`x-idempotent`)."""

    submission: SubmissionDeclaration | None
    """Set for an operation that begins a task (`x-begins-task`)."""


@frozen(kw_only=True)
class Assumption:
    """Part of a spec that no page states (`x-assumed`)."""

    operation: str
    """Id of the operation that it is about, '' for another part."""

    part: str
    """Part of the operation or of the spec, such as `Schema.property`, '' for the whole."""

    reason: str


@frozen(kw_only=True)
class Tag:
    """Group of operations; becomes a module."""

    name: str
    description: str


@frozen(kw_only=True)
class Spec:
    """Whole spec of one vendor."""

    file: str
    """File name without its folder, so that the same spec gives the same code everywhere."""

    stem: str
    """File name without its suffix: the name of the package."""

    title: str
    spelling: str
    description: str
    assumed: str
    servers: tuple[Server, ...]
    schemes: tuple[Scheme, ...]
    security: tuple[tuple[str, ...], ...]
    tags: tuple[Tag, ...]
    operations: tuple[Operation, ...]
    components: tuple[Component, ...]
    client_parameters: tuple[Parameter, ...]
    media_types: tuple[str, ...]
    """Media types in which every operation with a response body can respond (`x-media-types`)."""

    task_types: tuple[TaskTypeDeclaration, ...]
    assumptions: tuple[Assumption, ...]
    """All of them, in file order."""


class ContentKind(Enum):
    """Kind of content of a body; the value is its name in messages."""

    JSON = "JSON"
    FORM = "a form"
    MULTIPART = "a multipart form"
    TEXT = "text"
    BINARY = "bytes"


def content_kind(media_type: str) -> ContentKind:
    """Return the kind of content of a media type."""
    plain = essence(media_type)
    if is_json(media_type):
        return ContentKind.JSON
    if plain == "application/x-www-form-urlencoded":
        return ContentKind.FORM
    if plain == "multipart/form-data":
        return ContentKind.MULTIPART
    # XML states its encoding itself, so it is bytes, whichever name it has.
    return ContentKind.TEXT if plain.startswith("text/") and plain != "text/xml" else ContentKind.BINARY


def has_body(method: str, status: str) -> bool:
    """Return True if responses to a method with a status have a body (RFC 9110, 6.4.1), whatever the spec declares."""
    return method.lower() != "head" and status not in ("204", "205", "304")
