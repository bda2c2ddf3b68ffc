"""Models: what generated ones are made of, and what their annotations mean.

The first part is for generated code: wire names, open enums, discriminators, and the value that means "absent". The
second part reads a model's fields (`members`) and annotations. It is independent of any wire format; the codec, request
encoders and the command line use it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from types import MappingProxyType, NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    ForwardRef,
    Literal,
    NamedTuple,
    NewType,
    TypeAlias,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
)

from attrs import NOTHING, Attribute, field, fields, has
from msgspec import UNSET as _UNSET
from msgspec import UnsetType

from .lazy_attrs import frozen

__all__ = [
    "SECRET",
    "UNSET",
    "OneOf",
    "OpenFloat",
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

UNSET: Final = _UNSET
"""Absent: in a request, a member that is not sent. Only members that are both optional and nullable can have it."""

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


def _declaring_classes(cls: type[Any]) -> dict[str, type[Any]]:
    """Return the class that declares each field: an attrs class itself or one of its bases."""
    # Only attrs classes: a plain subclass shows the fields of its base as its own.
    line = [base for base in reversed(cls.__mro__) if "__attrs_attrs__" in vars(base)]
    return {each.name: base for base in line for each in fields(base) if not each.inherited}


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


class Secret(NamedTuple):
    """Mark of a type whose values no message shows: `Annotated[str, SECRET]`."""


SECRET: Final = Secret()


class _Open(Enum):
    """Base of the open enums. An unknown value gets a new member each time, which is not stored."""

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
    """Integer enum that also accepts undeclared values: they keep their value, and `is_known` is False."""

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


class OpenFloat(float, _Open):
    """Number enum that also accepts undeclared values: they keep their value, and `is_known` is False."""

    @classmethod
    def _missing_(cls, value: object) -> OpenFloat | None:
        if not isinstance(value, int | float) or isinstance(value, bool):
            return None
        member = float.__new__(cls, value)
        member._value_ = float(value)
        member._name_ = str(member._value_)
        return member

    def __str__(self) -> str:
        return float.__repr__(self)

    def __format__(self, spec: str) -> str:
        return float.__format__(self, spec)


# -- Fields of a model

NO_DEFAULT: Final = NOTHING


@frozen
class Member:
    """Field of a model and its JSON member."""

    attribute: str
    name: str
    """Name on the wire."""
    type: Any
    """Annotation without None and UNSET."""
    scope: str
    """Name of the module that resolves the annotation's forward references."""
    none: bool
    """True if the value may be None."""
    unset: bool
    """True if the value may be UNSET."""
    nullable: bool
    """True if null on the wire is accepted."""
    default: Any
    """Value of an absent member: a value, an `attrs.Factory`, or NO_DEFAULT."""
    secret: bool
    """True if the value must not appear in messages."""
    extra: bool
    """True if the field collects undeclared members."""

    @property
    def required(self) -> bool:
        """True if the member must not be absent."""
        return self.default is NO_DEFAULT and not self.extra

    @property
    def omits_none(self) -> bool:
        """True if None means absent: the member is left out."""
        return self.none and self.default is None


def members(cls: type[Any]) -> tuple[Member, ...]:
    """Return the fields of an attrs class in order of declaration, inherited ones first."""
    owners = _declaring_classes(cls)
    return tuple(_member(attribute, owners.get(attribute.name, cls)) for attribute in fields(cls))


def _member(attribute: Attribute[Any], owner: type[Any]) -> Member:
    scope = owner.__module__
    hint = resolve_annotation(attribute.type, scope)
    wire = Wire.from_metadata(attribute.metadata)
    alternatives = union_members(NoneType if hint is None else hint)
    none = not {NoneType, Any, object}.isdisjoint(alternatives)
    unset = Unset in alternatives
    return Member(
        attribute=attribute.name,
        name=wire.name or renamed(attribute.name, vars(owner).get(_RULE)),
        type=_without(alternatives, NoneType, Unset) if none or unset else hint,
        scope=scope,
        none=none,
        unset=unset,
        nullable=wire.nullable or (none and attribute.default is not None),
        default=attribute.default,
        secret=attribute.repr is False,
        extra=wire.extra,
    )


def _without(alternatives: tuple[Any, ...], *drop: Any) -> Any:
    kept = tuple(alternative for alternative in alternatives if alternative not in drop)
    return Union[kept] if kept else NoneType  # noqa: UP007 - `|` cannot join a tuple


