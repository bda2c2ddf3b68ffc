"""Fields of a model and their annotations, resolved; independent of any JSON library."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Final, ForwardRef, Literal, Union, get_args, get_origin

import attrs

from ..model import Scope, Unset, Wire, declaring_class, wire_name

NO_DEFAULT: Final = attrs.NOTHING


@attrs.frozen
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
    return tuple(_member(cls, attribute) for attribute in attrs.fields(cls))


def _member(cls: type[Any], attribute: attrs.Attribute[Any]) -> Member:
    scope = declaring_class(cls, attribute.name).__module__
    hint = resolve_annotation(attribute.type, scope)
    wire = Wire.from_metadata(attribute.metadata)
    alternatives = union_members(NoneType if hint is None else hint)
    none = not {NoneType, Any, object}.isdisjoint(alternatives)
    unset = Unset in alternatives
    return Member(
        attribute=attribute.name,
        name=wire_name(cls, attribute),
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
