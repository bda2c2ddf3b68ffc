"""Reader of a document (`yaml_document`) into a `Spec` (`model`).

The document has passed lint, so there are no error paths here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, cast

from attrs import evolve

from taskclients_core import json_pointer
from taskclients_core.operation import Encoding, Pagination, QueryStyle
from taskclients_core.operation import Operation as CoreOperation
from taskclients_core.request.styles import DEFAULT_STYLES, STYLES, StyleName, scalar
from taskclients_core.tasks.definition import TaskType

from . import schema_reader, task_types
from .components import read_components
from .inheritance import Family
from .model import (
    Assumption,
    Content,
    ErrorPointers,
    Operation,
    Parameter,
    Response,
    Scheme,
    Server,
    ServerVariable,
    SignIn,
    Spec,
    SubmissionDeclaration,
    Tag,
    TaskTypeDeclaration,
    has_body,
)
from .samples import Schemas, is_list, is_object, request_value
from .schema import MISSING
from .yaml_document import Document

STYLE_WORDS: Final = frozenset({"style", "explode", "allowReserved"})
"""Members of an encoding that send the value in a style; without them, the content type decides."""

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def read(document: Document) -> Spec:
    """Return the spec of a document that has passed lint."""
    data = document.data
    info = data["info"]
    entries = tuple(_entries(data))
    operations_by_id = {
        node["operationId"]: CoreOperation(node["operationId"], method.upper(), path)
        for path, method, _, node in entries
    }
    declared = data.get("components", {}).get("x-task-types", {})
    types_by_name = {
        name: task_types.read_task_type(name, node, operations_by_id.__getitem__) for name, node in declared.items()
    }
    samples = Schemas(data, Family(data.get("components", {}).get("schemas", {})))
    operations = tuple(
        _operation(samples, *entry, _submission(entry[-1], operations_by_id, types_by_name)) for entry in entries
    )
    shared = {p.name: p for operation in operations for p in operation.parameters if p.client}
    return Spec(
        file=document.path.name,
        stem=document.path.stem,
        title=info["title"],
        spelling=info.get("x-name", ""),
        description=_text(info.get("description") or info.get("summary")),
        assumed=_text(info.get("x-assumed")),
        servers=tuple(map(_server, data.get("servers", ()))),
        schemes=tuple(_schemes(data)),
        security=_security(data.get("security", [])),
        tags=_tags(data, operations),
        operations=operations,
        components=tuple(read_components(data.get("components", {}).get("schemas", {}))),
        client_parameters=tuple(shared.values()),
        media_types=tuple(data.get("x-media-types", ())),
        task_types=tuple(
            TaskTypeDeclaration(
                definition=types_by_name[name],
                description=_text(node.get("description")),
                assumed=_text(node.get("x-assumed")),
            )
            for name, node in declared.items()
        ),
        assumptions=tuple(
            Assumption(operation=operation, part=part, reason=" ".join(reason.split()))
            for pointer, reason in assumptions(document)
            for operation, part in [_subject(data, json_pointer.parse(pointer))]
        ),
    )


def assumptions(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the pointer and the reason (`x-assumed`) of each assumption, in file order."""

    def walk(data: Any, pointer: str) -> Iterator[tuple[str, str]]:
        if is_object(data):
            if isinstance(reason := data.get("x-assumed"), str):
                yield pointer, reason
            for key, value in data.items():
                yield from walk(value, f"{pointer}/{json_pointer.escape(key)}")
        elif is_list(data):
            for index, value in enumerate(data):
                yield from walk(value, f"{pointer}/{index}")

    yield from walk(document.data, "")


def _subject(data: Mapping[str, Any], pointer: Sequence[str]) -> tuple[str, str]:
    """Return the id of the operation that a pointer is about, '' for none, and the part in words."""
    match pointer:
        case ["paths", path, method, *rest] if method in METHODS:
            operation = resolve(data, data["paths"][path])[method]
            if rest[:1] == ["parameters"]:
                rest = [resolve(data, operation["parameters"][int(rest[1])])["name"], *rest[2:]]
            return operation["operationId"], " ".join(rest)
        case ["components", "schemas", name, *rest]:
            return "", ".".join([name, *(after for before, after in pairwise(rest) if before == "properties")])
        case ["components", _, *rest]:
            return "", " ".join(rest)
        case ["info"]:
            return "", ""
        case ["servers", index, *_]:
            return "", _server(data["servers"][int(index)]).url
        case _:
            return "", " ".join(pointer)


def resolve(data: Any, node: Any) -> Any:
    """Return a node of the document `data`, with local `$ref`s followed."""
    return _resolve(data, node, "")[1]


def _resolve(data: Any, node: Any, pointer: str) -> tuple[str, Any]:
    """Return a node with local `$ref`s followed, and the JSON pointer to it."""
    while isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
        pointer = node["$ref"].removeprefix("#")
        node = json_pointer.resolve(data, pointer)
    return pointer, node


