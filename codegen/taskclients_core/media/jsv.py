"""JSV as a format of its own: ServiceStack's JSON without most of its quotes. `tree` has the grammar.

A list is read some items at a time: so it takes little more memory than its items, and ends with the first that cannot
be read. A body that is JSON from its first quoted name to its end is read as JSON: JSV would keep its escapes.
"""

from __future__ import annotations

from collections.abc import Callable
from re import compile as regex
from typing import Any, Final, TypeAlias, TypeVar, cast, overload

import attrs
import msgspec

from ..codec import Note, Oddity, compiler, ignored, mending_reader, read_with, to_builtins
from ..codec.mismatch import Mismatch
from ..codec.node import Items, Node
from ..errors import InvalidArgument
from .shaping import decoded, json_arrays_of, json_of, marked
from .tree import write

T = TypeVar("T")
Decode: TypeAlias = Callable[[bytes, Note], Any]

_BOM: Final = b"\xef\xbb\xbf"
_LIKE_JSON: Final = regex(rb'\s*+(?:\[\s*+)?\{\s*+"')
_decode: Final = msgspec.json.Decoder().decode


def encode(value: object, hint: Any = Any) -> bytes:
    """A model, or whatever models, scalars, lists and dicts are in, as JSV; names and formats are those of the wire.

    Where a union takes text and something else, texts that look like something else are quoted. Raises InvalidArgument
    for what has no form there.
    """
    try:
        return write(_plain(value, hint)).encode()
    except RecursionError:
        message = "the value nests too deeply, or contains itself"
    except UnicodeEncodeError:
        message = "a text has a lone surrogate, which UTF-8 cannot hold"
    raise InvalidArgument(message)


def _plain(value: object, hint: Any) -> Any:
    if hint is Any and isinstance(value, (list, tuple)):
        return [_plain(each, Any) for each in cast("list[object]", value)]
    if hint is Any and attrs.has(type(value)):
        hint = type(value)
    plain = to_builtins(value, hint)
    return plain if hint is Any else marked(plain, compiler().reader(hint).node)


@overload
def decode(data: bytes | str, hint: type[T], /) -> T: ...
@overload
def decode(data: bytes | str, hint: Any = Any, /) -> Any: ...
def decode(data: bytes | str, hint: Any = Any, /) -> Any:
    """The value that a JSV text says: a model, a list of them, and so on; without a type all scalars are text.

    Raises DecodeError for anything else, whatever the text.
    """
    read = _reading(hint)
    return read_with(lambda text: read(text, ignored), data)


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
