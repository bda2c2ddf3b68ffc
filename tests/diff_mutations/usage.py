"""Which schemas of a document are sent and received, found in the YAML alone: nothing here uses the comparison."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Data: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str | int, ...]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_EMPTY = frozenset({"204", "205", "304"})


def at(data: Any, path: Path) -> Any:
    """Return the part at a path."""
    for step in path:
        data = data[step]
    return data


def target(data: Data, path: Path) -> Path:
    """Return the path of what a part refers to."""
    while isinstance(node := at(data, path), Mapping) and isinstance(node.get("$ref"), str):
        path = tuple(step.replace("~1", "/").replace("~0", "~") for step in node["$ref"].removeprefix("#/").split("/"))
    return path


def operations(data: Data) -> Iterator[tuple[Path, Path]]:
    """Yield the paths of each path item and operation."""
    for path in data.get("paths", {}):
        item = target(data, ("paths", path))
        for method in METHODS:
            if method in at(data, item):
                yield item, (*item, method)


def parameters(data: Data, item: Path, operation: Path) -> Iterator[Path]:
    """Yield the paths of the parameters of an operation."""
    own = [target(data, (*operation, "parameters", i)) for i in range(len(at(data, operation).get("parameters", ())))]
    known = {(at(data, each)["in"], at(data, each)["name"]) for each in own}
    for index in range(len(at(data, item).get("parameters", ()))):
        each = target(data, (*item, "parameters", index))
        if (at(data, each)["in"], at(data, each)["name"]) not in known:
            yield each
    yield from own


def usage(data: Data) -> dict[Path, frozenset[str]]:
    """Return the directions (`request`, `response`) in which each schema is used, by its path."""
    found: dict[Path, set[str]] = {}
    waiting = list(_roots(data))
    while waiting:
        path, direction = waiting.pop()
        node = at(data, path)
        if not isinstance(node, Mapping) or direction in found.setdefault(path, set()):
            continue
        found[path].add(direction)
        waiting += [(each, direction) for each in _inside(data, path, node, direction)]
    return {path: frozenset(directions) for path, directions in found.items()}


def _roots(data: Data) -> Iterator[tuple[Path, str]]:
    for item, operation in operations(data):
        node = at(data, operation)
        for parameter in parameters(data, item, operation):
            yield from ((each, "request") for each in _schemas(data, parameter))
        if "requestBody" in node:
            yield from ((each, "request") for each in _schemas(data, target(data, (*operation, "requestBody"))))
        for status in node.get("responses", {}):
            if operation[-1] != "head" and status not in _EMPTY:
                response = target(data, (*operation, "responses", status))
                yield from ((each, "response") for each in _schemas(data, response))


def _schemas(data: Data, path: Path) -> Iterator[Path]:
    node = at(data, path)
    if "schema" in node:
        yield (*path, "schema")
    for media_type, content in node.get("content", {}).items():
        if "schema" in content:
            yield (*path, "content", media_type, "schema")


def _inside(data: Data, path: Path, node: Mapping[str, Any], direction: str) -> Iterator[Path]:
    if "$ref" in node:
        yield target(data, path)
    hidden = {"request": "readOnly", "response": "writeOnly"}[direction]
    for name, each in node.get("properties", {}).items():
        if not (isinstance(each, Mapping) and each.get(hidden)):
            yield (*path, "properties", name)
    for word in ("items", "additionalProperties"):
        if isinstance(node.get(word), Mapping):
            yield (*path, word)
    for word in ("allOf", "oneOf", "anyOf", "prefixItems"):
        yield from ((*path, word, index) for index in range(len(node.get(word, ()))))
    if "discriminator" in node and len(path) == 3 and path[1] == "schemas":
        yield from _children(data, str(path[2]))


def _children(data: Data, base: str) -> Iterator[Path]:
    """Yield the components that extend one, which are read in its place."""
    for name, node in data["components"]["schemas"].items():
        parts = node.get("allOf", ()) if isinstance(node, Mapping) else ()
        if any(part.get("$ref") == f"#/components/schemas/{base}" for part in parts):
            yield ("components", "schemas", name)
            yield from _children(data, name)


def overlaid(data: Data) -> frozenset[Path]:
    """Return the members that several parts of an `allOf` define or require: one part alone does not decide."""
    found: set[Path] = set()
    for name, node in data.get("components", {}).get("schemas", {}).items():
        if isinstance(node, Mapping) and "allOf" in node:
            owners: dict[str, set[Path]] = {}
            for path in _parts(data, ("components", "schemas", name)):
                part = at(data, path)
                for member in {*part.get("properties", ()), *part.get("required", ())}:
                    owners.setdefault(member, set()).add(path)
            found |= {
                (*path, "properties", member) for member, paths in owners.items() if len(paths) > 1 for path in paths
            }
    return frozenset(found)


def _parts(data: Data, path: Path) -> Iterator[Path]:
    """Yield the objects of an `allOf`, through references."""
    path = target(data, path)
    node = at(data, path)
    yield path
    for word in ("allOf", "oneOf", "anyOf"):
        for index in range(len(node.get(word, ()))):
            yield from _parts(data, (*path, word, index))
