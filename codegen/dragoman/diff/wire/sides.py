"""One of the two specs of a comparison, with its references resolved: names of schemas count no longer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, cast

from attrs import define, field, frozen

from ...spec.model import Operation, Spec
from ...spec.schema import (
    Anything,
    Array,
    Component,
    Const,
    Discriminator,
    Enumeration,
    Map,
    Nullable,
    Object,
    Property,
    Ref,
    Scalar,
    Shape,
    Tuple,
    Union,
    alternatives,
    post_order,
    references,
)


@frozen
class Member:
    """Member of an object, with the name of the component schema that declares it."""

    owner: str
    property: Property


@frozen
class Whole:
    """Object with everything that it inherits."""

    members: Mapping[str, Member]
    extra: Shape | None
    secret_extra: bool
    children: Discriminator | None
    tags: frozenset[str]
    """Members that select it among the children of a base, and have that value as their default."""


_NOTHING: Final = Whole(members={}, extra=None, secret_extra=False, children=None, tags=frozenset())


@frozen
class Resolved:
    """Values that a shape accepts: null or not, and alternatives that are neither null, nor unions, nor aliases."""

    nullable: bool
    arms: tuple[Shape, ...]
    """Objects and enumerations as references to their components."""

    discriminator: Discriminator | None = None


@define(eq=False)
class Side:
    """Spec with lookups by name."""

    spec: Spec
    _interned: dict[object, int] = field(repr=False)
    """Number of each form, the same for both sides."""

    components: Mapping[str, Component] = field(init=False)
    operations: Mapping[str, Operation] = field(init=False)
    _wholes: dict[str, Whole] = field(factory=dict[str, Whole], init=False)
    _targets: dict[str, str] = field(factory=dict[str, str], init=False)
    _resolved: dict[str, Resolved] = field(factory=dict[str, Resolved], init=False)
    _forms: dict[str, int] = field(factory=dict[str, int], init=False)

    def __attrs_post_init__(self) -> None:
        self.components = {each.name: each for each in self.spec.components}
        self.operations = {each.id: each for each in self.spec.operations}
        # Bottom-up, because a spec may chain thousands of references.
        for name in post_order(self.components, lambda name: alternatives(self.components[name].shape)):
            self.resolved(Ref(name))
        for name in post_order(self.components, lambda name: references(self.components[name].shape)):
            shape = self.components[name].shape
            if not isinstance(shape, Object | Enumeration):
                self._forms[name] = self.form(shape)

    def target(self, name: str) -> str:
        """Return the component behind those that are only other names."""
        passed: list[str] = []
        while name not in self._targets and isinstance(shape := self._plain(name), Ref):
            passed.append(name)
            name = shape.name
        found = self._targets.get(name, name)
        self._targets.update(dict.fromkeys(passed, found))
        return found

    def named(self, shape: Shape) -> str:
        """Return the component that a shape refers to, null aside; '' for an inline shape."""
        inner = shape.of if isinstance(shape, Nullable) else shape
        return self.target(inner.name) if isinstance(inner, Ref) else ""

    def accepts_null(self, shape: Shape) -> bool:
        """Return True if null is one of the values of a shape, itself or through references."""
        match shape:
            case Nullable() | Anything():
                return True
            case Ref(name):
                return self.components[name].nullable
            case Union(members):
                return any(map(self.accepts_null, members))
            case Const(value):
                return value is None
            case _:
                return False

    def resolved(self, shape: Shape) -> Resolved:
        """Return the alternatives of a shape."""
        name = self.named(shape)
        if not name:
            return self._resolve(shape)
        if name not in self._resolved:
            # Unions that contain themselves are refused by lint, so this ends.
            found = self._resolve(self.components[name].shape)
            own = self.components[name].shape
            arms = (Ref(name),) if isinstance(own, Object | Enumeration) else found.arms
            self._resolved[name] = Resolved(self.components[name].nullable, arms, found.discriminator)
        found = self._resolved[name]
        return Resolved(found.nullable or self.accepts_null(shape), found.arms, found.discriminator)

    def _resolve(self, shape: Shape) -> Resolved:
        nullable = self.accepts_null(shape)
        inner = shape.of if isinstance(shape, Nullable) else shape
        if isinstance(inner, Ref):
            found = self.resolved(inner)
            return Resolved(nullable, found.arms, found.discriminator)
        if not isinstance(inner, Union):
            return Resolved(nullable, () if inner == Const(None) else (inner,))
        parts = [self.resolved(each) for each in inner.members]
        arms = dict.fromkeys(arm for part in parts for arm in part.arms)
        nullable = nullable or any(part.nullable for part in parts)
        return Resolved(nullable, tuple(arms), self._flat(inner.discriminator))

    def _flat(self, discriminator: Discriminator | None) -> Discriminator | None:
        """Return a discriminator with the members of the unions inside that the same property selects."""
        if discriminator is None:
            return None
        tags: dict[str, str] = {}
        for value, name in discriminator.mapping:
            inner = self.resolved(Ref(name)).discriminator
            if inner is not None and inner.property == discriminator.property:
                tags |= dict(inner.mapping)
            else:
                tags[value] = self.target(name)
        return Discriminator(discriminator.property, tuple(tags.items()))

    def whole(self, name: str) -> Whole:
        """Return an object with what it inherits."""
        if name in self._wholes:
            return self._wholes[name]
        line: list[str] = []
        while name and name not in self._wholes:
            line.append(name)
            name = self._object(name).base
        whole = self._wholes[name] if name else _NOTHING
        for each in reversed(line):
            own = self._object(each)
            whole = self._wholes[each] = Whole(
                members={**whole.members, **{member.name: Member(each, member) for member in own.properties}},
                extra=own.extra or whole.extra,
                secret_extra=own.secret_extra or whole.secret_extra,
                children=own.children,
                tags=whole.tags | ({whole.children.property} if whole.children else set()),
            )
        return whole

    def object(self, name: str) -> Object | None:
        """Return a component that is an object with declared members; None for another one."""
        shape = self.components[name].shape
        return shape if isinstance(shape, Object) else None

    def form(self, shape: Shape) -> int:
        """Return a number that equal shapes share: aliases are followed, objects and enumerations have their names."""
        key: object
        match shape:
            case Ref(name):
                if name in self._forms:
                    return self._forms[name]
                key = "name", name
            case Array(items):
                key = "list", self.form(items)
            case Tuple(items, rest):
                key = "tuple", tuple(map(self.form, items)), rest and self.form(rest)
            case Map(values):
                key = "map", self.form(values)
            case Nullable(inner):
                key = "null", self.form(inner)
            case Union(members):
                key = "union", tuple(sorted(map(self.form, members)))
            case Const(value):
                key = "const", literal(value)
            case Scalar(type_, format_):
                key = type_, format_
            case _:
                key = shape
        return self._interned.setdefault(key, len(self._interned))

    def words(self, shape: Shape) -> str:
        """Return a shape in words."""
        match shape:
            case Anything():
                return "any value"
            case Scalar(type_, format_):
                return f"{type_} ({format_})" if format_ else type_
            case Const(value):
                return literal(value)
            case Ref(name):
                return self.target(name)
            case Array(items):
                return f"list of {self.words(items)}"
            case Tuple(items, rest):
                more = ("…",) if rest is not None else ()
                return f"tuple of {', '.join((*map(self.words, items), *more))}"
            case Map(values):
                return f"map of {self.words(values)}"
            case Nullable(inner):
                return f"{self.words(inner)} or null"
            case Union(members):
                return " or ".join(map(self.words, members))
            case Enumeration(_, values):
                return f"one of {', '.join(map(literal, values))}"
            case Object():
                return "object"

    def _object(self, name: str) -> Object:
        return cast("Object", self.components[name].shape)  # a base is an object

    def _plain(self, name: str) -> Shape:
        shape = self.components[name].shape
        return shape.of if isinstance(shape, Nullable) else shape


def literal(value: Any) -> str:
    """Return a JSON value as text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
