"""Types as ServiceStack pages print them, in C# (tables), TypeScript and JavaScript."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from attrs import evolve, frozen

LIST: Final = "[]"
MAP: Final = "{}"
MAX_DEPTH: Final = 32
"""Nesting of a type; a deeper one is not read."""

MAX_LENGTH: Final = 2_000


@frozen
class Type:
    """Type: a name with arguments; lists and maps have the names `LIST` and `MAP` and their element as argument."""

    name: str
    arguments: tuple[Type, ...] = ()
    nullable: bool = False
    """True if the page marks it as nullable, which it need not do for a class or a string."""

    def with_arguments(self, known: Mapping[str, Type]) -> Type:
        """Return the type with the parameters of a generic class replaced."""
        if self.name in known and not self.arguments:
            found = known[self.name]
            return evolve(found, nullable=found.nullable or self.nullable)
        return evolve(self, arguments=tuple(each.with_arguments(known) for each in self.arguments))


UNKNOWN: Final = Type("any")


@frozen
class Scalar:
    """JSON types of a scalar, and its format in OpenAPI if it has one."""

    types: tuple[str, ...]
    format: str = ""
    is_value: bool = True
    """True if it is null only where the page marks it as nullable."""


SCALARS: Final[Mapping[str, Scalar]] = {
    "string": Scalar(("string",), is_value=False),
    "number": Scalar(("integer", "number")),
    "boolean": Scalar(("boolean",)),
    "bool": Scalar(("boolean",)),
    "Boolean": Scalar(("boolean",)),
    "String": Scalar(("string",), is_value=False),
    "char": Scalar(("string",)),
    "Char": Scalar(("string",)),
    "byte": Scalar(("integer",)),
    "short": Scalar(("integer",)),
    "ushort": Scalar(("integer",)),
    "int": Scalar(("integer",), "int32"),
    "Int32": Scalar(("integer",), "int32"),
    "uint": Scalar(("integer",)),
    "long": Scalar(("integer",), "int64"),
    "Int64": Scalar(("integer",), "int64"),
    "ulong": Scalar(("integer",)),
    "float": Scalar(("number",), "float"),
    "double": Scalar(("number",), "double"),
    "decimal": Scalar(("number",)),
    "Guid": Scalar(("string",), "uuid"),
    "DateTime": Scalar(("string",), "date-time"),
    "DateTimeOffset": Scalar(("string",), "date-time"),
    "DateOnly": Scalar(("string",), "date"),
    "TimeOnly": Scalar(("string",)),
    "TimeSpan": Scalar(("string",)),
    "Uri": Scalar(("string",), is_value=False),
    "byte[]": Scalar(("string",), is_value=False),
}

_LISTS: Final = frozenset(
    {
        "Array",
        "List",
        "IList",
        "IEnumerable",
        "ICollection",
        "IReadOnlyList",
        "IReadOnlyCollection",
        "HashSet",
        "ISet",
        "Set",
    }
)
_MAPS: Final = frozenset({"Dictionary", "IDictionary", "IReadOnlyDictionary", "Record", "Map"})
_NULLS: Final = frozenset({"null", "undefined"})
_TOKEN: Final = re.compile(r"[\w.$]+|\S")


def parse(text: str) -> Type | None:
    """Return the type that a text names; None if it is no type, is too long, or is nested too deep."""
    if len(text) > MAX_LENGTH:
        return None
    parser = _Parser(_TOKEN.findall(text))
    try:
        found = parser.union(0)
    except _UnreadableTypeError:
        return None
    return found if parser.at_end else None


class _UnreadableTypeError(Exception):
    """A text is no type."""


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.position = 0

    @property
    def at_end(self) -> bool:
        return self.position >= len(self.tokens)

    def union(self, depth: int) -> Type:
        """Read a type, with `| null` after it."""
        found = self.single(depth)
        while self._take("|"):
            other = self.single(depth)
            if other.name in _NULLS:
                found = evolve(found, nullable=True)
            elif found.name in _NULLS:
                found = evolve(other, nullable=True)
            else:
                raise _UnreadableTypeError
        return found

    def single(self, depth: int) -> Type:
        """Read a type with its marks before and after it."""
        if depth > MAX_DEPTH:
            raise _UnreadableTypeError
        nullable = self._take("?")
        if self._take("{"):
            found = self._index(depth)
        elif self._take("("):
            found = self.union(depth + 1)
            self._expect(")")
        else:
            found = self._named(depth)
        while True:
            if self._take("["):
                self._expect("]")
                found = Type("byte[]") if found == Type("byte") else Type(LIST, (found,))
                depth += 1
            elif self._take("?"):
                found = evolve(found, nullable=True)
            else:
                break
            if depth > MAX_DEPTH:
                raise _UnreadableTypeError
        return evolve(found, nullable=True) if nullable else found

    def _named(self, depth: int) -> Type:
        name = self._next()
        if not (name[0].isalpha() or name[0] in "_$"):
            raise _UnreadableTypeError
        arguments: list[Type] = []
        if self._take("<"):
            arguments.append(self.union(depth + 1))
            while self._take(","):
                arguments.append(self.union(depth + 1))
            self._expect(">")
        if name == "Nullable" and len(arguments) == 1:
            return evolve(arguments[0], nullable=True)
        if name in _LISTS and len(arguments) == 1:
            return Type(LIST, tuple(arguments))
        if name in _MAPS and len(arguments) == 2:
            return Type(MAP, (arguments[1],))
        return Type(name, tuple(arguments))

    def _index(self, depth: int) -> Type:
        """Read the rest of `{ [index: string]: T; }`."""
        self._expect("[")
        self._next()
        self._expect(":")
        self._next()
        self._expect("]")
        self._expect(":")
        found = Type(MAP, (self.union(depth + 1),))
        self._take(";")
        self._expect("}")
        return found

    def _next(self) -> str:
        if self.at_end:
            raise _UnreadableTypeError
        self.position += 1
        return self.tokens[self.position - 1]

    def _take(self, token: str) -> bool:
        if self.at_end or self.tokens[self.position] != token:
            return False
        self.position += 1
        return True

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise _UnreadableTypeError
