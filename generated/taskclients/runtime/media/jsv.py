"""JSV as a format of its own: ServiceStack's JSON without most of its quotes. `tree` has the grammar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, overload

from ..codec import Note, compiler, mending_reader, read_with, to_builtins
from ..codec.reader import Reader
from ..errors import InvalidArgument
from .shaping import decoded, json_of
from .tree import write

T = TypeVar("T")


def encode(value: object, hint: Any = Any) -> bytes:
    """A model, or whatever models, scalars, lists and dicts are in, as JSV; names and formats are those of the wire.

    Raises InvalidArgument for what has no form there.
    """
    try:
        return write(to_builtins(value, hint)).encode()
    except RecursionError:
        message = "the value nests too deeply, or contains itself"
    except UnicodeEncodeError:
        message = "a text has a lone surrogate, which UTF-8 cannot hold"
    raise InvalidArgument(message)


@overload
def decode(data: bytes | str, hint: type[T], /) -> T: ...
@overload
def decode(data: bytes | str, hint: Any = Any, /) -> Any: ...
def decode(data: bytes | str, hint: Any = Any, /) -> Any:
    """The value that a JSV text says: a model, a list of them, and so on; without a type all scalars are text.

    Raises DecodeError for anything else, whatever the text.
    """
    return read_with(_reader(compiler().reader(hint)), data)


def decoder(hint: Any, *, lenient: bool = False) -> Callable[[bytes, Note], Any]:
    """The function that decodes one type; a lenient one forgives what `codec.mending` lists, and notes each place."""
    if not lenient:
        reader = _reader(compiler().reader(hint))
        return lambda data, _: read_with(reader, data)
    mender, node = mending_reader(hint), compiler().reader(hint).node
    return lambda data, note: read_with(lambda text: mender(json_of(decoded(text, "JSV"), node), note), data)


def _reader(reader: Reader) -> Callable[[bytes], Any]:
    return lambda text: reader(json_of(decoded(text, "JSV"), reader.node))
