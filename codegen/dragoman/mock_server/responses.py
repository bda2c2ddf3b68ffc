"""Responses: successes in the media type that the client accepts, errors in the vendor's own shape.

The text of an error is put into members of the example that hold a message by name: `message`, `errorMessage`,
`detail`, `error_description`; the path of the invalid parameter or member into `field`, `fieldName` and the like. An
error body that declares no such member gets a `message`. If the result does not fit the schema, the example is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..spec.model import is_json
from ..spec.samples import is_list, is_object, response_body
from .api import Api
from .messages import Call, HttpError, Reply, dump
from .requests import media_type
from .routes import Operation

_TEXTS: Final = frozenset({"message", "errormessage", "detail", "errordescription"})
_FIELDS: Final = frozenset({"field", "fieldname", "parameter", "pointer"})
_SUBSTITUTES: Final = {400: ("422",), 401: ("403",), 404: ("400", "422")}
_JSON: Final = "application/json"


def success(
    call: Call, api: Api, operation: Operation, status: int, response: Mapping[str, Any], value: Any = None
) -> Reply:
    """Return a success with a value, or with an example if the value is None.

    Raises:
        HttpError: 406 if the client accepts none of the declared media types.
    """
    contents = {media: api.resolve(content) for media, content in response.get("content", {}).items()}
    if not contents or status == 204:
        return Reply(status)
    others = _other_formats(api, contents)
    media = _acceptable(call.headers.get("accept", "*/*"), list(dict.fromkeys((*contents, *others))))
    if value is None:
        value = response_body(api, others.get(media) or contents[media])
    if media not in others:
        return _reply(status, media, value)
    headers = {"Content-Type": media}
    if media == "text/csv":
        name = operation.id.rpartition(".")[2]
        headers["Content-Disposition"] = f'attachment; filename="{name[:1].upper()}{name[1:]}.csv"'
    return Reply(status, write(media, value, api, others[media].get("schema", {})), headers)


def _other_formats(api: Api, contents: Mapping[str, Any]) -> dict[str, Any]:
    """Return the formats of a response other than JSON, each with the media type object of the JSON."""
    json = next((content for media, content in contents.items() if is_json(media_type(media))), None)
    if json is None or not is_tabular(api, json.get("schema", {})):
        return {}
    declared = [*api.data.get("x-media-types", ()), *contents]
    return {media: json for media in declared if media in MEDIA_TYPES}


def json_content(api: Api, response: Mapping[str, Any]) -> dict[str, Any]:
    """Return the media type object of the JSON form of a response; empty if it has none."""
    for media, content in response.get("content", {}).items():
        if is_json(media_type(media)):
            found: dict[str, Any] = api.resolve(content)
            return found
    return {}


def failure(error: HttpError, api: Api | None, operation: Operation | None) -> Reply:
    """Return an error response with the nearest status and shape that the spec declares."""
    plain = {"message": error.message}
    status, response = error.status, None
    if operation is not None:
        status, response = _nearest(operation.responses, error.status)
    elif api is not None:
        response = _any_error(api)
    media = next((each for each in (response or {}).get("content", {}) if is_json(media_type(each))), "")
    if api is None or response is None or not media:
        return _reply(status, _JSON, plain, error.headers)
    content = api.resolve(response["content"][media])
    body = response_body(api, content)
    schema = content.get("schema", {})
    filled = _fill_error(body, error)
    if not _has_text(filled) and is_object(filled):
        filled = filled | plain
    return _reply(status, media, body if api.error(schema, filled) else filled, error.headers)


def _nearest(responses: Mapping[str, Any], status: int) -> tuple[int, Mapping[str, Any] | None]:
    """Return status and response object for an error.

    If the spec declares only these, a 400 becomes a 422, a 401 a 403, and a 404 a 400 or 422. Other statuses are kept
    and use only the shape of a declared error.
    """
    for choice in (str(status), *_SUBSTITUTES.get(status, ())):
        if choice in responses:
            return int(choice), responses[choice]
    for choice in ("4XX", "default", "400", "422", "404"):
        if choice in responses:
            return status, responses[choice]
    return status, None


def _any_error(api: Api) -> Mapping[str, Any] | None:
    """Return some error response of a spec, for requests that match none of its operations."""
    for path in api.data.get("paths", {}).values():
        for operation in path.values():
            for status, response in operation.get("responses", {}).items() if is_object(operation) else ():
                if status.startswith("4") or status == "default":
                    found: Mapping[str, Any] = api.resolve(response)
                    return found
    return None


def _fill_error(value: Any, error: HttpError) -> Any:
    if is_list(value):
        return [_fill_error(each, error) for each in value]
    if not is_object(value):
        return value
    filled: dict[str, Any] = {}
    for name, member in value.items():
        plain = name.replace("_", "").lower()
        if isinstance(member, str) and plain in _TEXTS:
            filled[name] = error.message
        elif isinstance(member, str) and plain in _FIELDS:
            filled[name] = error.field
        else:
            filled[name] = _fill_error(member, error)
    return filled


def _has_text(value: Any) -> bool:
    if is_list(value):
        return any(map(_has_text, value))
    return is_object(value) and any(
        name.replace("_", "").lower() in _TEXTS or _has_text(member) for name, member in value.items()
    )


def _acceptable(accept: str, declared: list[str]) -> str:
    """Return the declared media type with the highest quality in Accept; among equals JSON, then the first."""
    qualities = [(media_type(part), _quality(part)) for part in accept.split(",") if part.strip()] or [("*/*", 1.0)]

    def quality_of(media: str) -> float:
        kind = media_type(media)
        for wanted in (kind, f"{kind.partition('/')[0]}/*", "*/*"):
            for name, quality in qualities:
                if name == wanted:
                    return quality
        return 0.0

    # Formats that need a library to write, such as Excel, are used only if nothing else is declared.
    writable = [each for each in declared if is_json(media_type(each)) or each.startswith("text/")] or declared
    best = max(writable, key=lambda media: (quality_of(media), is_json(media_type(media))))
    if quality_of(best) <= 0:
        raise HttpError(406, f"The response is available as {', '.join(declared)}.")
    return best


def _quality(part: str) -> float:
    for parameter in part.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def _reply(status: int, media: str, value: Any, headers: Mapping[str, str] | None = None) -> Reply:
    concrete = media.replace("*/*", "application/octet-stream").replace("*", "plain")
    body = dump(value) if is_json(media_type(media)) or not isinstance(value, str) else value.encode()
    return Reply(status, body, {"Content-Type": concrete, **(headers or {})})


MEDIA_TYPES: Final = ("text/csv", "text/jsonl", "text/jsv")
_IN_JSV: Final = re.compile(r'[]\[{},":\r\n]')
_IN_CELL: Final = re.compile(r'["\r\n,]|^[\[{]')


def write(media: str, value: Any, api: Api, schema: Any) -> bytes:
    """Encode a value of a schema in `media`, one of `MEDIA_TYPES`."""
    if media == "text/jsv":
        return _jsv(value).encode()
    items: list[Any] = value if is_list(value) else [value]
    if media == "text/jsonl":
        return b"".join(dump(each) + b"\n" for each in items)
    names = list(api.members(api.items(schema) if is_list(value) else schema).schemas)
    lines = [names, *([_cell(each.get(name)) for name in names] for each in items)]
    return "".join(f"{','.join(line)}\r\n" for line in lines).encode()


def is_tabular(api: Api, schema: Any) -> bool:
    """Return True if values of a schema are objects or lists of objects, which `MEDIA_TYPES` can represent."""
    kinds = api.kinds(schema) - {"null"}
    return (api.kinds(api.items(schema)) if kinds == {"array"} else kinds) - {"null"} == {"object"}


def _cell(value: Any) -> str:
    text = value if isinstance(value, str) else "" if value is None else _jsv(value)
    return '"{}"'.format(text.replace('"', '""')) if _IN_CELL.search(text) else text


def _jsv(value: Any) -> str:
    if isinstance(value, bool):
        return str(value)
    if is_list(value):
        return f"[{_joined(map(_jsv, value))}]"
    if is_object(value):
        return f"{{{_joined(f'{_text(name)}:{_jsv(each)}' for name, each in value.items() if each is not None)}}}"
    return _text(value) if isinstance(value, str) else dump(value).decode()


def _joined(parts: Iterable[str]) -> str:
    return ",".join(parts)


def _text(text: str) -> str:
    if text and not _IN_JSV.search(text):
        return text
    return '"{}"'.format(text.replace('"', '""'))
