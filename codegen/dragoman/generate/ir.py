"""Client package as frozen values, ready to be printed: lowering makes them, templates lay them out.

Every string is Python source (names, types, expressions), or prose where its docstring says so.
"""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class Argument:
    """Argument of a function or constructor."""

    name: str
    type: str
    default: str
    """'' for a required argument."""


@frozen(kw_only=True)
class Operation:
    """Endpoint: its constant and its two functions."""

    constant: str
    annotation: str
    """Type of the constant, if type checkers cannot infer it, else ''."""

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
    """Types of the page and its items, '' for an operation without pagination."""


@frozen(kw_only=True)
class Module:
    """Module with the operations of one tag."""

    name: str
    doc: str
    """Prose."""

    errors: str
    """Errors that several operations of the module have in common (`ERRORS`), '' for none."""

    operations: tuple[Operation, ...]


@frozen(kw_only=True)
class TaskType:
    """Task type: its constant in `async_tasks.py`."""

    constant: str
    types: str
    """Types of a task and of its result."""

    entries: tuple[str, ...]
    """Arguments of `TaskType(…)`."""

    doc: str
    """Prose."""


@frozen(kw_only=True)
class BeginFunction:
    """Operation that begins a task: its constant in `async_tasks.py`, and the functions that return a handle."""

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
    """Class of the handle; the name of the async class has the prefix `Async`."""

    types: str
    """Types of a task and of its result."""

    needs_cast: bool
    """True if the function casts the handle, because type checkers know it as a `TaskHandle` only."""


@frozen(kw_only=True)
class Member:
    """Member of an enumeration."""

    name: str
    value: str
    doc: str
    """Docstring as a literal, '' for none."""


@frozen(kw_only=True)
class Enumeration:
    """Enumeration of `models.py`."""

    name: str
    base: str
    doc: str
    """Docstring as a literal."""

    members: tuple[Member, ...]


@frozen(kw_only=True)
class Client:
    """Package of one vendor."""

    package: str
    file: str
    """File name of the spec."""

    title: str
    """Prose."""

    name: str
    """Prefix of the class names."""

    doc: str
    """Prose."""

    api: tuple[str, ...]
    """Arguments of `Api(…)`."""

    arguments: tuple[Argument, ...]
    """Arguments of its constructor that not every client has, `auth` last; empty if it has no constructor."""

    passed: str
    """Arguments for the constructor of the base class, after the base URL."""

    argument_docs: tuple[str, ...]
    """Prose on the parameters that are set once on the client."""

    modules: tuple[Module, ...]
    task_types: tuple[TaskType, ...]
    """Empty for an API without tasks."""

    begin_functions: tuple[BeginFunction, ...]
    reconcile: str
    """`ReconcileRule(...)` of most of `begin_functions`, '' if no two have the same."""

    submissions: str
    """Tuple of all constants of `begin_functions`."""

    enumerations: tuple[Enumeration, ...]
    models: str
    """Other classes and aliases of `models.py`."""
