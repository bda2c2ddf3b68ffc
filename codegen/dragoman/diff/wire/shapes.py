"""Comparison of the shapes of two specs, from the parts of operations down to members and values."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any, Final

from attrs import define, field

from ...spec import formats
from ...spec.schema import (
    MISSING,
    Anything,
    Array,
    Const,
    Discriminator,
    Enumeration,
    Map,
    Object,
    Property,
    Ref,
    Scalar,
    Shape,
    Tuple,
)
from ..change import Direction, renames
from .graph import RECEIVED, SENT, Graph, Key, Node, Spot, ways
from .rules import Row, effect
from .sides import Member, Resolved, Side, literal

_UUIDS: Final = frozenset({"uuid", "x-guid-n"})
"""Formats that clients read alike, and write differently."""


@define(eq=False)
class Comparer:
    """Comparison of shapes; what it finds is in `graph`."""

    old: Side
    new: Side
    graph: Graph = field(factory=Graph)
    structural: bool = False
    """True if a schema is compared with another one whatever their names, to learn if they are compatible."""

    _exchanged: dict[tuple[str, str], str] = field(factory=dict[tuple[str, str], str], init=False)
    _waiting: deque[tuple[Node, str, str]] = field(factory=deque[tuple[Node, str, str]], init=False)
    """Pairs of components to compare: no recursion, because a spec may chain thousands of references."""

    def finish(self) -> None:
        """Compare the components that were found, and those that they refer to."""
        while self._waiting:
            self._pair(*self._waiting.popleft())

    def compare(self, node: Node, spot: Spot, old: Shape, new: Shape, *, null: bool = True) -> None:
        """Compare two shapes at a place; `null` is False if the caller compares if they accept null."""
        old_name, new_name = self.old.named(old), self.new.named(new)
        if null and self.old.accepts_null(old) != self.new.accepts_null(new):
            self.nullability(node, spot, old, new, accepts=self.new.accepts_null(new))
        if old_name and new_name:
            self._components(node, spot, old_name, new_name)
        elif old != new or old_name or new_name or not isinstance(old, Scalar):
            self._alternatives(node, spot, self.old.resolved(old), self.new.resolved(new))

    def nullability(self, node: Node, spot: Spot, old: Shape, new: Shape, *, accepts: bool) -> None:
        """Report that null was added or removed: once at a component, if that is where it changed."""
        if Anything() in (*self.old.resolved(old).arms, *self.new.resolved(new).arms):
            return  # the type says it
        a, b = self.old.named(old), self.new.named(new)
        if a and b and self.old.components[a].nullable != self.new.components[b].nullable:
            node, is_new = self._part(node, ("null", a, b))
            spot = self.component_spot(a, b)
            if not is_new:
                return
        how = "added" if accepts else "removed"
        node.report(spot, "null", how, "may be null" if accepts else "may no longer be null")

    def component_spot(self, old: str, new: str) -> Spot:
        """Return the place of a pair of components."""
        return Spot(
            words=new,
            old=self.old.components[old].pointer,
            new=self.new.components[new].pointer,
            old_subject=("schema", old),
            subject=("schema", new),
        )

    def exchanged(self, old: str, new: str) -> str:
        """Return how the values of a schema differ from those of another one: a row of the table for types."""
        if (old, new) not in self._exchanged:
            # Without names, so that this does not compare further pairs in the same way.
            inner = Comparer(self.old, self.new, structural=True)
            root = inner.graph.root(requests=1, responses=1)
            inner.compare(root, inner.component_spot(old, new), Ref(old), Ref(new))
            inner.finish()
            inner.graph.propagate()
            refused = misread = found = False
            for node in inner.graph.nodes:
                for each in node.found:
                    found = True
                    consequence = effect(each.rows, Direction.BOTH)
                    refused = refused or bool(consequence.refused and each.only in SENT and node.requests)
                    misread = misread or bool(consequence.misread and each.only in RECEIVED and node.responses)
            how = {(True, True): "changed", (True, False): "narrowed", (False, True): "widened"}
            self._exchanged[old, new] = how.get((refused, misread), "replaced") if found else ""
        return self._exchanged[old, new]

    def _part(self, node: Node, key: Key, *, request: bool = True, response: bool = True) -> tuple[Node, bool]:
        part, is_new = self.graph.shared(key)
        node.parts.append((part, request, response))
        return part, is_new

    def _components(self, node: Node, spot: Spot, old: str, new: str) -> None:
        renamed = old not in self.new.components and new not in self.old.components
        if old != new and not renamed and not self.structural:
            how = self.exchanged(old, new)
            if how:
                node.report(spot, "type", how, f"type changed from {old} to {new}", old=old, new=new)
            return
        part, is_new = self._part(node, ("schema", old, new))
        if is_new:
            self._waiting.append((part, old, new))

    def _pair(self, node: Node, old: str, new: str) -> None:
        """Compare two components."""
        spot = self.component_spot(old, new)
        old_component, new_component = self.old.components[old], self.new.components[new]
        if old_component.deprecated != new_component.deprecated:
            deprecation(node, spot, added=new_component.deprecated)
        a, b = old_component.shape, new_component.shape
        if isinstance(a, Object) and isinstance(b, Object):
            self._objects(node, spot, old, new)
        elif isinstance(a, Enumeration) and isinstance(b, Enumeration):
            self._enumerations(node, spot, a, b)
        elif isinstance(a, Object | Enumeration) and isinstance(b, Object | Enumeration):
            self._retyped(node, spot, Ref(old), Ref(new))
        elif isinstance(a, Object | Enumeration) or isinstance(b, Object | Enumeration):
            self._alternatives(node, spot, self.old.resolved(Ref(old)), self.new.resolved(Ref(new)))
        else:
            # The components behind an alias are compared as such, so that each is reported once.
            self.compare(node, spot, a, b, null=False)

    # Alternatives

    def _alternatives(self, node: Node, spot: Spot, old: Resolved, new: Resolved) -> None:
        if old.discriminator and new.discriminator:
            self._tags(node, spot, old.discriminator, new.discriminator, promise="")
            return
        if old.discriminator or new.discriminator:
            how, found = ("removed", old.discriminator) if old.discriminator else ("added", new.discriminator)
            name = found.property if found else ""
            node.report(spot, "discriminator", how, f"discriminator {name} {how}", gone=how == "removed")
        if len(old.arms) == len(new.arms) == 1:
            self._arms(node, spot, old.arms[0], new.arms[0])
            return
        pairs, removed, added = self._matched(old.arms, new.arms)
        for a, b in pairs:
            self._arms(node, spot, a, b)
        for arm in removed:
            words, covered = self.old.words(arm), any(covers(each, arm) for each in new.arms)
            promise = "covered" if covered else ""
            node.report(spot, "alternative", "removed", f"{words} removed", promise=promise, old=words)
        for arm in added:
            words, covered = self.new.words(arm), any(covers(each, arm) for each in old.arms)
            promise = "covered" if covered else ""
            node.report(spot, "alternative", "added", f"{words} added", promise=promise, new=words)

    def _matched(
        self, old: Iterable[Shape], new: Iterable[Shape]
    ) -> tuple[list[tuple[Shape, Shape]], list[Shape], list[Shape]]:
        """Return pairs of alternatives, and those that only one side has."""
        removed, added = list(old), list(new)
        pairs: list[tuple[Shape, Shape]] = []
        for keys in ((self.old.form, self.new.form), (self._members_of,) * 2, (_kind,) * 2):
            matched = renames(
                {index: key for index, each in enumerate(removed) if (key := keys[0](each)) is not None},
                {index: key for index, each in enumerate(added) if (key := keys[1](each)) is not None},
            )
            pairs += [(removed[a], added[b]) for a, b in matched.items()]
            taken = set(matched.values())
            removed = [each for index, each in enumerate(removed) if index not in matched]
            added = [each for index, each in enumerate(added) if index not in taken]
        if len(removed) == len(added) == 1:
            return [*pairs, (removed[0], added[0])], [], []
        return pairs, removed, added

    def _members_of(self, arm: Shape) -> object:
        """Return the names of the members of an object that one side only has: it may be renamed."""
        if not isinstance(arm, Ref) or (arm.name in self.old.components and arm.name in self.new.components):
            return None
        side = self.old if arm.name in self.old.components else self.new
        return None if side.object(arm.name) is None else frozenset(side.whole(arm.name).members)

    def _tags(self, node: Node, spot: Spot, old: Discriminator, new: Discriminator, *, promise: str) -> None:
        if old.property != new.property:
            summary = f"discriminator changed from {old.property} to {new.property}"
            node.report(spot, "discriminator", "changed", summary, old=old.property, new=new.property)
        before, after = dict(old.mapping), dict(new.mapping)
        for tag, name in before.items():
            if tag in after:
                self._components(node, spot, self.old.target(name), self.new.target(after[tag]))
            else:
                text = f"{name} ({old.property} {literal(tag)})"
                node.report(spot, "alternative", "removed", f"{text} removed", old=text, gone=True)
        for tag, name in after.items():
            if tag not in before:
                text = f"{name} ({new.property} {literal(tag)})"
                node.report(spot, "alternative", "added", f"{text} added", promise=promise, new=text)

    def _arms(self, node: Node, spot: Spot, old: Shape, new: Shape) -> None:
        match old, new:
            case Ref(a), Ref(b):
                self._components(node, spot, a, b)
            case Array(a), Array(b):
                self.compare(node, spot.inside("items", "items"), a, b)
            case Map(a), Map(b):
                self.compare(node, spot.inside("values", "additionalProperties"), a, b)
            case Tuple(), Tuple() if len(old.items) == len(new.items):
                self._tuples(node, spot, old, new)
            case _:
                self._retyped(node, spot, old, new)

    def _tuples(self, node: Node, spot: Spot, old: Tuple, new: Tuple) -> None:
        for index, (a, b) in enumerate(zip(old.items, new.items, strict=True)):
            self.compare(node, spot.inside(f"item {index + 1}", "prefixItems", str(index)), a, b)
        if old.rest is not None and new.rest is not None:
            self.compare(node, spot.inside("further items", "items"), old.rest, new.rest)
        elif old.rest is not None or new.rest is not None:
            how, more = ("narrowed", "no longer has") if new.rest is None else ("widened", "may have")
            node.report(spot, "type", how, f"{more} further items")

    def _retyped(self, node: Node, spot: Spot, old: Shape, new: Shape) -> None:
        what, how = self._variation(old, new)
        a, b = self.old.words(old), self.new.words(new)
        if how:
            subject = "format" if what == "format" else "type"
            node.report(spot, what, how, f"{subject} changed from {a} to {b}", old=a, new=b)
        if isinstance(old, Scalar) and isinstance(new, Scalar) and old.secret != new.secret:
            secrecy(node, spot, added=new.secret)

    def _variation(self, old: Shape, new: Shape) -> tuple[str, str]:
        """Return how two alternatives of different kinds vary, as a row of the table; ('', '') if they do not."""
        a = self.old.components[old.name].shape if isinstance(old, Ref) else old
        b = self.new.components[new.name].shape if isinstance(new, Ref) else new
        match a, b:
            case Scalar(), Scalar():
                return _scalars(a, b)
            case Const(x), Const(y):
                return ("", "") if literal(x) == literal(y) else ("const", "changed")
            case Anything(), Anything():
                return "", ""
            case (_, Anything()) | (Object(), Map(Anything())):
                return "type", "widened"
            case (Anything(), _) | (Map(Anything()), Object()):
                return "type", "narrowed"
            case Enumeration(), Scalar() if _is_plain(a.type, b):
                return "enum", "removed"
            case Scalar(), Enumeration() if _is_plain(b.type, a):
                return "enum", "added"
            case Enumeration(), Const(value) if literal(value) in map(literal, a.values):
                return "const", "added"
            case Const(value), Enumeration() if literal(value) in map(literal, b.values):
                return "const", "removed"
            case Const(value), Scalar() if _is_plain(_type_of(value), b):
                return "const", "removed"
            case Scalar(), Const(value) if _is_plain(_type_of(value), a):
                return "const", "added"
            case _:
                return "type", "changed"

    # Objects and enumerations

    def _objects(self, node: Node, spot: Spot, old: str, new: str) -> None:
        before, after = self.old.whole(old), self.new.whole(new)
        removed = {name: each for name, each in before.members.items() if name not in after.members}
        added = {name: each for name, each in after.members.items() if name not in before.members}
        renamed = renames(
            {name: (self.old.form(each.property.shape), each.property.nullable) for name, each in removed.items()},
            {name: (self.new.form(each.property.shape), each.property.nullable) for name, each in added.items()},
        )
        for name, member in before.members.items():
            if name in after.members:
                other = after.members[name]
                if member.property == other.property and not references_of(member.property.shape):
                    continue
                part, is_new = self._part(node, ("member", member.owner, other.owner, name))
                if is_new:
                    self._members(part, member, other)
            elif name in renamed:
                self._renamed(node, member, added[renamed[name]])
            else:
                self._absent(node, member, "removed")
        known = set(renamed.values())
        for name, member in added.items():
            if name not in known:
                self._absent(node, member, "added")
        if before.extra is not None and after.extra is not None:
            inside = spot.inside("other members", "additionalProperties")
            self.compare(node, inside, before.extra, after.extra)
        elif before.extra is not None or after.extra is not None:
            how = "removed" if after.extra is None else "added"
            node.report(spot, "other-members", how, f"other members {how}")
        if before.secret_extra != after.secret_extra:
            secrecy(node, spot.inside("other members", "additionalProperties"), added=after.secret_extra)
        if before.children and after.children:
            self._tags(node, spot, before.children, after.children, promise="base")
        elif before.children or after.children:
            how = "removed" if before.children else "added"
            node.report(spot, "discriminator", how, f"discriminator {how}", promise="base", gone=how == "removed")

    def _members(self, node: Node, old: Member, new: Member) -> None:
        a, b, spot = old.property, new.property, member_spot(old, new)
        sent, received = not (a.read_only or b.read_only), not (a.write_only or b.write_only)
        for word, before, after, only in (
            ("read-only", a.read_only, b.read_only, Direction.REQUEST),
            ("write-only", a.write_only, b.write_only, Direction.RESPONSE),
        ):
            if before != after:
                how, promise = "added" if after else "removed", _need(b)
                text = f"is now {word}" if after else f"is no longer {word}"
                node.report(spot, word, how, text, promise=promise, only=only)
        if a.required != b.required:
            only = ways(request=sent, response=received)
            how = _need(b)
            node.report(spot, "member", how, f"is now {how}", old=_need(a), new=how, only=only)
        inner, _ = self._part(node, ("value", old.owner, new.owner, a.name), request=sent, response=received)
        if a.nullable != b.nullable:
            self.nullability(inner, spot, a.shape, b.shape, accepts=b.nullable)
        if a.default is not b.default and not self._is_tag(a.name, old.owner, new.owner):
            defaults(inner, spot, a.default, b.default, promise=_need(a))
        if a.secret != b.secret:
            secrecy(inner, spot, added=b.secret)
        if a.deprecated != b.deprecated:
            deprecation(node, spot, added=b.deprecated)
        self.compare(inner, spot, a.shape, b.shape, null=False)

    def _is_tag(self, name: str, old: str, new: str) -> bool:
        """Return True if the default of a member is the value by which a discriminator selects its object."""
        return name in self.old.whole(old).tags or name in self.new.whole(new).tags

    def _absent(self, node: Node, member: Member, how: str) -> None:
        """Report a member that only one side has, once at the component that declares it."""
        part, is_new = self._part(node, (how, member.owner, member.property.name))
        if is_new:
            each = member.property
            gone = how == "removed"
            side = self.old if gone else self.new
            promise = _need(each)
            words = f"{side.words(each.shape)}{' or null' if each.nullable else ''}"
            part.report(
                member_spot(member, member),
                "member",
                how,
                how if gone else f"added: {words}, {promise}",
                promise=promise,
                old=words if gone else "",
                new="" if gone else words,
                gone=gone,
                only=ways(request=not each.read_only, response=not each.write_only),
            )

    def _renamed(self, node: Node, old: Member, new: Member) -> None:
        a, b = old.property, new.property
        part, is_new = self._part(node, ("renamed", old.owner, a.name, new.owner, b.name))
        if is_new:
            part.report(
                member_spot(old, new),
                "member",
                "renamed",
                f"likely renamed from {a.name}",
                old=a.name,
                new=b.name,
                rows=(
                    Row("member", "removed", _need(a)),
                    Row("member", "added", _need(b)),
                ),
                only=ways(request=not (a.read_only and b.read_only), response=not (a.write_only and b.write_only)),
                renamed_from=a.name,
            )

    def _enumerations(self, node: Node, spot: Spot, old: Enumeration, new: Enumeration) -> None:
        what, how = _scalars(Scalar(old.type), Scalar(new.type))
        if how:
            node.report(spot, what, how, f"type changed from {old.type} to {new.type}", old=old.type, new=new.type)
            return
        after = dict.fromkeys(map(literal, new.values))
        before = dict.fromkeys(map(literal, old.values))
        values(
            node,
            spot,
            "enum-value",
            [each for each in before if each not in after],
            [each for each in after if each not in before],
        )


def _need(member: Property) -> str:
    return "required" if member.required else "optional"


def _scalars(old: Scalar, new: Scalar) -> tuple[str, str]:
    """Return how two scalars vary, as a row of the table."""
    a, b = old.format, new.format
    if old.type != new.type:
        how = {("integer", "number"): "widened", ("number", "integer"): "narrowed"}
        return "type", how.get((old.type, new.type), "changed")
    if a == b:
        return "", ""
    if old.type == "number" or b == a.removesuffix("-ms"):
        return "format", "widened"
    if a in formats.INTEGERS and b in formats.INTEGERS:
        (low_a, high_a), (low_b, high_b) = formats.INTEGERS[a], formats.INTEGERS[b]
        wider, narrower = low_b <= low_a and high_a <= high_b, low_a <= low_b and high_b <= high_a
        return "format", "widened" if wider else "narrowed" if narrower else "changed"
    if _typed(old) and not ({a, b} == _UUIDS or a == b.removesuffix("-ms")):
        return "type", "changed" if b else "widened"
    return "format", "narrowed" if not a or a == b.removesuffix("-ms") else ("changed" if b else "widened")


def _typed(scalar: Scalar) -> bool:
    """Return True if clients refuse texts that are not in the format."""
    return scalar.type == "string" and formats.is_typed(scalar.format.removesuffix("-ms"))


def _is_plain(type_: str, scalar: Scalar) -> bool:
    """Return True if a scalar has all values of a type."""
    return (type_ == scalar.type or (type_, scalar.type) == ("integer", "number")) and not _typed(scalar)


def _type_of(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case str():
            return "string"
        case int():
            return "integer"
        case _:
            return "number"


def covers(wide: Shape, arm: Shape) -> bool:
    """Return True if all values of an alternative are values of another one, too."""
    if isinstance(wide, Anything):
        return True
    if isinstance(wide, Scalar) and isinstance(arm, Scalar):
        return _scalars(arm, wide)[1] in ("", "widened")
    return isinstance(wide, Scalar) and isinstance(arm, Const) and _is_plain(_type_of(arm.value), wide)


def references_of(shape: Shape) -> bool:
    """Return True if a shape may differ although it is equal: it refers to components."""
    return not isinstance(shape, Scalar | Const | Anything)


def member_spot(old: Member, new: Member) -> Spot:
    """Return the place of a member, which may have moved to another component."""
    return Spot(
        words=f"{new.owner}.{new.property.name}",
        old=old.property.pointer,
        new=new.property.pointer,
        old_subject=("member", old.owner, old.property.name),
        subject=("member", new.owner, new.property.name),
    )


def defaults(node: Node, spot: Spot, old: Any, new: Any, *, promise: str) -> None:
    """Compare two defaults."""
    a, b = ("" if each is MISSING else literal(each) for each in (old, new))
    if a == b:
        return
    how = "added" if not a else "changed" if b else "removed"
    text = {"added": f"default {b} added", "removed": f"default {a} removed"}
    summary = text.get(how, f"default changed from {a} to {b}")
    node.report(spot, "default", how, summary, promise=promise, old=a, new=b)


def deprecation(node: Node, spot: Spot, *, added: bool) -> None:
    """Report that a part is deprecated, or no longer is."""
    how = "added" if added else "removed"
    node.report(spot, "deprecated", how, "is now deprecated" if added else "is no longer deprecated")


def secrecy(node: Node, spot: Spot, *, added: bool) -> None:
    """Report that a value is secret, or no longer is."""
    how = "added" if added else "removed"
    node.report(spot, "secret", how, "is now secret" if added else "is no longer secret")


def values(node: Node, spot: Spot, what: str, removed: list[str], added: list[str]) -> None:
    """Report values that one side only has; one of each is a likely rename."""
    if len(removed) == len(added) == 1:
        a, b = removed[0], added[0]
        rows = (Row(what, "removed"), Row(what, "added"))
        summary = f"{b} added, likely renamed from {a}"
        node.report(spot, what, "renamed", summary, old=a, new=b, rows=rows, renamed_from=a)
        return
    for each in removed:
        node.report(spot, what, "removed", f"{each} removed", old=each)
    for each in added:
        node.report(spot, what, "added", f"{each} added", new=each)


def _kind(arm: Shape) -> object:
    return arm.type if isinstance(arm, Scalar) else type(arm)
