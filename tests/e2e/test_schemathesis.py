"""Schemathesis finds nothing that a spec says and the mock server does not do.

All its checks and phases run on the specs and on every case that generates code. A run can be repeated: its seed is
fixed, and the server's clock advances by one second for each reading. `SCHEMATHESIS_EXAMPLES=100` makes a deeper run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from copy import deepcopy
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest

from dragoman.mock_server import Sandbox
from dragoman.mock_server.api import PATTERNS
from dragoman.mock_server.routes import METHODS
from dragoman.spec import yaml_document
from dragoman.spec.formats import INTEGERS
from dragoman.spec.model import ContentKind, content_kind, has_body
from taskclients_core.json_pointer import resolve

TESTS: Final = Path(__file__).parents[1]
SPECS: Final = sorted((TESTS.parent / "specs").glob("*.yaml"))
CASES: Final = sorted(each for each in (TESTS / "cases").glob("*/spec.yaml") if not each.parent.name.startswith("bad-"))
EXAMPLES: Final = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "2"))
"""Examples of each operation and phase. Most requests are of the phase that covers each schema, and are always sent."""

AUTH: Final = "<password>"
"""The example of a password in specs, so that signing in with an example succeeds."""

TEXTS: Final = {
    **{name: PATTERNS[name] for name in ("decimal", "x-guid-n", "x-servicestack-date")},
    **{name: f"{'-?' * bool(least)}[0-9]{{1,{len(str(above)) - 1}}}" for name, (least, above) in INTEGERS.items()},
}
"""Patterns of texts in formats that Schemathesis does not know."""

STRICTER: Final = {"several", "freer"}
"""Members of `all-of-parts` that JSON Schema refuses: there a map restricts the members of other parts of `allOf`."""

BINARY: Final = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",)
"""Media types of request bodies that Schemathesis cannot write by itself; they are bytes to the mock server, too."""


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_the_mock_server_matches_a_spec(path: Path) -> None:
    assert list(findings(path, yaml_document.load(path).data)) == []


@pytest.mark.alike
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_the_mock_server_matches_a_case(path: Path) -> None:
    assert list(findings(path, case_data(path))) == []


def case_data(path: Path) -> dict[str, Any]:
    """Return a case as Schemathesis reads it like the dialect does."""
    data: dict[str, Any] = portable(deepcopy(yaml_document.load(path).data))
    for method, operation in operations(data):
        responses = operation["responses"]
        # A case shows one idea and leaves out refusals, which then have the statuses of HTTP.
        if "default" not in responses:
            responses.setdefault("4XX", {"description": "The request is refused."})
        for status, response in responses.items():
            # Schemathesis expects declared content even where HTTP has none.
            if not has_body(method, status):
                resolved(data, response).pop("content", None)
    for schema in data.get("components", {}).get("schemas", {}).values():
        for name in STRICTER & schema.get("properties", {}).keys():
            del schema["properties"][name]
    return data


def portable(node: Any) -> Any:
    """Return a part of a case as Schemathesis reads it like the dialect does."""
    if isinstance(node, list):
        return [portable(each) for each in node]
    if not isinstance(node, dict):
        return node
    node = {name: portable(each) for name, each in node.items()}
    # It does not know our formats, and specs have a pattern beside them.
    if isinstance(wanted := node.get("format"), str) and wanted in TEXTS and "string" in node.get("type", ()):
        node.setdefault("pattern", f"^({TEXTS[wanted]})$")
    # Values of an enum count, not the type beside them.
    if isinstance(node.get("enum"), list):
        node.pop("type", None)
    # It ignores the format beside a list of types.
    if "format" in node and isinstance(node.get("type"), list):
        return {"anyOf": [node | {"type": each} for each in node["type"]]}
    # Of several members of a union that fit, clients take one: null may fit two. It also ignores the discriminator of a
    # response, so members that differ by nothing else all fit.
    if "oneOf" in node:
        node["anyOf"] = node.pop("oneOf")
    return node


def findings(path: Path, data: dict[str, Any]) -> Iterator[str]:
    """Run Schemathesis on a spec as `data` describes it; yield the failures of its checks, and its own errors."""
    # It is slow to import, and each process of a run collects this module.
    import schemathesis
    from schemathesis.config import SchemathesisConfig
    from schemathesis.engine import events, from_schema

    config = SchemathesisConfig.from_dict(
        {
            "base-url": f"http://sandbox.test/{path.name.partition('.')[0]}",
            "seed": 1,
            # On a busy machine, and whatever the source of the server contains, a run is the same.
            "suppress-health-check": ["too_slow"],
            "analysis": {"constants": {"enabled": False}},
            "continue-on-failure": True,
            **credentials(data),
            # DELETE may cancel a task, which can still be read.
            "checks": {"enabled": True, "use_after_free": {"enabled": not cancels_by_delete(data)}},
            "operations": [
                *(
                    {"include-operation-id": name, "checks": {check: {"enabled": False}}}
                    for check, name in dict.fromkeys(unchecked(data))
                ),
                # It sends objects in paths in forms that no style can carry, such as `;=true` for an empty name, and
                # gives up on most of those that it makes.
                {"include-operation-id": "things.readObjects", "enabled": False},
                # It rewrites `prefixItems` as a list of `items`, and then finds that list invalid.
                {
                    "include-operation-id": "routes.getRange",
                    "checks": {"response_schema_conformance": {"enabled": False}},
                },
            ],
            "generation": {"max-examples": EXAMPLES, "deterministic": True, "no-shrink": True},
        }
    )
    schemathesis.serializer.alias(list(BINARY), "application/octet-stream")
    schema = schemathesis.openapi.from_dict(data, config=config)
    schema.app = Sandbox([path], clock=count(1_800_000_000).__next__, auth=AUTH)
    for event in from_schema(schema).execute():
        if isinstance(event, events.FatalError):
            raise event.exception
        if isinstance(event, events.NonFatalError):
            yield f"{event.label}: {event.value}"
        if isinstance(event, events.ScenarioFinished):
            for checks in event.recorder.checks.values():
                for check in checks:
                    if info := check.failure_info:
                        failure = info.failure
                        yield f"{event.label}: {check.name}: {failure.title}: {failure.message}\n{info.code_sample}"


def credentials(data: dict[str, Any]) -> dict[str, Any]:
    """Return the setting of Schemathesis with the credentials of each security scheme."""
    schemes: dict[str, Any] = data.get("components", {}).get("securitySchemes", {})
    found: dict[str, Any] = {}
    for name, entry in schemes.items():
        scheme = resolved(data, entry)
        if scheme["type"] == "apiKey":
            found[name] = {"api_key": AUTH}
        elif scheme.get("scheme") == "basic":
            found[name] = {"username": "user", "password": AUTH}
        elif scheme["type"] != "mutualTLS":
            found[name] = {"bearer": AUTH}
    return {"auth": {"openapi": found}} if found else {}


def cancels_by_delete(data: dict[str, Any]) -> bool:
    """Return True if an operation that cancels tasks is a DELETE."""
    types: dict[str, Any] = data.get("components", {}).get("x-task-types", {})
    cancels = {each["cancel"]["operationId"] for each in types.values() if "cancel" in each}
    return any(method == "delete" and operation["operationId"] in cancels for method, operation in operations(data))


def unchecked(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the checks that cannot hold for an operation, each with the operation's id."""
    for _, operation in operations(data):
        body = resolved(data, operation.get("requestBody", {})).get("content", {})
        parameters = [resolved(data, each) for each in operation.get("parameters", ())]
        deep = [each["schema"] for each in parameters if each.get("style") == "deepObject"]
        for media, content in body.items():
            kind = content_kind(media)
            # A list of one value and that value look the same in a form. XML is bytes to the dialect.
            if kind in (ContentKind.FORM, ContentKind.MULTIPART) or media.endswith("xml"):
                yield "negative_data_rejection", operation["operationId"]
            if kind is ContentKind.FORM:
                deep.append(content.get("schema", {}))
        # OpenAPI does not define how nested objects are written there, and Schemathesis writes an empty one as ''.
        members = [each for schema in deep for each in resolved(data, schema).get("properties", {}).values()]
        if any(resolved(data, each).get("type") == "object" for each in members):
            yield "positive_data_acceptance", operation["operationId"]


def operations(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the operations of a spec with their methods."""
    for entry in data["paths"].values():
        item = resolved(data, entry)
        yield from ((method, item[method]) for method in METHODS if method in item)


def resolved(data: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Return what a node refers to, through any number of references, or the node itself."""
    while isinstance(pointer := node.get("$ref"), str):
        node = resolve(data, pointer.removeprefix("#"))
    return node
