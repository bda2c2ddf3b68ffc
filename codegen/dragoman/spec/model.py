"""A spec as typed, frozen values: what the rest of the generator reads instead of YAML (see `spec_reader`)."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from taskclients_core.request.styles import Location, StyleName
from taskclients_core.tasks.definition import Submission, TaskType

from .schema import Component, Shape

ROW_TYPES = ("text/csv", "text/jsonl", "text/jsv")
"""Media types beside JSON that are read into the same models."""


@frozen(kw_only=True)
class Server:
    """A base URL, its variables replaced by their defaults."""

    url: str
    description: str
    assumed: str


@frozen(kw_only=True)
class SignIn:
    """How a client gets a token by itself (`x-sign-in`)."""

    operations: tuple[str, ...]
    """Ids of the operations that hand it out."""

    token: str
    """Pointer into their answers."""


@frozen(kw_only=True)
class Scheme:
    """A way to authenticate."""

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
    """A path, query, header or cookie parameter."""

    name: str
    place: Location
    shape: Shape
    required: bool
    default: Any
    style: StyleName
    explode: bool
    allow_reserved: bool
    media_type: str
    """Set when the value is sent as a document in this media type instead of in a style."""

    spelling: str
    description: str
    assumed: str
    secret: bool
    deprecated: bool
    client: bool
    """Set once on the client (`x-client-parameter`)."""

    body_pointer: str
    """Taken from the request body at this pointer (`x-from-body`)."""


@frozen(kw_only=True)
class Content:
    """A body in one media type."""

    media_type: str
    shape: Shape


@frozen(kw_only=True)
class Failure:
    """When a success answer is a failure all the same (`x-error-when`): pointers into its body."""

    filled: str
    absent: str


@frozen(kw_only=True)
class Answer:
    """What the server answers with one status."""

    status: str
    """`200`, `4XX` or `default`."""

    description: str
    contents: tuple[Content, ...]
    failure: Failure | None
    assumed: str


@frozen(kw_only=True)
class Paging:
    """How a list is paged (`x-pagination`): pointers into the page, and the wire name of the query parameter."""

    items: str
    token: str
    parameter: str


@frozen(kw_only=True)
class TaskTypeDeclaration:
    """A task type (`x-task-types`)."""

    definition: TaskType[Any, Any]
    """Under the name that the spec gives it; see `task_reader`."""

    description: str
    assumed: str


@frozen(kw_only=True)
class SubmissionDeclaration:
    """An operation that begins a task says how (`x-begins-task`)."""

    definition: Submission[Any, Any]
    assumed: str


@frozen(kw_only=True)
class Operation:
    """One thing that the API can do."""

    id: str
    tag: str
    name: str
    """The part of the id after the tag."""

    pointer: str
    method: str
    path: str
    summary: str
    description: str
    page_url: str
    assumed: str
    spelling: str
    deprecated: bool
    parameters: tuple[Parameter, ...]
    bodies: tuple[Content, ...]
    body_required: bool
    body_description: str
    answers: tuple[Answer, ...]
    security: tuple[tuple[str, ...], ...] | None
    """Alternatives, each a set of schemes that go together; None: as the API says."""

    paging: Paging | None
    idempotent: bool
    """Done once though asked for twice, whatever its method (`x-idempotent`)."""

    submit: SubmissionDeclaration | None
    """How it begins a task (`x-begins-task`)."""


@frozen(kw_only=True)
class Tag:
    """A group of operations."""

    name: str
    description: str


@frozen(kw_only=True)
class Spec:
    """A whole spec."""

    file: str
    """Its file name: the same wherever the file lies, so that what is made from it is too."""

    stem: str
    """File name without its ending: the name of the package."""

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
    """What every operation that answers with data can answer in (`x-media-types`)."""

    kinds: tuple[TaskTypeDeclaration, ...]
    """Kinds of tasks (`x-task-types`)."""


def is_json(media_type: str) -> bool:
    """Tell whether a media type, with or without parameters, is JSON or built on it."""
    plain = media_type.partition(";")[0].strip().lower()
    return plain in {"application/json", "text/json"} or plain.endswith("+json")
