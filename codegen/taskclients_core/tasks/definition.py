"""Task types and submissions as data (`x-task-types`, `x-begins-task`), and the phases of a task.

Generated code is these.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar

from msgspec import Struct

from ..operation import Operation


class Phase(StrEnum):
    """Where a task stands."""

    SUBMISSION_UNKNOWN = "unknown-submit"
    """Whether the server ever began it is not known."""

    QUEUED = "queued"
    RUNNING = "running"
    NEEDS_INPUT = "needs-input"
    """It waits for a person or a program to answer."""

    SUCCEEDED = "succeeded"
    SKIPPED = "skipped"
    """It ended without having anything to do."""

    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"
    """The server has stopped showing it."""

    @property
    def terminal(self) -> bool:
        """Whether a task in this phase moves no more. A lost one may be shown again."""
        return self in TERMINAL


TERMINAL: Final = frozenset({Phase.SUCCEEDED, Phase.SKIPPED, Phase.FAILED, Phase.CANCELLED})


M = TypeVar("M")
R = TypeVar("R")

JsonScalar: TypeAlias = str | int | float | bool | None
Level: TypeAlias = Literal["info", "warning", "error"]

EMPTY_MAPPING: Mapping[str, Any] = MappingProxyType({})


class BoundCall(Struct, frozen=True):
    """A call with arguments by the wire names of its parameters.

    A value is a constant, or an expression: `$task.id`, or `$scope.name` for what was kept when the task was started.
    """

    operation: Operation[Any]
    arguments: Mapping[str, JsonScalar] = EMPTY_MAPPING
    immediate: bool = False
    """Of a cancellation: whether the task has ended when the answer is there, rather than some time later."""


class FromItem(Struct, frozen=True):
    """A GET that shows one task."""

    call: BoundCall
    max_bytes: int = 8 * 1024 * 1024


class ListPages(Struct, frozen=True, kw_only=True):
    """How a list of tasks is cut into pages."""

    token: str
    """Pointer into the page, to the token of the next one."""

    parameter: str
    """Wire name of the query parameter that takes it."""

    size: tuple[str, int] | None = None
    """A parameter that takes the length of a page, and the length to ask for."""

    order: Literal["newest-first", "oldest-first", "any"] = "any"
    max_pages: int = 50
    """Pages that are read at most."""


class StatusFilter(Struct, frozen=True):
    """A filter that a list takes: usable while every awaited task is believed to be in one of the phases."""

    parameter: str
    words: tuple[str, ...]
    """What the vendor calls those phases."""

    phases: tuple[Phase, ...]


class FromList(Struct, frozen=True, kw_only=True):
    """A GET that shows many tasks."""

    call: BoundCall
    items: str
    """Pointer into the answer, to the array."""

    key: str
    """Pointer into an item, to its id; compared as exact text."""

    pages: ListPages | None = None
    filter: StatusFilter | None = None
    max_bytes: int = 8 * 1024 * 1024


class AnyItem(Struct, frozen=True):
    """Whether an array at `inside` has an item whose value at `at` is one of `values`."""

    inside: str
    at: str
    values: tuple[JsonScalar, ...]


class Condition(Struct, frozen=True, kw_only=True):
    """A question about a task; true if all of what it says is true. Equality is JSON's: 1 is not true."""

    phase: tuple[Phase, ...] = ()
    """Empty: whatever phase."""

    at: str | None = None
    values: tuple[JsonScalar, ...] = ()
    """What may stand at `at`."""

    above: float | None = None
    """A number stands at `at`, and is above this one."""

    any_item: AnyItem | None = None


class PhaseRule(Struct, frozen=True):
    """A phase that overrules the one which the status word says."""

    condition: Condition
    phase: Phase


class StatusMapping(Struct, frozen=True, kw_only=True):
    """How the phase is read."""

    at: str
    phases: Mapping[str, Phase]
    fold: bool = False
    """Whether words are compared without regard to case."""

    unknown: Phase = Phase.RUNNING
    """What a word counts as that is not among them."""

    unknown_after: float = 600.0
    """Seconds of such a word after which waiting for it ends with UnknownStatus."""

    rules: tuple[PhaseRule, ...] = ()
    """The first one that is true holds."""

    partial: Condition | None = None
    """Marks a success that carries errors."""


