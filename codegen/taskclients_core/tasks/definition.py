"""Task types and submissions as data, and the phases of a task.

The generator writes instances of these classes from `x-task-types` and `x-begins-task`; the rest of the package
interprets them. Pointers are JSON pointers (RFC 6901) into a task unless the docstring says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar

from msgspec import Struct

from ..formats import guid_text
from ..operation import Operation


class Phase(StrEnum):
    """Phase of a task, the same for all vendors."""

    SUBMISSION_UNKNOWN = "unknown-submit"
    """It is unknown if the server began the task."""

    QUEUED = "queued"
    """The server has accepted the task and not begun to work on it."""

    RUNNING = "running"
    """The server works on the task."""

    NEEDS_INPUT = "needs-input"
    """The task waits for an answer from a person or a program."""

    SUCCEEDED = "succeeded"
    """The task ended well; `TaskSnapshot.partial` says if with errors."""

    SKIPPED = "skipped"
    """The task ended because there was nothing to do."""

    FAILED = "failed"
    """The task ended without success."""

    CANCELLED = "cancelled"
    """The task was cancelled."""

    LOST = "lost"
    """The server no longer shows the task."""

    @property
    def terminal(self) -> bool:
        """True if the phase is final. `LOST` is not: the server may show the task again."""
        return self in TERMINAL


TERMINAL: Final = frozenset({Phase.SUCCEEDED, Phase.SKIPPED, Phase.FAILED, Phase.CANCELLED})


M = TypeVar("M")
R = TypeVar("R")

JsonScalar: TypeAlias = str | int | float | bool | None
Level: TypeAlias = Literal["info", "warning", "error"]

EMPTY_MAPPING: Mapping[str, Any] = MappingProxyType({})


class BoundCall(Struct, frozen=True):
    """Operation with its arguments, by the wire names of its parameters.

    A value is a constant or an expression: `$task.id`, or `$scope.<name>` for a value kept at submission.
    """

    operation: Operation[Any]
    arguments: Mapping[str, JsonScalar] = EMPTY_MAPPING


DEFAULT_MAX_POLL_BYTES: Final = 8 * 1024 * 1024
"""Maximum size of one response to a poll, in bytes, where the spec has none."""


class FromItem(Struct, frozen=True):
    """Poll by a GET that returns one task."""

    call: BoundCall
    max_bytes: int = DEFAULT_MAX_POLL_BYTES
    """Maximum size of the response body, in bytes."""


class ListPages(Struct, frozen=True, kw_only=True):
    """Pagination of a list of tasks."""

    token: str
    """Pointer into a page, to the token of the next page."""

    parameter: str
    """Wire name of the query parameter that takes the token."""

    size: tuple[str, int] | None = None
    """Wire name of the page size parameter, and the page size to request."""

    order: Literal["newest-first", "oldest-first", "any"] = "any"
    """Order of the list; for the mock server, as a poll stops where the last awaited task was found."""

    max_pages: int = 50
    """Maximum number of pages per poll."""


class StatusFilter(Struct, frozen=True):
    """Status filter of a list, used while all awaited tasks were last seen in one of `phases`."""

    parameter: str
    """Wire name of the query parameter."""

    words: tuple[str, ...]
    """The vendor's status words for those phases."""

    phases: tuple[Phase, ...]


class FromList(Struct, frozen=True, kw_only=True):
    """Poll by a GET that returns a list of tasks."""

    call: BoundCall
    items: str
    """Pointer into the response, to the array."""

    key: str
    """Pointer into an item, to its id."""

    guid: Literal["N", "D"] | None = None
    """Format of ids that are GUIDs, with or without dashes: they are compared as GUIDs and kept in this format. None:
    ids are compared as exact text."""

    pages: ListPages | None = None
    filter: StatusFilter | None = None
    max_bytes: int = DEFAULT_MAX_POLL_BYTES
    """Maximum size of the body of one response, in bytes."""

    def id_text(self, text: str) -> str:
        """Return the id of a task in the form in which ids are compared."""
        return text if self.guid is None else guid_text(text, self.guid)


