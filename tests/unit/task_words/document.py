"""Spec whose task types the test changes, and the paths of the words of task types.

Each member of a task is there twice, at the top and under `second`, so that each pointer can be moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Final, TypeAlias

from dragoman.lint.tasks import schema_of_tasks

Node: TypeAlias = dict[str, Any]

TEXT: Final = {"type": "string"}
NUMBER: Final = {"type": "integer"}
NULLABLE: Final = {"type": ["string", "null"]}
TIME: Final = {"type": "string", "format": "date-time"}
PHASES: Final = {
    "wait": "queued",
    "run": "running",
    "ask": "needs-input",
    "ok": "succeeded",
    "none": "skipped",
    "bad": "failed",
    "gone": "cancelled",
}
_PART: Final = {"key": TEXT, "name": TEXT, "order": NUMBER, "status": {"$ref": "#/components/schemas/Status"}}
_SHOWN: Final = {
    **dict.fromkeys(("id", "name", "title", "url", "sha256", "md5"), TEXT),
    **dict.fromkeys(("percent", "done", "total", "number", "size"), NUMBER),
    **dict.fromkeys(("began", "expiry"), TIME),
    "answer": NULLABLE,
    "status": {"$ref": "#/components/schemas/Status"},
}


def document() -> Node:
    """Return the spec: tasks of the type `work` are polled by a list, those of the type `job` one by one."""
    schemas = {
        "Status": {"type": "string", "enum": list(PHASES)},
        "Order": _object({"name": TEXT, "title": TEXT, "uuid": TEXT, "key": TEXT}, ["name", "title"]),
        "Begun": _object({"id": TEXT, "code": TEXT, "inner": _ref("Inner")}),
        "Inner": _object({"id": TEXT}),
        "Part": _object({**_PART, "second": _ref("SecondPart")}),
        "SecondPart": _object(_PART),
        "Work": _object({**_SHOWN, "parts": _list("Part"), "others": _list("Part"), "second": _ref("Second")}, ["id"]),
        "Second": _object(_SHOWN),
        "Page": _object({"items": _list("Work"), "next": NULLABLE, "second": _ref("SecondPage")}),
        "SecondPage": _object({"items": _list("Work"), "next": NULLABLE}),
    }
    timing = {"min": "PT2S", "max": "PT8S", "jitter": 0}
    state = {"at": "/status", "phases": PHASES}
    single = {"operationId": "works.getWork", "shape": "item", "parameters": {"id": "$task.id"}}
    listed = {"operationId": "works.listWorks", "shape": "list", "items": "/items", "key": "/id"}
    types = {
        "work": {"version": 1, "description": "A work.", "poll": listed, "state": state, "timing": timing},
        "job": {"version": 1, "description": "A job.", "poll": single, "state": state, "timing": timing},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Works", "version": "1", "x-name": "Api"},
        "servers": [{"url": "https://works.example"}],
        "security": [{"token": []}],
        "tags": [{"name": "works"}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
            "x-task-types": types,
        },
    }
    return deepcopy(document)


def _paths() -> Node:
    page, work = _response("Page"), _response("Work")
    listing = [
        *(_query(name, TEXT) for name in ("after", "since", "place")),
        *(_query(name, NUMBER) for name in ("size", "count")),
        *(_query(name, {"type": "array", "items": _ref("Status")}) for name in ("status", "state")),
    ]
    done = {"204": {"description": "Done."}}
    why = [_query("reason", TEXT)]
    return {
        "/works": {"post": _start("startWork", "work"), "get": _operation("listWorks", page, listing)},
        "/jobs": {"post": _start("startJob", "job")},
        "/others": {"get": _operation("listOthers", page, listing)},
        "/works/{id}": _of_one({"get": _operation("getWork", work, [_query("place", TEXT)])}),
        "/others/{id}": _of_one({"get": _operation("getOther", work, [_query("place", TEXT)])}),
        "/works/{id}/cancel": _of_one({"post": _operation("cancelWork", done, why)}),
        "/works/{id}/stop": _of_one({"post": _operation("stopWork", done, why)}),
        "/works/{id}/confirm": _of_one({"post": _operation("confirmWork", done, why)}),
        "/works/{id}/agree": _of_one({"post": _operation("agreeToWork", done, why)}),
        "/works/{id}/report": _of_one({"get": _operation("getReport", work, why)}),
        "/works/{id}/summary": _of_one({"get": _operation("getSummary", work, why)}),
    }


def _start(name: str, kind: str) -> Node:
    begun = {**_response("Begun")["200"], "headers": {"X-Id": {"schema": TEXT}, "X-Place": {"schema": TEXT}}}
    keys = [{"name": name, "in": "header", "schema": TEXT} for name in ("Key", "Other-Key")]
    places = [{**_query(name, TEXT), "required": True} for name in ("place", "area")]
    body = {"required": True, "content": {"application/json": {"schema": _ref("Order")}}}
    operation = _operation(name, {"200": begun, "202": begun}, [*keys, *places])
    return {**operation, "requestBody": body, "x-begins-task": {"type": kind, "id": "$response.body#/id"}}


def _operation(name: str, responses: Node, parameters: list[Node]) -> Node:
    return {
        "operationId": f"works.{name}",
        "tags": ["works"],
        "summary": f"Call {name}.",
        "externalDocs": {"url": "https://docs.example"},
        "parameters": parameters,
        "responses": responses,
    }


def _of_one(operations: Node) -> Node:
    return {"parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}], **operations}


def _query(name: str, schema: Node) -> Node:
    return {"name": name, "in": "query", "schema": schema}


def _response(schema: str) -> Node:
    return {"200": {"description": "Done.", "content": {"application/json": {"schema": _ref(schema)}}}}


def _object(properties: Node, required: list[str] | None = None) -> Node:
    found: Node = {"type": "object", "description": "A value.", "properties": properties}
    return {**found, "required": required} if required else found


def _list(schema: str) -> Node:
    return {"type": "array", "items": _ref(schema)}


def _ref(schema: str) -> Node:
    return {"$ref": f"#/components/schemas/{schema}"}


# -- Words


def put(document: Node, path: str, value: Any) -> None:
    """Set a word by its path, such as `work.poll.pages.max` or `startWork.scope.place`; None removes it."""
    value = deepcopy(value)
    first, *names = path.split(".")
    node: Any = document["components"]["x-task-types"].get(first) or start_of(document, first)["x-begins-task"]
    for name in names[:-1]:
        node = node[int(name)] if isinstance(node, list) else node.setdefault(name, {})
    if value is None:
        del node[names[-1]]
    elif isinstance(node, list):
        node[int(names[-1])] = value
    else:
        node[names[-1]] = value


def link(document: Node) -> None:
    """Write the links that lint compares with the starts."""
    types = document["components"]["x-task-types"]
    for name in ("startWork", "startJob"):
        start = start_of(document, name)
        task_type = types.get(start["x-begins-task"]["type"], types["work"])
        scope = start["x-begins-task"].get("scope", {})
        known = {"$task.id": start["x-begins-task"]["id"]} | {f"$scope.{each}": value for each, value in scope.items()}
        bound = {each: known.get(value) for each, value in task_type["poll"].get("parameters", {}).items()}
        target = {"operationId": task_type["poll"]["operationId"]}
        target["parameters"] = {each: value for each, value in bound.items() if value}
        for response in start["responses"].values():
            response["links"] = {"task": target}


def start_of(document: Node, name: str) -> Node:
    """Return the operation that begins a task, by the last part of its operationId."""
    found: Node = document["paths"][{"startWork": "/works", "startJob": "/jobs"}[name]]["post"]
    return found


def words() -> frozenset[str]:
    """Return the paths of all words in `task-types.schema.json`; those in `x-begins-task` start with `start.`.

    An item of a list is `*`, as is a member with a name of the author's.
    """
    definitions: Node = schema_of_tasks()["$defs"]
    own = (definitions["definition"], ""), (definitions["submit"], "start.")
    return frozenset(path for schema, prefix in own for path in _words(definitions, schema, prefix))


def _words(definitions: Mapping[str, Any], schema: Any, prefix: str) -> Iterator[str]:
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        yield from _words(definitions, definitions[schema["$ref"].rpartition("/")[2]], prefix)
    for name, member in schema.get("properties", {}).items():
        if member is not True:
            yield prefix + name
        yield from _words(definitions, member, f"{prefix}{name}.")
    for inner in ("items", "additionalProperties"):
        if isinstance(schema.get(inner), dict):
            yield f"{prefix}*"
            yield from _words(definitions, schema[inner], f"{prefix}*.")
    for each in (*schema.get("allOf", ()), *(schema[word] for word in ("then", "else") if word in schema)):
        yield from _words(definitions, each, prefix)
