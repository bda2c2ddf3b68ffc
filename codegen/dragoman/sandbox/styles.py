"""Parameters from the wire: the styles of OpenAPI, read back.

A value that cannot be read as the type that its schema wants stays text: validation then says what is wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from taskclients_core.request.styles import STYLES

from .api import Api
from .calls import Call
from .routes import Parameter

MISSING: Final = object()
"""The parameter was not sent."""

_INTEGER: Final = re.compile(r"-?\d{1,400}", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,400}(\.\d+)?([eE][+-]?\d{1,3})?", re.ASCII)


def _divider(delimiter: str) -> re.Pattern[str]:
    """Return what divides the items of a list. A comma in an item is escaped, other delimiters themselves may be."""
    spellings = [delimiter] if delimiter == "," else [delimiter, quote(delimiter), quote_plus(delimiter)]
    return re.compile("|".join(map(re.escape, spellings)), re.IGNORECASE)


_COMMA: Final = _divider(",")
_DIVIDERS: Final = {name: _divider(style.delimiter) for name, style in STYLES.items()}

Decode = Callable[[str], str]
Pairs = list[tuple[str, str]]


def read(api: Api, parameter: Parameter, call: Call, path: dict[str, str]) -> Any:
    """Return the value of a parameter, or MISSING.

    Raises:
        ValueError: it is sent twice, or not in its style; the message says so.
    """
    decode: Decode
    match parameter.place:
        case "path":
            raw, decode = path.get(parameter.name), unquote
        case "header":
            raw, decode = call.headers.get(parameter.name.lower()), str.strip
        case "cookie":
            raw, decode = call.cookies.get(parameter.name), unquote
        case _:
            return _query(api, parameter, call.pairs)
    if raw is None:
        return MISSING
    if parameter.media_type:
        return _document(decode(raw))
    if parameter.place == "path":
        return _templated(api, parameter, raw)
    return _delimited(api, parameter.schema, raw, _COMMA, decode, explode=parameter.explode)


def scalar(api: Api, schema: Any, text: str) -> Any:
    """Return text as the number or truth value that a schema wants, or else as it is."""
    kinds = api.kinds(schema)
    if "integer" in kinds and _INTEGER.fullmatch(text):
        return int(text)
    if "number" in kinds and _NUMBER.fullmatch(text):
        return float(text)
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    return text


def form(api: Api, schema: Any, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return decoded names and values as an object: what its schema calls an array collects its values."""
    members = api.members(schema).schemas
    value: dict[str, Any] = {}
    for name, text in pairs:
        member = members.get(name, {})
        if "array" in api.kinds(member):
            value.setdefault(name, []).append(scalar(api, api.items(member), text))
        elif "object" in api.kinds(member):
            value[name] = _document(text)
        else:
            value[name] = scalar(api, member, text)
    return value


def _query(api: Api, parameter: Parameter, pairs: Pairs) -> Any:
    schema, kinds = parameter.schema, api.kinds(parameter.schema)
    if parameter.style == "deepObject":
        return _deep(api, parameter, pairs)
    if parameter.style == "form" and parameter.explode and "object" in kinds and not parameter.media_type:
        names = api.members(schema).schemas
        return form(api, schema, [(n, unquote_plus(v)) for n, v in pairs if n in names]) or MISSING
    values = [value for name, value in pairs if name == parameter.name]
    if not values:
        return MISSING
    if parameter.style == "form" and parameter.explode and "array" in kinds:
        return [scalar(api, api.items(schema), unquote_plus(value)) for value in values]
    if len(values) > 1:
        raise ValueError("is given twice")
    if parameter.media_type:
        return _document(unquote_plus(values[0]))
    return _delimited(api, schema, values[0], _DIVIDERS[parameter.style], unquote_plus, explode=False)


def _deep(api: Api, parameter: Parameter, pairs: Pairs) -> Any:
    shape = re.compile(rf"{re.escape(parameter.name)}\[([^\[\]]+)\]")
    found = [(match[1], unquote_plus(value)) for name, value in pairs if (match := shape.fullmatch(name))]
    return form(api, parameter.schema, found) if found else MISSING


def _templated(api: Api, parameter: Parameter, raw: str) -> Any:
    """Read a path parameter: style simple, label (`.a`) or matrix (`;name=a`)."""
    divider = _COMMA
    if parameter.style == "label":
        raw = _without(raw, ".")
        divider = re.compile(r"\.") if parameter.explode else _COMMA
    elif parameter.style == "matrix" and parameter.explode and "object" in api.kinds(parameter.schema):
        raw, divider = _without(raw, ";"), re.compile(";")
    elif parameter.style == "matrix":
        raw = _without(raw, f";{parameter.name}=")
        divider = re.compile(f";{re.escape(parameter.name)}=") if parameter.explode else _COMMA
    return _delimited(api, parameter.schema, raw, divider, unquote, explode=parameter.explode)


def _delimited(api: Api, schema: Any, raw: str, divider: re.Pattern[str], decode: Decode, *, explode: bool) -> Any:
    """Read a scalar, `a,b` as an array, or `k,v` or (exploded) `k=v` as an object."""
    kinds = api.kinds(schema)
    if "array" in kinds:
        return [scalar(api, api.items(schema), decode(each)) for each in divider.split(raw)] if raw else []
    if "object" not in kinds:
        return scalar(api, schema, decode(raw))
    parts = divider.split(raw)
    if explode:
        found = [each.partition("=") for each in parts]
        return form(api, schema, [(decode(name), decode(value)) for name, _, value in found])
    if len(parts) % 2:
        raise ValueError("has a name without a value")
    return form(api, schema, [(decode(name), decode(value)) for name, value in zip(*[iter(parts)] * 2, strict=True)])


def _without(raw: str, start: str) -> str:
    if not raw.startswith(start):
        raise ValueError(f"does not begin with {start}")
    return raw.removeprefix(start)


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("is not JSON") from None
