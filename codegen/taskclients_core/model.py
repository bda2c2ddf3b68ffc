"""Building blocks of generated models: wire names, open enums, discriminators, and the value that means "absent"."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, TypeAlias, TypeVar

from attrs import Attribute, field, fields
from msgspec import UNSET, UnsetType

from .lazy_attrs import frozen

__all__ = [
    "UNSET",
    "OneOf",
    "OpenInt",
    "OpenStr",
    "RenameRule",
    "Scope",
    "Unset",
    "Wire",
    "children_of",
    "discriminated",
    "extra",
    "wire",
    "wire_member",
]

Unset: TypeAlias = UnsetType
"""The type of `UNSET`, for annotations such as `str | None | Unset`."""

RenameRule: TypeAlias = Literal["camel", "pascal", "kebab"]
"""Rule for the wire names of attributes: `taskId`, `TaskId` or `task-id`; without a rule, `task_id`."""

_KEY: Final = "taskclients.wire"
_RULE: Final = "__wire_rename__"
_CHILDREN: Final = "__wire_children__"
_E = TypeVar("_E", bound=Enum)
_T = TypeVar("_T")


# A tuple, not an attrs class: attrs would have to build the class at import, for the first field of a model.
class Wire(NamedTuple):
    """Wire form of one field."""

    name: str | None = None
    """Name of the JSON member; None: derived from the attribute's name, see `wire`."""

    nullable: bool = False
    """True if an optional field may also be null on the wire; otherwise None means absent."""

    extra: bool = False
    """True if the field holds all members that have no field of their own."""

    @staticmethod
    def from_metadata(metadata: Mapping[Any, Any]) -> Wire:
        """Return the wire form in the metadata of an attrs field."""
        found = metadata.get(_KEY)
        return found if isinstance(found, Wire) else _PLAIN


_PLAIN: Final = Wire()


def wire(*, rename: RenameRule) -> Callable[[type[_T]], type[_T]]:
    """Return a class decorator that names the JSON members of the class's own fields by a rule.

        @wire(rename="camel")
        @define(kw_only=True)
        class Task:
            async_task_id: str                                          # asyncTaskId
            pos_code: str = field(metadata=wire_member("posCODE"))      # posCODE

    Inherited fields keep the names that their own class gives them.
    """

    def decorate(cls: type[_T]) -> type[_T]:
        setattr(cls, _RULE, rename)
        return cls

    return decorate


def discriminated(name: str, children: Mapping[str, str]) -> Callable[[type[_T]], type[_T]]:
    """Return a class decorator that lets the value of one member select the subclass to decode.

        @discriminated("petType", {"cat": "Cat"})
        @define(kw_only=True)
        class Pet: ...

    An object with another value, or without one, is decoded as the class itself.

    Args:
        name: Wire name of the member.
        children: Name of the subclass by value of the member. It is in the module of the class.
    """

    def decorate(cls: type[_T]) -> type[_T]:
        setattr(cls, _CHILDREN, (name, MappingProxyType(dict(children))))
        return cls

    return decorate


def children_of(cls: type[Any]) -> OneOf | None:
    """Return the subclasses that `discriminated` gives a class; None for another class."""
    declared = vars(cls).get(_CHILDREN)
    if declared is None:
        return None
    name, children = declared
    module = vars(sys.modules[cls.__module__])
    return OneOf(name, {tag: module[each] for tag, each in children.items()})


def wire_member(name: str | None = None, *, nullable: bool = False) -> Mapping[str, Wire]:
    """Return metadata for a field whose JSON member does not follow the class's rule, or is optional and nullable."""
    return MappingProxyType({_KEY: Wire(name=name, nullable=nullable)})


def extra() -> Mapping[str, Wire]:
    """Return metadata for the one field (a `dict[str, T]`) that holds all members without a field of their own."""
    return MappingProxyType({_KEY: Wire(extra=True)})


def renamed(attribute: str, rule: RenameRule | None) -> str:
    """Return the wire name of an attribute under a rule; None leaves it as it is."""
    if rule is None:
        return attribute
    words = [word for word in attribute.split("_") if word]
    if rule == "kebab":
        return "-".join(words)
    first = words[:1] if rule == "camel" else [word[:1].upper() + word[1:] for word in words[:1]]
    return "".join([*first, *(word[:1].upper() + word[1:] for word in words[1:])])


def declaring_class(cls: type[Any], attribute: str) -> type[Any]:
    """Return the class that declares a field: an attrs class itself or one of its bases."""
    for base in cls.__mro__:
        # Only attrs classes: a plain subclass shows the fields of its base as its own.
        if "__attrs_attrs__" in vars(base) and any(f.name == attribute and not f.inherited for f in fields(base)):
            return base
    return cls


def wire_name(cls: type[Any], attribute: Attribute[Any]) -> str:
    """Return the name of a field's JSON member."""
    owner = declaring_class(cls, attribute.name)
    return Wire.from_metadata(attribute.metadata).name or renamed(attribute.name, vars(owner).get(_RULE))


def _read_only(given: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(given))


# Compared by identity: with the mapping it would be unhashable, and a type hint that contains it must be hashable.
@frozen(eq=False)
class OneOf:
    """Discriminator of a union: `Annotated[Cat | Dog, OneOf("kind", {"cat": Cat, "dog": Dog})]`."""

    property: str
    """Wire name of the member whose value selects the class."""

    mapping: Mapping[str, Any] = field(converter=_read_only)
    """Class, or another union with a discriminator, by value of that member; several values may select one class."""


class Scope(NamedTuple):
    """Module that resolves the quoted names of a recursive alias: `Annotated[int | list["Tree"], Scope(__name__)]`."""

    module: str


class _Open(Enum):
    """Base of `OpenStr` and `OpenInt`. An unknown value gets a new member each time, which is not stored."""

    # Enum would hash the member's name, but equal values, and their plain str or int, must have equal hashes.
    def __hash__(self) -> int:
        return hash(self._value_)

    @property
    def is_known(self) -> bool:
        """True for a declared value; False for a value newer than this client."""
        return self._value_ in type(self)._value2member_map_

    def __repr__(self) -> str:
        if self.is_known:
            return f"<{type(self).__name__}.{self._name_}: {self._value_!r}>"
        return f"<{type(self).__name__} {self._value_!r} (unknown)>"

    # By value: an unknown member cannot be found by name.
    def __reduce_ex__(self, protocol: object) -> tuple[type[_Open], tuple[Any]]:
        return type(self), (self._value_,)

    def __copy__(self: _E) -> _E:
        return self

    def __deepcopy__(self: _E, memo: object) -> _E:
        return self


class OpenStr(str, _Open):
    """String enum that also accepts undeclared values: they keep their text, and `is_known` is False."""

    @classmethod
    def _missing_(cls, value: object) -> OpenStr | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = member._value_ = str(value)
        return member

    def __str__(self) -> str:
        return str.__str__(self)

    def __format__(self, spec: str) -> str:
        return str.__format__(self, spec)


class OpenInt(int, _Open):
    """Integer enum that also accepts undeclared values: they keep their value, and `is_known` is False.

    The wire form is a 64-bit integer.
    """

    @classmethod
    def _missing_(cls, value: object) -> OpenInt | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        member = int.__new__(cls, value)
        member._value_ = int(value)
        member._name_ = str(member._value_)
        return member

    def __str__(self) -> str:
        return int.__repr__(self)

    def __format__(self, spec: str) -> str:
        return int.__format__(self, spec)
