"""Mutations of a document, one change each; `expected` says what they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final, TypeAlias

from attrs import frozen

from .usage import Data, Path, at, operations, overlaid, parameters, target, usage

Edit: TypeAlias = Callable[[Data], object]

_KEPT: Final = frozenset({"description", "deprecated", "readOnly", "writeOnly", "x-name", "x-assumed"})
_NEW: Final = "zzNew"


@frozen(kw_only=True)
class Mutant:
    """One mutation."""

    kind: str
    path: Path
    sent: bool
    received: bool
    edit: Edit


def mutants(data: Data) -> Iterator[Mutant]:
    """Yield all mutations of a document."""
    used = usage(data)
    exempt = set(_null_counts_not({key: each for key, each in data.items() if key != "info"}))
    excluded = overlaid(data)
    for path, directions in used.items():
        if not excluded.isdisjoint(path[:length] for length in range(len(path) + 1)):
            continue
        for kind, edit in _of_schema(data, path, excluded):
            null_counts = path[-2] != "allOf" and "allOf" not in at(data, path)
            if kind.endswith(" null") and (not null_counts or f"#/components/schemas/{path[-1]}" in exempt):
                continue
            yield Mutant(
                kind=kind, path=path, sent="request" in directions, received="response" in directions, edit=edit
            )
    for each in (_of_operations, _of_api, _of_tasks):
        for kind, path, edit in each(data):
            yield Mutant(kind=kind, path=path, sent=True, received=True, edit=edit)


def _append(path: Path, value: Any) -> Edit:
    return lambda data: at(data, path).append(value)


def _pop(path: Path) -> Edit:
    return lambda data: at(data, path).pop()


def _put(path: Path, key: str | int, value: Any) -> Edit:
    def edit(data: Data) -> None:
        at(data, path)[key] = value

    return edit


def _drop(path: Path, key: str | int) -> Edit:
    return lambda data: at(data, path).pop(key)


def _of_schema(data: Data, path: Path, excluded: frozenset[Path]) -> Iterator[tuple[str, Edit]]:
    node = at(data, path)
    if "properties" in node:
        yield from _of_members(path, node, excluded)
    in_union = path[-2] in ("oneOf", "anyOf")
    if "enum" in node:
        yield from _of_enum(path, node)
    elif isinstance(node.get("type"), str | list) and "const" not in node and not in_union:
        yield from _of_type(path, node, parameter=path[-1] == "schema" and "in" in at(data, path[:-1]))
    for word in ("oneOf", "anyOf"):
        if word in node and "discriminator" not in node and {"type": "null"} not in node[word]:
            yield "add an alternative", _append((*path, word), {"type": "boolean"})
            if len(node[word]) > 2:
                yield "drop an alternative", _pop((*path, word))


def _null_counts_not(node: Any) -> Iterator[str]:
    """Yield the references in a document at which it makes no difference if the schema accepts null.

    It is a part of another one by `allOf`, or null is allowed beside it.
    """
    if isinstance(node, Mapping):
        parts = list(node.get("allOf", ()))
        for word in ("oneOf", "anyOf"):
            parts += node.get(word, ()) if {"type": "null"} in node.get(word, ()) else ()
        yield from (str(part.get("$ref")) for part in parts)
        for each in node.values():
            yield from _null_counts_not(each)
    elif isinstance(node, list):
        for each in node:
            yield from _null_counts_not(each)


def _of_members(path: Path, node: Mapping[str, Any], excluded: frozenset[Path]) -> Iterator[tuple[str, Edit]]:
    needed = node.get("required", [])

    def add(data: Data, *, required: bool) -> None:
        owner = at(data, path)
        owner["properties"][_NEW] = {"type": "string"}
        if required:
            owner.setdefault("required", []).append(_NEW)

    def rename(data: Data, name: str) -> None:
        owner = at(data, path)
        owner["properties"] = {(_NEW if key == name else key): each for key, each in owner["properties"].items()}
        owner["required"] = [_NEW if key == name else key for key in owner.get("required", [])]

    def need(data: Data, name: str, *, required: bool) -> None:
        owner = at(data, path)
        names = [each for each in owner.get("required", []) if each != name]
        owner["required"] = [*names, name] if required else names

    def drop(data: Data, name: str) -> None:
        at(data, path)["properties"].pop(name)
        need(data, name, required=False)

    yield "add a member", lambda data: add(data, required=False)
    yield "add a required member", lambda data: add(data, required=True)
    for name, each in node["properties"].items():
        required = name in needed
        word = "a required" if required else "an optional"
        # What is hidden in one direction is another mutation there.
        hidden = isinstance(each, Mapping) and (each.get("readOnly") or each.get("writeOnly"))
        if hidden or (*path, "properties", name) in excluded:
            continue
        yield f"drop {word} member", partial(drop, name=name)
        yield f"rename {word} member", partial(rename, name=name)
        change = "relax a member" if required else "require a member"
        yield change, partial(need, name=name, required=not required)
        if isinstance(each, Mapping):
            inner = (*path, "properties", name)
            yield f"make {word} member readOnly", _put(inner, "readOnly", value=True)
            yield f"make {word} member writeOnly", _put(inner, "writeOnly", value=True)
            yield "deprecate", _put(inner, "deprecated", not each.get("deprecated", False))
            yield from _of_default(inner, each, word.split()[1])


def _of_default(path: Path, node: Mapping[str, Any], need: str) -> Iterator[tuple[str, Edit]]:
    part = "a parameter" if need == "parameter" else f"{'an' if need == 'optional' else 'a'} {need} part"
    samples = {"string": "zz", "integer": 77, "boolean": True, "number": 7.5}
    if "default" in node:
        value = node["default"]
        other = not value if isinstance(value, bool) else value + 1 if isinstance(value, int | float) else "zz"
        yield f"change the default of {part}", _put(path, "default", other)
        yield f"drop the default of {part}", _drop(path, "default")
    elif isinstance(node.get("type"), str) and node["type"] in samples and "enum" not in node and "format" not in node:
        yield "add a default", _put(path, "default", samples[node["type"]])


def _of_enum(path: Path, node: Mapping[str, Any]) -> Iterator[tuple[str, Edit]]:
    if len({type(each) for each in node["enum"]}) > 1 or isinstance(node["enum"][0], bool):
        return  # no class of its own: any value of its types is read
    other: Any = "zzNew" if isinstance(node["enum"][0], str) else 7777

    def edit(data: Data, *, drop: bool, add: bool) -> None:
        owner = at(data, path)
        for word, value in (("enum", other), ("x-enum-varnames", "ZZ_NEW"), ("x-enum-descriptions", "New.")):
            if word in owner:
                kept = owner[word][:-1] if drop else owner[word]
                owner[word] = [*kept, value] if add else kept

    yield "add an enum value", lambda data: edit(data, drop=False, add=True)
    if len(node["enum"]) > 1:
        yield "drop an enum value", lambda data: edit(data, drop=True, add=False)
        yield "rename an enum value", lambda data: edit(data, drop=True, add=True)


def _of_type(path: Path, node: Mapping[str, Any], *, parameter: bool) -> Iterator[tuple[str, Edit]]:
    types = node["type"]
    one = [each for each in ([types] if isinstance(types, str) else types) if each != "null"]
    where = " in a parameter" if parameter else ""

    def retype(data: Data, type_: str) -> None:
        owner = at(data, path)
        for key in [key for key in owner if key not in _KEPT]:
            owner.pop(key)
        owner["type"] = type_ if isinstance(types, str) else [type_, "null"]

    if len(one) == 1 and "default" not in node:
        if isinstance(types, str):
            yield f"allow null{where}", _put(path, "type", [types, "null"])
        else:
            yield f"refuse null{where}", _put(path, "type", one[0])
        if one[0] in ("string", "integer", "number", "boolean", "array") and node.get("format") != "binary":
            other = "boolean" if one[0] in ("integer", "number") else "integer"
            yield "retype", lambda data: retype(data, other)
        if one == ["integer"] and "format" not in node:
            yield "widen an integer to a number", lambda data: retype(data, "number")
        if one == ["number"] and "format" not in node:
            yield "narrow a number to an integer", lambda data: retype(data, "integer")
        if one == ["string"]:
            if node.get("format") in ("date", "date-time", "uuid", "x-guid-n", "time"):
                yield "drop a format", lambda data: retype(data, "string")
            elif "format" not in node:
                yield "add a format", _put(path, "format", "date-time")
    if parameter:
        yield from _of_default(path, node, "parameter")


def _of_operations(data: Data) -> Iterator[tuple[str, Path, Edit]]:
    for number, (item, path) in enumerate(operations(data)):
        node, method = at(data, path), str(path[-1])
        yield "drop an operation", path, _drop(item, method)
        yield "rename an operationId", path, _put(path, "operationId", f"{node['operationId']}Zz")
        yield "deprecate", path, _put(path, "deprecated", not node.get("deprecated", False))
        other = "patch" if method in ("post", "put") else "post"
        if other not in at(data, item):
            yield "change a verb", path, _renamed(item, method, other)
        if item[0] == "paths":
            route = str(item[1])
            yield "change a path", path, _renamed(("paths",), route, f"/zz{route}")
            if "{" in route:
                yield "rename a variable of a path", path, _renamed_variable(data, item, path)
        if number == 0:
            yield "add an operation", path, _added(node)
        if method not in ("get", "head", "options", "put", "delete"):
            idempotent = node.get("x-idempotent", False)
            change = "drop x-idempotent" if idempotent else "add x-idempotent"
            yield change, path, _put(path, "x-idempotent", not idempotent)
        yield from _of_parameters(data, item, path)
        yield from _of_bodies(data, path)
        yield from _of_responses(data, path)
        yield from _of_security(data, path)
        if "x-pagination" in node:
            yield "drop pagination", path, _drop(path, "x-pagination")
            if "page" in node["x-pagination"]:
                first = node["x-pagination"].get("first", 1)
                yield "start pages at another number", path, _put((*path, "x-pagination"), "first", 1 - first)


def _renamed(path: Path, old: str, new: str) -> Edit:
    def edit(data: Data) -> None:
        owner = at(data, path)
        items = list(owner.items())
        owner.clear()
        owner.update((new if key == old else key, each) for key, each in items)

    return edit


def _renamed_variable(data: Data, item: Path, path: Path) -> Edit:
    route = str(item[1])
    name = route.partition("{")[2].partition("}")[0]
    places = [each for each in parameters(data, item, path) if at(data, each).get("name") == name]

    def edit(data: Data) -> None:
        for each in places:
            at(data, each)["name"] = "zzName"
        _renamed(("paths",), route, route.replace(f"{{{name}}}", "{zzName}"))(data)

    return edit


def _added(node: Mapping[str, Any]) -> Edit:
    tag = node["operationId"].partition(".")[0]
    operation = {
        "operationId": f"{tag}.zzNew",
        "tags": [tag],
        "summary": "Something new.",
        "externalDocs": {"url": "https://docs.example.com/new"},
        "responses": {"204": {"description": "Done."}},
    }
    return _put(("paths",), "/zz-new", {"post": operation})


def _of_parameters(data: Data, item: Path, path: Path) -> Iterator[tuple[str, Path, Edit]]:
    def add(data: Data, *, required: bool) -> None:
        each = {"name": _NEW, "in": "query", "required": required, "schema": {"type": "string"}, "description": "New."}
        at(data, path).setdefault("parameters", []).append(each)

    yield "add a parameter", path, lambda data: add(data, required=False)
    yield "add a required parameter", path, lambda data: add(data, required=True)
    for index in range(len(at(data, path).get("parameters", ()))):
        place = target(data, (*path, "parameters", index))
        node = at(data, place)
        if node["in"] == "path" or node.get("x-client-parameter"):
            continue
        inherited = [target(data, (*item, "parameters", i)) for i in range(len(at(data, item).get("parameters", ())))]
        if (node["in"], node["name"]) not in [(at(data, each)["in"], at(data, each)["name"]) for each in inherited]:
            yield "drop a parameter", place, _drop((*path, "parameters"), index)
        yield "rename a parameter", place, _put(place, "name", "X-Zz-New")
        required = node.get("required", False)
        yield ("relax" if required else "require") + " a parameter", place, _put(place, "required", not required)
        if node["in"] == "query" and "style" not in node and "schema" in node:
            yield "move a parameter", place, _put(place, "in", "header")
            type_ = at(data, target(data, (*place, "schema"))).get("type")
            if type_ in ("array", "string", "integer"):
                word = "list" if type_ == "array" else "scalar"
                explode = node.get("explode", True)
                yield f"change the explode of a {word}", place, _put(place, "explode", not explode)


def _of_bodies(data: Data, path: Path) -> Iterator[tuple[str, Path, Edit]]:
    if "requestBody" not in at(data, path):
        return
    place = target(data, (*path, "requestBody"))
    node = at(data, place)
    required = node.get("required", False)
    yield ("relax" if required else "require") + " a body", place, _put(place, "required", not required)
    yield "drop a body", place, _drop(path, "requestBody")
    if not any("octet" in each for each in node["content"]):
        schema = {"schema": {"type": "string", "format": "binary"}}
        yield "add a media type of a body", place, _put((*place, "content"), "application/octet-stream", schema)


def _of_responses(data: Data, path: Path) -> Iterator[tuple[str, Path, Edit]]:
    responses = at(data, path).get("responses", {})
    successes = [each for each in responses if each.startswith("2")]
    inside = (*path, "responses")
    if "418" not in responses:
        yield "add an error", inside, _put(inside, "418", {"description": "A teapot."})
    for status in responses:
        if status[0] in "45":
            yield "drop an error", inside, _drop(inside, status)
    if len(successes) != 1 or successes[0] == "2XX" or str(path[-1]) == "head":
        return
    place = target(data, (*inside, successes[0]))
    content = at(data, place).get("content")
    if "x-error-when" in at(data, place):
        yield "drop the condition of an error", place, _drop(place, "x-error-when")
        return
    yield "add a success with the same body", place, _put(inside, "203", at(data, place))
    if successes[0] != "203":
        yield "change the status of a success", place, _renamed(inside, successes[0], "203")
    if content and successes[0] not in ("204", "205"):
        yield "add a success without the body", place, _put(inside, "206", {"description": "Nothing."})
        yield "drop the body of a success", place, _drop(place, "content")


def _of_security(data: Data, path: Path) -> Iterator[tuple[str, Path, Edit]]:
    wanted = at(data, path).get("security", data.get("security", []))

    def other(data: Data, kept: list[Any]) -> None:
        schemes = data.setdefault("components", {}).setdefault("securitySchemes", {})
        schemes["zzKey"] = {"type": "apiKey", "in": "header", "name": "X-Zz-Key"}
        at(data, path)["security"] = [*kept, {"zzKey": []}]

    if wanted and {} not in wanted:
        yield "require no credentials", path, _put(path, "security", [])
    if wanted:
        yield "allow another scheme", path, lambda data: other(data, wanted)
    yield "require another scheme", path, lambda data: other(data, [])


def _of_api(data: Data) -> Iterator[tuple[str, Path, Edit]]:
    schemes = data.get("components", {}).get("securitySchemes", {})
    for name in schemes:
        place = target(data, ("components", "securitySchemes", name))
        node = at(data, place)
        if node["type"] == "apiKey":
            yield "change a scheme", place, _put(place, "name", "X-Zz-Key")
        elif node.get("scheme") == "bearer" and "x-sign-in" not in node:
            yield "change a scheme", place, _put(place, "scheme", "basic")
        yield "rename a scheme", place, _renamed_scheme(data, name)
    servers = data.get("servers", [])
    if servers and not any("x-environment" in each for each in servers):
        new = {"url": "https://zz.example.com"}
        yield "add a server", ("servers",), lambda data: data["servers"].append(new)
        if "variables" not in servers[0]:
            yield "change the default server", ("servers", 0), _put(("servers", 0), "url", "https://zz.example.com")
    if len(servers) > 1 and (servers[-1].get("x-environment") == "test" or servers[0].get("x-environment") != "test"):
        yield "drop a further server", ("servers",), _pop(("servers",))
    if "x-media-types" in data:
        where: Path = ("x-media-types",)
        rows = ("text/csv", "text/jsonl", "text/jsv")
        free = [each for each in rows if each not in data["x-media-types"]]
        if free:
            yield "add a media type of the API", where, lambda data: data["x-media-types"].append(free[0])
        if len(data["x-media-types"]) > 1:
            kept = [each for each in data["x-media-types"] if each == "application/json"]
            yield "drop a media type of the API", where, lambda data: data.update({"x-media-types": kept})


def _renamed_scheme(data: Data, name: str) -> Edit:
    def edit(data: Data) -> None:
        _renamed(("components", "securitySchemes"), name, "zzScheme")(data)
        owners = [data, *(at(data, path) for _, path in operations(data))]
        for owner in owners:
            if "security" in owner:
                owner["security"] = [
                    {("zzScheme" if key == name else key): each for key, each in one.items()}
                    for one in owner["security"]
                ]

    return edit


def _of_tasks(data: Data) -> Iterator[tuple[str, Path, Edit]]:
    for name, node in data.get("components", {}).get("x-task-types", {}).items():
        path: Path = ("components", "x-task-types", name)
        yield from _of_words(data, (*path, "state"), node["state"])
        yield from _of_timing((*path, "timing"), node["timing"])
        if node.get("result", {}).get("kind") == "url":
            hosts, place = node["result"]["hosts"], (*path, "result", "hosts")
            kind = "add a host" if hosts else "name the first host"
            yield kind, place, _append(place, "files.zz.example.com")
            if len(hosts) > 1:
                yield "drop one of the hosts", place, _pop(place)
            if hosts:
                yield "drop all hosts", place, _put((*path, "result"), "hosts", [])
        words = {"cancel": "cancellation", "steps": "steps", "messages": "messages", "progress": "progress"}
        for word, text in words.items():
            if word in node:
                yield f"drop the {text}", path, _drop(path, word)
    for _, path in operations(data):
        begins = at(data, path).get("x-begins-task")
        if begins is None:
            continue
        yield "begin no task", path, _drop(path, "x-begins-task")
        if begins.get("idempotency", "none") != "none":
            yield "drop the idempotency", path, _drop((*path, "x-begins-task"), "idempotency")
        if "reconcile" in begins:
            yield "drop the reconciliation", path, _drop((*path, "x-begins-task"), "reconcile")
        if begins.get("accepted"):
            place = (*path, "x-begins-task", "accepted")
            yield "accept another status", place, _append(place, 203)


def _of_words(data: Data, path: Path, state: Mapping[str, Any]) -> Iterator[tuple[str, Path, Edit]]:
    """Yield mutations of status words, together with the enum that lists them."""
    words = list(state["phases"])
    enums = [
        ("components", "schemas", name)
        for name, node in data["components"]["schemas"].items()
        if isinstance(node, Mapping) and sorted(map(str, node.get("enum", ()))) == sorted(words)
    ]

    def edit(data: Data, *, add: bool) -> None:
        phases = at(data, (*path, "phases"))
        if add:
            phases["zzWord"] = "running"
        else:
            phases.pop(words[-1])
        for place in enums:
            node = at(data, place)
            index = node["enum"].index(words[-1])
            for word, value in (("enum", "zzWord"), ("x-enum-varnames", "ZZ"), ("x-enum-descriptions", "New.")):
                if word in node:
                    node[word] = [*node[word], value] if add else node[word][:index] + node[word][index + 1 :]

    yield "add a word", path, lambda data: edit(data, add=True)
    sent = any("request" in usage(data).get(place, ()) for place in enums)
    if len(words) > 1 and not sent:
        yield "drop a word", path, lambda data: edit(data, add=False)
    for word, phase in state["phases"].items():
        other = "failed" if phase != "failed" else "succeeded"
        yield "read a word as another phase", path, _put((*path, "phases"), word, other)


def _of_timing(path: Path, timing: Mapping[str, Any]) -> Iterator[tuple[str, Path, Edit]]:
    yield "poll less often", path, lambda data: at(data, path).update(min="PT1H", max="PT2H", first="PT1H")
    yield "poll more often", path, lambda data: at(data, path).update(min="PT0.001S")
    if "rate" not in timing:
        yield "limit the rate", path, _put(path, "rate", {"requests": 10, "per": "PT60S"})
