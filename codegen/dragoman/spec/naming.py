"""Python names for names of a spec: `asyncTaskId` -> `async_task_id`. Lint and the generator use the same functions.

Every function here is pure and total. A name without ASCII letters or digits, or with other letters, becomes `''`; the
check `unspellable-name` then asks for an `x-name`. Nothing is transliterated, numbered or guessed.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Container
from typing import Final

# Alternatives, in this order: IDs | EAN13 | RSP | Id, tasks, ean13 | 2fa, 3D
_WORD: Final = re.compile(
    r"[A-Z]{2,}s(?![a-z])|[A-Z]+[0-9]+|[A-Z]+(?![a-z])|[A-Z]?[a-z][a-z0-9]*|[0-9]+(?:[a-z]+|[A-Z]+(?![a-z]))?"
)
_SNAKE: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_PASCAL: Final = re.compile(r"[A-Z][A-Za-z0-9]*")
_UPPER: Final = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")

_OF_NUMBERS: Final = str.maketrans({"-": "MINUS_", ".": "_", "e": "E_", "+": ""})
_KEYWORDS: Final = frozenset(keyword.kwlist)
# Builtins that generated annotations and values use: a name that hides one would change their meaning.
_BUILTINS: Final = frozenset({"bool", "bytes", "dict", "float", "int", "list", "str", "tuple"})
_IMPORTED: Final = frozenset({"b64decode", "date", "datetime"})

RESERVED_ATTRIBUTES: Final = (
    _KEYWORDS | _BUILTINS | _IMPORTED | {"cls", "define", "extra", "field", "self", "wire_member"}
)
"""Names that attributes of models cannot have, because class bodies use them."""

RESERVED_ARGUMENTS: Final = (
    _KEYWORDS | _BUILTINS | _IMPORTED | {"body", "cast", "client", "cls", "models", "self", "super"}
)
"""Names that arguments of endpoint functions and of constructors of clients cannot have."""

RESERVED_FUNCTIONS: Final = _KEYWORDS | _BUILTINS | _IMPORTED | {"annotations", "async_tasks", "models", "object"}
"""Names that endpoint functions and methods of clients cannot have."""

RESERVED_CLASSES: Final = frozenset({"None", "True", "False"})
"""Names that models cannot have. What `models.py` imports gives way to them, and other modules write `models.X`."""

BUILTIN_CLASSES: Final = frozenset(name for name in dir(builtins) if name[0].isupper())
"""Names that mypy reads as the built-in before a module defines them."""

RESERVED_CONSTANTS: Final = frozenset({"ERRORS", "SECRET", "SUBMISSIONS", "TYPE_CHECKING", "UNSET", "UUID"})
"""Names that constants of operations and task types cannot have."""

OWN_MODULES: Final = frozenset({"async_tasks", "client", "models"})
"""Modules that a package has besides those of its tags. Lint refuses a tag with such a name."""

_USED_BESIDE_MODULES: Final = (
    _BUILTINS | _IMPORTED | {"annotations", "api", "cast", "handles", "object", "submissions", "super"}
)

RESERVED_PACKAGES: Final = frozenset({"core", "vendors"})
"""Packages that no vendor can have: the folder of a copied core, and a command of the generated command line."""


def snake(wire: str) -> str:
    """Return a name as `snake_case`, '' for a name that cannot be spelled."""
    if _SNAKE.fullmatch(wire):
        return wire
    return _prefixed("_".join(_words(wire)).lower(), "x_")


def pascal(wire: str) -> str:
    """Return a name as `PascalCase`. A name that already has that form is unchanged, acronyms included."""
    if _PASCAL.fullmatch(wire):
        return wire
    words = _words(wire)
    shouted = len(words) > 1 and wire.upper() == wire
    return _prefixed("".join(word.capitalize() if shouted else word[:1].upper() + word[1:] for word in words), "X")


def upper(wire: str) -> str:
    """Return a name as `UPPER_CASE`."""
    if _UPPER.fullmatch(wire):
        return wire
    return snake(wire).upper()


def attribute(wire: str) -> str:
    """Return the attribute of a model for a member called `wire`."""
    return _unreserved(snake(wire), RESERVED_ATTRIBUTES)


def argument(wire: str) -> str:
    """Return the argument of an endpoint function for a parameter called `wire`."""
    return _unreserved(snake(wire), RESERVED_ARGUMENTS)


def class_name(wire: str) -> str:
    """Return the class for a schema called `wire`."""
    return _unreserved(pascal(wire), RESERVED_CLASSES)


def function(wire: str) -> str:
    """Return the endpoint function for the `verbNoun` of an operationId."""
    return _unreserved(snake(wire), RESERVED_FUNCTIONS)


def constant(function: str) -> str:
    """Return the constant beside an endpoint function."""
    return _unreserved(function.strip("_").upper(), RESERVED_CONSTANTS)


def async_function(function: str) -> str:
    """Return the async function beside an endpoint function."""
    return f"{function.rstrip('_')}_async"


def begin(function: str) -> str:
    """Return the function beside an endpoint function that begins a task and returns its handle."""
    return f"begin_{function.rstrip('_')}"


def handle_class(task_type: str) -> str:
    """Return the handle class of a task type that needs one of its own."""
    return f"{pascal(task_type)}TaskHandle"


def async_handle_class(task_type: str) -> str:
    """Return the async handle class of a task type that needs one of its own."""
    return f"Async{handle_class(task_type)}"


def member(value: str | float) -> str:
    """Return the member of an enumeration for one of its values."""
    if isinstance(value, str):
        return upper(value)
    digits = f"{int(value):d}" if value == int(value) else repr(value)
    return f"VALUE_{digits}".translate(_OF_NUMBERS)


def module(tag: str) -> str:
    """Return the module for the operations of a tag."""
    return _unreserved(snake(tag), _KEYWORDS)


def module_reference(module: str, functions: Container[str]) -> str:
    """Return the name under which `client.py` and `async_tasks.py` import the module of a tag.

    Args:
        module: Name of the module.
        functions: Functions of the client, which these modules define or list beside the modules.
    """
    return f"_{module}" if module in _USED_BESIDE_MODULES or module in functions else module


def package(stem: str) -> str:
    """Return the package for the spec in a file called `stem`, without its suffix."""
    return _unreserved(snake(stem), _KEYWORDS | RESERVED_PACKAGES)


def is_member(name: str) -> bool:
    """Return True if a name that a spec gives to a member of an enumeration is valid as it is."""
    return _UPPER.fullmatch(name) is not None


def _words(wire: str) -> list[str]:
    if any(c.isalnum() and not c.isascii() for c in wire):
        return []
    return _WORD.findall(wire.replace("'", ""))


def _prefixed(name: str, prefix: str) -> str:
    return prefix + name if name[:1].isdigit() else name


def _unreserved(name: str, reserved: frozenset[str]) -> str:
    return f"{name}_" if name in reserved else name