class AnyItem(Struct, frozen=True):
    """Test that is true if the array at `inside` has an item whose value at `at` is one of `values`."""

    inside: str
    at: str
    values: tuple[JsonScalar, ...]


class Condition(Struct, frozen=True, kw_only=True):
    """Test of a task; true if all of its parts are true.

    Values are compared as JSON: 1 does not equal true. An absent member equals null.
    """

    phase: tuple[Phase, ...] = ()
    """Phases the task may be in; empty: any phase."""

    at: str | None = None
    values: tuple[JsonScalar, ...] = ()
    """Allowed values at `at`; empty: any value, null included, but not an absent member."""

    above: float | None = None
    """The value at `at` must be a number greater than this one."""

    any_item: AnyItem | None = None


class PhaseRule(Struct, frozen=True):
    """Phase that replaces the one of the status word if `condition` is true."""

    condition: Condition
    phase: Phase


class StatusMapping(Struct, frozen=True, kw_only=True):
    """Mapping from a task's status word to its phase."""

    at: str
    """Pointer to the status word."""

    phases: Mapping[str, Phase]
    fold: bool = False
    """True if words are compared without regard to case."""

    unknown: Phase = Phase.RUNNING
    """Phase of a status word that is not in `phases`."""

    unknown_after: float = 600.0
    """Seconds of such a status after which waits raise UnknownStatusError."""

    rules: tuple[PhaseRule, ...] = ()
    """The first rule whose condition is true applies."""

    partial: Condition | None = None
    """True of a success with errors."""


class ProgressMapping(Struct, frozen=True, kw_only=True):
    """Progress of a task: pointers to a percentage or to two counts, or the share of its steps that have ended."""

    percent: str | None = None
    done: str | None = None
    total: str | None = None
    steps: bool = False


class StepsMapping(Struct, frozen=True, kw_only=True):
    """Steps of a task: `at` points to the array, `key`, `status` and `name` point into a step."""

    at: str
    key: str
    status: str
    phases: Mapping[str, Phase]
    name: str | None = None
    order: str | None = None
    """Pointer into a step, to the number that steps are sorted by."""


class MessagesMapping(Struct, frozen=True, kw_only=True):
    """Human-readable messages: `text` is a pointer into the task, or into each item of the array at `inside`."""

    text: str
    inside: str | None = None
    level: Level = "info"
    level_at: str | None = None
    """Pointer to a level word, relative to the same value as `text`."""

    levels: Mapping[str, Level] = EMPTY_MAPPING
    """Levels by level word; other words mean `level`."""


class DownloadLink(Struct, frozen=True, kw_only=True):
    """Member of a task that holds the URL of its file."""

    at: str
    api_credentials: bool = False
    """True if the download sends the API's credentials. Otherwise no credential is sent to the URL."""

    expires: str | float | None = None
    """Expiry of the link: "url" (stated in the URL), a pointer to a date-time, or seconds after the poll."""


class DownloadLinks(Struct, frozen=True, kw_only=True):
    """The result is a file behind a URL. The first link that a task has is used."""

    links: tuple[DownloadLink, ...]
    hosts: tuple[str, ...] = ()
    """Hosts that files may come from: a name, or `*.example.com`. Empty: the caller passes `download_hosts=`."""

    refresh: bool = True
    """True if another poll of the task returns a new link."""

    size: str | None = None
    sha256: str | None = None
    md5: str | None = None
    media_type: str | None = None
    max_bytes: int | None = None


class InlineResult(Struct, frozen=True):
    """The result is the value at `at` in the task."""

    at: str
    type: object
    """Type to decode the value to."""


class FromOperation(Struct, frozen=True):
    """The result is the return value of another operation."""

    call: BoundCall


