"""JSV, the format of ServiceStack: parser, conversion to JSON by node, and decoder of models."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from re import compile as regex
from types import NoneType
from typing import Any, Final, TypeAlias, cast

import msgspec

from ..codec import Deviation, OnDeviation, decode_with, get_compiler, lenient_reader
from ..codec.lenient import NUMBER_PATTERN
from ..codec.mismatch import Mismatch
from ..codec.node import Items, Model, Node, Positional, TaggedUnion, UntaggedUnion
from ..codec.union import reporting


class Quoted(str):
    """Text that was quoted, so that it is never a number, boolean or null."""

    __slots__ = ()


JsvTree: TypeAlias = "str | list[JsvTree] | dict[str, JsvTree]"
"""Parsed JSV. The type of an unquoted text is decided by the node that reads it."""

_BATCH: Final = 64 * 1024
"""Characters of a list parsed at a time."""
_BARE: Final = re.compile(r'[^]\[{}",]*+')
_ITEM_RUN: Final = re.compile(r'(?:[^]\[{}",]*+,){1,4096}+')
"""Unquoted items, each with the comma that follows it."""
_KEY: Final = re.compile(r'[^]\[{}",:]*+')
_QUOTED: Final = re.compile(r'"((?:[^"]++|"")*+)"')
_CONTAINERS: Final = ("{", "[")
_EMPTY: Final = Quoted()


def parse_jsv(text: str) -> JsvTree:
    """Parse a JSV text.

    Raises:
        Mismatch: The text is not JSV.
        RecursionError: The text is nested too deeply.
    """
    if text[:1] not in _CONTAINERS:
        if text[:1] != '"':
            return text
    else:
        text = text.rstrip("\r\n")
    found, end = _value(text, 0)
    _check_end(text, end)
    return found


def iter_item_batches(text: str) -> Iterator[list[JsvTree]]:
    """Yield the items of a list in batches. Raises like `parse_jsv`, after the batches before the error."""
    text = text.rstrip("\r\n")
    at, ended = 1, False
    while not ended:
        items, at, ended = _parse_items(text, at, at + _BATCH)
        if ended:
            _check_end(text, at)
        yield items


def _check_end(text: str, at: int) -> None:
    if at < len(text):
        raise _malformed("trailing text", at)


def _value(text: str, at: int) -> tuple[JsvTree, int]:
    match text[at : at + 1]:
        case "{":
            return _members(text, at + 1)
        case "[":
            items, at, _ = _parse_items(text, at + 1, len(text))
            return items, at
        case '"':
            return _quoted(text, at)
        case _:
            found = _BARE.match(text, at)
            return (found[0], found.end()) if found else ("", at)


def _parse_items(text: str, at: int, enough: int) -> tuple[list[JsvTree], int, bool]:
    """Parse items of a list until its end or beyond the offset `enough`; also return the offset and True at its end."""
    items: list[JsvTree] = []
    if text.startswith("[]", at - 1):
        return items, at + 1, True
    while at <= enough:
        run = _ITEM_RUN.match(text, at)
        if run:
            items += run[0].split(",")
            items.pop()  # the empty text after the last comma
            at = run.end()
            continue
        item, at = _value(text, at)
        items.append(item)
        if text.startswith("]", at):
            return items, at + 1, True
        at = _after(",", text, at, "an unclosed list")
    return items, at, False


def _members(text: str, at: int) -> tuple[JsvTree, int]:
    members: dict[str, JsvTree] = {}
    if text.startswith("}", at):
        return members, at + 1
    while True:
        if text.startswith('"', at):
            quoted, end = _quoted(text, at)
            name = str(quoted)
        else:
            found = _KEY.match(text, at)
            name, end = (found[0], found.end()) if found else ("", at)
        members.pop(name, None)  # the last one counts and is ordered last
        members[name], at = _value(text, _after(":", text, end, "a member without a value"))
        if text.startswith("}", at):
            return members, at + 1
        at = _after(",", text, at, "an unclosed object")


def _quoted(text: str, at: int) -> tuple[Quoted, int]:
    found = _QUOTED.match(text, at)
    if found is None:
        raise _malformed("an unclosed quote", at)
    return Quoted(found[1].replace('""', '"')) if found[1] else _EMPTY, found.end()


def _after(mark: str, text: str, at: int, otherwise: str) -> int:
    if not text.startswith(mark, at):
        raise _malformed(otherwise if at >= len(text) else f"missing {mark!r}", at)
    return at + 1


def _malformed(reason: str, at: int) -> Mismatch:
    return Mismatch("JSV", "malformed text", "", f"{reason}, character {at + 1}")


_DATE: Final = regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BOOLEANS: Final = {"true": True, "false": False}
_NULLS: Final = ("", "null")
_UNQUOTED_TYPES: Final = frozenset({int, float, bool})
_NUMBERS: Final = frozenset({"int", "float"})
_DATES: Final = frozenset({datetime, NoneType})
_TEXTS: Final = (str, bytes, Enum)
_RUN: Final = 4096
"""Items of a list that are converted together."""
_encode: Final = msgspec.json.Encoder().encode


def jsv_to_json(text: str, node: Node) -> bytes:
    """Convert a JSV text to the JSON text that the node decodes to the same value.

    Raises:
        Mismatch: The text is not JSV.
        RecursionError: The text is nested too deeply.
    """
    return _encode(to_json_value(parse_jsv(text), node, item=True))


def jsv_to_json_arrays(text: str, items: Items) -> Iterator[bytes]:
    """Convert a JSV list to JSON arrays of batches of its items, lazily, so that an error ends the conversion early.

    Raises like `jsv_to_json`.
    """
    return (_encode(_array(batch, items.node)) for batch in iter_item_batches(text))


def decode_utf8(data: bytes, name: str) -> str:
    """Decode bytes as UTF-8. Raises Mismatch if they are not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        found = f"{error.reason}: 0x{error.object[error.start]:02x}"
    raise Mismatch(f"{name} in UTF-8", "malformed text", "", found)


