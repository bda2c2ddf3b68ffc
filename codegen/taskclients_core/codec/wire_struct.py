"""Mirror of an attrs class as a `msgspec.Struct`, and the generated functions between the two."""

from __future__ import annotations

from collections.abc import Iterable, Set
from textwrap import indent
from typing import Any

import attrs
import msgspec
from attrs import frozen
from msgspec import UNSET

from .annotations import NO_DEFAULT, Member
from .mismatch import MapKey, Mismatch, members_of, value_mismatch
from .node import Items, Model, Namespace, Node
from .reader import Reader
from .values import lower_values


class ExtraMembers:
    """Reads and lowers them."""

    def __init__(self, known: Set[str], node: Node, space: Namespace) -> None:
        self._known = known
        self._read = Reader(space, node)
        self._lower = node.lower
        self._space = space

    def read(self, raw: msgspec.Raw) -> dict[str, Any]:
        """All members of a JSON object that are not the model's own."""
        found: dict[str, Any] = {}
        for name, part in members_of(raw).items():
            if name not in self._known:
                try:
                    found[name] = self._read(part)
                except Mismatch as mismatch:
                    mismatch.under(MapKey(name))
                    raise
        return found

    def lower(self, values: Any) -> dict[str, Any]:
        """What to send for them. Raises Mismatch for one that would overwrite a declared member."""
        lower = self._space[self._lower] if self._lower else _as_it_is
        lowered = lower_values(lower, values)
        for name in self._known & lowered.keys():
            raise value_mismatch("no member that a field stands for", values[name]).under(name)
        return lowered


def _as_it_is(value: Any) -> Any:
    return value


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

    def type(self, space: Namespace) -> Any:
        """The mirror's type: an expression, or what it means if that is known by now, as msgspec evaluates slowly."""
        wire = space.get(self.node.wire)
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
        """Source: the value to send, after the statements of `emit_lower`."""
        return f"v{self.mirror}" if self.node.lower else f"o.{self.member.attribute}"

    @property
    def noting(self) -> str:
        """Source: note in which member a mismatch was found."""
        return f"except Mismatch as m:\n    m.under({self.member.name!r}, secret={self.member.secret})\n    raise\n"


def emit_lift(model: Model, slots: Iterable[Slot], space: Namespace) -> str:
    """Statements that set the attributes of `o` from the mirror `w`."""
    source = ""
    for slot in slots:
        lift, default, value = slot.node.lift, emit_default(slot.member, space), f"w.{slot.mirror}"
        if lift or default:
            source += f"v = {value}\n"
            value = f"{lift}(v)" if lift else "v"
            if lift and (slot.null or slot.absent is None):
                value = f"None if v is None else {value}"
            if default or (lift and slot.member.unset):
                value = f"{default or 'UNSET'} if v is UNSET else {value}"
        statement = emit_assignment(model, slot.member.attribute, value)
        source += f"try:\n    {statement}{slot.noting}" if lift else statement
    return source


def emit_lower(slots: Iterable[Slot], space: Namespace) -> str:
    """Statements that work out, from `o`, what cannot be sent as it is."""
    source = ""
    for slot in slots:
        if slot.node.lower:
            source += f"v = o.{slot.member.attribute}\n"
            source += _lowering_items(slot) if _item(slot.node) else _lowering_value(slot, space)
    return source


def _lowering_value(slot: Slot, space: Namespace) -> str:
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


def emit_assignment(model: Model, attribute: str, value: str) -> str:
    """A statement that sets an attribute; around the class's own ideas of that, if it has any (frozen ones do)."""
    plain: object = model.cls.__setattr__
    if plain is object.__setattr__:
        return f"o.{attribute} = {value}\n"
    return f"put(o, {attribute!r}, {value})\n"


def emit_default(member: Member, space: Namespace) -> str:
    """What an absent member becomes; empty where the mirror's own default is right already."""
    default = member.default
    if default is NO_DEFAULT or default is UNSET or member.omits_none:
        return ""
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class at run time
        return space.add("factory", default.factory) + ("(o)" if default.takes_self else "()")
    return space.add("default", default)


def build_wire_struct(model: Model, space: Namespace) -> None:
    """Put the model's mirror and its functions into the space, under the names it was given."""
    slots = _slots(model)
    space.put(model.struct, _struct(model, slots, space))
    cls, tag = space.add(f"{model.cls.__name__}_class", model.cls), _tag(model, space)
    own = f"if type(o) is not {cls}:\n    return lower_other(o, {cls})\n"

    def lift() -> str:
        return emit_lift(model, slots, space) + tag

    def lower() -> str:
        return own + emit_lower(slots, space)

    if model.extra is None:
        space.define_lazily(model.lift, "w", lambda: f"o = new({cls})\n{lift()}return o")
        space.define_lazily(model.lift_items, "ws", lambda: _each(cls, lift()))
        space.define_lazily(model.lower, "o", lambda: f"{lower()}return {model.struct}({_joined(slots)})")
    else:
        read = Reader(space, Node(model.struct, frozenset({"object"}), f"{model.cls.__name__} object", shape=model))
        known, others = space.add("known", read), _others(model, space)
        more = emit_assignment(model, model.extra.attribute, f"{others}.read(raw)")
        rest = f"d.update({others}.lower(o.{model.extra.attribute}))\nreturn d"
        space.define_lazily(model.lift, "raw", lambda: f"w = {known}(raw)\no = new({cls})\n{lift()}{more}return o")
        space.define_lazily(model.lower, "o", lambda: f"{lower()}{_dict(model, slots)}{rest}")


def _each(cls: str, lift: str) -> str:
    """Statements that lift a list: for many small objects, calling a function for each takes as long as filling it."""
    return (
        f"os = list(starmap(new, repeat(({cls},), len(ws))))\n"
        "try:\n"
        "    for w, o in zip(ws, os):\n"
        f"{indent(lift or 'pass', '        ')}\n"
        "except Mismatch as m:\n"
        "    m.under(index_of_object(w, ws))\n"
        "    raise\n"
        "return os"
    )


def _slots(model: Model) -> list[Slot]:
    carried = [m for m in model.members if not m.extra and not (model.tag and m.name == model.tag[0])]
    # A struct takes what is required first; otherwise the order of declaration is kept, on the wire too.
    carried.sort(key=lambda member: not member.required)
    return [Slot(member, model.nodes[member.name], f"f{number}") for number, member in enumerate(carried)]


def _struct(model: Model, slots: list[Slot], space: Namespace) -> type[msgspec.Struct]:
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


def _tag(model: Model, space: Namespace) -> str:
    """A statement that sets the discriminator, where the model has it as a field: the mirror has it in its type."""
    for member in model.members:
        if model.tag and member.name == model.tag[0]:
            value = space.add("tag", _tag_value(member, model.nodes[member.name], model.tag[1], space))
            return emit_assignment(model, member.attribute, value)
    return ""


def _tag_value(member: Member, node: Node, tag: str, space: Namespace) -> Any:
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


def _others(model: Model, space: Namespace) -> str:
    """The name of what deals with the members that the model does not know."""
    if model.extra_node is None:
        raise TypeError(f"the members of {model.cls.__name__} that are not declared have no type")
    return space.add("others", ExtraMembers(model.known, model.extra_node, space))


def _joined(slots: list[Slot]) -> str:
    return ", ".join(slot.sent for slot in slots)