def _entries(data: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]]:
    """Yield path, method, path item and operation."""
    for path, entry in data.get("paths", {}).items():
        item = resolve(data, entry)
        for method in METHODS:
            if method in item:
                yield path, method, item, item[method]


def _operation(
    samples: Schemas,
    path: str,
    method: str,
    item: Mapping[str, Any],
    node: Mapping[str, Any],
    submission: SubmissionDeclaration | None,
) -> Operation:
    data = samples.data
    tag, _, name = node["operationId"].partition(".")
    body = resolve(data, node.get("requestBody", {}))
    page = node.get("x-pagination")
    return Operation(
        id=node["operationId"],
        tag=tag,
        name=name,
        pointer=json_pointer.from_names(("paths", path, method)),
        method=method.upper(),
        path=path,
        summary=_text(node.get("summary")),
        description=_text(node.get("description")),
        source=_source(node.get("externalDocs", {})),
        assumed=_text(node.get("x-assumed")),
        spelling=node.get("x-name", ""),
        deprecated=node.get("deprecated", False),
        parameters=tuple(_parameters(samples, json_pointer.from_names(("paths", path)), item, method)),
        bodies=tuple(_bodies(samples, body)),
        body_required=body.get("required", False),
        body_description=_text(body.get("description")),
        responses=tuple(_response(data, method, status, entry) for status, entry in node.get("responses", {}).items()),
        server=_own_server(data, node.get("servers") or item.get("servers") or ()),
        security=_security(node["security"]) if "security" in node else None,
        pagination=Pagination(**page) if page else None,
        idempotent=node.get("x-idempotent", False),
        submission=submission,
    )


def _submission(
    node: Mapping[str, Any],
    operations: Mapping[str, CoreOperation[Any]],
    types_by_name: Mapping[str, TaskType[Any, Any]],
) -> SubmissionDeclaration | None:
    begins = node.get("x-begins-task")
    if begins is None:
        return None
    definition = task_types.read_submission(begins, operations[node["operationId"]], types_by_name[begins["type"]])
    return SubmissionDeclaration(definition=definition, assumed=_text(begins.get("x-assumed")))


def _source(docs: Mapping[str, Any]) -> str:
    return docs.get("url") or " ".join(docs.get("description", "").split())


def _parameters(samples: Schemas, path: str, item: Mapping[str, Any], method: str) -> Iterator[Parameter]:
    data = samples.data
    schemas = data.get("components", {}).get("schemas", {})
    is_secret = schema_reader.Secrets(schemas)
    inherited, own = (
        [_resolve(data, each, f"{pointer}/parameters/{index}") for index, each in enumerate(node.get("parameters", ()))]
        for pointer, node in ((path, item), (f"{path}/{method}", item[method]))
    )
    overridden = {(each["in"], each["name"]) for _, each in own}
    for pointer, each in [(at, p) for at, p in inherited if (p["in"], p["name"]) not in overridden] + own:
        parameter = _parameter(pointer, each, schemas, is_secret)
        content = next(iter(each.get("content", {}).values()), each)
        yield evolve(parameter, example=_example(samples, content)) if parameter.required else parameter


def _parameter(
    pointer: str, node: Mapping[str, Any], schemas: Mapping[str, Any], is_secret: schema_reader.Secrets
) -> Parameter:
    contents: Mapping[str, Any] = node.get("content", {})
    media_type = next(iter(contents), "")
    stated: Any = contents[media_type].get("schema", {}) if media_type else node.get("schema", {})
    schema: Any = {} if stated is True else stated
    style: StyleName = node.get("style") or DEFAULT_STYLES[node["in"]]
    return Parameter(
        name=node["name"],
        pointer=pointer,
        place=node["in"],
        shape=schema_reader.shape(schema),
        required=node.get("required", False),
        default=schema_reader.default(schema, schemas),
        style=style,
        explode=node.get("explode", STYLES[style].explode),
        allow_reserved=node.get("allowReserved", False),
        media_type=media_type,
        spelling=node.get("x-name", ""),
        description=_text(node.get("description") or schema.get("description")),
        assumed=_text(node.get("x-assumed")),
        secret=node.get("x-secret", False)
        or is_secret(schema)
        or (node["in"] == "header" and node["name"].lower() in ("authorization", "cookie")),
        deprecated=node.get("deprecated", False),
        client=node.get("x-client-parameter", False),
        body_pointer=node.get("x-from-body", ""),
    )


def _response(data: Mapping[str, Any], method: str, status: str, entry: Any) -> Response:
    node = resolve(data, entry)
    pointers = node.get("x-error-when")
    return Response(
        status=status,
        description=_text(node.get("description")),
        contents=_contents(data, node) if has_body(method, status) else (),
        error_when=ErrorPointers(filled=pointers["filled"], absent=pointers["absent"]) if pointers else None,
        assumed=_text(node.get("x-assumed")),
    )


