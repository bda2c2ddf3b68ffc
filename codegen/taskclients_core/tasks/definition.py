"""What a spec says about its asynchronous tasks (`x-task-types`, `x-begins-task`), as data. Generated code is these.

Everything that stands under an `at` is a JSON pointer (RFC 6901) into a task as the server shows it, checked against
the schema when the client was generated; '' is the whole. Durations are in seconds.

These are msgspec structs, not attrs classes: a client is imported far more often than it is used, and making an attrs
class takes forty times as long.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from msgspec import Struct

from ..operation import Operation
from .phases import Phase

M = TypeVar("M")
R = TypeVar("R")

Json: TypeAlias = str | int | float | bool | None
Level: TypeAlias = Literal["info", "warning", "error"]

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Bound(Struct, frozen=True):
    """A call with arguments by the wire names of its parameters.

    A value is a constant, or an expression: `$task.id`, or `$scope.name` for what was kept when the task was started.
    """

    operation: Operation[Any]
    arguments: Mapping[str, Json] = NOTHING
    immediate: bool = False
    """Of a cancellation: whether the task has ended when the answer is there, rather than some time later."""


class Single(Struct, frozen=True):
    """A GET that shows one task."""

    call: Bound
    max_bytes: int = 8 * 1024 * 1024


class Pages(Struct, frozen=True, kw_only=True):
    """How a list of tasks is cut into pages."""

    token: str
    """Pointer into the page, to the token of the next one."""

    parameter: str
    """Wire name of the query parameter that takes it."""

    size: tuple[str, int] | None = None
    """A parameter that takes the length of a page, and the length to ask for."""

    order: Literal["newest-first", "oldest-first", "any"] = "any"
    most: int = 50
    """Pages that are read at most."""


class Narrow(Struct, frozen=True):
    """A filter that a list takes: usable while every awaited task is believed to be in one of the phases."""

    parameter: str
    words: tuple[str, ...]
    """What the vendor calls those phases."""

    phases: tuple[Phase, ...]


class Listed(Struct, frozen=True, kw_only=True):
    """A GET that shows many tasks."""

    call: Bound
    items: str
    """Pointer into the answer, to the array."""

    key: str
    """Pointer into an item, to its id; compared as exact text."""

    pages: Pages | None = None
    narrow: Narrow | None = None
    max_bytes: int = 8 * 1024 * 1024


class Some(Struct, frozen=True):
    """Whether an array at `inside` has an item whose value at `at` is one of `values`."""

    inside: str
    at: str
    values: tuple[Json, ...]


class Test(Struct, frozen=True, kw_only=True):
    """A question about a task; true if all of what it says is true. Equality is JSON's: 1 is not true."""

    phase: tuple[Phase, ...] = ()
    """Empty: whatever phase."""

    at: str | None = None
    values: tuple[Json, ...] = ()
    """What may stand at `at`."""

    above: float | None = None
    """A number stands at `at`, and is above this one."""

    some: Some | None = None


class Rule(Struct, frozen=True):
    """A phase that overrules the one which the status word says."""

    test: Test
    phase: Phase


class State(Struct, frozen=True, kw_only=True):
    """How the phase is read."""

    at: str
    phases: Mapping[str, Phase]
    fold: bool = False
    """Whether words are compared without regard to case."""

    unknown: Phase = Phase.RUNNING
    """What a word counts as that is not among them."""

    unknown_after: float = 600.0
    """Seconds of such a word after which waiting for it ends with UnknownStatus."""

    rules: tuple[Rule, ...] = ()
    """The first one that is true holds."""

    partial: Test | None = None
    """Marks a success that carries errors."""


class ProgressAt(Struct, frozen=True, kw_only=True):
    """How far a task has come: a percentage, or so many of so many, or the part of its steps that is done."""

    percent: str | None = None
    done: str | None = None
    total: str | None = None
    steps: bool = False


class StepsAt(Struct, frozen=True, kw_only=True):
    """The steps of a task."""

    at: str
    key: str
    status: str
    phases: Mapping[str, Phase]
    name: str | None = None
    order: str | None = None
    """Pointer into a step, to a number by which steps are sorted."""


