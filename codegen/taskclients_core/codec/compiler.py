"""Compiler from annotations to nodes.

It works in two steps, so that models and aliases may refer to themselves: `_node` reserves names for a model and
returns a node with them; the public methods then build all models that were named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from functools import partial
from types import NoneType
from typing import Annotated, Any, Final, ForwardRef, Literal, get_args, get_origin

import attrs
from attrs import evolve

from ..forks import ForkLock
from ..formats import Format
from ..model import (
    NO_DEFAULT,
    Member,
    OneOf,
    Scope,
    Secret,
    children_of,
    forward_ref_module,
    members,
    resolve_annotation,
    union_members,
)
from . import positional, union, values, wire_struct
from .mismatch import JSON_KINDS, Mismatch, value_mismatch
from .node import (
    MOST_AT_ONCE,
    Items,
    Model,
    Namespace,
    Node,
    Positional,
    Recursion,
    TaggedUnion,
    TypeCache,
    UntaggedUnion,
    models_in,
    nullable,
    secret_members,
)
from .reader import Reader
from .values import (
    UntypedLowering,
    index_of_object,
    lift_items,
    lift_values,
    lower_exact_items,
    lower_exact_values,
    lower_items,
    lower_values,
)

Lower = Callable[[Any], Any]
_OBJECT: Final = frozenset({"object"})
_ARRAY: Final = frozenset({"array"})
_MOST_NESTED: Final = 30
"""Number of aliases that are compiled inside each other, as that recurses."""


class Compiler:
    """Compiles annotations into its own namespace, each once. Safe for several threads."""

    def __init__(self, name: str, *, lenient: bool) -> None:
        self._lenient = lenient
        self._lock = ForkLock(reentrant=True)
        self._models: dict[tuple[type[Any], tuple[str, str] | None], Model] = {}
        self._aliases: dict[object, Node] = {}
        self._pending: list[Model] = []
        self._nested = 0
        self._postponed: list[Callable[[], None]] = []
        self.reader: Final = TypeCache(self._reader)
        """Returns the reader of a type. Raises TypeError if JSON cannot represent the type."""

        self.lower: Final = TypeCache(self._lower)
        """Returns the function from a value of a type to one that msgspec can encode. Raises TypeError likewise."""

        self.lower_any: Final = UntypedLowering(self.lower).lower
        self._namespace = Namespace(name)
        for function in (
            *(lift_items, lift_values, lower_items, lower_values, index_of_object),
            *(lower_exact_items, lower_exact_values),
        ):
            self._namespace.put(function.__name__, function)
        self._namespace.put("finite", values.check_finite)
        self._namespace.put("number", values.check_number)
        self._namespace.put("decimal", values.check_decimal)
        self._namespace.put("put", object.__setattr__)
        self._namespace.put("lower_any", self.lower_any)
        self._namespace.put("lower_other", self._lower_other)

    # -- Public: compiled completely ------------------------------------------------------------------------------

    def items(self, hint: Any, scope: str | None = None) -> Reader:
        """Return the reader of an array of a type. `scope` is the module that resolves forward references."""
        return Reader(self._namespace, self._items(self._compile(hint, scope)))

    def secrets(self, hint: Any) -> frozenset[str] | None:
        """Return the names of secret members in a type; None if a value outside a model is secret."""
        return secret_members(self._compile(hint))

    @property
    def namespace(self) -> Namespace:
        """Namespace of the names in the nodes."""
        return self._namespace

    def _reader(self, hint: Any) -> Reader:
        return Reader(self._namespace, self._compile(hint))

    def _lower(self, hint: Any) -> Lower:
        name = self._compile(hint).lower
        return self._namespace[name] if name else self.lower_any

    def _compile(self, hint: Any, scope: str | None = None) -> Node:
        with self._lock:
            models, aliases = dict(self._models), dict(self._aliases)
            try:
                node = self._node(hint, scope or forward_ref_module(hint))
                self._build_pending()
            except Exception:
                # Forget models that are named but not built, so that the next call raises the error again.
                self._models, self._aliases, self._pending, self._postponed = models, aliases, [], []
                raise
            return node

    def _lower_other(self, value: Any, cls: type[Any]) -> Any:
        """Lower an object whose class is not exactly the declared one. Raises Mismatch if it is not a subclass."""
        if not isinstance(value, cls):
            raise value_mismatch(cls.__name__, value)
        return self.lower(type(value))(value)

    # -- Nodes ----------------------------------------------------------------------------------------------------

    def _node(self, hint: Any, scope: str | None) -> Node:
        node = self._strict(hint, scope)
        return self._nullable(node) if self._lenient else node

    def _strict(self, hint: Any, scope: str | None) -> Node:
        if isinstance(hint, (str, ForwardRef)):
            resolved = resolve_annotation(hint, scope)
            if isinstance(resolved, type):
                return self._strict(resolved, scope)
            return self._alias((scope, str(hint)), resolved, scope)
        if type(hint).__name__ == "TypeAliasType":  # the `type` statement, from Python 3.12 on
            return self._alias(hint, hint.__value__, hint.__module__)
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return self._annotated(arguments[0], arguments[1:], scope)
        if origin is Literal:
            return values.literal_node(hint, arguments, self._namespace)
        if len(union_members(hint)) > 1:
            return self._union(union_members(hint), scope)
        if hint is list or origin is list:
            return self._items(self._node(arguments[0] if arguments else Any, scope))
        if origin is tuple:
            return self._tuple(arguments, scope)
        if hint is dict or origin is dict:
            return self._map(arguments or (str, Any), scope)
        return self._class(hint)

    def _class(self, hint: Any) -> Node:
        if hint is Any or hint is object:
            return values.ANY_NODE
        if hint is None or hint is NoneType:
            return values.NULL_NODE
        if isinstance(hint, type):
            cls: type[Any] = hint
            if attrs.has(cls):
                return self._family(cls)
            found = (
                values.enum_node(cls, self._namespace)
                if issubclass(cls, Enum)
                else values.native_scalar(cls, self._namespace)
            )
            if found is not None:
                return found
        raise TypeError(f"{hint!r} is not a type that JSON can represent")

    def _annotated(self, hint: Any, marks: tuple[Any, ...], scope: str | None) -> Node:
        if any(isinstance(mark, Secret) for mark in marks):
            node = self._annotated(hint, tuple(mark for mark in marks if not isinstance(mark, Secret)), scope)
            lift, lower = (self._hidden(name) if name else None for name in (node.lift, node.lower))
            return evolve(node, lift=lift, lower=lower, secret=True, render=None)
        for mark in marks:
            if issubclass(mark.__class__, Format):
                return values.format_node(mark, self._namespace)
            if isinstance(mark, OneOf):
                node = self._tagged(mark, scope)
                return self._nullable(node) if NoneType in union_members(hint) else node
            if isinstance(mark, Scope):
                scope = mark.module
        return self._strict(hint, scope)

    def _hidden(self, function: str) -> str:
        """Return the name of a function whose mismatches do not show the value."""

        def call(value: Any) -> Any:
            try:
                return self._namespace[function](value)
            except Mismatch as mismatch:
                raise mismatch.under(secret=True) from None

        return self._namespace.add("hidden", call)

    def _items(self, item: Node) -> Node:
        return Node(
            f"list[{item.wire}]",
            _ARRAY,
            f"array of {item.label}",
            _loop(item) or self._each("lift_items", item.lift),
            self._each("lower_items", item.lower, item.exact),
            (list, tuple),
            shape=Items(item),
        )

    def _tuple(self, hints: tuple[Any, ...], scope: str | None) -> Node:
        *fixed, last = hints
        rest: Node | None = None
        if last is Ellipsis:
            rest, hints = self._node(fixed[0], scope), ()
        elif getattr(last, "__unpacked__", False):
            rest, hints = self._node(get_args(last)[0], scope), tuple(fixed)
        shape = Positional(tuple(self._node(hint, scope) for hint in hints), rest)
        parts = [node.label for node in shape.nodes] + ([f"{rest.label} …"] if rest else [])
        label = f"array of {', '.join(parts)}"
        lower = self._namespace.add("lower_tuple", positional.TupleWriter(shape, label, self._namespace))
        if rest is None and all(node.lift is None and node.wire != "Raw" for node in shape.nodes):
            wire, lift = f"tuple[{', '.join(node.wire for node in shape.nodes)}]", None
        else:
            lift = self._namespace.add("lift_tuple", positional.TupleReader(shape, label, self._namespace))
            wire = "Raw"
        return Node(wire, _ARRAY, label, lift, lower, (tuple, list), shape=shape)

    def _map(self, hints: tuple[Any, ...], scope: str | None) -> Node:
        key, hint = hints
        name, value = self._strict(key, scope), self._node(hint, scope)
        if name.lift or (name.lower and not name.unchanged) or name.kinds != frozenset({"str"}):
            raise TypeError(f"{key!r} cannot be the type of the keys of a JSON object; use str")
        return Node(
            f"dict[{name.wire}, {value.wire}]",
            _OBJECT,
            f"object of {value.label}",
            self._each("lift_values", value.lift),
            self._each("lower_values", value.lower, value.exact),
            (dict,),
            looseness=1,
            shape=Items(value),
        )

    def _union(self, hints: tuple[Any, ...], scope: str | None) -> Node:
        nodes = [self._strict(hint, scope) for hint in hints if hint is not NoneType]
        node = nodes[0] if len(nodes) == 1 else self._choice(nodes)
        return self._nullable(node) if NoneType in hints else node

    def _choice(self, nodes: list[Node]) -> Node:
        label = union.union_label(nodes)
        kinds = frozenset(kind for node in nodes for kind in node.kinds)
        python = tuple(cls for node in nodes for cls in node.python)
        lower = self._namespace.add("lower_choice", union.UnionWriter(nodes, label, self._namespace))
        shape = UntaggedUnion(tuple(nodes))
        if union.is_native_union(nodes):
            return Node(" | ".join(node.wire for node in nodes), kinds, label, None, lower, python, shape=shape)
        lift = self._namespace.add("lift_choice", union.UnionReader(nodes, label, self._namespace))
        return Node("Raw", kinds, label, lift, lower, python, shape=shape)

    def _tagged(self, mark: OneOf, scope: str | None) -> Node:
        nodes = {tag: self._tagged_member(hint, (mark.property, tag), scope) for tag, hint in mark.mapping.items()}
        shape = TaggedUnion(mark.property, nodes)
        label = union.union_label(list(nodes.values()))
        python = tuple(cls for node in nodes.values() for cls in node.python)
        lower = self._namespace.add("lower_tagged", union.TagWriter(shape, label, self._namespace))
        models = [node.shape for node in nodes.values() if isinstance(node.shape, Model) and not node.shape.extra]
        if len(models) == len(nodes):  # msgspec itself can decode the union
            wire = " | ".join(model.struct for model in models)
            lift = self._namespace.reserve("lift_tagged")
            self._namespace.define_lazily(lift, "w", lambda: f"return {self._lifts(models)}[type(w)](w)")
        else:
            wire = "Raw"
            lift = self._namespace.add("lift_tagged", union.TagReader(shape, label, self._namespace))
        return Node(wire, _OBJECT, label, lift, lower, python, shape=shape)

    def _tagged_member(self, hint: Any, tag: tuple[str, str], scope: str | None) -> Node:
        """Return the node of a class, or of another union with a discriminator, in such a union.

        Null, which either may accept under a name of its own, has no discriminator: the whole union accepts it.
        """
        others = [each for each in union_members(hint) if each is not NoneType]
        hint = others[0] if len(others) == 1 else hint
        if isinstance(hint, type) and children_of(hint) is None:
            return self._model_node(self._model(hint, tag))
        return self._strict(hint, scope)

    def _family(self, cls: type[Any]) -> Node:
        """Return the node of a class, which may have subclasses that a discriminator selects."""
        children = children_of(cls)
        own = self._model_node(self._model(cls, None))
        if children is None:
            return own
        if cls not in self._aliases:
            nodes = {tag: self._family(child) for tag, child in children.mapping.items()}
            shape = TaggedUnion(children.property, nodes, own)
            lift = self._namespace.add("lift_family", union.TagReader(shape, own.label, self._namespace))
            python = tuple(dict.fromkeys((cls, *(each for node in nodes.values() for each in node.python))))
            # The base's `lower` accepts objects of subclasses.
            self._aliases[cls] = Node("Raw", _OBJECT, own.label, lift, own.lower, python, shape=shape)
        return self._aliases[cls]

    def _lifts(self, models: Iterable[Model]) -> str:
        """Return the name of the mapping from wire structs to the functions that lift them."""
        return self._namespace.add(
            "lifts", {self._namespace[model.struct]: self._namespace[model.lift] for model in models}
        )

    def _alias(self, key: object, target: Any, scope: str | None) -> Node:
        """Return the node of an alias. References to it inside itself are decoded from raw text, by name."""
        if key not in self._aliases:
            lift, lower = self._namespace.reserve("lift_alias"), self._namespace.reserve("lower_alias")
            shape = Recursion()
            self._aliases[key] = Node("Raw", JSON_KINDS, "value", lift, lower, (object,), looseness=3, shape=shape)
            define = partial(self._define_alias, key, shape, lift, lower, target, scope)
            if self._nested < _MOST_NESTED:
                define()
            else:  # a long circle: read this part as raw text too
                self._postponed.append(define)
        return self._aliases[key]

    def _define_alias(
        self, key: object, shape: Recursion, lift: str, lower: str, target: Any, scope: str | None
    ) -> None:
        self._nested += 1
        try:
            shape.node = node = self._node(target, scope)
        finally:
            self._nested -= 1
        self._namespace.put(lift, Reader(self._namespace, node))
        self._namespace.define_lazily(lower, "v", lambda: f"return {node.lower or 'lower_any'}(v)")
        self._aliases[key] = node

    def _nullable(self, node: Node) -> Node:
        if "null" in node.kinds:
            return node
        null = 'bytes(v) == b"null"' if node.wire == "Raw" else "v is None"
        return nullable(node, self._unless(null, node.lift), self._unless("v is None", node.lower))

    def _unless(self, null: str, function: str | None) -> str | None:
        if function is None:
            return None
        name = self._namespace.reserve("or_null")
        return self._namespace.define_lazily(name, "v", lambda: f"return None if {null} else {function}(v)")

    def _each(self, walk: str, function: str | None, exact: tuple[type, ...] = ()) -> str | None:
        if function is None:
            return None
        name = self._namespace.reserve("each")
        if exact:
            walk, classes = walk.replace("lower", "lower_exact"), self._namespace.add("exact", frozenset(exact))
            return self._namespace.define_lazily(name, "v", lambda: f"return {walk}({classes}, {function}, v)")
        return self._namespace.define_lazily(name, "v", lambda: f"return {walk}({function}, v)")

    # -- Models ---------------------------------------------------------------------------------------------------

    def _model(self, cls: type[Any], tag: tuple[str, str] | None) -> Model:
        model = self._models.get((cls, tag))
        if model is None:
            found = tuple(map(_lenient_member, members(cls))) if self._lenient else members(cls)
            extra = next((member for member in found if member.extra), None)
            model = self._models[cls, tag] = Model(
                cls=cls,
                members=found,
                tag=tag,
                struct=self._namespace.reserve(cls.__name__),
                lift=self._namespace.reserve(f"lift_{cls.__name__}"),
                lift_items=self._namespace.reserve(f"lift_items_{cls.__name__}"),
                lower=self._namespace.reserve(f"lower_{cls.__name__}"),
                required=frozenset(member.name for member in found if member.required),
                known=frozenset(member.name for member in found if not member.extra) | {tag[0] if tag else ""} - {""},
                extra=extra,
            )
            self._pending.append(model)
        return model

    def _model_node(self, model: Model) -> Node:
        return Node(
            "Raw" if model.extra else model.struct,
            _OBJECT,
            f"{model.cls.__name__} object",
            model.lift,
            model.lower,
            (model.cls,),
            shape=model,
        )

    def _build_pending(self) -> None:
        """Build all models that were named, each after those that it refers to."""
        found: dict[Model, None] = {}
        while self._pending or self._postponed:
            while self._postponed:
                self._postponed.pop()()
            if self._pending:
                model = self._pending.pop()
                found[model] = None
                self._fill(model)
        built: dict[Model, None] = {}
        open_: set[Model] = set()
        waiting = [(model, False) for model in reversed(found)]
        while waiting:
            model, left = waiting.pop()
            if left:
                built[model] = None
                wire_struct.build_wire_struct(model, self._namespace)
            elif model not in open_:
                open_.add(model)
                waiting.append((model, True))
                for member in model.members if model.nodes else ():
                    below = [each for each in models_in(model.nodes.get(member.name)) if each in found]
                    if len(found) > MOST_AT_ONCE and any(each in open_ and each not in built for each in below):
                        model.nodes[member.name] = self._read_apart(model.nodes[member.name], member)
                    else:
                        waiting += [(each, False) for each in below]
        self._namespace.unprepared.extend(self._namespace[model.struct] for model in built)

    def _read_apart(self, node: Node, member: Member) -> Node:
        """Return a node with a decoder of its own, which ends msgspec's recursion from struct to struct."""
        apart = evolve(node, wire="Raw", lift=self._namespace.add("read_apart", Reader(self._namespace, node)))
        return self._nullable(apart) if member.nullable else apart

    def _fill(self, model: Model) -> None:
        for member in model.members:
            if member.extra:
                model.extra_node = self._node((get_args(member.type) or (str, Any))[1], member.scope)
                continue
            node = self._node(member.type, member.scope)
            model.nodes[member.name] = self._nullable(node) if member.nullable and node.wire == "Raw" else node


def _loop(item: Node) -> str | None:
    """Return the name of the function that lifts a list of models in one loop, None if the item has none."""
    model = item.shape
    return model.lift_items if isinstance(model, Model) and not model.extra and item.lift == model.lift else None


def _lenient_member(member: Member) -> Member:
    """Return the member with null and absence allowed."""
    if member.extra:
        return member
    default = None if member.default is NO_DEFAULT else member.default
    return evolve(member, none=True, nullable=True, default=default)
