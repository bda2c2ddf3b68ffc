"""Typed, frozen values of a spec. `reader` makes them from YAML; all later stages read them instead of YAML."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from taskclients_core.request.styles import Location, StyleName
from taskclients_core.tasks.definition import Submission, TaskType

from .schema import Component, Shape

ROW_TYPES = ("text/csv", "text/jsonl", "text/jsv")
"""Media types other than JSON that clients read into the same models."""


@frozen(kw_only=True)
class Server:
    """Base URL, with its variables replaced by their defaults."""

    url: str
    description: str
    assumed: str


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
    """`basic`, `bearer`, `apiKey` or `clientCredentials`."""

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


@frozen(kw_only=True)
class Content:
    """Body in one media type."""

    media_type: str
    shape: Shape


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
class PagePointers:
    """Pagination of a list (`x-pagination`): JSON pointers into the page, and the wire name of the query parameter."""

    items: str
    token: str
    parameter: str


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
    security: tuple[tuple[str, ...], ...] | None
    """Alternatives, each a set of schemes that are used together; None for those of the whole API."""

    pagination: PagePointers | None
    idempotent: bool
    """True if it may be sent again, whatever its method (`x-idempotent`)."""

    submission: SubmissionDeclaration | None
    """Set for an operation that begins a task (`x-begins-task`)."""


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


def is_json(media_type: str) -> bool:
    """Return True if a media type, with or without parameters, is JSON or based on it."""
    plain = media_type.partition(";")[0].strip().lower()
    return plain in {"application/json", "text/json"} or plain.endswith("+json")
