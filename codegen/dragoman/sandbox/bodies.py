"""Request bodies: JSON checked strictly, forms and multipart read shallowly, everything else taken as it is."""

from __future__ import annotations

import json
import re
from email import message_from_bytes, policy
from typing import Any, Final, NoReturn
from urllib.parse import parse_qsl

from ..media_types import is_json
from .api import Api
from .calls import Call, Refused
from .routes import Operation
from .styles import form

MAX_DEPTH: Final = 100
_TEXT_OR_BRACKET: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


def media_type(header: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return header.partition(";")[0].strip().lower()


def read(operation: Operation, call: Call) -> Any:
    """Return the body of a request as its schema sees it; None if there is none, bytes if it is not data.

    Raises:
        Refused: 415 for a media type that the spec does not declare, 400 for a body that cannot be read.
    """
    if not operation.bodies:
        return None
    if not call.body:
        if operation.body_required:
            raise Refused(400, "The body is required.")
        return None
    sent = media_type(call.headers.get("content-type", ""))
    content = _content(operation, sent)
    if content is None:
        declared = ", ".join(operation.bodies)
        raise Refused(415, f"The body is {sent or 'of no media type'}; {declared} is taken.")
    schema = content.get("schema", {})
    if is_json(sent):
        return parse_json(call.body)
    if sent == "application/x-www-form-urlencoded":
        return _form(operation.api, schema, call.body)
    if sent == "multipart/form-data":
        return _multipart(operation.api, schema, call)
    return call.body


def schema(operation: Operation, call: Call) -> Any:
    """Return the schema that the body of a request must fit."""
    content = _content(operation, media_type(call.headers.get("content-type", "")))
    return (content or {}).get("schema", {})


def parse_json(raw: bytes) -> Any:
    """Read JSON as RFC 8259 has it: no NaN, no member twice, not nested beyond reason.

    Raises:
        Refused: 400.
    """
    depth = 0
    for token in _TEXT_OR_BRACKET.finditer(raw):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(token[0], 0)
        if depth > MAX_DEPTH:
            raise Refused(400, f"The body is nested deeper than {MAX_DEPTH} levels.")
    try:
        value = json.loads(raw.decode(), parse_constant=_no_constant, object_pairs_hook=_once)
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeError:
        raise Refused(400, "The body is not UTF-8.") from None
    except ValueError as error:
        raise Refused(400, f"The body is not JSON: {error}.") from None
    return value


def _content(operation: Operation, sent: str) -> dict[str, Any] | None:
    """Return the declared media type that fits best: itself, or a range such as `application/*+json`."""
    if sent in operation.bodies:
        return operation.bodies[sent]
    for declared, content in operation.bodies.items():
        pattern = re.escape(media_type(declared)).replace(r"\*", "[^/;]+")
        if re.fullmatch(pattern, sent):
            return content
    return None


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a member is given twice")
    return value


def _form(api: Api, schema: Any, body: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=10_000)
        return form(api, schema, pairs)
    except ValueError as error:
        raise Refused(400, f"The form cannot be read: {error}.") from None


def _multipart(api: Api, schema: Any, call: Call) -> dict[str, Any]:
    head = f"Content-Type: {call.headers['content-type']}\r\n\r\n".encode("latin-1")
    message = message_from_bytes(head + call.body, policy=policy.HTTP)
    if message.defects or not message.is_multipart():
        raise Refused(400, "The multipart body cannot be read.")
    pairs: list[tuple[str, str]] = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            raise Refused(400, "A part of the body has no name.")
        content = part.get_payload(decode=True)
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
        pairs.append((name, "file" if part.get_filename() else text))
    try:
        return form(api, schema, pairs)
    except ValueError as error:
        raise Refused(400, f"A part of the body {error}.") from None
