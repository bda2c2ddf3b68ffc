"""What a client is made of, ready to be printed: the templates only lay these parts out.

Every string here is Python source (names, types, expressions) or, where it says so, prose. Nothing decides anything.
"""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class Argument:
    """An argument of a function or constructor."""

    name: str
    type: str
    default: str
    """'' when it must be given."""


@frozen(kw_only=True)
class Operation:
    """An endpoint: its constant and its two functions."""

    constant: str
    annotation: str
    """Type of the constant, where a type checker cannot infer it."""

    entries: tuple[str, ...]
    """Arguments of `Operation(…)`."""

    function: str
    twin: str
    """The async function."""

    doc: str
    """Prose."""

    twin_doc: str
    """Prose: summary and arguments."""

    positional: tuple[Argument, ...]
    keyword: tuple[Argument, ...]
    passed: str
    """Arguments of `client.call(…)` or `client.pages(…)`."""

    returns: str
    paged: str
    """Types of the page and its items, '' for an operation that is not paged."""


@frozen(kw_only=True)
class Module:
    """The operations of one tag."""

    name: str
    doc: str
    """Prose."""

    errors: str
    """What several operations of the module declare for their errors, '' for nothing."""

    operations: tuple[Operation, ...]


@frozen(kw_only=True)
class TaskKind:
    """A kind of task: its constant in `async_tasks.py`."""

    constant: str
    types: str
    """Of one task and of its result."""

    entries: tuple[str, ...]
    """Arguments of `Kind(…)`."""

    doc: str
    """Prose."""


@frozen(kw_only=True)
class BeginFunction:
    """An operation that begins a task: its constant in `async_tasks.py`, and the functions that return a handle."""

    constant: str
    entries: tuple[str, ...]
    """Arguments of `Submission(…)`."""

    function: str
    twin: str
    """The async function."""

    doc: str
    """Prose."""

    twin_doc: str
    """Prose: summary and arguments."""

    positional: tuple[Argument, ...]
    keyword: tuple[Argument, ...]
    passed: str
    """Arguments of `client.begin(…)`."""

    handle: str
    """Class of the handle; the async one's name has `Async` before it."""

    types: str
    """Of one task and of its result."""

    narrowed: bool
    """Whether a type checker must be told that the handle is more than a `Task`."""


@frozen(kw_only=True)
class Member:
    """A member of an enumeration."""

    name: str
    value: str
    doc: str
    """A docstring, quoted, '' for none."""


@frozen(kw_only=True)
class Enumeration:
    """An enumeration of `models.py`."""

    name: str
    base: str
    doc: str
    """A docstring, quoted."""

    members: tuple[Member, ...]


@frozen(kw_only=True)
class Client:
    """The package of one vendor."""

    package: str
    file: str
    """File name of the spec."""

    title: str
    """Prose."""

    name: str
    """Base of the class names."""

    doc: str
    """Prose."""

    api: tuple[str, ...]
    """Arguments of `Api(…)`."""

    arguments: tuple[Argument, ...]
    """What its constructor takes besides what every client's does, `auth` last; empty if it has no constructor."""

    passed: str
    """Arguments of the base's constructor, after the base URL."""

    argument_docs: tuple[str, ...]
    """Prose, of what is set once on the client."""

    modules: tuple[Module, ...]
    kinds: tuple[TaskKind, ...]
    """Empty if the client knows no tasks."""

    begin_functions: tuple[BeginFunction, ...]
    reconcile: str
    """`ReconcileRule(...)` of most of `begin_functions`, '' where no two have the same."""

    submissions: str
    """All constants of `begin_functions`, as source."""

    enumerations: tuple[Enumeration, ...]
    models: str
    """The other class bodies of `models.py`."""
