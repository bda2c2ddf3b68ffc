"""Wire struct of an attrs class: a `msgspec.Struct` with its members, and the generated functions between the two."""

from __future__ import annotations

from collections.abc import Iterable, Set
from textwrap import indent
from typing import Any

import attrs
import msgspec
from attrs import frozen
from msgspec import UNSET

from ..model import NO_DEFAULT, Member
from .mismatch import MapKey, Mismatch, members_of, value_mismatch
from .node import Items, Model, Namespace, Node
from .reader import Reader
from .values import lower_values


class ExtraMembers:
    """Reads and lowers the undeclared members of a model."""

    def __init__(self, known: Set[str], node: Node, namespace: Namespace, *, secret: bool) -> None:
        self._known = known
        self._secret = secret
        self._read = Reader(namespace, node)
        self._lower = node.lower
        self._namespace = namespace

    def read(self, raw: msgspec.Raw) -> dict[str, Any]:
        """Return the members of a JSON object that the model does not declare."""
        found: dict[str, Any] = {}
        for name, part in members_of(raw).items():
            if name not in self._known:
                try:
                    found[name] = self._read(part)
                except Mismatch as mismatch:
                    mismatch.under(MapKey(name), secret=self._secret)
                    raise
        return found

    def lower(self, values: Any) -> dict[str, Any]:
        """Lower the members. Raises Mismatch for one that would overwrite a declared member."""
        lower = self._namespace[self._lower] if self._lower else _unchanged
        try:
            lowered = lower_values(lower, values)
        except Mismatch as mismatch:
            raise mismatch.under(secret=self._secret) from None
        for name in self._known & lowered.keys():
            raise value_mismatch("no member that a field declares", values[name]).under(name, secret=self._secret)
        return lowered


def _unchanged(value: Any) -> Any:
    return value


@frozen
class Slot:
    """Member of a model, its node, and the name of its attribute in the wire struct."""

    member: Member
    node: Node
    name: str

    @property
    def absent(self) -> Any:
        """Value of an absent member in the wire struct, left out when encoding."""
        return None if self.member.omits_none else UNSET

    def type(self, namespace: Namespace) -> Any:
        """Return the type in the wire struct: the type if it exists by now, as msgspec evaluates slowly, else text."""
        wire = namespace.get(self.node.wire)
        # msgspec does not validate defaults, so an optional member that is not nullable needs no `| None`.
        if not self.null or "null" in self.node.kinds:
            return wire or self.node.wire
        return f"{self.node.wire} | None" if wire is None else wire | None

    @property
    def null(self) -> bool:
        """True if the wire struct holds None for null; a node that reads raw text handles null itself."""
        return self.member.nullable and self.node.wire != "Raw"

    @property
    def sent(self) -> str:
        """Source code of the value to send, after the statements of `emit_lower`."""
        return f"v{self.name}" if self.node.lower else f"o.{self.member.attribute}"

    @property
    def except_clause(self) -> str:
        """Source code of the clause that adds the member to the path of a mismatch."""
        return f"except Mismatch as m:\n    m.under({self.member.name!r}, secret={self.member.secret})\n    raise\n"


def emit_lift(model: Model, slots: Iterable[Slot], namespace: Namespace) -> str:
    """Return statements that set the attributes of `o` from the wire struct `w`."""
    source = ""
    for slot in slots:
        lift, default, value = slot.node.lift, emit_default(slot.member, namespace), f"w.{slot.name}"
        if lift or default:
            source += f"v = {value}\n"
            value = f"{lift}(v)" if lift else "v"
            if lift and (slot.null or slot.absent is None):
                value = f"None if v is None else {value}"
            if default or (lift and slot.member.unset):
                value = f"{default or 'UNSET'} if v is UNSET else {value}"
        statement = emit_assignment(model, slot.member.attribute, value)
        source += f"try:\n    {statement}{slot.except_clause}" if lift else statement
    return source


def emit_lower(slots: Iterable[Slot], namespace: Namespace) -> str:
    """Return statements that lower the attributes of `o` that cannot be sent unchanged."""
    source = ""
    for slot in slots:
        if slot.node.exact:
            source += _checking_value(slot, namespace)
        elif slot.node.lower:
            source += f"v = o.{slot.member.attribute}\n"
            source += _lowering_items(slot) if _item(slot.node) else _lowering_value(slot, namespace)
    return source


def _checking_value(slot: Slot, namespace: Namespace) -> str:
    """Return statements that check a value; those of the expected classes cost no call."""
    value, classes = slot.sent, [namespace.add(each.__name__, each) for each in slot.node.exact]
    expected = f"is not {classes[0]}" if len(classes) == 1 else f"not in ({', '.join(classes)})"
    tests = [f"type({value}) {expected}"]
    tests += [f"{value} is not None"] * slot.member.none + [f"{value} is not UNSET"] * slot.member.unset
    return (
        f"{value} = o.{slot.member.attribute}\n"
        f"if {' and '.join(tests)}:\n"
        f"    try:\n"
        f"        {value} = {slot.node.lower}({value})\n"
        f"{indent(slot.except_clause, '    ')}"
    )


def _lowering_value(slot: Slot, namespace: Namespace) -> str:
    node, value, raised = slot.node, f"{slot.node.lower}(v)", slot.except_clause
    if node.lower == "number":
        value = f"v if type(v) is float and v - v == 0 else {value}"  # infinities and NaN differ from themselves here
    if node.render:
        # Call the unchecked `render` for the exact class: the checked `lower` takes 1.5 times as long.
        value = f"{node.render}(v) if type(v) is {namespace.add(node.python[0].__name__, node.python[0])} else {value}"
        error = f"unrendered(e, {node.label!r}, v).under({slot.member.name!r}, secret={slot.member.secret})"
        raised = f"except UNRENDERED as e:\n    raise {error} from None\n"
    return f"try:\n    {slot.sent} = {_unless_absent(slot, value)}\n{raised}"


