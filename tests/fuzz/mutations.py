"""Mutations of specs with task types: faults that lint must refuse, and changes that it may accept."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any, Final

from attrs import frozen

from taskclients_core.json_pointer import escape

from .schemas import Schema

_OTHERS: Final[tuple[Any, ...]] = (None, 7, -1.5, "text", "", "/no/such", "$task.id", True, [], {}, ["x"], {"x": "y"})


@frozen
class Mutation:
    """A changed copy of a spec."""

    what: str
    document: Schema
    fatal: bool
    """True if lint must refuse it."""


def mutations(document: Schema, rng: random.Random, count: int) -> Iterator[Mutation]:
    """Yield changed copies of a spec with task types, every second one with a fault that is fatal for certain."""
    for index in range(count):
        changed = copy.deepcopy(document)
        what = _break(changed, rng) if index % 2 else _change(changed, rng)
        if changed != document:
            yield Mutation(what, changed, bool(index % 2))


def _task_parts(document: Schema) -> list[tuple[str, Schema, str]]:
    """Return the task types and the `x-begins-task`, each as the name, the parent and the key."""
    types = document["components"]["x-task-types"]
    found = [(name, types, name) for name in types]
    return found + [
        (operation["operationId"], operation, "x-begins-task")
        for item in document["paths"].values()
        for operation in item.values()
        if "x-begins-task" in operation
    ]


# -- Any change


def _change(document: Schema, rng: random.Random) -> str:
    """Replace, remove or add a part of a task type."""
    name, parent, key = rng.choice(_task_parts(document))
    parts = [(f"{name}{path}", parent, key) for path, parent, key in _nodes(parent, key, "")]
    path, parent, key = rng.choice(parts)
    wanted = rng.random()
    if wanted < 0.25:
        del parent[key]
        return f"without {path}"
    if wanted < 0.35 and isinstance(parent[key], dict):
        parent[key][rng.choice(("at", "phases", "key", "none", "x-none", "operationId"))] = rng.choice(_OTHERS)
        return f"more in {path}"
    if wanted < 0.55:
        _, other, its_key = rng.choice(parts)
        parent[key] = copy.deepcopy(other[its_key])
        return f"another part at {path}"
    parent[key] = rng.choice(_OTHERS)
    return f"{parent[key]!r} at {path}"


def _nodes(parent: Any, key: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield each node below a part, and the part itself, as path, parent and key."""
    node = parent[key]
    yield path, parent, key
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, _ in list(inner):
        yield from _nodes(node, name, f"{path}/{escape(str(name))}")


# -- Faults


def _break(document: Schema, rng: random.Random) -> str:
    """Make a fault that is fatal for certain; return what it is."""
    while True:
        fault = rng.choice(_FAULTS)
        name = rng.choice(list(document["components"]["x-task-types"]))
        if fault(document, name, rng):
            return f"{fault.__name__.strip('_')} in {name}"


def _type(document: Schema, name: str) -> Schema:
    found: Schema = document["components"]["x-task-types"][name]
    return found


def _begins(document: Schema, name: str) -> list[Schema]:
    """Return the operations that begin tasks of a type."""
    operations = (each for item in document["paths"].values() for each in item.values())
    return [each for each in operations if each.get("x-begins-task", {}).get("type") == name]


def _lost_pointer(document: Schema, name: str, rng: random.Random) -> bool:
    node = _type(document, name)
    places = [node["state"], *([node["poll"]] if "key" in node["poll"] else ())]
    places += [node[word] for word in ("steps",) if word in node]
    places += [each for each in node.get("messages", ()) if "in" in each]
    places += [each["if"] for each in node["state"].get("rules", ()) if "at" in each["if"]]
    place = rng.choice(places)
    key = rng.choice([each for each in ("at", "key", "in", "text") if each in place])
    place[key] = rng.choice(("/noSuchMember", "noPointer", f"{place[key]}/deeper", "/~2"))
    return True


def _unknown_operation(document: Schema, name: str, rng: random.Random) -> bool:
    node = _type(document, name)
    calls = [node["poll"], *(node[word] for word in ("cancel", "result") if "operationId" in node.get(word, {}))]
    rng.choice(calls)["operationId"] = rng.choice(("none.such", "", "x"))
    return True


def _wrong_phase(document: Schema, name: str, rng: random.Random) -> bool:
    phases = _type(document, name)["state"]["phases"]
    phases[rng.choice(list(phases))] = rng.choice(("finished", "", None, 3))
    return True


