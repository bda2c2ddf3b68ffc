"""JSV as a format of its own: ServiceStack's JSON without most of its quotes. `tree` has the grammar.

A list is read some items at a time: so it takes little more memory than its items, and ends with the first that cannot
be read. A body that is JSON from its first quoted name to its end is read as JSON: JSV would keep its escapes.
"""

from __future__ import annotations

from collections.abc import Callable
from re import compile as regex
from typing import Any, Final, TypeAlias

import msgspec

from ..codec import Note, Oddity, compiler, mending_reader, read_with
from ..codec.mismatch import Mismatch
from ..codec.node import Items, Node
from .shaping import decoded, json_arrays_of, json_of

Decode: TypeAlias = Callable[[bytes, Note], Any]

_BOM: Final = b"\xef\xbb\xbf"
_LIKE_JSON: Final = regex(rb'\s*+(?:\[\s*+)?\{\s*+"')
_decode: Final = msgspec.json.Decoder().decode


def decoder(hint: Any, as_json: Decode, *, lenient: bool = False) -> Decode:
    """The function that decodes one type; a lenient one forgives what `codec.mending` lists, and notes each place.

    `as_json` decodes it where it is JSON; that is noted either way.
    """
    read = _mending(hint) if lenient else _reading(hint)

    def decode_body(data: bytes, note: Note) -> Any:
        if _is_json(data):
            found = as_json(data, note)
            note(Oddity("$", "expected JSV, found JSON"))
            return found
        return read_with(lambda text: read(text, note), data)

    return decode_body


def _reading(hint: Any) -> Decode:
    reader = compiler().reader(hint)
    return lambda data, _: _read(data, reader.node, lambda json, _: reader(json))


def _mending(hint: Any) -> Decode:
    node, mender = compiler().reader(hint).node, mending_reader(hint)
    return lambda data, note: _read(
        data, node, lambda json, first: mender(json, lambda oddity: note(_moved(oddity, first)))
    )


def _is_json(data: bytes) -> bool:
    """Whether a body is JSON from end to end. JSV may well begin as JSON does."""
    text = data.removeprefix(_BOM)
    if not _LIKE_JSON.match(text):
        return False
    try:
        _decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _read(data: bytes, node: Node, read: Callable[[bytes, int], Any]) -> Any:
    """What `read` makes of the JSON that a text says; of a list, in parts, each with the index of its first item."""
    text, shape = decoded(data, "JSV"), node.shape
    if not (isinstance(shape, Items) and "array" in node.kinds and text.startswith("[")):
        return read(json_of(text, node), 0)
    found: list[Any] = []
    try:
        for part in json_arrays_of(text, shape):
            found += read(part, len(found))
    except Mismatch as mismatch:
        if mismatch.steps and isinstance(mismatch.steps[-1], int):
            mismatch.steps[-1] += len(found)
        raise
    return found


def _moved(oddity: Oddity, first: int) -> Oddity:
    """An oddity of a part, seen from the whole list."""
    if not first:
        return oddity
    index, _, inner = oddity.path.removeprefix("$[").partition("]")
    return Oddity(f"$[{int(index) + first}]{inner}", oddity.detail)