def _lowering_items(slot: Slot) -> str:
    """Return a loop over the items, which for a few items takes half the time of a call of `lower_items`."""
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
    """Return the name of the function that lowers an item; None if the node is no array or most items need none."""
    is_array = isinstance(node.shape, Items) and list in node.python and not node.shape.node.exact
    return node.shape.node.lower if isinstance(node.shape, Items) and is_array else None


def _unless_absent(slot: Slot, value: str) -> str:
    absent = ["v is None"] * slot.member.none + ["v is UNSET"] * slot.member.unset
    return f"v if {' or '.join(absent)} else {value}" if absent else value


def emit_assignment(model: Model, attribute: str, value: str) -> str:
    """Return a statement that sets an attribute, bypassing the class's own `__setattr__` (of a frozen class)."""
    plain: object = model.cls.__setattr__
    if plain is object.__setattr__:
        return f"o.{attribute} = {value}\n"
    return f"put(o, {attribute!r}, {value})\n"


def emit_default(member: Member, namespace: Namespace) -> str:
    """Return the expression for the value of an absent member; empty if the wire struct's default is correct."""
    default = member.default
    if default is NO_DEFAULT or default is UNSET or member.omits_none:
        return ""
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class at run time
        return namespace.add("factory", default.factory) + ("(o)" if default.takes_self else "()")
    return namespace.add("default", default)


def build_wire_struct(model: Model, namespace: Namespace) -> None:
    """Define the model's wire struct and functions in the namespace, under the names of the model."""
    slots = _slots(model)
    namespace.put(model.struct, _struct(model, slots, namespace))
    cls, tag = namespace.add(f"{model.cls.__name__}_class", model.cls), _tag(model, namespace)
    own = f"if type(o) is not {cls}:\n    return lower_other(o, {cls})\n"

    def lift() -> str:
        return emit_lift(model, slots, namespace) + tag

    def lower() -> str:
        return own + emit_lower(slots, namespace)

    if model.extra is None:
        namespace.define_lazily(model.lift, "w", lambda: f"o = new({cls})\n{lift()}return o")
        namespace.define_lazily(model.lift_items, "ws", lambda: _each(cls, lift()))
        namespace.define_lazily(model.lower, "o", lambda: f"{lower()}return {model.struct}({_joined(slots)})")
    else:
        read = Reader(namespace, Node(model.struct, frozenset({"object"}), f"{model.cls.__name__} object", shape=model))
        known, others = namespace.add("known", read), _others(model, namespace)
        more = emit_assignment(model, model.extra.attribute, f"{others}.read(raw)")
        rest = f"d.update({others}.lower(o.{model.extra.attribute}))\nreturn d"
        namespace.define_lazily(model.lift, "raw", lambda: f"w = {known}(raw)\no = new({cls})\n{lift()}{more}return o")
        namespace.define_lazily(model.lower, "o", lambda: f"{lower()}{_dict(model, slots)}{rest}")


def _each(cls: str, lift: str) -> str:
    """Return statements that lift a list in one loop: a function call for each small object would double the time."""
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
    # A struct needs required members first; otherwise keep the order of declaration, on the wire too.
    carried.sort(key=lambda member: not member.required)
    return [Slot(member, model.nodes[member.name], f"f{number}") for number, member in enumerate(carried)]


def _struct(model: Model, slots: list[Slot], namespace: Namespace) -> type[msgspec.Struct]:
    tag = model.tag if model.extra is None else None
    return msgspec.defstruct(
        model.cls.__name__,
        [(s.name, s.type(namespace)) if s.member.required else (s.name, s.type(namespace), s.absent) for s in slots],
        rename={s.name: s.member.name for s in slots},
        tag_field=tag and tag[0],
        tag=tag and tag[1],
        omit_defaults=True,
        module=namespace.name,
        gc=False,  # short-lived and never part of a cycle
    )


def _tag(model: Model, namespace: Namespace) -> str:
    """Return a statement that sets the discriminator, if the model has it as a field; the wire struct has not."""
    for member in model.members:
        if model.tag and member.name == model.tag[0]:
            value = namespace.add("tag", _tag_value(member, model.nodes[member.name], model.tag[1], namespace))
            return emit_assignment(model, member.attribute, value)
    return ""


def _tag_value(member: Member, node: Node, tag: str, namespace: Namespace) -> Any:
    try:
        return Reader(namespace, node)(msgspec.json.encode(tag))
    except Mismatch:
        raise TypeError(f"the discriminator {member.name!r} has the value {tag!r}, which is not {node.label}") from None


def _dict(model: Model, slots: list[Slot]) -> str:
    """Return statements that fill a dict `d`, because a struct cannot hold undeclared members."""
    source = f"d = {dict([model.tag] if model.tag else [])!r}\n"
    for slot in slots:
        guard = "" if slot.member.required else f"if {slot.sent} is not {slot.absent!r}: "
        source += f"{guard}d[{slot.member.name!r}] = {slot.sent}\n"
    return source


def _others(model: Model, namespace: Namespace) -> str:
    """Return the name of the `ExtraMembers` of a model."""
    if model.extra_node is None:
        raise TypeError(f"the type of the undeclared members of {model.cls.__name__} is not known")
    secret = model.extra is not None and model.extra.secret
    return namespace.add("others", ExtraMembers(model.known, model.extra_node, namespace, secret=secret))


def _joined(slots: list[Slot]) -> str:
    return ", ".join(slot.sent for slot in slots)