def _bodies(samples: Schemas, body: Mapping[str, Any]) -> Iterator[Content]:
    nodes = body.get("content", {}).values()
    for content, node in zip(_contents(samples.data, body), nodes, strict=True):
        yield evolve(content, example=_example(samples, node))


def _example(samples: Schemas, node: Mapping[str, Any]) -> Any:
    try:
        return request_value(samples, node)
    except OverflowError:
        return MISSING


def _contents(data: Mapping[str, Any], node: Mapping[str, Any]) -> tuple[Content, ...]:
    return tuple(
        Content(
            media_type=media_type,
            shape=schema_reader.shape(content.get("schema", {})),
            encoding={name: _encoding(data, each) for name, each in content.get("encoding", {}).items()},
        )
        for media_type, content in node.get("content", {}).items()
    )


def _encoding(data: Mapping[str, Any], node: Mapping[str, Any]) -> Encoding:
    """Return the encoding of a member; of several media types the first that is not a range."""
    declared = [each.strip() for each in node.get("contentType", "").split(",")]
    headers: dict[str, str | None] = {}
    for name, entry in node.get("headers", {}).items():
        header = resolve(data, entry)
        schema = resolve(data, header.get("schema", {}))
        constant = schema.get("const", schema.get("default"))
        if constant is not None or header.get("required", False):
            headers[name] = None if constant is None else scalar(constant)
    styled = not STYLE_WORDS.isdisjoint(node)
    style: StyleName = node.get("style", "form")
    explode = node.get("explode")
    return Encoding(
        style=cast("QueryStyle", style) if styled else None,
        explode=explode if styled and style != "deepObject" and explode != STYLES[style].explode else None,
        content_type=next((each for each in declared if each and "*" not in each), None),
        headers=headers,
    )


def default_server(servers: Sequence[Mapping[str, Any]]) -> int | None:
    """Return the index of the server that is used by default; None if all are for tests."""
    return next((index for index, each in enumerate(servers) if each.get("x-environment") != "test"), None)


def _own_server(data: Mapping[str, Any], servers: Sequence[Mapping[str, Any]]) -> str:
    """Return the URL of the server of an operation, '' if it is that of the API."""
    index, shared_index = default_server(servers), default_server(data["servers"])
    if index is None:
        return ""
    server: Mapping[str, Any] = servers[index]
    shared = data["servers"][shared_index] if shared_index is not None else {}
    if shared and _server(server).url == _server(shared).url:
        return ""
    shared_names = shared.get("variables", {}).keys()
    own = {name: each for name, each in server.get("variables", {}).items() if name not in shared_names}
    return _server({**server, "variables": own}).url


def _server(node: Mapping[str, Any]) -> Server:
    url = template = node["url"]
    variables = {name: each for name, each in node.get("variables", {}).items() if f"{{{name}}}" in template}
    for name, variable in variables.items():
        url = url.replace(f"{{{name}}}", variable["default"])
    return Server(
        url=url.rstrip("/") or "/",
        template=template,
        variables=tuple(
            ServerVariable(
                name=name,
                default=each["default"],
                enum=tuple(each.get("enum", ())),
                spelling=each.get("x-name", ""),
                description=_text(each.get("description")),
            )
            for name, each in variables.items()
        ),
        description=_text(node.get("description")),
        assumed=_text(node.get("x-assumed")),
        environment=node.get("x-environment", ""),
    )


def _schemes(data: Mapping[str, Any]) -> Iterator[Scheme]:
    for name, entry in data.get("components", {}).get("securitySchemes", {}).items():
        node = resolve(data, entry)
        flow = node.get("flows", {}).get("clientCredentials", {})
        sign_in = node.get("x-sign-in")
        yield Scheme(
            name=name,
            kind=_kind(node),
            place=node.get("in", ""),
            parameter=node.get("name", ""),
            token_url=flow.get("tokenUrl", ""),
            scopes=tuple(flow.get("scopes", {})),
            sign_in=SignIn(operations=tuple(sign_in["operations"]), token=sign_in["token"]) if sign_in else None,
            description=_text(node.get("description")),
            assumed=_text(node.get("x-assumed")),
        )


def _kind(node: Mapping[str, Any]) -> str:
    kind: str = node["type"]
    if kind == "http":
        return str(node["scheme"]).lower()
    return "clientCredentials" if "clientCredentials" in node.get("flows", {}) else kind


def _security(requirements: list[Mapping[str, Any]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(requirement) for requirement in requirements)


def _tags(data: Mapping[str, Any], operations: tuple[Operation, ...]) -> tuple[Tag, ...]:
    described = {tag["name"]: _text(tag.get("description")) for tag in data.get("tags", ())}
    used = {operation.tag: described.get(operation.tag, "") for operation in operations}
    # Declared tags come first, in the order that the spec's author chose; then tags that are only used.
    order = [name for name in described if name in used] + [name for name in used if name not in described]
    return tuple(Tag(name=name, description=used[name]) for name in order)


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
