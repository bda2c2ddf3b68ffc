"""Conversion between JSON and models; the last step of a response and the first of a request body.

    task = decode(response.content, Task)      DecodeError: the path, what was expected and what was found
    body = encode(task)                        InvalidArgumentError: the value that JSON cannot represent

Decoding:

* Members that a model does not declare are ignored, even if their text is not UTF-8. If a name occurs twice, the last
  member counts.
* An optional member may be absent. null is refused unless the API declares the member nullable.
* NaN, Infinity and numbers beyond the range of a float are refused. A number without a fraction (1.0) is an int, as
  JSON Schema defines it, but costs a second pass over the text, as do dates and times with more than six digits of
  fraction, of which the rest is dropped. A byte order mark at the start is skipped. Text nested
  deeper than Python's recursion limit is refused.
* Unions without a discriminator: see `union`. Wire formats of single values: see `..formats`.

Encoding: optional fields that are None are left out, required ones that may be None are sent as null, UNSET is never
sent. A value of another type than its annotation is refused, such as a str in a list of str, and so is one that JSON
cannot represent: a naive datetime where an offset is required, NaN, a model of another class. An open enum may be given
as its plain value. Values of exactly the expected classes are recognized without a call.

Each type is compiled once, at first use, and from any thread. Modules in the order of the flow: `..model` reads a
model's fields, `compiler` makes nodes (`node`) of them, `wire_struct`, `values` and `union` generate the functions of
the nodes, `reader` decodes, `lenient` decodes invalid responses, `mismatch` describes errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar, get_args, overload

import msgspec
from attrs import frozen
from msgspec import UNSET

from ..errors import DecodeError, InvalidArgumentError
from ..model import members
from . import union
from .compiler import Compiler
from .mismatch import Deviation, Mismatch, OnDeviation, ignore_deviation, value_mismatch
from .values import NumberText

if TYPE_CHECKING:
    from .lenient import LenientReader

__all__ = [
    "Deviation",
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
    "may_drop",
    "reporting_decoder",
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
    """Decode JSON text as a type: a model, `list[Task]`, a union, a format, `Any` and so on.

    Raises:
        DecodeError: the text is not JSON of this type.
        TypeError: JSON cannot represent the type.
    """
    return decode_with(_STRICT.reader(hint), data)


@overload
def decoder(hint: type[T], /, *, lenient: bool = False) -> Callable[[bytes | str], T]: ...
@overload
def decoder(hint: Any, /, *, lenient: bool = False) -> Callable[[bytes | str], Any]: ...
def decoder(hint: Any, /, *, lenient: bool = False) -> Callable[[bytes | str], Any]:
    """Return the function that decodes one type.

    Args:
        hint: The type.
        lenient: Accept null for every value and absence of every member, as None; the attributes of models are then
            None even where their annotations do not allow it.
    """
    return partial(decode_with, get_compiler(lenient=lenient).reader(hint))


def may_drop(hint: Any, /) -> bool:
    """Return True if values of a type may contain a union of classes, which may drop members."""
    return union.may_drop(_STRICT.reader(hint).node)


def reporting_decoder(hint: Any, /) -> Callable[[bytes, OnDeviation], Any]:
    """Return the function that decodes one type, and calls its second argument with members that unions dropped."""
    reader = _STRICT.reader(hint)
    if not union.may_drop(reader.node):
        return lambda data, _: decode_with(reader, data)

    def decode_and_report(data: bytes, note: OnDeviation) -> Any:
        with union.reporting(note):
            return decode_with(reader, data)

    return decode_and_report


def lenient_decoder(hint: Any, /) -> Callable[[bytes, OnDeviation], Any]:
    """Return the function that decodes one type and accepts the deviations listed in `lenient`.

    It calls its second argument with each deviation, and raises DecodeError like `decode`.
    """
    reader = lenient_reader(hint)

    def decode_leniently(data: bytes, note: OnDeviation) -> Any:
        return decode_with(lambda text: reader(text, note), data)

    return decode_leniently


def lenient_reader(hint: Any, /) -> LenientReader:
    """Return the reader of one type that accepts deviations; it raises Mismatch, not DecodeError."""
    from .lenient import COMPILER, LenientReader  # imported late: most clients decode strictly

    return LenientReader(_STRICT.reader(hint), COMPILER.reader(hint))


def get_compiler(*, lenient: bool = False) -> Compiler:
    """Return the compiler of types, for other wire formats, which use the same nodes."""
    if not lenient:
        return _STRICT
    from .lenient import COMPILER

    return COMPILER


def encode(value: object, hint: Any = Any, *, secret: bool = False) -> bytes:
    """Encode a value as JSON text: a model, a scalar, or lists and dicts of them.

    Args:
        value: The value.
        hint: Its type. Needed only if the value alone does not determine its form: a format such as GuidN outside a
            model, or a discriminated union whose classes do not have the discriminator as a field.
        secret: Do not show the value in the message of an error.

    Raises:
        InvalidArgumentError: JSON cannot represent the value.
    """
    lower = _STRICT.lower_any if hint is Any else _STRICT.lower(hint)
    try:
        return _encode(lower(value))
    except _ENCODE_ERRORS as error:
        raise _refusal(error.under(secret=secret) if isinstance(error, Mismatch) else error) from None


def to_builtins(value: object, hint: Any = Any, *, secret: bool = False) -> Any:
    """Convert a value to dict, list, str, int, float, bool and None, with the names and forms of the wire.

    Decimals become text, which `encode` writes as a number where the API has one. Takes and raises what `encode` does;
    with `secret`, the message does not show the value.
    """
    try:
        lowered = _STRICT.lower(hint)(value)
        return msgspec.to_builtins(lowered, str_keys=True, builtin_types=(NumberText,), enc_hook=_raw_text)
    except _ENCODE_ERRORS as error:
        raise _refusal(error.under(secret=secret) if isinstance(error, Mismatch) else error) from None


def to_text(value: object, hint: Any) -> str:
    """Convert a scalar to text for a path, a query or a header: `true`, `2024-01-31`, an enum's value.

    Raises:
        InvalidArgumentError: the value is None, a list, a dict or a model.
    """
    plain = to_builtins(value, hint)
    if isinstance(plain, str):
        return plain
    if isinstance(plain, (bool, int, float)):
        return _encode(plain).decode()
    raise InvalidArgumentError(f"expected a single value, found {value.__class__.__name__}")


@frozen
class MemberValue:
    """Member of a model's JSON object, with its Python value."""

    name: str
    """Name on the wire."""
    value: Any
    type: Any
    """Annotation, for `to_text`, `to_builtins` and `encode`."""


