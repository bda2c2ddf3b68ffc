"""Large and deep specs: each test would take minutes, or fail, if a stage grew faster than the spec."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from dragoman import lint
from dragoman.generate import datamodel, render
from dragoman.generate.lowering import lower
from dragoman.spec import reader, schema_reader, yaml_document
from taskclients_core.codec import decode

TEXT: Mapping[str, Any] = {"type": "string"}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def document(schemas: Mapping[str, Any]) -> yaml_document.Document:
    found = yaml_document.parse(b"openapi: 3.1.0", Path("growth.yaml"))
    data = {
        "openapi": "3.1.0",
        "info": {"title": "Growth", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {},
        "components": {"schemas": schemas},
    }
    return evolve(found, data=data)


def aliases(length: int) -> dict[str, Any]:
    return {**{f"A{each}": ref(f"A{each + 1}") for each in range(length)}, f"A{length}": TEXT}


def nullable_aliases(length: int) -> dict[str, Any]:
    links = {f"A{each}": {"anyOf": [ref(f"A{each + 1}"), {"type": "null"}]} for each in range(length)}
    return {**links, f"A{length}": TEXT}


def objects(length: int) -> dict[str, Any]:
    links = {f"A{each}": {"type": "object", "properties": {"next": ref(f"A{each + 1}")}} for each in range(length)}
    return {**links, f"A{length}": TEXT}


def circle_of_objects(length: int) -> dict[str, Any]:
    return {
        f"A{each}": {"type": "object", "properties": {"next": ref(f"A{(each + 1) % length}")}} for each in range(length)
    }


def circle_of_lists(length: int) -> dict[str, Any]:
    return {f"A{each}": {"type": "array", "items": ref(f"A{(each + 1) % length}")} for each in range(length)}


def bases(length: int) -> dict[str, Any]:
    own = {f"A{each}": {"type": "object", "properties": {f"p{each}": TEXT}} for each in range(length + 1)}
    return {name: {"allOf": [ref(f"A{each + 1}"), own[name]]} for each, name in enumerate(own) if each < length} | {
        f"A{length}": own[f"A{length}"]
    }


def renamed_objects(length: int) -> dict[str, Any]:
    links = {f"A{each}": {"allOf": [ref(f"A{each + 1}")]} for each in range(length)}
    return {**links, f"A{length}": {"type": "object", "properties": {"p": TEXT}}}


def diamonds(length: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        f"{side}{length}": {"type": "object", "properties": {f"{side}{length}": TEXT}} for side in "AB"
    }
    for each in range(length):
        for side in "AB":
            own = {"type": "object", "properties": {f"{side}{each}": TEXT}}
            found[f"{side}{each}"] = {"allOf": [ref(f"A{each + 1}"), ref(f"B{each + 1}"), own]}
    return found


def union(length: int) -> dict[str, Any]:
    members = {
        f"M{each}": {"type": "object", "required": [f"m{each}"], "properties": {f"m{each}": TEXT}}
        for each in range(length)
    }
    return {"A0": {"oneOf": [ref(name) for name in members]}, **members}


def enum(length: int) -> dict[str, Any]:
    return {"A0": {"type": "string", "enum": [f"v{each}" for each in range(length)]}}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [each for each in sys.modules if each.split(".")[0] == "growth"]:
        del sys.modules[name]


@pytest.mark.large
@pytest.mark.parametrize(
    ("schemas", "text", "expected"),
    [
        pytest.param(aliases(1_000), '"x"', "x", id="aliases"),
        pytest.param(nullable_aliases(1_000), "null", None, id="nullable aliases"),
        pytest.param(circle_of_lists(1_000), "[[[]]]", [[[]]], id="circle of lists"),
        pytest.param(enum(5_000), '"v1"', "v1", id="enum"),
        pytest.param(objects(250), '{"next":{"next":{}}}', None, id="objects"),
        pytest.param(circle_of_objects(250), '{"next":{"next":{}}}', None, id="circle of objects"),
        pytest.param(bases(120), '{"p0":"x"}', None, id="bases"),
        pytest.param(renamed_objects(120), '{"p":"x"}', None, id="renamed objects"),
        pytest.param(union(200), '{"m3":"x"}', None, id="union"),
    ],
)
def test_large_specs_become_code_that_reads(
    schemas: dict[str, Any], text: str, expected: object, package: Path
) -> None:
    checked = document(schemas)
    assert not lint.errors(lint.check(checked))
    spec = reader.read(checked)
    for path, source in render.render(lower(spec, datamodel.build(spec), "growth")).items():
        (package / path).parent.mkdir(exist_ok=True)
        (package / path).write_text(source, encoding="utf-8")
    models = import_module("growth.models")
    value = decode(text, models.A0)
    assert expected is None or value == expected


@pytest.mark.large
@pytest.mark.parametrize("schemas", [bases(300), renamed_objects(300), diamonds(100), enum(100_000)])
def test_lint_and_reader_finish(schemas: dict[str, Any]) -> None:
    checked = document(schemas)
    assert not lint.errors(lint.check(checked))
    assert reader.read(checked).components


def test_each_schema_is_read_a_fixed_number_of_times(monkeypatch: pytest.MonkeyPatch) -> None:
    def calls(length: int) -> int:
        count = 0
        plain = schema_reader._typed

        def counted(*arguments: Any) -> Any:
            nonlocal count
            count += 1
            return plain(*arguments)

        with monkeypatch.context() as patch:
            patch.setattr(schema_reader, "_typed", counted)
            reader.read(document(bases(length)))
        return count

    assert calls(80) <= 2.1 * calls(40)
