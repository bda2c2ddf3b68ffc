"""Operations of a spec, and the table that finds the operation of a request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from attrs import field, frozen

from taskclients_core.request.styles import DEFAULT_STYLES, STYLES, Location, StyleName, scalar

from .api import Api
from .messages import Call, HttpError

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_TEMPLATE: Final = re.compile(r"\{([^{}]*)\}")


@frozen(kw_only=True)
class Parameter:
    """Declared parameter. `media_type` is set if its value is a document such as JSON."""

    name: str
    place: Location
    schema: Any
    required: bool
    style: StyleName
    explode: bool
    media_type: str
    from_body: str
    """JSON pointer to the member of the body that has the same value; '' if there is none."""


@frozen(kw_only=True, eq=False)
class Operation:
    """Operation of a spec, with references resolved."""

    api: Api
    id: str
    method: str
    path: str
    node: dict[str, Any] = field(repr=False)
    parameters: tuple[Parameter, ...] = field(repr=False)
    bodies: Mapping[str, dict[str, Any]] = field(repr=False)
    body_required: bool
    responses: Mapping[str, dict[str, Any]] = field(repr=False)
    security: tuple[tuple[str, ...], ...]
    """Alternatives, each a set of schemes; empty if no credentials are required."""

    @property
    def shape(self) -> str:
        """Method and path without the names of path parameters; operations of equal shape collide."""
        return f"{self.method} {_TEMPLATE.sub('{}', self.path)}"

    def success(self, accepted: Iterable[int] = ()) -> tuple[int, dict[str, Any]]:
        """Return the status and response object of a success, one of `accepted` if it is declared."""
        declared = [status for status in self.responses if status.startswith("2")]
        # A response of 2XX has none of the statuses that have a response of their own.
        successes = sorted(declared, key=lambda status: not status.isdecimal())
        status = next((str(each) for each in accepted if str(each) in successes), successes[0] if successes else "")
        number = int(status) if status.isdecimal() else 200
        return number, self.responses.get(status or "default", {})


def operations(api: Api) -> Iterator[Operation]:
    """Yield the operations of a spec in its order."""
    for path, entry in api.data.get("paths", {}).items():
        item = api.resolve(entry)
        for method in METHODS:
            if method in item:
                yield _operation(api, path, method, item, item[method])


class Table:
    """Routing table of one mount point: finds the operation of a request."""

    def __init__(self, served: Iterable[Operation]) -> None:
        self._entries: list[tuple[tuple[re.Pattern[str] | str, ...], Operation]] = [
            (tuple(_segment(part) for part in _split(each.path)[0].split("/")), each) for each in served
        ]
        # Literal segments take precedence over templates, in any order of the spec.
        self._entries.sort(key=lambda entry: [not isinstance(part, str) for part in entry[0]])

    def find(self, call: Call, path: str) -> tuple[Operation, dict[str, str]]:
        """Return the operation of a path and method, and its percent-encoded path parameters.

        Raises:
            HttpError: 404 if the path does not exist, 405 if the method is not allowed, 400 if it is, but not with
                this query.
        """
        others: set[str] = set()
        unselected: set[str] = set()
        segments = path.split("/")
        for parts, operation in self._entries:
            values = _match(parts, segments)
            if values is None:
                continue
            query = _selected(operation, call)
            if query is None:
                unselected.add(operation.method)
            elif operation.method == call.method:
                return operation, values | query
            else:
                others.add(operation.method)
        if not others and call.method in unselected:
            raise HttpError(400, f"The query and the headers name no operation of {path}.")
        others = others or unselected
        if not others:
            raise HttpError(404, f"The path {path} does not exist.")
        allowed = ", ".join(sorted(others))
        raise HttpError(405, f"{path} allows only {allowed}.", headers={"Allow": allowed})


def _split(path: str) -> tuple[str, str]:
    """Return the path and the query of a path template, without its fragment."""
    sent = path.partition("#")[0]
    return sent.partition("?")[0], sent.partition("?")[2]


def _selected(operation: Operation, call: Call) -> dict[str, str] | None:
    """Return the path parameters in the query; None if the query or a parameter is that of another operation.

    Operations with the same path differ by the query in their template, or by parameters with a single value.
    """
    sent = dict(call.pairs)
    found: dict[str, str] = {}
    query = _split(operation.path)[1]
    for pair in query.split("&") if query else ():
        name, _, value = pair.partition("=")
        if name not in sent:
            return None
        if variable := _TEMPLATE.fullmatch(value):
            found[variable[1]] = sent[name]
        elif unquote(sent[name]) != unquote(value):
            return None
    if "#" in operation.path:
        headers = {name.lower(): value for name, value in call.headers.items()}
        for each in operation.parameters:
            only = _only_value(operation.api.resolve(each.schema)) if each.required else None
            given = sent.get(each.name) if each.place == "query" else headers.get(each.name.lower())
            if only is not None and each.place in ("query", "header") and unquote(given or "") != only:
                return None
    return found


def _only_value(schema: Any) -> str | None:
    values = [schema["const"]] if "const" in schema else schema.get("enum", ())
    return scalar(values[0]) if len(values) == 1 else None


def _match(parts: tuple[re.Pattern[str] | str, ...], segments: list[str]) -> dict[str, str] | None:
    if len(parts) != len(segments):
        return None
    values: dict[str, str] = {}
    for part, segment in zip(parts, segments, strict=True):
        if isinstance(part, str):
            if unquote(segment) != part:
                return None
            continue
        found = part.fullmatch(segment)
        if found is None:
            return None
        values |= {_name(group): value for group, value in found.groupdict().items()}
    return values


def _segment(text: str) -> re.Pattern[str] | str:
    """Compile a segment of a path template. Group names are the parameter names in hex."""
    pieces = _TEMPLATE.split(text)
    if len(pieces) == 1:
        return text
    return re.compile(
        "".join(f"(?P<p{each.encode().hex()}>.+)" if i % 2 else re.escape(each) for i, each in enumerate(pieces))
    )


def _name(group: str) -> str:
    return bytes.fromhex(group[1:]).decode()


def _operation(api: Api, path: str, method: str, item: dict[str, Any], node: dict[str, Any]) -> Operation:
    own = [api.resolve(each) for each in node.get("parameters", ())]
    overridden = {(each["in"], each["name"]) for each in own}
    inherited = [api.resolve(each) for each in item.get("parameters", ())]
    declared = [each for each in inherited if (each["in"], each["name"]) not in overridden] + own
    body = api.section(node, "requestBody")
    security = node.get("security", api.data.get("security", []))
    return Operation(
        api=api,
        id=node.get("operationId", f"{method} {path}"),
        method=method.upper(),
        path=path,
        node=node,
        parameters=tuple(map(_parameter, declared)),
        bodies={media: api.resolve(content) for media, content in body.get("content", {}).items()},
        body_required=body.get("required", False),
        responses={status: api.resolve(each) for status, each in node.get("responses", {}).items()},
        security=() if {} in security else tuple(tuple(each) for each in security),
    )


def _parameter(node: dict[str, Any]) -> Parameter:
    contents: dict[str, Any] = node.get("content", {})
    media_type = next(iter(contents), "")
    style: StyleName = node.get("style") or DEFAULT_STYLES[node["in"]]
    return Parameter(
        name=node["name"],
        place=node["in"],
        schema=(contents[media_type] if media_type else node).get("schema", {}),
        required=node.get("required", False),
        style=style,
        explode=node.get("explode", STYLES[style].explode),
        media_type=media_type,
        from_body=node.get("x-from-body", ""),
    )
