"""Refactorings of a document that change nothing that is sent or received."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from .usage import Data, operations, parameters, target


@frozen(kw_only=True)
class Refactoring:
    """A document that says the same in other words."""

    kind: str
    data: Data


def refactorings(data: Data) -> Iterator[Refactoring]:
    """Yield refactorings of a document. Lint may refuse one, where the dialect has a rule about the form."""
    for kind, edit in (
        ("reverse the order of everything", _reordered),
        ("move inline schemas to components", _extracted),
        ("write small components inline", _inlined),
        ("refer to components by other names", _aliased),
        ("move parameters to components", _shared_parameters),
        ("move parameters to their path", _parameters_of_paths),
        ("move responses to components", _shared_responses),
        ("write the security of the API on each operation", _own_security),
        ("write defaults of parameters", _explicit),
    ):
        changed = edit(copy.deepcopy(data))
        if changed != data:
            yield Refactoring(kind=kind, data=changed)
    selected = set(_selected_by_name(data))
    for name, node in data.get("components", {}).get("schemas", {}).items():
        if isinstance(node, Mapping) and node.get("type") == "object" and len(node.get("properties", {})) > 1:
            yield Refactoring(kind="split an object by allOf", data=_split(copy.deepcopy(data), name))
        if name not in selected:
            yield Refactoring(kind="rename a schema", data=_renamed(data, name))


def _selected_by_name(data: Data) -> Iterator[str]:
    """Yield the schemas whose names are values of a discriminator: that name is sent."""
    schemas = data.get("components", {}).get("schemas", {})
    for name, node in schemas.items():
        if isinstance(node, Mapping) and "discriminator" in node:
            members = _refs([node.get(word, ()) for word in ("oneOf", "anyOf")])
            yield from (each.rpartition("/")[2] for each in members)
            for child, other in schemas.items():
                if f"#/components/schemas/{name}" in _refs(other.get("allOf", [])):
                    yield child


def _reordered(data: Data) -> Data:
    """Reverse what has no order: not servers, enumerations, prefixItems, allOf, and what `x-` words say."""
    ordered = ("servers", "enum", "prefixItems", "allOf", "content", "mapping", "variables")

    def walk(node: Any) -> Any:
        if isinstance(node, dict):
            return {
                key: each if key in ordered or key.startswith("x-") else walk(each)
                for key, each in reversed(node.items())
            }
        return [walk(each) for each in reversed(node)] if isinstance(node, list) else node

    found: Data = walk(data)
    return found


def _extracted(data: Data) -> Data:
    schemas = data.get("components", {}).get("schemas", {})
    new: Data = {}
    for node in list(schemas.values()):
        for name, each in node.get("properties", {}).items() if isinstance(node, dict) else ():
            if isinstance(each, dict) and each.get("type") in ("string", "integer", "number", "boolean", "array"):
                kept = ("description", "default", "deprecated", "readOnly", "writeOnly", "x-name", "x-assumed")
                key = f"ZzPart{len(new)}"
                new[key] = {word: value for word, value in each.items() if word not in kept}
                beside = {word: value for word, value in each.items() if word in kept}
                node["properties"][name] = {"$ref": f"#/components/schemas/{key}", **beside}
    schemas.update(new)
    return data


def _inlined(data: Data) -> Data:
    schemas = data.get("components", {}).get("schemas", {})
    small = {
        name: node
        for name, node in schemas.items()
        if isinstance(node, dict)
        and node.get("type") in ("string", "integer", "number", "boolean", "array")
        and "enum" not in node
        and f"#/components/schemas/{name}" not in _refs(node)
    }

    def walk(node: Any) -> Any:
        if isinstance(node, dict):
            name = str(node.get("$ref", "")).removeprefix("#/components/schemas/")
            if name in small:
                beside = {word: each for word, each in node.items() if word != "$ref"}
                return walk({**{k: v for k, v in small[name].items() if k not in ("description", "x-name")}, **beside})
            return {key: walk(each) for key, each in node.items()}
        return [walk(each) for each in node] if isinstance(node, list) else node

    found: Data = walk(data)
    return found


def _refs(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set[str]()
        return own.union(*map(_refs, node.values()))
    return set[str]().union(*map(_refs, node)) if isinstance(node, list | tuple) else set()


def _aliased(data: Data) -> Data:
    schemas = data.get("components", {}).get("schemas", {})
    for name in list(schemas):
        schemas[f"Zz{name}"] = {"$ref": f"#/components/schemas/{name}"}
    for path in data.get("paths", {}).values():
        _replace(path, {f"#/components/schemas/{name}": f"#/components/schemas/Zz{name}" for name in schemas})
    return data


def _replace(node: Any, targets: Mapping[str, str]) -> None:
    if isinstance(node, dict):
        if node.get("$ref") in targets:
            node["$ref"] = targets[node["$ref"]]
        for each in node.values():
            _replace(each, targets)
    elif isinstance(node, list):
        for each in node:
            _replace(each, targets)


def _shared_parameters(data: Data) -> Data:
    shared = data.setdefault("components", {}).setdefault("parameters", {})
    for _, path in operations(data):
        node = _at(data, path)
        for index, each in enumerate(node.get("parameters", ())):
            if "$ref" not in each:
                name = f"Zz{len(shared)}"
                shared[name] = each
                node["parameters"][index] = {"$ref": f"#/components/parameters/{name}"}
    if not shared:
        data["components"].pop("parameters")
    return data


def _parameters_of_paths(data: Data) -> Data:
    for item, path in list(operations(data)):
        entry, node = _at(data, item), _at(data, path)
        methods = [each for _, each in operations(data) if each[:-1] == item]
        if len(methods) == 1 and "parameters" in node:
            own = [_at(data, each) for each in parameters(data, item, path)]
            node.pop("parameters")
            entry["parameters"] = own
    return data


def _shared_responses(data: Data) -> Data:
    shared = data.setdefault("components", {}).setdefault("responses", {})
    for _, path in operations(data):
        responses = _at(data, path).get("responses", {})
        for status, each in responses.items():
            if "$ref" not in each:
                name = f"Zz{len(shared)}"
                shared[name] = each
                responses[status] = {"$ref": f"#/components/responses/{name}"}
    return data


def _own_security(data: Data) -> Data:
    for _, path in operations(data):
        if "security" in data:
            _at(data, path).setdefault("security", copy.deepcopy(data["security"]))
    return data


def _explicit(data: Data) -> Data:
    styles = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
    for item, path in operations(data):
        for each in parameters(data, item, path):
            node = _at(data, each)
            if "style" not in node and "schema" in node and "explode" not in node:
                node["style"] = styles[node["in"]]
                node["explode"] = node["style"] == "form"
            node.setdefault("required", False)
    return data


def _split(data: Data, name: str) -> Data:
    schemas = data["components"]["schemas"]
    node = schemas[name]
    names = list(node["properties"])
    half = names[: len(names) // 2]
    first = {each: node["properties"].pop(each) for each in half}
    needed = node.pop("required", [])
    schemas["ZzBase"] = {
        "type": "object",
        "properties": first,
        **({"required": own} if (own := [each for each in needed if each in half]) else {}),
    }
    rest = {
        "type": "object",
        "properties": node.pop("properties"),
        **({"required": own} if (own := [each for each in needed if each not in half]) else {}),
    }
    for word in ("additionalProperties", "x-secret"):
        if word in node:
            rest[word] = node.pop(word)
    node.pop("type")
    schemas[name] = {**node, "allOf": [{"$ref": "#/components/schemas/ZzBase"}, rest]}
    return data


def _renamed(data: Data, name: str) -> Data:
    old, new = f"#/components/schemas/{name}", "#/components/schemas/ZzOther"

    def walk(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: walk(each) for key, each in node.items()}
        if isinstance(node, list):
            return [walk(each) for each in node]
        return new if node == old else node

    found: Data = walk(data)
    schemas = found["components"]["schemas"]
    found["components"]["schemas"] = {("ZzOther" if key == name else key): each for key, each in schemas.items()}
    return found


def _at(data: Data, path: tuple[str | int, ...]) -> Any:
    found: Any = data
    for step in target(data, path):
        found = found[step]
    return found
