"""From trees of texts to what their type promises, in JSON's shape; whether it holds is for the codec to find out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from re import compile as regex
from types import NoneType
from typing import Any, Final, cast

import msgspec

from ..codec.mending import NUMBER
from ..codec.mismatch import Mismatch
from ..codec.node import Choices, Items, Model, Node, Tagged
from .tree import Quoted, Tree, batches, parse

_DATE: Final = regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TRUTHS: Final = {"true": True, "false": False}
_NOTHINGS: Final = ("", "null")
_SAID_BARE: Final = frozenset({int, float, bool})
_NUMBERS: Final = frozenset({"int", "float"})
_DATES: Final = frozenset({datetime, NoneType})
_TEXTS: Final = (str, bytes, Enum)
_RUN: Final = 4096
"""Items of a list that are looked at together."""
_encode: Final = msgspec.json.Encoder().encode


def json_of(text: str, node: Node) -> bytes:
    """A JSV text as the JSON text that says the same, read as the node.

    Raises:
        Mismatch: it is no JSV.
        RecursionError: it nests too deeply.
    """
    return _encode(shaped(parse(text), node, item=True))


def json_arrays_of(text: str, items: Items) -> Iterator[bytes]:
    """The items of a JSV list as JSON arrays of some of them: one after the other, so that a bad one ends the work.

    Raises like `json_of`.
    """
    return (_encode(_array(batch, items.node)) for batch in batches(text))


def decoded(data: bytes, name: str) -> str:
    """Bytes as text. Raises Mismatch where they are not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        found = f"{error.reason}: 0x{error.object[error.start]:02x}"
    raise Mismatch(f"{name} in UTF-8", "malformed text", "", found)


def shaped(tree: Tree, node: Node, *, item: bool = False) -> Any:
    """A tree as JSON would have it for the node. `item`: it stands in a list, where null is written out."""
    shape = node.shape
    if isinstance(shape, Choices):
        node = _choice(tree, shape, node)
        shape = node.shape
    if isinstance(tree, str):
        return scalar(tree, node, item=item)
    if isinstance(tree, list):
        return _array(tree, shape.node if isinstance(shape, Items) and "array" in node.kinds else _ANY)
    if isinstance(shape, (Model, Tagged)):
        return _object(tree, shape)
    inner = shape.node if isinstance(shape, Items) else _ANY
    return {name: shaped(member, inner) for name, member in tree.items()}


_ANY: Final = Node("object", frozenset({"str", "null"}), "any", python=(object,))


def _array(items: list[Tree], node: Node) -> list[Any]:
    found: list[Any] = []
    for at in range(0, len(items), _RUN):
        some = items[at : at + _RUN]
        if {*map(type, some)} == {str}:
            texts = cast("list[str]", some)
            said = {text: scalar(text, node, item=True) for text in set(texts)}
            found += [said[text] for text in texts]
            continue
        found += [shaped(each, node, item=True) for each in some]
    return found


def scalar(text: str, node: Node, *, item: bool = False) -> Any:
    """A text as JSON would have it: a number, a truth value, null or text."""
    kinds, bare = node.kinds, type(text) is not Quoted
    if bare and text in _NOTHINGS:
        nothing = item if text else "null" in kinds
        if nothing or not takes_text(node):
            return None
    if "str" not in kinds or (bare and not _SAID_BARE.isdisjoint(node.python)):
        said = text.strip()
        if not kinds.isdisjoint(_NUMBERS) and NUMBER.fullmatch(said):
            return msgspec.Raw(said.encode())
        if "bool" in kinds and said.lower() in _TRUTHS:
            return _TRUTHS[said.lower()]
    if datetime in node.python and (bare or _DATES.issuperset(node.python)) and _DATE.fullmatch(text):
        return f"{text}T00:00:00"  # how .NET writes midnight
    return str(text)


def takes_text(node: Node) -> bool:
    """Whether any text may be one of its values, so that `null` and nothing at all may be as well."""
    return "str" in node.kinds and any(cls is object or issubclass(cls, _TEXTS) for cls in node.python)


def _object(tree: Mapping[str, Tree], shape: Model | Tagged) -> dict[str, Any]:
    model = shape if isinstance(shape, Model) else _tagged(tree, shape)
    if model is None:
        return {name: shaped(member, _ANY) for name, member in tree.items()}
    known = wire_names(model)
    # Two spellings may be one member: the last one counts, an empty one too.
    last = {
        given if given in model.known else known.get(given.strip().lower(), given): member
        for given, member in tree.items()
    }
    found: dict[str, Any] = {}
    for name, member in last.items():
        # Empty is null, and null is absence: a text that must be there is the empty one, which looks the same.
        if member != "" or type(member) is Quoted or name in model.required:
            found[name] = shaped(member, model.nodes.get(name) or model.extra_node or _ANY)
    for declared in model.members:  # to these formats, null is absence
        if declared.required and declared.nullable:
            found.setdefault(declared.name, None)
    return found


def _tagged(tree: Mapping[str, Tree], shape: Tagged) -> Model | None:
    name = shape.property
    if name not in tree:
        name = next((given for given in tree if given.strip().lower() == name.lower()), name)
    tag = tree.get(name)
    return shape.models.get(tag) if isinstance(tag, str) else None


def _choice(tree: Tree, shape: Choices, node: Node) -> Node:
    """The member of a union that is likely meant by a list or an object; the union itself for a text."""
    if isinstance(tree, str):
        return node
    if isinstance(tree, list):
        return next((each for each in shape.nodes if "array" in each.kinds), node)
    names = {name.strip().lower() for name in tree}
    best, most = node, (-1, 0)
    for each in shape.nodes:
        model = each.shape
        if "object" not in each.kinds:
            continue
        if not isinstance(model, Model):
            best, most = (each, (0, 0)) if most < (0, 0) else (best, most)
            continue
        known = wire_names(model).keys() & names
        if {name.lower() for name in model.required} <= names and (len(known), len(model.required)) > most:
            best, most = each, (len(known), len(model.required))
    return best


@cache
def wire_names(model: Model) -> Mapping[str, str]:
    """The names of a model's members by what they are in lower case; where two are alike, the first."""
    names: dict[str, str] = {}
    for member in model.members:
        if not member.extra:
            names.setdefault(member.name.lower(), member.name)
    return names
