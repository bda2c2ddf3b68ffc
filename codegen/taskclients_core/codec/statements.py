"""Python source that moves the fields of a model to and from its mirror, one statement after the other.

For a class `Task` the functions made of it read as if written by hand:

    def lift(w):                                     def lower(o):
        o = new(Task)                                    if type(o) is not Task:
        o.async_task_id = w.f0                               return lower_other(o, Task)
        v = w.f1                                         v = o.finished_at
        try:                                             try:
            o.finished_at = None if v is None …              vf1 = v if v is None else lower_7(v)
        except Mismatch as m:                            except Mismatch as m:
            m.under('finishedAt'); raise                     m.under('finishedAt'); raise
        return o                                         return Task_1(o.async_task_id, vf1)

Where a format is written, the value that is plainly of its class goes to the format's own function without a detour:

    vf1 = v if v is None else render_8(v) if type(v) is datetime_9 else checked_render_7(v)

The mirror's attributes are called f0, f1, … so that no wire name can stand in the way of anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs
from attrs import frozen
from msgspec import UNSET

from .annotations import NO_DEFAULT, Member
from .node import Items, Model, Node
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

    def type(self, space: Space) -> Any:
        """The mirror's type: an expression, or what it means if that is known by now, as msgspec evaluates slowly."""
        wire = space.known(self.node.wire)
        # Defaults are not validated, so an optional member that must not be null is of the plain type.
        if not self.null or "null" in self.node.kinds:
            return wire or self.node.wire
        return f"{self.node.wire} | None" if wire is None else wire | None

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


def lowering(slots: Iterable[Slot], space: Space) -> str:
    """Statements that work out, from `o`, what cannot be sent as it is."""
    source = ""
    for slot in slots:
        if slot.node.lower:
            source += f"v = o.{slot.member.attribute}\n"
            source += _lowering_items(slot) if _item(slot.node) else _lowering_value(slot, space)
    return source


def _lowering_value(slot: Slot, space: Space) -> str:
    node, value, raised = slot.node, f"{slot.node.lower}(v)", slot.noting
    if node.lower == "finite":
        value = f"v if type(v) is float and v - v == 0 else {value}"  # infinities and NaN differ from themselves here
    if node.render:
        # `lower` is for what is to be looked at more closely: calling it takes half as long again as rendering does.
        value = f"{node.render}(v) if type(v) is {space.add(node.python[0].__name__, node.python[0])} else {value}"
        error = f"unrendered(e, {node.label!r}, v).under({slot.member.name!r}, secret={slot.member.secret})"
        raised = f"except UNRENDERED as e:\n    raise {error} from None\n"
    return f"try:\n    {slot.sent} = {_unless_absent(slot, value)}\n{raised}"


def _lowering_items(slot: Slot) -> str:
    """A loop, which for a few items takes half the time of a call of `lower_items`."""
    return (
        "try:\n"
        "    if type(v) is list:\n"
        f"        {slot.sent} = []\n"
        f"        for i in v:\n"
        f"            {slot.sent}.append({_item(slot.node)}(i))\n"
        "    else:\n"
        f"        {slot.sent} = {_unless_absent(slot, f'{slot.node.lower}(v)')}\n"
        "except Mismatch as m:\n"
        "    if type(v) is list:\n"
        f"        m.under(len({slot.sent}))\n"
        f"    m.under({slot.member.name!r}, secret={slot.member.secret})\n"
        "    raise\n"
    )


def _item(node: Node) -> str | None:
    """The name of what lowers an item, if this is the node of an array whose items are to be lowered."""
    return node.shape.node.lower if isinstance(node.shape, Items) and list in node.python else None


def _unless_absent(slot: Slot, value: str) -> str:
    absent = ["v is None"] * slot.member.none + ["v is UNSET"] * slot.member.unset
    return f"v if {' or '.join(absent)} else {value}" if absent else value


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
