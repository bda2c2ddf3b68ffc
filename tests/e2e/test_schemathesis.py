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
from dragoman.spec import yaml_document

TESTS: Final = Path(__file__).parents[1]
SPECS: Final = sorted((TESTS.parent / "specs").glob("*.yaml"))
CASES: Final = sorted(each for each in (TESTS / "cases").glob("*/spec.yaml") if not each.parent.name.startswith("bad-"))
EXAMPLES: Final = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "2"))
"""Examples of each operation and phase. Most requests are of the phase that covers each schema, and are always sent."""

AUTH: Final = "<password>"
"""The example of a password in specs, so that signing in with an example succeeds."""

OWN_FORMATS: Final = ("decimal", "x-guid-n", "x-servicestack-date")
BINARY: Final = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",)
"""Media types of request bodies that Schemathesis cannot write by itself; they are bytes to the mock server, too."""


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_the_mock_server_matches_a_spec(path: Path) -> None:
    assert list(findings(path, yaml_document.load(path).data)) == []


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_the_mock_server_matches_a_case(path: Path) -> None:
    data = portable(deepcopy(yaml_document.load(path).data))
    for item in data["paths"].values():
        for operation in item.values():
            # A case shows one idea and leaves out refusals, which then have the statuses of HTTP.
            if isinstance(operation, dict) and "default" not in operation["responses"]:
                operation["responses"].setdefault("4XX", {"description": "The request is refused."})
    assert list(findings(path, data)) == []


def portable(node: Any) -> Any:
    """Return a part of a case as Schemathesis reads it like the dialect does; specs need no such help."""
    if isinstance(node, list):
        return [portable(each) for each in node]
    if not isinstance(node, dict):
        return node
    node = {name: portable(each) for name, each in node.items()}
    # It does not know our formats, and specs have a pattern beside them.
    if isinstance(wanted := node.get("format"), str) and wanted in OWN_FORMATS:
        node.setdefault("pattern", f"^({PATTERNS[wanted]})$")
    # It ignores the format beside a list of types.
    if "format" in node and isinstance(node.get("type"), list):
        return {"anyOf": [node | {"type": each} for each in node["type"]]}
    # It ignores the discriminator of a response, so members that differ by nothing else all fit.
    if "discriminator" in node and "oneOf" in node:
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
            # A list of one value and that value look the same in a form, so it may not be refused.
            "operations": [
                *(
                    {"include-operation-id": name, "checks": {"negative_data_rejection": {"enabled": False}}}
                    for name in form_operations(data)
                ),
                # It sends objects in paths in forms that the style cannot carry, such as `;=true` for an empty name.
                {
                    "include-operation-id": "things.readObjects",
                    "checks": dict.fromkeys(
                        ("positive_data_acceptance", "negative_data_rejection"), {"enabled": False}
                    ),
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
    for name, scheme in schemes.items():
        if scheme["type"] == "apiKey":
            found[name] = {"api_key": AUTH}
        elif scheme.get("scheme") == "basic":
            found[name] = {"username": "user", "password": AUTH}
        else:
            found[name] = {"bearer": AUTH}
    return {"auth": {"openapi": found}} if found else {}


def cancels_by_delete(data: dict[str, Any]) -> bool:
    """Return True if an operation that cancels tasks is a DELETE."""
    types: dict[str, Any] = data.get("components", {}).get("x-task-types", {})
    cancels = {each["cancel"]["operationId"] for each in types.values() if "cancel" in each}
    return any(item.get("delete", {}).get("operationId") in cancels for item in data["paths"].values())


def form_operations(data: dict[str, Any]) -> list[str]:
    """Return the ids of the operations that take a form."""
    return [
        operation["operationId"]
        for item in data["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
        and any("form" in media for media in operation.get("requestBody", {}).get("content", {}))
    ]