class MessagesAt(Struct, frozen=True, kw_only=True):
    """Messages for people: `text` is a pointer into the task, or into each item of the array at `inside`."""

    text: str
    inside: str | None = None
    level: Level = "info"
    level_at: str | None = None
    """A pointer beside `text`'s, to a word that says the level."""

    levels: Mapping[str, Level] = NOTHING
    """What such words mean; for other words, `level`."""


class Link(Struct, frozen=True, kw_only=True):
    """A place where a task shows the URL of its file."""

    at: str
    api_credentials: bool = False
    """Whether the file is fetched with the API's credentials. Without it, no credential ever goes there."""

    expires: str | float | None = None
    """When it stops working: "url" (the URL says it), a pointer to a date-time, or seconds after it was shown."""


class Links(Struct, frozen=True, kw_only=True):
    """The result is a file behind a URL; the first link that a task shows is taken."""

    links: tuple[Link, ...]
    hosts: tuple[str, ...] = ()
    """Hosts that files may come from: a name, or `*.example.com`. Empty: the caller names them."""

    refresh: bool = True
    """Whether looking at the task again gives a fresh link."""

    size: str | None = None
    sha256: str | None = None
    md5: str | None = None
    media_type: str | None = None
    max_bytes: int | None = None


class Inline(Struct, frozen=True):
    """The result is a member of the task."""

    at: str
    type: object
    """Of the member, for the codec."""


class Fetched(Struct, frozen=True):
    """The result is what another operation returns."""

    call: Bound


class Timing(Struct, frozen=True, kw_only=True):
    """How often a vendor lets us look. Callers can be gentler, never harsher."""

    min: float = 2.0
    max: float = 30.0
    first: float | None = None
    """Until the first look; None: `min`."""

    factor: float = 1.5
    jitter: float = 0.2
    retry_after: bool = True
    retry_after_max: float = 900.0
    rate: tuple[int, float] | None = None
    """So many requests in so many seconds, at most."""


class Lifetime(Struct, frozen=True, kw_only=True):
    """When "not there" begins to mean "lost"."""

    visible_within: float = 0.0
    """Seconds that a task may take to appear after its start."""

    retention: float | None = None
    """Seconds for which tasks are kept."""

    missing_sweeps: int = 3
    missing_grace: float = 60.0


class Kind(Struct, Generic[M, R], frozen=True, kw_only=True):
    """A kind of task: `M` is the model of one task, `R` what it results in."""

    name: str
    """Vendor and kind, such as `booster.task`."""

    model: object
    """`M` for the codec."""

    observe: Listed | Single
    state: State
    timing: Timing = Timing()
    lifetime: Lifetime = Lifetime()
    progress: ProgressAt | None = None
    steps: StepsAt | None = None
    messages: tuple[MessagesAt, ...] = ()
    answered: Test | None = None
    """True of a task in needs-input that has got its answer."""

    actions: Mapping[str, Bound] = NOTHING
    """What answers a task in needs-input, by name such as `confirm`."""

    cancel: Bound | None = None
    result: Links | Inline | Fetched | None = None


class Match(Struct, frozen=True):
    """A member of a task that repeats something of its request: an expression such as `$request.body#/name`."""

    item: str
    equals: Json


class Reconcile(Struct, frozen=True, kw_only=True):
    """How to look for our own task when it is not known whether it was begun."""

    match: tuple[Match, ...]
    unique: bool
    """Whether no other task can match. Only then is one adopted without asking."""

    created: str | None = None
    """Pointer to the date-time at which it was begun."""

    settle: float = 5.0
    """Seconds until it must be visible."""


class Submit(Struct, Generic[M, R], frozen=True, kw_only=True):
    """An operation that begins a task. Expressions are OpenAPI's, such as `$response.body#/id`."""

    operation: Operation[Any]
    kind: Kind[M, R]
    id: str
    scope: Mapping[str, Json] = NOTHING
    """What must be known later to find the task again, by name."""

    accepted: tuple[int, ...] = ()
    """Statuses that say it was begun; empty: any 2xx."""

    idempotency_header: str | None = None
    """A header by which the server knows a repeated request."""

    client_id: str | None = None
    """An expression for an id of ours in the request, by which it knows one."""

    reconcile: Reconcile | None = None
