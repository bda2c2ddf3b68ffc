"""Types in generated code: annotations as values, and whether code written for one type works with another."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Set
from typing import Final, TypeAlias

from attrs import field, frozen

from ...generate.spelling import PLAIN_NAMES

MODELS: Final = "models."
"""Prefix of the names of models, everywhere."""


@frozen
class Named:
    """Class, alias or special form, with its arguments: `str`, `models.Task`, `list[models.Task]`."""

    name: str
    arguments: tuple[Type, ...] = ()


@frozen
class Value:
    """One value of a `Literal`."""

    source: str


@frozen
class AnyOf:
    """Union; an empty one is never made."""

    members: tuple[Named | Value, ...]


Type: TypeAlias = Named | Value | AnyOf

NONE: Final = Named("None")
ANY: Final = Named("Any")
_ANYTHING: Final = frozenset({"Any", "object"})
_INVARIANT: Final = frozenset({"dict", "list"})
# What type checkers take for another type, besides classes for their bases in generated code.
_SUPERTYPES: Final[Mapping[str, str]] = {
    "bool": "int",
    "int": "float",
    "datetime": "date",
    "bytes": "FileContent",
    "handles.CancellableTaskHandle": "handles.TaskHandle",
    "handles.ConfirmableTaskHandle": "handles.TaskHandle",
    "handles.AsyncCancellableTaskHandle": "handles.AsyncTaskHandle",
    "handles.AsyncConfirmableTaskHandle": "handles.AsyncTaskHandle",
}


def members(type_: Type) -> tuple[Named | Value, ...]:
    """Return the members of a union, or the type itself."""
    return type_.members if isinstance(type_, AnyOf) else (type_,)


def union(types: Iterable[Type]) -> Type:
    """Return the union of types, without repetitions."""
    found = tuple(dict.fromkeys(member for each in types for member in members(each)))
    return found[0] if len(found) == 1 else AnyOf(found)


def words(type_: Type) -> str:
    """Return a type as callers write it, with models by their bare names."""
    match type_:
        case AnyOf(found):
            values = [each.source for each in found if isinstance(each, Value)]
            named = [words(each) for each in found if isinstance(each, Named)]
            literal = [f"Literal[{', '.join(values)}]"] if values else []
            none = [each for each in named if each == "None"]
            return " | ".join([*(each for each in named if each != "None"), *literal, *none])
        case Value(source):
            return f"Literal[{source}]"
        case Named("*", (inner,)):
            return f"*{words(inner)}"
        case Named(name, arguments):
            bare = name.removeprefix(MODELS).removeprefix("handles.")
            return f"{bare}[{', '.join(map(words, arguments))}]" if arguments else bare


@frozen
class Parser:
    """Parser of the annotations of one package, in which models are called `models.Task`."""

    _parsed: dict[str, Type] = field(factory=dict, init=False, eq=False, repr=False)

    def parse(self, annotation: str) -> Type:
        """Return an annotation as a value."""
        found = self._parsed.get(annotation)
        if found is None:
            found = self._parsed[annotation] = self.type_of(ast.parse(annotation, mode="eval").body)
        return found

    def type_of(self, node: ast.expr) -> Type:
        """Return the type that an expression denotes."""
        match node:
            case ast.BinOp(left, ast.BitOr(), right):
                return union((self.type_of(left), self.type_of(right)))
            case ast.Constant(None):
                return NONE
            case ast.Constant(ellipsis) if ellipsis is ...:
                return Named("...")
            case ast.Constant(str(quoted)):
                return self.parse(quoted)
            case ast.Starred(inner):
                return Named("*", (self.type_of(inner),))
            case ast.Subscript(of, index):
                return self._subscripted(self._name(of), index)
            case _:
                return Named(self._name(node))

    def _subscripted(self, name: str, index: ast.expr) -> Type:
        arguments = index.elts if isinstance(index, ast.Tuple) else [index]
        match name:
            case "Annotated":
                return self.type_of(arguments[0])
            case "Literal":
                return union(Value(ast.unparse(each)) for each in arguments)
            case "Union":
                return union(map(self.type_of, arguments))
            case _:
                return Named(name, tuple(map(self.type_of, arguments)))

    @staticmethod
    def _name(node: ast.expr) -> str:
        name = ast.unparse(node)
        # The wire format of `GuidN` is none of the caller's business: it is a UUID.
        return PLAIN_NAMES.get(name, name)


@frozen
class Scope:
    """Meaning of the names of one package: supertypes of its classes, and its aliases."""

    supertypes: Mapping[str, tuple[Type, ...]]
    """Base classes by the name of a class, with its prefix."""

    aliases: Mapping[str, Type]
    """Types of aliases by name, with its prefix."""


@frozen
class Fit:
    """Check that values of one type are accepted where another is expected.

    An alias fits the alias of the same name: what changed in it is said once, at the alias.
    """

    value: Scope
    """Scope of the types of values."""

    target: Scope
    """Scope of the expected types."""

    classes: Scope
    """Scope whose classes exist when the code runs: that of the new package."""

    renamed: Set[tuple[str, str]]
    """Pairs of the names of a value's class and of an expected class that are one class, which has a new name."""

    reading: bool
    """True for code that gets the values, False for code that passes them.

    Code that gets a list reads it, so `list[Task]` is accepted where `list[Task | None]` is expected. Code that passes
    one may have it in a variable, which type checkers refuse.
    """

    at_run_time: bool = False
    """Judge as the running program does, which knows no `Any`, and not as a type checker."""

    _open: set[tuple[Type, Type, bool]] = field(factory=set, init=False, eq=False, repr=False)

    def refused(self, value: Type, target: Type) -> tuple[Named | Value, ...]:
        """Return the members of a type that are not accepted where another is expected."""
        if value == target:
            return ()
        return tuple(each for each in members(value) if not self._one(each, target, swapped=False))

    def _accepts(self, value: Type, target: Type, *, swapped: bool) -> bool:
        return value == target or all(self._one(each, target, swapped=swapped) for each in members(value))

    def _one(self, value: Named | Value, target: Type, *, swapped: bool) -> bool:
        step = (value, target, swapped)
        if step in self._open:
            # A recursive alias fits, unless something else on the way does not.
            return True
        self._open.add(step)
        try:
            return any(self._pair(value, each, swapped=swapped) for each in members(target)) or self._expanded(
                value, target, swapped=swapped
            )
        finally:
            self._open.discard(step)

    def _expanded(self, value: Named | Value, target: Type, *, swapped: bool) -> bool:
        """Compare what aliases stand for, and the bases of classes."""
        of_value, of_target = (self.target, self.value) if swapped else (self.value, self.target)
        if isinstance(value, Named) and value.name in of_value.aliases:
            return self._accepts(of_value.aliases[value.name], target, swapped=swapped)
        plain = union(
            of_target.aliases.get(each.name, each) if isinstance(each, Named) else each for each in members(target)
        )
        if plain != target:
            return self._accepts(value, plain, swapped=swapped)
        return any(self._accepts(each, target, swapped=swapped) for each in self._supertypes(value))

    def _supertypes(self, value: Named | Value) -> Iterable[Type]:
        if isinstance(value, Value):
            return [Named(type(ast.literal_eval(value.source)).__name__)]
        # To type checkers a datetime is a date. But the two do not compare, and neither is sent for the other.
        if self.at_run_time and (value.name == "datetime" or (value.name == "bool" and not self.reading)):
            return []
        known = _SUPERTYPES.get(value.name)
        return [Named(known, value.arguments)] if known else self.classes.supertypes.get(value.name, ())

    def _pair(self, value: Named | Value, target: Named | Value, *, swapped: bool) -> bool:
        if value == target or (isinstance(target, Named) and target.name in _ANYTHING):
            return True
        if not isinstance(value, Named) or not isinstance(target, Named):
            return False
        if value == ANY:
            return not self.at_run_time
        pair = (target.name, value.name) if swapped else (value.name, target.name)
        if value.name != target.name and pair not in self.renamed:
            # Enumerations are open: their plain values are sent, too.
            plain = self.at_run_time and not self.reading and value in self.classes.supertypes.get(target.name, ())
            return plain or (value.name, target.name) == ("Auth", "AuthOr")
        if len(value.arguments) != len(target.arguments):
            return self._of_any_length(value.arguments, target.arguments, swapped=swapped)
        invariant = value.name in _INVARIANT and not self.reading and not self.at_run_time
        return all(
            self._accepts(one, other, swapped=swapped)
            and not (invariant and not self._accepts(other, one, swapped=not swapped))
            for one, other in zip(value.arguments, target.arguments, strict=True)
        )

    def _of_any_length(self, values: tuple[Type, ...], targets: tuple[Type, ...], *, swapped: bool) -> bool:
        """Compare tuples of which one has further items: `tuple[int, *tuple[str, ...]]`."""
        rest = _rest(targets)
        if rest is None:
            return False
        fixed, own = targets[:-1], _rest(values)
        items = values if own is None else values[:-1]
        if len(items) < len(fixed):
            return False
        pairs = [
            *zip(items, fixed, strict=False),
            *((each, rest) for each in items[len(fixed) :]),
            *([(own, rest)] if own else []),
        ]
        return all(self._accepts(*pair, swapped=swapped) for pair in pairs)


def _rest(items: tuple[Type, ...]) -> Type | None:
    """Return the type of the further items of a tuple; None if it has none."""
    match items[-1:]:
        case (Named("*", (Named("tuple", (rest, _)),)),):
            return rest
        case _:
            return None
