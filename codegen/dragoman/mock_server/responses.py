"""Answers: good ones in the media type that the caller wants, bad ones in the vendor's own shape.

The text of an error goes into members of the example whose name says that they hold one: `message`, `errorMessage`,
`detail`, `error_description`; the name of the parameter or member at fault into `field`, `fieldName` and the like. An
error body that declares no members gets a `message`. Whatever comes out must fit the schema, or the example stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..spec.model import is_json
from . import examples
from .api import Api, is_list, is_object
from .messages import Call, Refused, Reply, dump
from .requests import media_type
from .routes import Operation

_TEXTS: Final = frozenset({"message", "errormessage", "detail", "errordescription"})
_PLACES: Final = frozenset({"field", "fieldname", "parameter", "pointer"})
_INSTEAD: Final = {400: ("422",), 404: ("400", "422")}
_JSON: Final = "application/json"


def good(
    call: Call, api: Api, operation: Operation, status: int, response: Mapping[str, Any], value: Any = None
) -> Reply:
    """Answer with a value, or with an example if there is none.

    Raises:
        Refused: 406 when the caller accepts nothing that is declared.
    """
    contents = {media: api.resolve(content) for media, content in response.get("content", {}).items()}
    if not contents or status == 204:
        return Reply(status)
    beside = _beside_json(api, contents)
    media = _acceptable(call.headers.get("accept", "*/*"), list(dict.fromkeys((*contents, *beside))))
    if value is None:
        value = examples.answer(api, beside.get(media) or contents[media])
    if media not in beside:
        return _written(status, media, value)
    headers = {"Content-Type": media}
    if media == "text/csv":
        name = operation.id.rpartition(".")[2]
        headers["Content-Disposition"] = f'attachment; filename="{name[:1].upper()}{name[1:]}.csv"'
    return Reply(status, write(media, value, api, beside[media].get("schema", {})), headers)


def _beside_json(api: Api, contents: Mapping[str, Any]) -> dict[str, Any]:
    """Return the formats beside JSON that an answer comes in too, each with the media type object of its JSON."""
    json = next((content for media, content in contents.items() if is_json(media_type(media))), None)
    if json is None or not is_tabular(api, json.get("schema", {})):
        return {}
    declared = [*api.data.get("x-media-types", ()), *contents]
    return {media: json for media in declared if media in MEDIA_TYPES}


def json_content(api: Api, response: Mapping[str, Any]) -> dict[str, Any]:
    """Return the media type object of the JSON form of an answer; empty if there is none."""
    for media, content in response.get("content", {}).items():
        if is_json(media_type(media)):
            found: dict[str, Any] = api.resolve(content)
            return found
    return {}


def bad(refused: Refused, api: Api | None, operation: Operation | None) -> Reply:
    """Answer with an error: status and shape are the nearest that the spec declares."""
    plain = {"message": refused.message}
    status, response = refused.status, None
    if operation is not None:
        status, response = _nearest(operation.responses, refused.status)
    elif api is not None:
        response = _any_error(api)
    media = next((each for each in (response or {}).get("content", {}) if is_json(media_type(each))), "")
    if api is None or response is None or not media:
        return _written(status, _JSON, plain, refused.headers)
    content = api.resolve(response["content"][media])
    body = examples.answer(api, content)
    schema = content.get("schema", {})
    told = _tell(body, refused)
    if not _has_text(told) and is_object(told):
        told = told | plain
    return _written(status, media, body if api.error(schema, told) else told, refused.headers)


def _nearest(responses: Mapping[str, Any], status: int) -> tuple[int, Mapping[str, Any] | None]:
    """Return status and response object for an error.

    A vendor who declares no 400 but a 422 means 422, and one who declares no 404 answers for an id that nobody knows as
    for any bad request. The other statuses are HTTP's own: they stay, and borrow only the shape.
    """
    for choice in (str(status), *_INSTEAD.get(status, ())):
        if choice in responses:
            return int(choice), responses[choice]
    for choice in ("4XX", "default", "400", "422", "404"):
        if choice in responses:
            return status, responses[choice]
    return status, None


def _any_error(api: Api) -> Mapping[str, Any] | None:
    """Return an error response of a spec, for requests that mean none of its operations."""
    for path in api.data.get("paths", {}).values():
        for operation in path.values():
            for status, response in operation.get("responses", {}).items() if is_object(operation) else ():
                if status.startswith("4") or status == "default":
                    found: Mapping[str, Any] = api.resolve(response)
                    return found
    return None


def _tell(value: Any, refused: Refused) -> Any:
    if is_list(value):
        return [_tell(each, refused) for each in value]
    if not is_object(value):
        return value
    told: dict[str, Any] = {}
    for name, member in value.items():
        plain = name.replace("_", "").lower()
        if isinstance(member, str) and plain in _TEXTS:
            told[name] = refused.message
        elif isinstance(member, str) and plain in _PLACES:
            told[name] = refused.place
        else:
            told[name] = _tell(member, refused)
    return told


def _has_text(value: Any) -> bool:
    if is_list(value):
        return any(map(_has_text, value))
    return is_object(value) and any(
        name.replace("_", "").lower() in _TEXTS or _has_text(member) for name, member in value.items()
    )


def _acceptable(accept: str, declared: list[str]) -> str:
    """Return the declared media type that a caller likes best; among equals JSON, then the first declared."""
    likes = [(media_type(part), _quality(part)) for part in accept.split(",") if part.strip()] or [("*/*", 1.0)]

    def liking(media: str) -> float:
        kind = media_type(media)
        for wanted in (kind, f"{kind.partition('/')[0]}/*", "*/*"):
            for name, quality in likes:
                if name == wanted:
                    return quality
        return 0.0

    # What only a library of its own could write is not offered, unless there is nothing else.
    writable = [each for each in declared if is_json(media_type(each)) or each.startswith("text/")] or declared
    best = max(writable, key=lambda media: (liking(media), is_json(media_type(media))))
    if liking(best) <= 0:
        raise Refused(406, f"The answer is {', '.join(declared)}.")
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


def _written(status: int, media: str, value: Any, headers: Mapping[str, str] | None = None) -> Reply:
    concrete = media.replace("*/*", "application/octet-stream").replace("*", "plain")
    body = dump(value) if is_json(media_type(media)) or not isinstance(value, str) else value.encode()
    return Reply(status, body, {"Content-Type": concrete, **(headers or {})})


MEDIA_TYPES: Final = ("text/csv", "text/jsonl", "text/jsv")
_IN_JSV: Final = re.compile(r'[]\[{},":\r\n]')
_IN_CELL: Final = re.compile(r'["\r\n,]|^[\[{]')


def write(media: str, value: Any, api: Api, schema: Any) -> bytes:
    """Write a value that a schema describes; `media` is one of `MEDIA_TYPES`."""
    if media == "text/jsv":
        return _jsv(value).encode()
    items: list[Any] = value if is_list(value) else [value]
    if media == "text/jsonl":
        return b"".join(dump(each) + b"\n" for each in items)
    names = list(api.members(api.items(schema) if is_list(value) else schema).schemas)
    lines = [names, *([_cell(each.get(name)) for name in names] for each in items)]
    return "".join(f"{','.join(line)}\r\n" for line in lines).encode()


def is_tabular(api: Api, schema: Any) -> bool:
    """Tell whether values of a schema can be written so: objects, or lists of them."""
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
