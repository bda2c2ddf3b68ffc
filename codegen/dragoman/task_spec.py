"""What a spec says about its asynchronous tasks, as typed, frozen values (see `task_reader`).

Pointers lead into one task unless they say otherwise. Durations are in seconds; None is what the spec leaves to the
runtime.
"""

from __future__ import annotations

from typing import TypeAlias

from attrs import frozen

Json: TypeAlias = str | int | float | bool | None
"""A plain value, or an expression: a text that starts with `$`."""

Pairs: TypeAlias = tuple[tuple[str, Json], ...]
"""An object of such values."""

Words: TypeAlias = tuple[tuple[str, str], ...]
"""The vendor's word -> the phase or level that it means."""


@frozen(kw_only=True)
class Call:
    """An operation with what is passed to it."""

    operation: str
    """Its id."""

    arguments: Pairs
    immediate: bool = False


@frozen(kw_only=True)
class Pages:
    """How a list of tasks is cut into pages."""

    token: str
    """Pointer into a page."""

    parameter: str
    size: tuple[str, int] | None
    order: str
    most: int | None


@frozen(kw_only=True)
class Narrow:
    """A filter of a list by phase."""

    parameter: str
    phases: tuple[str, ...]


@frozen(kw_only=True)
class Observe:
    """The GET that shows tasks."""

    call: Call
    listed: bool
    items: str
    """Pointer into the answer."""

    key: str
    pages: Pages | None
    narrow: Narrow | None
    max_bytes: int | None


@frozen(kw_only=True)
class Some:
    """Whether an item of an array has one of some values."""

    inside: str
    at: str
    values: tuple[Json, ...]


@frozen(kw_only=True)
class Test:
    """A question about a task."""

    phases: tuple[str, ...]
    at: str | None
    values: tuple[Json, ...]
    above: float | None
    some: Some | None


@frozen(kw_only=True)
class Rule:
    """A phase that holds when a test is true."""

    test: Test
    phase: str


@frozen(kw_only=True)
class State:
    """How the phase is read."""

    at: str
    words: Words
    fold: bool
    unknown: str
    unknown_after: float | None
    rules: tuple[Rule, ...]
    partial: Test | None


@frozen(kw_only=True)
class Progress:
    """How far a task has come."""

    percent: str | None
    done: str | None
    total: str | None
    steps: bool


@frozen(kw_only=True)
class Steps:
    """The steps of a task; pointers lead into one step."""

    at: str
    """Pointer into the task."""

    key: str
    status: str
    words: Words
    name: str | None
    order: str | None


@frozen(kw_only=True)
class Messages:
    """Messages for people."""

    text: str
    inside: str | None
    level: str
    level_at: str | None
    levels: Words


@frozen(kw_only=True)
class Url:
    """Where a task shows the URL of its file."""

    at: str
    api_credentials: bool
    expires: str | float | None


@frozen(kw_only=True)
class File:
    """The result is a file behind a URL."""

    urls: tuple[Url, ...]
    hosts: tuple[str, ...]
    refresh: bool
    size: str | None
    sha256: str | None
    md5: str | None
    media_type: str | None
    max_bytes: int | None


@frozen
class Inline:
    """The result is a member of the task."""

    at: str


Result: TypeAlias = File | Inline | Call | None


@frozen(kw_only=True)
class Timing:
    """How often a vendor lets us look."""

    min: float
    max: float
    first: float | None
    factor: float | None
    jitter: float | None
    retry_after: bool
    retry_after_max: float | None
    rate: tuple[int, float] | None


@frozen(kw_only=True)
class Lifetime:
    """When a task that is not shown counts as lost."""

    visible_within: float | None
    retention: float | None
    missing_sweeps: int | None
    missing_grace: float | None


@frozen(kw_only=True)
class Kind:
    """A kind of task."""

    name: str
    description: str
    assumed: str
    observe: Observe
    state: State
    progress: Progress | None
    steps: Steps | None
    messages: tuple[Messages, ...]
    answered: Test | None
    actions: tuple[tuple[str, Call], ...]
    cancel: Call | None
    result: Result
    timing: Timing
    lifetime: Lifetime


@frozen(kw_only=True)
class Reconcile:
    """How to look for our own task when it is not known whether it was begun."""

    match: tuple[tuple[str, Json], ...]
    """Pointers into a task, and what stands there."""

    unique: bool
    created: str | None
    settle: float | None


@frozen(kw_only=True)
class Submit:
    """How an operation begins a task."""

    kind: str
    id: str
    scope: Pairs
    accepted: tuple[int, ...]
    idempotency_header: str | None
    client_id: str | None
    reconcile: Reconcile | None
    assumed: str
