"""JSON to models and back.

    task = decode(answer.content, Task)        DecodeError says where, what was expected, and what was found
    body = encode(task)                        InvalidArgument says what cannot be sent

What is read:

* Members that a model does not know are ignored, even ones whose text is not UTF-8. Of two members of one name the
  last one counts, whatever the first one is.
* An optional member may be absent; null is refused unless the API says that it may be null.
* NaN, Infinity and numbers beyond a float's range are refused, whole floats (1.0) are no ints. A byte order mark at
  the start is skipped. Text that nests more deeply than Python's recursion limit allows is refused.
* Unions that nothing tells apart: see `union`. Wire formats: see `..formats`.

What is written: optional fields that are None are left out, required ones are sent as null, UNSET is never sent.
Values are not checked against their annotations on the way out, that is a type checker's work: a str in an int field
is sent as a str. What has no form on the wire is refused: a naive datetime where an offset is due, NaN, a model of
another class, an object that is no model.

Each type is compiled once, at its first use, from any thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, TypeVar, get_args, overload

import msgspec
from attrs import frozen
from msgspec import UNSET

from ..errors import DecodeError, InvalidArgumentError
from .annotations import members
from .compiler import Compiler
from .lenient import Deviation, LenientReader, OnDeviation, ignore_deviation
from .mismatch import Mismatch, value_mismatch

__all__ = [
    "Deviation",
    "LenientReader",
    "MemberValue",
    "OnDeviation",
    "decode",
    "decode_with",
    "decoder",
    "encode",
    "get_compiler",
    "ignore_deviation",
    "lenient_decoder",
    "lenient_reader",
    "to_builtins",
    "to_text",
    "wire_members",
]

T = TypeVar("T")


@overload
def decode(data: bytes | str, hint: type[T], /) -> T: ...
@overload
def decode(data: bytes | str, hint: Any, /) -> Any: ...
def decode(data: bytes | str, hint: Any, /) -> Any:
    """The value that a JSON text says: a model, `list[Task]`, a union, a format, `Any` and so on.

    Raises DecodeError for anything else, whatever the text; TypeError if the type is none that JSON can hold.
    """
    return decode_with(_STRICT.reader(hint), data)


@overload
def decoder(hint: type[T], /, *, lenient: bool = False) -> Callable[[bytes | str], T]: ...
@overload
def decoder(hint: Any, /, *, lenient: bool = False) -> Callable[[bytes | str], Any]: ...
def decoder(hint: Any, /, *, lenient: bool = False) -> Callable[[bytes | str], Any]:
    """The function that decodes one type.

    A lenient one takes null for any value, and absence for any member, as None; models then hold None where their
    annotations do not say so.
    """
    return partial(decode_with, get_compiler(lenient=lenient).reader(hint))


def lenient_decoder(hint: Any, /) -> Callable[[bytes, OnDeviation], Any]:
    """The function that decodes one type and forgives what `mending` lists; it notes each place."""
    mender = lenient_reader(hint)

    def decode_mending(data: bytes, note: OnDeviation) -> Any:
        return decode_with(lambda text: mender(text, note), data)

    return decode_mending


def lenient_reader(hint: Any, /) -> LenientReader:
    """What reads the JSON of one type and forgives; it raises Mismatch."""
    return LenientReader(_STRICT.reader(hint), _LENIENT.reader(hint))


def get_compiler(*, lenient: bool = False) -> Compiler:
    """What compiles types: for the other wire formats, which are read by way of the same nodes."""
    return _LENIENT if lenient else _STRICT


def encode(value: object, hint: Any = Any) -> bytes:
    """A value as JSON text: a model, or whatever models, scalars, lists and dicts are in.

    The hint is needed only where the value alone does not tell its form: a format such as GuidN outside of a model, or
    a discriminated union whose classes do not have the discriminator as a field. Raises InvalidArgument for what has
    no form on the wire.
    """
    lower = _STRICT.lower_any if hint is Any else _STRICT.lower(hint)
    try:
        return _encode(lower(value))
    except _UNFIT as error:
        raise _refusal(error) from None


def to_builtins(value: object, hint: Any = Any) -> Any:
    """A value as dict, list, str, int, float, bool and None, with the names and forms of the wire.

    Decimals are text there. Raises InvalidArgument like `encode`.
    """
    try:
        return msgspec.to_builtins(_STRICT.lower(hint)(value), str_keys=True, enc_hook=_raw_text)
    except _UNFIT as error:
        raise _refusal(error) from None


def to_text(value: object, hint: Any) -> str:
    """A scalar as text, for a path, a query or a header: `true`, `2024-01-31`, an enum's value.

    Raises InvalidArgument for None and for what consists of parts.
    """
    plain = to_builtins(value, hint)
    if isinstance(plain, str):
        return plain
    if isinstance(plain, (bool, int, float)):
        return _encode(plain).decode()
    raise InvalidArgumentError(f"expected a value that is one text, found {value.__class__.__name__}")


@frozen
class MemberValue:
    """A member of a model's object, with its value as it is in Python."""

    name: str
    """Its name on the wire."""
    value: Any
    type: Any
    """Its annotation, for `to_text`, `to_builtins` and `encode`."""