def to_json_value(tree: JsvTree, node: Node, *, item: bool = False) -> Any:
    """Convert parsed JSV to a JSON value for the node. `item`: the value is in a list, where null is spelled out."""
    shape = node.shape
    if isinstance(shape, UntaggedUnion):
        node = _choice(tree, shape, node)
        shape = node.shape
    if isinstance(tree, str):
        return scalar_value(tree, node, item=item)
    if isinstance(tree, list) and isinstance(shape, Positional):
        return [to_json_value(each, shape.at(index) or _ANY, item=True) for index, each in enumerate(tree)]
    if isinstance(tree, list):
        return _array(tree, shape.node if isinstance(shape, Items) and "array" in node.kinds else _ANY)
    if isinstance(shape, (Model, TaggedUnion)):
        return _object(tree, shape)
    inner = shape.node if isinstance(shape, Items) else _ANY
    return {name: to_json_value(member, inner) for name, member in tree.items()}


_ANY: Final = Node("object", frozenset({"str", "null"}), "any", python=(object,))


def _array(items: list[JsvTree], node: Node) -> list[Any]:
    found: list[Any] = []
    for at in range(0, len(items), _RUN):
        some = items[at : at + _RUN]
        if {*map(type, some)} == {str}:
            texts = cast("list[str]", some)
            values = {text: scalar_value(text, node, item=True) for text in set(texts)}
            found += [values[text] for text in texts]
            continue
        found += [to_json_value(each, node, item=True) for each in some]
    return found


def scalar_value(text: str, node: Node, *, item: bool = False) -> Any:
    """Convert a text to a JSON value for the node: a number, a boolean, null or a text."""
    kinds, unquoted = node.kinds, type(text) is not Quoted
    if unquoted and text in _NULLS:
        is_null = item if text else "null" in kinds
        if is_null or not accepts_text(node):
            return None
    if "str" not in kinds or (unquoted and not _UNQUOTED_TYPES.isdisjoint(node.python)):
        stripped = text.strip()
        if not kinds.isdisjoint(_NUMBERS) and NUMBER_PATTERN.fullmatch(stripped):
            return msgspec.Raw(stripped.encode())
        if "bool" in kinds and stripped.lower() in _BOOLEANS:
            return _BOOLEANS[stripped.lower()]
    if datetime in node.python and (unquoted or _DATES.issuperset(node.python)) and _DATE.fullmatch(text):
        return f"{text}T00:00:00"  # .NET writes midnight as a date only
    return str(text)


def accepts_text(node: Node) -> bool:
    """Return True if the node accepts any text, so that `null` and the empty text may be texts as well."""
    return "str" in node.kinds and any(cls is object or issubclass(cls, _TEXTS) for cls in node.python)


