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
class Constant:
    """Private constant of `async_tasks.py`."""

    name: str
    annotation: str
    """Type in brackets, if type checkers cannot infer it, else ''."""

    value: str


@frozen(kw_only=True)
class Endpoint:
    """Constant that describes a request, and the two functions that pass it to the client."""

    constant: str
    entries: tuple[str, ...]
    """Arguments of the constant's class."""

    function: str
    async_function: str
    doc: str
    """Prose."""

    async_doc: str
    """Prose: summary and arguments."""

    positional: tuple[Argument, ...]
    keyword: tuple[Argument, ...]
    passed: str
    """Arguments of the client's method: `call`, `pages` or `begin`."""


@frozen(kw_only=True)
class Operation(Endpoint):
    """Operation of the API: an `Operation(…)`."""

    annotation: str
    """Type of the constant in brackets, if type checkers cannot infer it, else ''."""

    returns: str
    paged: str
    """Types of the page and its items, '' for an operation without pagination."""


@frozen(kw_only=True)
class Module:
    """Module with the operations of one tag."""

    name: str
    reference: str
    """Name under which `client.py` and `async_tasks.py` import it: no function of theirs has it."""

    doc: str
    """Prose."""

    errors: str
    """Errors that several operations of the module have in common (`ERRORS`), '' for none."""

    operations: tuple[Operation, ...]


@frozen(kw_only=True)
class HandleClass:
    """Handle class of a task type that can be cancelled and confirmed."""

    name: str
    bases: tuple[str, ...]
    doc: str
    """Prose."""


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
class BeginFunction(Endpoint):
    """Operation that begins a task: a `Submission(…)` in `async_tasks.py`, and functions that return a handle."""

    handle: str
    """Type of the handle."""

    async_handle: str
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
class Heading:
    """Heading on the reference page."""

    title: str
    """Markdown."""

    anchor: str


@frozen(kw_only=True)
class PageOperation:
    """Operation on the reference page, in Markdown."""

    heading: Heading
    row: str
    """Row in the table of its module."""

    doc: str
    source: str
    """Method and path, and the page that documents it."""

    signatures: str
    """Block of code with the function, and the one that begins a task."""

    facts: tuple[str, ...]
    """Items of a list: arguments, what it returns and raises, its pages, its task."""

    example: str
    """Block of code with a call, '' if a value would be too large to show."""


@frozen(kw_only=True)
class PageModule:
    """Operations of a tag on the reference page, in Markdown."""

    heading: Heading
    doc: str
    operations: tuple[PageOperation, ...]


@frozen(kw_only=True)
class PageTaskType:
    """Task type on the reference page, in Markdown."""

    heading: Heading
    doc: str
    diagram: str
    """Block of Mermaid code."""

    facts: tuple[str, ...]


@frozen(kw_only=True)
class Page:
    """Reference page of the package (`README.md`), in Markdown."""

    title: str
    doc: str
    client: Heading
    example: str
    """Block of code that makes a client."""

    options: tuple[str, ...]
    """Rows of a table."""

    modules: tuple[PageModule, ...]
    task_types: tuple[PageTaskType, ...]
    assumed: Heading
    assumptions: tuple[str, ...]
    """Rows of a table, none if there are no assumptions."""

    @property
    def contents(self) -> tuple[Heading, ...]:
        """Headings of the sections."""
        modules, task_types = (each.heading for each in self.modules), (each.heading for each in self.task_types)
        return (self.client, *modules, *task_types, *([self.assumed] if self.assumptions else []))


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
    constants: tuple[Constant, ...]
    """Parts that several of `task_types` or of `begin_functions` share, in order of use."""

    handle_classes: tuple[HandleClass, ...]
    """Sync and async handle classes of the task types that do not use those of the core."""

    submissions: str
    """Tuple of all constants of `begin_functions`."""

    hidden: frozenset[str]
    """Names that `models.py` imports as `_Any`, because it defines models with these names."""

    enumerations: tuple[Enumeration, ...]
    models: str
    """Other classes and aliases of `models.py`."""

    page: Page