class ProgressMapping(Struct, frozen=True, kw_only=True):
    """How far a task has come: a percentage, or so many of so many, or the part of its steps that is done."""

    percent: str | None = None
    done: str | None = None
    total: str | None = None
    steps: bool = False


class StepsMapping(Struct, frozen=True, kw_only=True):
    """The steps of a task."""

    at: str
    key: str
    status: str
    phases: Mapping[str, Phase]
    name: str | None = None
    order: str | None = None
    """Pointer into a step, to a number by which steps are sorted."""


class MessagesMapping(Struct, frozen=True, kw_only=True):
    """Messages for people: `text` is a pointer into the task, or into each item of the array at `inside`."""

    text: str
    inside: str | None = None
    level: Level = "info"
    level_at: str | None = None
    """A pointer beside `text`'s, to a word that says the level."""

    levels: Mapping[str, Level] = EMPTY_MAPPING
    """What such words mean; for other words, `level`."""


class DownloadLink(Struct, frozen=True, kw_only=True):
    """A place where a task shows the URL of its file."""

    at: str
    api_credentials: bool = False
    """Whether the file is fetched with the API's credentials. Without it, no credential ever goes there."""

    expires: str | float | None = None
    """When it stops working: "url" (the URL says it), a pointer to a date-time, or seconds after it was shown."""


class DownloadLinks(Struct, frozen=True, kw_only=True):
    """The result is a file behind a URL; the first link that a task shows is taken."""

    links: tuple[DownloadLink, ...]
    hosts: tuple[str, ...] = ()
    """Hosts that files may come from: a name, or `*.example.com`. Empty: the caller names them."""

    refresh: bool = True
    """Whether looking at the task again gives a fresh link."""

    size: str | None = None
    sha256: str | None = None
    md5: str | None = None
    media_type: str | None = None
    max_bytes: int | None = None


class InlineResult(Struct, frozen=True):
    """The result is a member of the task."""

    at: str
    type: object
    """Of the member, for the codec."""


class FromOperation(Struct, frozen=True):
    """The result is what another operation returns."""

    call: BoundCall


class PollTiming(Struct, frozen=True, kw_only=True):
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

    missing_polls: int = 3
    missing_grace: float = 60.0


class TaskType(Struct, Generic[M, R], frozen=True, kw_only=True):
    """A kind of task: `M` is the model of one task, `R` what it results in."""

    name: str
    """Vendor and kind, such as `booster.task`."""

    model: object
    """`M` for the codec."""

    poll: FromList | FromItem
    state: StatusMapping
    timing: PollTiming = PollTiming()
    lifetime: Lifetime = Lifetime()
    progress: ProgressMapping | None = None
    steps: StepsMapping | None = None
    messages: tuple[MessagesMapping, ...] = ()
    input_answered: Condition | None = None
    """True of a task in needs-input that has got its answer."""

    actions: Mapping[str, BoundCall] = EMPTY_MAPPING
    """What answers a task in needs-input, by name such as `confirm`."""

    cancel: BoundCall | None = None
    result: DownloadLinks | InlineResult | FromOperation | None = None


class MatchRule(Struct, frozen=True):
    """A member of a task that repeats something of its request: an expression such as `$request.body#/name`."""

    item: str
    equals: JsonScalar


class ReconcileRule(Struct, frozen=True, kw_only=True):
    """How to look for our own task when it is not known whether it was begun."""

    match: tuple[MatchRule, ...]
    unique: bool
    """Whether no other task can match. Only then is one adopted without asking."""

    created: str | None = None
    """Pointer to the date-time at which it was begun."""

    settle: float = 5.0
    """Seconds until it must be visible."""


class Submission(Struct, Generic[M, R], frozen=True, kw_only=True):
    """An operation that begins a task. Expressions are OpenAPI's, such as `$response.body#/id`."""

    operation: Operation[Any]
    task_type: TaskType[M, R]
    id: str
    scope: Mapping[str, JsonScalar] = EMPTY_MAPPING
    """What must be known later to find the task again, by name."""

    accepted: tuple[int, ...] = ()
    """Statuses that say it was begun; empty: any 2xx."""

    idempotency_header: str | None = None
    """A header by which the server knows a repeated request."""

    client_id: str | None = None
    """An expression for an id of ours in the request, by which it knows one."""

    reconcile: ReconcileRule | None = None