class PollTiming(Struct, frozen=True, kw_only=True):
    """Polling intervals of the vendor, in seconds. A `PollPolicy` can make polls rarer, never more frequent."""

    min: float = 2.0
    max: float = 30.0
    first: float | None = None
    """Seconds until the first poll; None: `min`."""

    factor: float = 1.5
    """Growth of the interval after each poll without change."""

    jitter: float = 0.2
    """Random share of the interval, 0 to 1, by which it varies."""

    retry_after: bool = True
    """True if `Retry-After` of a submission or a poll delays the next poll."""

    retry_after_max: float = 900.0
    """Longest such delay; a longer one ends the wait, not the task."""

    rate: tuple[int, float] | None = None
    """Maximum number of requests, and the seconds in which they are counted."""


class Lifetime(Struct, frozen=True, kw_only=True):
    """Limits after which a task that polls do not find counts as lost."""

    visible_within: float = 0.0
    """Seconds that a task may take to appear after its submission."""

    retention: float | None = None
    """Seconds for which the vendor keeps tasks."""

    missing_polls: int = 3
    """Number of complete polls in a row that do not find the task."""

    missing_grace: float = 60.0
    """Seconds that these polls must span."""


class TaskType(Struct, Generic[M, R], frozen=True, kw_only=True):
    """Type of task: how to poll it and how to read it. `M` is the model of a task, `R` the type of its result."""

    name: str
    """Vendor and type, such as `booster.task`."""

    model: object
    """`M`, as a type for the codec."""

    poll: FromList | FromItem
    state: StatusMapping
    timing: PollTiming = PollTiming()
    lifetime: Lifetime = Lifetime()
    progress: ProgressMapping | None = None
    steps: StepsMapping | None = None
    messages: tuple[MessagesMapping, ...] = ()
    input_answered: Condition | None = None
    """True of a task that needs input and has received it."""

    actions: Mapping[str, BoundCall] = EMPTY_MAPPING
    """Calls that answer a task that needs input, by name, such as `confirm`."""

    cancel: BoundCall | None = None
    result: DownloadLinks | InlineResult | FromOperation | None = None
    handles: tuple[type[Any], type[Any]] | None = None
    """Handle classes of the type's own, sync and async, for a type with both `cancel` and `confirm`. None: the core's
    classes for what the type has."""

    def id_text(self, text: str) -> str:
        """Return the id of a task in the form in which ids are compared."""
        return self.poll.id_text(text) if isinstance(self.poll, FromList) else text


class MatchRule(Struct, frozen=True):
    """Member of a task that repeats a value of its request."""

    item: str
    """Pointer into the task."""

    equals: JsonScalar
    """Expression for the value in the request, such as `$request.body#/name`."""


class ReconcileRule(Struct, frozen=True, kw_only=True):
    """Search for a task in the list when it is unknown if a request began it."""

    match: tuple[MatchRule, ...]
    unique: bool
    """True if no other task can match. Only then is a match resolved without the caller."""

    created: str | None = None
    """Pointer to the date-time at which the task was created."""

    settle: float = 5.0
    """Seconds after the request until the list must show the task."""


class Submission(Struct, Generic[M, R], frozen=True, kw_only=True):
    """Operation that begins a task. Expressions are OpenAPI runtime expressions, such as `$response.body#/id`."""

    operation: Operation[Any]
    task_type: TaskType[M, R]
    id: str
    """Expression for the id of the task."""

    scope: Mapping[str, JsonScalar] = EMPTY_MAPPING
    """Expressions for the values that later polls need, by name."""

    accepted: tuple[int, ...] = ()
    """Statuses that confirm the task was begun; empty: any 2xx."""

    idempotency_header: str | None = None
    """Header by which the server recognises a repeated request."""

    client_id: str | None = None
    """Expression for the id in the request by which the server recognises a repeated one.

    A request without it is never sent again.
    """

    reconcile: ReconcileRule | None = None