def wire_members(model: object) -> Iterator[MemberValue]:
    """Yield the members that a model sends, for bodies that are not JSON. Absent members are left out."""
    for member in members(type(model)):
        value = getattr(model, member.attribute)
        if member.extra:
            hint = (get_args(member.type) or (str, Any))[1]
            yield from (MemberValue(name, extra, hint) for name, extra in value.items())
        elif not (value is UNSET or (value is None and member.omits_none)):
            yield MemberValue(member.name, value, member.type)


_BOM: Final = b"\xef\xbb\xbf"


# Created at import: two threads that create one at first use would get unrelated wire structs.
_STRICT: Final = Compiler(f"{__name__}.wire_structs", lenient=False)


def decode_with(reader: Callable[[bytes], Any], data: bytes | str) -> Any:
    """Call a reader with a text and raise DecodeError for its Mismatch."""
    try:
        return reader(_utf8(data))
    except Mismatch as mismatch:
        path, expected, found = mismatch.path, mismatch.expected, mismatch.found
    except RecursionError:
        path, expected, found = "$", "JSON", "text nested too deeply"
    # Raise outside the handlers, so that the error does not keep the mismatch and its frames alive.
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
    """Return the public error for an error raised while a value was lowered and encoded."""
    if isinstance(error, RecursionError):
        return InvalidArgumentError("the value is nested too deeply or contains itself; pass one with fewer levels")
    if isinstance(error, UnicodeEncodeError):
        return InvalidArgumentError("a text contains a lone surrogate, which UTF-8 cannot represent")
    location = f" at {error.path}" if error.steps else ""
    return InvalidArgumentError(f"expected {error.expected}, found {error.found}{location}")


def _refuse(value: Any) -> Any:
    raise value_mismatch("a value that JSON can represent", value)


def _raw_text(value: Any) -> Any:
    return NumberText(bytes(value), "ascii") if isinstance(value, msgspec.Raw) else _refuse(value)


_ENCODE_ERRORS: Final = (Mismatch, RecursionError, UnicodeEncodeError)
_encode: Final = msgspec.json.Encoder(enc_hook=_refuse).encode
