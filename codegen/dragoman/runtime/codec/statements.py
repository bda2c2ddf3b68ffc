"""Python source that moves the fields of a model to and from its mirror, one statement after the other.

For a class `Task` the functions made of it read as if written by hand:

    def lift(w):                                     def lower(o):
        o = new(Task)                                    if type(o) is not Task:
        o.async_task_id = w.f0                               return lower_other(o, Task)
        v = w.f1                                         v = o.finished_at
        try:                                             try:
            o.finished_at = None if v is None …              vf1 = None if v is None else render_7(v)
        except Mismatch as m:                            except Mismatch as m:
            m.under('finishedAt'); raise                     m.under('finishedAt'); raise
        return o                                         return Task_1(o.async_task_id, vf1)

The mirror's attributes are called f0, f1, … so that no wire name can stand in the way of anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs
from attrs import frozen
from msgspec import UNSET

from .annotations import NO_DEFAULT, Member
from .node import Model, Node
from .space import Space


@frozen
class Slot:
    """A member, its node, and its attribute in the mirror."""

    member: Member
    node: Node
    mirror: str

    @property
    def absent(self) -> Any:
        """What the mirror holds for an absent member, and leaves out on the way back."""
        return None if self.member.omits_none else UNSET

    @property
    def type(self) -> str:
        """The mirror's type, as an expression."""
        # Defaults are not validated, so an optional member that must not be null is of the plain type.
        return f"{self.node.wire} | None" if self.null and "null" not in self.node.kinds else self.node.wire

    @property
    def null(self) -> bool:
        """Whether null reaches the mirror as None; where the node reads raw text, it deals with null itself."""
        return self.member.nullable and self.node.wire != "Raw"

    @property
    def sent(self) -> str:
        """Source: the value to send, after the statements of `lowering`."""
        return f"v{self.mirror}" if self.node.lower else f"o.{self.member.attribute}"

    @property
    def noting(self) -> str:
        """Source: note in which member a mismatch was found."""
        return f"except Mismatch as m:\n    m.under({self.member.name!r}, secret={self.member.secret})\n    raise\n"


def lifting(model: Model, slots: Iterable[Slot], space: Space) -> str:
    """Statements that set the attributes of `o` from the mirror `w`."""
    source = ""
    for slot in slots:
        lift, default, value = slot.node.lift, default_of(slot.member, space), f"w.{slot.mirror}"
        if lift or default:
            source += f"v = {value}\n"
            value = f"{lift}(v)" if lift else "v"
            if lift and (slot.null or slot.absent is None):
                value = f"None if v is None else {value}"
            if default or (lift and slot.member.unset):
                value = f"{default or 'UNSET'} if v is UNSET else {value}"
        statement = setting(model, slot.member.attribute, value)
        source += f"try:\n    {statement}{slot.noting}" if lift else statement
    return source


def lowering(slots: Iterable[Slot]) -> str:
    """Statements that work out, from `o`, what cannot be sent as it is."""
    source = ""
    for slot in slots:
        if slot.node.lower:
            value = f"{slot.node.lower}(v)"
            if slot.member.unset:
                value = f"UNSET if v is UNSET else {value}"
            if slot.member.none:
                value = f"None if v is None else {value}"
            source += f"v = o.{slot.member.attribute}\ntry:\n    {slot.sent} = {value}\n{slot.noting}"
    return source


def setting(model: Model, attribute: str, value: str) -> str:
    """A statement that sets an attribute; around the class's own ideas of that, if it has any (frozen ones do)."""
    plain: object = model.cls.__setattr__
    if plain is object.__setattr__:
        return f"o.{attribute} = {value}\n"
    return f"put(o, {attribute!r}, {value})\n"


def default_of(member: Member, space: Space) -> str:
    """What an absent member becomes; empty where the mirror's own default is right already."""
    default = member.default
    if default is NO_DEFAULT or default is UNSET or member.omits_none:
        return ""
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class at run time
        return space.add("factory", default.factory) + ("(o)" if default.takes_self else "()")
    return space.add("default", default)
