"""Mutations that callers notice and the wire does not: names, modules, the order of parameters; and more of types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.diff_mutations.mutators import Edit, Mutant, mutants
from tests.diff_mutations.usage import Data, Path, at, operations, parameters, target, usage

_DEFAULTS: Final[Mapping[str, Any]] = {"string": "one", "integer": 1, "number": 0.5, "boolean": True}


def mutations(data: Data) -> Iterator[Mutant]:
    """Yield the mutations of a document, in its order, after those of the comparison on the wire."""
    yield from mutants(data)
    found = [("name the client", ("info",), _put(("info",), "x-name", "Renamed")), *_names(data), *_calls(data)]
    for path in usage(data):
        found += [(kind, path, edit) for kind, edit in _types(path, at(data, path))]
    for kind, path, edit in found:
        yield Mutant(kind=kind, path=path, sent=True, received=True, edit=edit)


def _put(path: Path, key: str | int, value: Any) -> Edit:
    def edit(data: Data) -> None:
        at(data, path)[key] = value

    return edit


def _names(data: Data) -> Iterator[tuple[str, Path, Edit]]:
    """Yield mutations of the names of models, of their fields, and of the members of enumerations."""
    for name, schema in data.get("components", {}).get("schemas", {}).items():
        path: Path = ("components", "schemas", name)
        if not isinstance(schema, Mapping):
            continue
        yield "name a schema", path, _put(path, "x-name", "RenamedModel")
        values = schema.get("enum", ())
        if values and all(isinstance(each, str) for each in values):
            yield "name values", path, _put(path, "x-enum-varnames", [f"NAME_{i}" for i in range(len(values))])
            if "x-enum-varnames" in schema:
                yield "change a value", path, _put((*path, "enum"), 0, "zzChanged")
        for i, part in enumerate(schema.get("allOf", ())):
            if "$ref" in part and len(schema["allOf"]) > 1:
                yield "drop a base", path, _dropped((*path, "allOf"), i)
    for path in usage(data):
        for name, member in at(data, path).get("properties", {}).items():
            if isinstance(member, Mapping):
                inside = (*path, "properties", name)
                yield "name a member", inside, _put(inside, "x-name", "renamed_member")


def _dropped(path: Path, key: int) -> Edit:
    return lambda data: at(data, path).pop(key)


def _calls(data: Data) -> Iterator[tuple[str, Path, Edit]]:
    """Yield mutations of functions and their parameters."""
    for item, path in operations(data):
        node = at(data, path)
        yield "name an operation", path, _put(path, "x-name", "renamed_operation")
        yield "move an operation to another tag", path, _moved(path, node)
        if len(node.get("parameters", ())) > 1:
            yield "reverse parameters", path, _put(path, "parameters", list(reversed(node["parameters"])))
        for each in parameters(data, item, path):
            place = target(data, each)
            parameter = at(data, place)
            yield "name a parameter", place, _put(place, "x-name", "renamed_parameter")
            type_ = parameter.get("schema", {}).get("type")
            if isinstance(type_, str) and type_ in _DEFAULTS and "default" not in parameter["schema"]:
                yield "give a parameter a default", place, _put((*place, "schema"), "default", _DEFAULTS[type_])


def _moved(path: Path, node: Mapping[str, Any]) -> Edit:
    tag, _, name = node["operationId"].rpartition(".")

    def edit(data: Data) -> None:
        at(data, path).update(tags=[f"{tag}Moved"], operationId=f"{tag}Moved.{name}")

    return edit


def _types(path: Path, node: Mapping[str, Any]) -> Iterator[tuple[str, Edit]]:
    """Yield mutations of types that are references, and of items."""
    if node.keys() == {"$ref"}:
        yield "allow null beside a reference", _replaced(path, {"oneOf": [dict(node), {"type": "null"}]})
        yield "replace a reference", _replaced(path, {"type": "boolean"})
    if "properties" in node and "additionalProperties" not in node:
        yield "keep other members", _put(path, "additionalProperties", {"type": "string"})


def _replaced(path: Path, schema: Data) -> Edit:
    def edit(data: Data) -> None:
        whole = at(data, path)
        whole.clear()
        whole.update(schema)

    return edit