def undeclared_members(value: object, tree: object, path: str = "$") -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield the members of a JSON value that were ignored when it was decoded: path, name, and the declared names.

    Args:
        value: The decoded value.
        tree: The JSON value.
        path: Its path.
    """
    if isinstance(tree, Mapping):
        inside = dict(cast("Mapping[str, object]", tree))
        if has(type(value)):
            declared = members(type(value))
            inner: dict[str, object] = {
                each.name: getattr(value, each.attribute) for each in declared if not each.extra
            }
            if len(inner) < len(declared):  # it keeps what it does not declare
                inside = {name: each for name, each in inside.items() if name in inner}
            names = tuple(inner)
            yield from ((path, name, names) for name in inside if name not in inner)
        elif isinstance(value, Mapping):
            inner = dict(cast("Mapping[str, object]", value))
        else:
            return
        for name, part in inside.items():
            yield from undeclared_members(inner.get(name), part, f"{path}.{name}")
    elif isinstance(tree, list) and isinstance(value, list | tuple):
        pairs = zip(cast("list[object]", value), cast("list[object]", tree), strict=False)
        for index, (item, part) in enumerate(pairs):
            yield from undeclared_members(item, part, f"{path}[{index}]")


# -- Annotations


def resolve_annotation(hint: Any, scope: str | None) -> Any:
    """Evaluate an annotation given as text or as a forward reference; return others unchanged.

    Raises:
        NameError: The module `scope` does not define the name, or is not loaded.
    """
    if isinstance(hint, ForwardRef):
        module = hint.__forward_module__
        scope = module if isinstance(module, str) else scope
        hint = hint.__forward_arg__
    if not isinstance(hint, str):
        return hint
    if scope not in sys.modules:
        raise NameError(f"cannot resolve the annotation {hint!r}: its module is not known")
    # Use the module's names only: a field called `date` must not hide the type `date`.
    return eval(hint, vars(sys.modules[scope]))  # noqa: S307 - the text is source code of that module


def union_members(hint: Any) -> tuple[Any, ...]:
    """Return the members of a union; for other annotations, the annotation itself."""
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def forward_ref_module(hint: Any) -> str | None:
    """Return the module that resolves the forward references of an annotation outside a class; None without any.

    An annotation does not record its module, so this searches for the module that has it as a global, such as
    `Json: TypeAlias = Union[str, list["Json"]]`.
    """
    parts = list(_parts(hint))
    names = {part for part in parts if isinstance(part, str)}
    if not names:
        return None
    wholes = [part for part in parts if get_args(part)]
    for name, module in list(sys.modules.items()):
        namespace = getattr(module, "__dict__", {})
        if names <= namespace.keys() and any(value is whole for value in list(namespace.values()) for whole in wholes):
            return name
    return None


def _parts(hint: Any) -> Iterator[Any]:
    if isinstance(hint, ForwardRef):
        hint = hint.__forward_arg__
    yield hint
    origin = get_origin(hint)
    if origin is Annotated:
        if not any(isinstance(mark, Scope) for mark in hint.__metadata__):  # it resolves its own
            yield from _parts(hint.__origin__)
    elif origin is not Literal:
        for argument in get_args(hint):
            yield from _parts(argument)


_WIDER: dict[object, tuple[type, ...]] = {
    float: (float, int),
    Decimal: (Decimal, int, float),
    list: (list, tuple),
    tuple: (tuple, list),
    dict: (Mapping,),
    bytes: (bytes, bytearray, memoryview),
    Sequence: (list, tuple),
}


def accepted_classes(hint: Any) -> tuple[type, ...]:
    """Return the classes of the values of a type; `(object,)` if they are unknown."""
    if hint is None:
        return (NoneType,)
    origin = get_origin(hint)
    if origin is Annotated:
        return accepted_classes(get_args(hint)[0])
    if origin in (Union, UnionType):
        return tuple(found for member in get_args(hint) for found in accepted_classes(member))
    if origin is Literal:
        return tuple({type(value): None for value in get_args(hint)})
    if isinstance(hint, NewType):
        return accepted_classes(hint.__supertype__)
    if hint is Any or isinstance(hint, TypeVar | ForwardRef | str):
        return (object,)
    found = origin or hint
    return _WIDER.get(found) or ((found,) if isinstance(found, type) else (object,))


def is_secret(hint: Any) -> bool:
    """Return True if a type is marked by `SECRET`."""
    return get_origin(hint) is Annotated and any(isinstance(mark, Secret) for mark in hint.__metadata__)


def format_type(hint: Any) -> str:
    """Format a type as it is written in source code."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return format_type(arguments[0])
    if origin in (Union, UnionType):
        return " | ".join(format_type(member) for member in arguments)
    if origin in (list, dict, tuple):
        return f"{origin.__name__}[{', '.join(format_type(member) for member in arguments)}]"
    if hint is None or hint is NoneType:
        return "None"
    return hint.__name__ if isinstance(hint, type) else str(hint)


def attribute_getter(path: str) -> Callable[[Any], Any]:
    """Return a getter for an attribute path such as `meta.next_token`; it returns None if a part is missing."""
    names = path.split(".") if path else []

    def get(value: Any) -> Any:
        for name in names:
            if value is None or value is UNSET:
                return None
            value = getattr(value, name)
        return value

    return get