def _object(tree: Mapping[str, JsvTree], shape: Model | TaggedUnion) -> dict[str, Any]:
    model = shape if isinstance(shape, Model) else _tagged(tree, shape)
    if model is None:
        return {name: to_json_value(member, _ANY) for name, member in tree.items()}
    known = wire_names(model)
    # Two spellings may name one member: the last one counts, even if it is empty.
    last = {
        given if given in model.known else known.get(given.strip().lower(), given): member
        for given, member in tree.items()
    }
    found: dict[str, Any] = {}
    for name, member in last.items():
        # An empty value is null, and null means absent; for a required text it is the empty text.
        if member != "" or type(member) is Quoted or name in model.required:
            found[name] = to_json_value(member, model.nodes.get(name) or model.extra_node or _ANY)
    for declared in model.members:  # null means absent in these formats
        if declared.required and declared.nullable:
            found.setdefault(declared.name, None)
    return found


def _tagged(tree: Mapping[str, JsvTree], shape: TaggedUnion) -> Model | None:
    name = shape.property
    if name not in tree:
        name = next((given for given in tree if given.strip().lower() == name.lower()), name)
    tag = tree.get(name)
    node = shape.node_of(tag if isinstance(tag, str) else None)
    inner = node.shape if node else None
    return _tagged(tree, inner) if isinstance(inner, TaggedUnion) else inner if isinstance(inner, Model) else None


def _choice(tree: JsvTree, shape: UntaggedUnion, node: Node) -> Node:
    """Return the member of a union that fits a list or object best; the union itself for a text."""
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
    """Return the names of a model's members by lower-case name; of equal ones, the first."""
    names: dict[str, str] = {}
    for member in model.members:
        if not member.extra:
            names.setdefault(member.name.lower(), member.name)
    return names


JsvDecoder: TypeAlias = Callable[[bytes, OnDeviation], Any]

_BOM: Final = b"\xef\xbb\xbf"
_LIKE_JSON: Final = regex(rb'\s*+(?:\[\s*+)?\{\s*+"')
_decode: Final = msgspec.json.Decoder().decode


def jsv_decoder(hint: Any, as_json: JsvDecoder, *, lenient: bool = False) -> JsvDecoder:
    """Return the function that decodes one type.

    Args:
        hint: The type.
        as_json: Decodes a body that is JSON, which is reported as a deviation.
        lenient: Accept the deviations that `codec.lenient` lists, and report each.
    """
    read = _lenient_decoder(hint) if lenient else _strict_decoder(hint)

    def decode_body(data: bytes, note: OnDeviation) -> Any:
        if _is_json(data):
            found = as_json(data, note)
            note(Deviation("$", "expected JSV, found JSON"))
            return found
        with reporting(note):
            return decode_with(lambda text: read(text, note), data)

    return decode_body


def _strict_decoder(hint: Any) -> JsvDecoder:
    reader = get_compiler().reader(hint)
    return lambda data, _: _read(data, reader.node, lambda json, _: reader(json))


def _lenient_decoder(hint: Any) -> JsvDecoder:
    node, reader = get_compiler().reader(hint).node, lenient_reader(hint)
    return lambda data, note: _read(
        data, node, lambda json, first: reader(json, lambda deviation: note(_shift_index(deviation, first)))
    )


def _is_json(data: bytes) -> bool:
    """Return True if a whole body is JSON. JSV may begin like JSON."""
    text = data.removeprefix(_BOM)
    if not _LIKE_JSON.match(text):
        return False
    try:
        _decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _read(data: bytes, node: Node, read: Callable[[bytes, int], Any]) -> Any:
    """Convert a body to JSON and pass it to `read`; a list in batches, each with the index of its first item."""
    text, shape = decode_utf8(data, "JSV"), node.shape
    if not (isinstance(shape, Items) and "array" in node.kinds and text.startswith("[")):
        return read(jsv_to_json(text, node), 0)
    found: list[Any] = []
    try:
        for part in jsv_to_json_arrays(text, shape):
            found += read(part, len(found))
    except Mismatch as mismatch:
        if mismatch.steps and isinstance(mismatch.steps[-1], int):
            mismatch.steps[-1] += len(found)
        raise
    return found


def _shift_index(deviation: Deviation, first: int) -> Deviation:
    """Return the deviation of a batch with its path in the whole list."""
    if not first or not deviation.path.startswith("$["):
        return deviation
    index, _, inner = deviation.path.removeprefix("$[").partition("]")
    return Deviation(f"$[{int(index) + first}]{inner}", deviation.detail)