def _no_success(document: Schema, name: str, rng: random.Random) -> bool:
    state = _type(document, name)["state"]
    state["phases"] = dict.fromkeys(state["phases"], rng.choice(("running", "failed")))
    state.pop("rules", None)
    return True


def _missing_word(document: Schema, name: str, rng: random.Random) -> bool:
    node = _type(document, name)
    place, word = rng.choice(
        [(node, each) for each in ("version", "poll", "state", "timing")]
        + [(node["state"], each) for each in ("at", "phases")]
        + [(node["timing"], each) for each in ("min", "max")]
        + [(node["poll"], each) for each in ("operationId", "shape")]
    )
    del place[word]
    return True


def _unknown_word(document: Schema, name: str, rng: random.Random) -> bool:
    node = _type(document, name)
    rng.choice([node, node["poll"], node["state"], node["timing"]])[rng.choice(("pol", "At", "id"))] = "/id"
    return True


def _wrong_duration(document: Schema, name: str, rng: random.Random) -> bool:
    timing = _type(document, name)["timing"]
    timing[rng.choice(("min", "max", "first"))] = rng.choice(("5", 5, "P1M", "PT", "PT0S", "-PT5S", "5 seconds"))
    return True


def _wrong_order(document: Schema, name: str, rng: random.Random) -> bool:
    _type(document, name)["timing"] |= {"min": "PT1M", "max": rng.choice(("PT59S", "PT1S"))}
    return True


def _unbound_id(document: Schema, name: str, rng: random.Random) -> bool:
    poll = _type(document, name)["poll"]
    bound = [each for each, value in poll.get("parameters", {}).items() if value == "$task.id"]
    for each in bound:
        poll["parameters"][each] = rng.choice(("$scope.none", "$response.body#/id", "a{$task.id}"))
    return bool(bound)


def _expression_without_value(document: Schema, name: str, rng: random.Random) -> bool:
    operation = rng.choice(_begins(document, name))
    operation["x-begins-task"]["id"] = rng.choice(
        ("$response.body#/noSuchMember", "$response.header.X-None", "$request.path.none", "$task.id", "id", "$url")
    )
    return True


def _scope_without_value(document: Schema, name: str, rng: random.Random) -> bool:
    scopes = [each["x-begins-task"]["scope"] for each in _begins(document, name) if "scope" in each["x-begins-task"]]
    for scope in scopes:
        scope[rng.choice(list(scope))] = rng.choice(("$request.query.none", "$request.body#/no/such", "$scope.x", None))
    return bool(scopes)


def _unknown_type(document: Schema, name: str, rng: random.Random) -> bool:
    rng.choice(_begins(document, name))["x-begins-task"]["type"] = rng.choice(("noSuchType", "", 7))
    return True


def _no_link(document: Schema, name: str, rng: random.Random) -> bool:
    for response in rng.choice(_begins(document, name))["responses"].values():
        response.pop("links", None)
    return True


def _undeclared_status(document: Schema, name: str, rng: random.Random) -> bool:
    rng.choice(_begins(document, name))["x-begins-task"]["accepted"] = [rng.choice((203, 404, 299, "200"))]
    return True


def _cancel_by_get(document: Schema, name: str, _: random.Random) -> bool:
    node = _type(document, name)
    if "cancel" not in node:
        return False
    node["cancel"]["operationId"] = node["poll"]["operationId"]
    return True


def _more_words(document: Schema, name: str, _: random.Random) -> bool:
    """Add a value to the enum of the status."""
    state = _type(document, name)["state"]
    enums = [each for each in document["components"]["schemas"].values() if "enum" in each]
    found = [each for each in enums if {*map(str, each["enum"])} == {*state["phases"]}]
    for each in found:
        each["enum"] = [*each["enum"], "a word that is new"]
        each.pop("x-enum-varnames", None)
    return bool(found)


_FAULTS: Final[tuple[Callable[[Schema, str, random.Random], bool], ...]] = (
    _lost_pointer,
    _lost_pointer,
    _unknown_operation,
    _wrong_phase,
    _no_success,
    _missing_word,
    _unknown_word,
    _wrong_duration,
    _wrong_order,
    _unbound_id,
    _expression_without_value,
    _scope_without_value,
    _unknown_type,
    _no_link,
    _undeclared_status,
    _cancel_by_get,
    _more_words,
)