def wire_members(model: object) -> Iterator[MemberValue]:
    """What a model would send, member by member: for bodies that are not JSON. Absent members are left out."""
    for member in members(type(model)):
        value = getattr(model, member.attribute)
        if member.extra:
            hint = (get_args(member.type) or (str, Any))[1]
            yield from (MemberValue(name, extra, hint) for name, extra in value.items())
        elif not (value is UNSET or (value is None and member.omits_none)):
            yield MemberValue(member.name, value, member.type)


_BOM: Final = b"\xef\xbb\xbf"


# Made at once, not when they are first needed: two threads would make two, and their mirrors would not find each other.
_STRICT: Final = Compiler(f"{__name__}.mirrors", lenient=False)
_LENIENT: Final = Compiler(f"{__name__}.lenient_mirrors", lenient=True)


def decode_with(reader: Callable[[bytes], Any], data: bytes | str) -> Any:
    """What a reader makes of a text. Raises DecodeError for its Mismatch."""
    try:
        return reader(_utf8(data))
    except Mismatch as mismatch:
        path, expected, found = mismatch.path, mismatch.expected, mismatch.found
    except RecursionError:
        path, expected, found = "$", "JSON", "too deep a nesting"
    # Outside of the handlers: the error must not drag the mismatch and its frames along.
    raw = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    raise DecodeError(path=path, expected=expected, found=found, raw=raw)


def _utf8(data: bytes | str) -> bytes:
    if isinstance(data, str):
        try:
            data = data.encode()
        except UnicodeEncodeError:
            raise Mismatch("JSON in UTF-8", "malformed text", "", "a lone surrogate") from None
    return data[3:] if data.startswith(_BOM) else data


def _refusal(error: Mismatch | RecursionError | UnicodeEncodeError) -> InvalidArgumentError:
    """What to raise for what went wrong while a value was lowered and written."""
    if isinstance(error, RecursionError):
        return InvalidArgumentError("the value nests too deeply, or contains itself")
    if isinstance(error, UnicodeEncodeError):
        return InvalidArgumentError("a text has a lone surrogate, which UTF-8 cannot hold")
    where = f" at {error.path}" if error.steps else ""
    return InvalidArgumentError(f"expected {error.expected}, found {error.found}{where}")


def _refuse(value: Any) -> Any:
    raise value_mismatch("a value that JSON can hold", value)


def _raw_text(value: Any) -> Any:
    return bytes(value).decode("ascii") if isinstance(value, msgspec.Raw) else _refuse(value)


_UNFIT: Final = (Mismatch, RecursionError, UnicodeEncodeError)
_encode: Final = msgspec.json.Encoder(enc_hook=_refuse).encode
