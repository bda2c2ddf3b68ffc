"""Builds what carries an attrs class across the wire: its mirror, an `msgspec.Struct`, and the functions between."""

from __future__ import annotations

from textwrap import indent
from typing import Any

import msgspec

from .annotations import Member
from .extras import Extras
from .mismatch import Mismatch
from .node import Model, Node
from .reader import Reader
from .space import Space
from .statements import Slot, lifting, lowering, setting


def build(model: Model, space: Space) -> None:
    """Put the model's mirror and its functions into the space, under the names it was given."""
    slots = _slots(model)
    space.put(model.struct, _struct(model, slots, space))
    cls, tag = space.add(f"{model.cls.__name__}_class", model.cls), _tag(model, space)
    own = f"if type(o) is not {cls}:\n    return lower_other(o, {cls})\n"

    def lift() -> str:
        return lifting(model, slots, space) + tag

    def lower() -> str:
        return own + lowering(slots, space)

    if model.extra is None:
        space.promise(model.lift, "w", lambda: f"o = new({cls})\n{lift()}return o")
        space.promise(model.lift_items, "ws", lambda: _each(cls, lift()))
        space.promise(model.lower, "o", lambda: f"{lower()}return {model.struct}({_joined(slots)})")
    else:
        read = Reader(space, Node(model.struct, frozenset({"object"}), f"{model.cls.__name__} object", shape=model))
        known, others = space.add("known", read), _others(model, space)
        more = setting(model, model.extra.attribute, f"{others}.read(raw)")
        rest = f"d.update({others}.lower(o.{model.extra.attribute}))\nreturn d"
        space.promise(model.lift, "raw", lambda: f"w = {known}(raw)\no = new({cls})\n{lift()}{more}return o")
        space.promise(model.lower, "o", lambda: f"{lower()}{_dict(model, slots)}{rest}")


def _each(cls: str, lift: str) -> str:
    """Statements that lift a list: for many small objects, calling a function for each takes as long as filling it."""
    return (
        f"os = list(starmap(new, repeat(({cls},), len(ws))))\n"
        "try:\n"
        "    for w, o in zip(ws, os):\n"
        f"{indent(lift or 'pass', '        ')}\n"
        "except Mismatch as m:\n"
        "    m.under(place_of(w, ws))\n"
        "    raise\n"
        "return os"
    )


def _slots(model: Model) -> list[Slot]:
    carried = [m for m in model.members if not m.extra and not (model.tag and m.name == model.tag[0])]
    # A struct takes what is required first; otherwise the order of declaration is kept, on the wire too.
    carried.sort(key=lambda member: not member.required)
    return [Slot(member, model.nodes[member.name], f"f{number}") for number, member in enumerate(carried)]


def _struct(model: Model, slots: list[Slot], space: Space) -> type[msgspec.Struct]:
    tag = model.tag if model.extra is None else None
    return msgspec.defstruct(
        model.cls.__name__,
        [(s.mirror, s.type(space)) if s.member.required else (s.mirror, s.type(space), s.absent) for s in slots],
        rename={s.mirror: s.member.name for s in slots},
        tag_field=tag and tag[0],
        tag=tag and tag[1],
        omit_defaults=True,
        module=space.name,
        gc=False,  # made from JSON or from a model, and gone at once: never part of a cycle
    )


def _tag(model: Model, space: Space) -> str:
    """A statement that sets the discriminator, where the model has it as a field: the mirror has it in its type."""
    for member in model.members:
        if model.tag and member.name == model.tag[0]:
            value = space.add("tag", _tag_value(member, model.nodes[member.name], model.tag[1], space))
            return setting(model, member.attribute, value)
    return ""


def _tag_value(member: Member, node: Node, tag: str, space: Space) -> Any:
    try:
        return Reader(space, node)(msgspec.json.encode(tag))
    except Mismatch:
        raise TypeError(f"the discriminator {member.name!r} is {tag!r} here, which is not {node.label}") from None


def _dict(model: Model, slots: list[Slot]) -> str:
    """Statements that fill a dict `d`: a struct cannot hold members unknown to it."""
    source = f"d = {dict([model.tag] if model.tag else [])!r}\n"
    for slot in slots:
        guard = "" if slot.member.required else f"if {slot.sent} is not {slot.absent!r}: "
        source += f"{guard}d[{slot.member.name!r}] = {slot.sent}\n"
    return source


def _others(model: Model, space: Space) -> str:
    """The name of what deals with the members that the model does not know."""
    if model.extra_node is None:
        raise TypeError(f"the members of {model.cls.__name__} that are not declared have no type")
    return space.add("others", Extras(model.known, model.extra_node, space))


def _joined(slots: list[Slot]) -> str:
    return ", ".join(slot.sent for slot in slots)
