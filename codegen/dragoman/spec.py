"""A spec as typed, frozen values: what the rest of the generator reads instead of YAML.

`read` expects a document in which the rules found nothing: it has no error paths of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from . import schema_reader
from .schema import Component, Shape
from .source import Document, escape

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@frozen(kw_only=True)
class Server:
    """A base URL, its variables replaced by their defaults."""

    url: str
    description: str
    assumed: str


@frozen(kw_only=True)
class Scheme:
    """A way to authenticate."""

    name: str
    kind: str
    """`basic`, `bearer`, `apiKey` or `clientCredentials`."""

    place: str = ""
    """`header`, `query` or `cookie`, of an `apiKey`."""

    parameter: str = ""
    """Wire name of the header, query parameter or cookie, of an `apiKey`."""

    token_url: str = ""
    scopes: tuple[str, ...] = ()
    description: str = ""
    assumed: str = ""


@frozen(kw_only=True)
class Parameter:
    """A path, query, header or cookie parameter."""

    name: str
    place: str
    shape: Shape
    required: bool
    default: Any
    style: str
    explode: bool
    allow_reserved: bool
    media_type: str
    """Set when the value is sent as a document in this media type instead of in a style."""

    spelling: str
    description: str
    assumed: str
    secret: bool
    deprecated: bool
    client: bool
    """Set once on the client (`x-client`)."""

    body_pointer: str
    """Taken from the request body at this pointer (`x-from`)."""


@frozen(kw_only=True)
class Content:
    """A body in one media type."""

    media_type: str
    shape: Shape


@frozen(kw_only=True)
class Failure:
    """When a success answer is a failure all the same (`x-failure`): pointers into its body."""

    filled: str
    absent: str


@frozen(kw_only=True)
class Answer:
    """What the server answers with one status."""

    status: str
    """`200`, `4XX` or `default`."""

    description: str
    contents: tuple[Content, ...]
    failure: Failure | None
    assumed: str


@frozen(kw_only=True)
class Paging:
    """How a list is paged (`x-page`): pointers into the page, and the wire name of the query parameter."""

    items: str
    token: str
    parameter: str


@frozen(kw_only=True)
class Operation:
    """One thing that the API can do."""

    id: str
    tag: str
    name: str
    """The part of the id after the tag."""

    pointer: str
    method: str
    path: str
    summary: str
    description: str
    page_url: str
    assumed: str
    spelling: str
    deprecated: bool
    parameters: tuple[Parameter, ...]
    bodies: tuple[Content, ...]
    body_required: bool
    body_description: str
    answers: tuple[Answer, ...]
    security: tuple[tuple[str, ...], ...] | None
    """Alternatives, each a set of schemes that go together; None: as the API says."""

    paging: Paging | None


@frozen(kw_only=True)
class Tag:
    """A group of operations."""

    name: str
    description: str


@frozen(kw_only=True)
class Spec:
    """A whole spec."""

    file: str
    """Its file name: the same wherever the file lies, so that what is made from it is too."""

    stem: str
    """File name without its ending: the name of the package."""

    title: str
    spelling: str
    description: str
    assumed: str
    servers: tuple[Server, ...]
    schemes: tuple[Scheme, ...]
    security: tuple[tuple[str, ...], ...]
    tags: tuple[Tag, ...]
    operations: tuple[Operation, ...]
    components: tuple[Component, ...]
    client_parameters: tuple[Parameter, ...]


def read(document: Document) -> Spec:
    """Return the spec that a sound document describes."""
    data = document.data
    info = data["info"]
    operations = tuple(_operations(data))
    shared = {p.name: p for operation in operations for p in operation.parameters if p.client}
    return Spec(
        file=document.path.name,
        stem=document.path.name.partition(".")[0],
        title=info["title"],
        spelling=info.get("x-name", ""),
        description=_text(info.get("description") or info.get("summary")),
        assumed=_text(info.get("x-assumed")),
        servers=tuple(map(_server, data.get("servers", ()))),
        schemes=tuple(_schemes(data)),
        security=_security(data.get("security", [])),
        tags=_tags(data, operations),
        operations=operations,
        components=tuple(_components(data)),
        client_parameters=tuple(shared.values()),
    )


def resolve(data: Any, node: Any) -> Any:
    """Follow local `$ref`s from a node of the document `data` to what they name."""
    while isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
        target: Any = data
        for token in node["$ref"].removeprefix("#").split("/")[1:]:
            key = token.replace("~1", "/").replace("~0", "~")
            target = target[int(key)] if isinstance(target, list) else target[key]
        node = target
    return node


def _operations(data: Mapping[str, Any]) -> Iterator[Operation]:
    for path, entry in data.get("paths", {}).items():
        item = resolve(data, entry)
        for method in METHODS:
            if method in item:
                pointer = f"/paths/{escape(path)}/{method}"
                yield _operation(data, path, method, item, item[method], pointer)


def _operation(
    data: Mapping[str, Any],
    path: str,
    method: str,
    item: Mapping[str, Any],
    node: Mapping[str, Any],
    pointer: str,
) -> Operation:
    tag, _, name = node["operationId"].partition(".")
    body = resolve(data, node.get("requestBody", {}))
    page = node.get("x-page")
    return Operation(
        id=node["operationId"],
        tag=tag,
        name=name,
        pointer=pointer,
        method=method.upper(),
        path=path,
        summary=_text(node.get("summary")),
        description=_text(node.get("description")),
        page_url=node.get("externalDocs", {}).get("url", ""),
        assumed=_text(node.get("x-assumed")),
        spelling=node.get("x-name", ""),
        deprecated=node.get("deprecated", False),
        parameters=tuple(_parameters(data, item, node)),
        bodies=_contents(data, body),
        body_required=body.get("required", False),
        body_description=_text(body.get("description")),
        answers=tuple(_answer(data, status, answer) for status, answer in node.get("responses", {}).items()),
        security=_security(node["security"]) if "security" in node else None,
        paging=Paging(items=page["items"], token=page["token"], parameter=page["parameter"]) if page else None,
    )


def _parameters(data: Mapping[str, Any], item: Mapping[str, Any], node: Mapping[str, Any]) -> Iterator[Parameter]:
    own = [resolve(data, each) for each in node.get("parameters", ())]
    overridden = {(each["in"], each["name"]) for each in own}
    inherited = [resolve(data, each) for each in item.get("parameters", ())]
    for each in [p for p in inherited if (p["in"], p["name"]) not in overridden] + own:
        yield _parameter(each)


def _parameter(node: Mapping[str, Any]) -> Parameter:
    contents: Mapping[str, Any] = node.get("content", {})
    media_type = next(iter(contents), "")
    schema: Any = contents[media_type].get("schema", {}) if media_type else node.get("schema", {})
    style = node.get("style") or {"path": "simple", "header": "simple"}.get(node["in"], "form")
    return Parameter(
        name=node["name"],
        place=node["in"],
        shape=schema_reader.shape(schema),
        required=node.get("required", False),
        default=schema_reader.default(schema),
        style=style,
        explode=node.get("explode", style == "form"),
        allow_reserved=node.get("allowReserved", False),
        media_type=media_type,
        spelling=node.get("x-name", ""),
        description=_text(node.get("description") or schema.get("description")),
        assumed=_text(node.get("x-assumed")),
        secret=node.get("x-secret", False) or schema.get("format") == "password",
        deprecated=node.get("deprecated", False),
        client=node.get("x-client", False),
        body_pointer=node.get("x-from", ""),
    )


def _answer(data: Mapping[str, Any], status: str, entry: Any) -> Answer:
    node = resolve(data, entry)
    failure = node.get("x-failure")
    return Answer(
        status=status,
        description=_text(node.get("description")),
        contents=_contents(data, node),
        failure=Failure(filled=failure["filled"], absent=failure["absent"]) if failure else None,
        assumed=_text(node.get("x-assumed")),
    )


def _contents(data: Mapping[str, Any], node: Mapping[str, Any]) -> tuple[Content, ...]:
    return tuple(
        Content(media_type=media_type, shape=schema_reader.shape(resolve(data, content).get("schema", {})))
        for media_type, content in node.get("content", {}).items()
    )


def _components(data: Mapping[str, Any]) -> Iterator[Component]:
    schemas = data.get("components", {}).get("schemas", {})
    for name, node in schemas.items():
        yield Component(
            name=name,
            pointer=f"/components/schemas/{escape(name)}",
            shape=schema_reader.component(node, schemas),
            spelling=node.get("x-name", "") if isinstance(node, Mapping) else "",
            description=_text(node.get("description")) if isinstance(node, Mapping) else "",
            assumed=_text(node.get("x-assumed")) if isinstance(node, Mapping) else "",
            deprecated=isinstance(node, Mapping) and node.get("deprecated", False),
        )


def _server(node: Mapping[str, Any]) -> Server:
    url = node["url"]
    for name, variable in node.get("variables", {}).items():
        url = url.replace(f"{{{name}}}", variable["default"])
    return Server(
        url=url.rstrip("/"),
        description=_text(node.get("description")),
        assumed=_text(node.get("x-assumed")),
    )


def _schemes(data: Mapping[str, Any]) -> Iterator[Scheme]:
    for name, entry in data.get("components", {}).get("securitySchemes", {}).items():
        node = resolve(data, entry)
        flow = node.get("flows", {}).get("clientCredentials", {})
        yield Scheme(
            name=name,
            kind={"http": str(node.get("scheme", "")).lower(), "oauth2": "clientCredentials"}.get(
                node["type"], "apiKey"
            ),
            place=node.get("in", ""),
            parameter=node.get("name", ""),
            token_url=flow.get("tokenUrl", ""),
            scopes=tuple(flow.get("scopes", {})),
            description=_text(node.get("description")),
            assumed=_text(node.get("x-assumed")),
        )


def _security(requirements: list[Mapping[str, Any]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(requirement) for requirement in requirements)


def _tags(data: Mapping[str, Any], operations: tuple[Operation, ...]) -> tuple[Tag, ...]:
    described = {tag["name"]: _text(tag.get("description")) for tag in data.get("tags", ())}
    used = {operation.tag: described.get(operation.tag, "") for operation in operations}
    # Declared order first: the spec's author chose it; then what was only used.
    order = [name for name in described if name in used] + [name for name in used if name not in described]
    return tuple(Tag(name=name, description=used[name]) for name in order)


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
