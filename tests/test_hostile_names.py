"""No name of a spec hides a module, a sibling, a builtin, an import or the core: it works, or lint refuses it by name.

Every table below takes every name of `NAMES`. What lint accepts is generated together, imported, type-checked and used;
what it refuses is tried again without the others, because two names may only collide with each other.
"""

from __future__ import annotations

import importlib
import inspect
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl

import pytest
from attrs import frozen

from dragoman import lint, pipeline
from dragoman.diagnostics import Problem
from dragoman.generate import file_tree
from dragoman.lint import names as lint_names
from dragoman.spec import naming, yaml_document
from dragoman.spec.yaml_document import Document
from taskclients_core.codec import decode, encode
from taskclients_core.json_pointer import from_names, resolve
from taskclients_core.operation import Operation
from taskclients_core.tasks.definition import Submission

WORDS: Final = """
    Annotated Any Base64 Decimal Final GuidN List Literal Mapping OneOf OpenInt Optional TypeAlias UNSET UUID Union
    Unset Upload Client AsyncClient Datetime Error Model Operation Page Task Response
    False None True class def for if import is lambda not async await match type _
    bool bytes dict float int list object property set str super tuple print
    TYPE_CHECKING annotations attrs b64decode base64 cast date datetime decimal define enum extra field
    handles typing uuid wire wire_member taskclients_core async_tasks client core models
    API ApiClient AsyncApiClient ERRORS RECONCILE _RECONCILE SUBMISSIONS
    x x_async begin_x begin_x_async async_x beginX xAsync X XTaskHandle AsyncXTaskHandle
    additional_properties body cls idempotency_key is_known method mro name options self value
    __class__ __init__ __slots__ _missing_ _private model_config models_ list_ 1 01 -1 3D + >= a-b a.b don't
    é имя \N{LATIN SMALL LIGATURE FI}eld \N{FULLWIDTH LATIN SMALL LETTER A} \N{BLACK-LETTER CAPITAL H} a\u0301
"""
NAMES: Final = (
    *sorted({*lint_names.CLIENT_ATTRIBUTES, *lint_names.CLIENT_ARGUMENTS}),
    *(word for word in WORDS.split() if word not in {*lint_names.CLIENT_ATTRIBUTES, *lint_names.CLIENT_ARGUMENTS}),
    *("", " ", "a b"),
)
ID: Final = "16d1f9cd-4d1b-459b-9b8a-1f8f6e3bee3e"
TEXT: Final = {"type": "string"}
SORT: Final = {"$ref": "#/components/schemas/Sort"}
HEAD: Final = {
    "openapi": "3.1.0",
    "info": {"title": "Api", "version": "1"},
    "servers": [{"url": "https://api.example"}],
}
Spec: TypeAlias = dict[str, Any]


def operation(name: str, **more: Any) -> Spec:
    docs = {"url": "https://docs.example"}
    done = {"204": {"description": "Done."}}
    return {"operationId": name, "tags": [name.partition(".")[0]], "externalDocs": docs, "responses": done} | more


def json_of(schema: Spec) -> Spec:
    return {"description": "Found.", "content": {"application/json": {"schema": schema}}}


def of_operations(names: Sequence[str]) -> Spec:
    return {**HEAD, "paths": {f"/{i}": {"get": operation(f"x.{name}")} for i, name in enumerate(names)}}


def of_begun(names: Sequence[str]) -> Spec:
    spec = of_task_types(["job"] * len(names))
    for i, name in enumerate(names):
        spec["paths"][f"/{i}"]["post"]["operationId"] = f"x.{name}"
    return spec


def of_tags(names: Sequence[str]) -> Spec:
    """Give each tag an operation with its name, unless all clients have such an attribute, and one after that."""
    paths: Spec = {}
    for i, name in enumerate(names):
        spelled = {"x-name": f"same_{i}"} if name in lint_names.CLIENT_ATTRIBUTES else {}
        paths[f"/{i}"] = {"get": operation(f"{name}.{name}", **spelled), "put": operation(f"{name}.find{i}")}
    return {**HEAD, "paths": paths}


def of_schemas(names: Sequence[str]) -> Spec:
    """Give each schema members of all formats, of its own type and of the next one, and defaults."""
    schemas: Spec = {}
    for name, other in zip(names, [*names[1:], *names[:1]], strict=True):
        properties = {
            **{each: {"type": "string", "format": each} for each in ("uuid", "date", "date-time", "byte", "x-guid-n")},
            "number": {"type": "number", "format": "decimal", "default": 1},
            "anything": {},
            "kind": {"const": "x"},
            "sort": {**SORT, "default": "up"},
            "others": {"type": "array", "items": {"$ref": f"#/components/schemas/{other}"}},
            "same": {"$ref": f"#/components/schemas/{name}"},
        }
        schemas[name] = {"type": "object", "properties": properties, "required": ["number", "kind"]}
    schemas["Sort"] = {"type": "string", "enum": ["up"]}
    paths: Spec = {}
    for i, name in enumerate(names):
        model = {"$ref": f"#/components/schemas/{name}"}
        body = {"content": {"application/json": {"schema": model}}}
        paths[f"/{i}"] = {"put": operation(f"x.put{i}", requestBody=body, responses={"200": json_of(model)})}
    return {**HEAD, "paths": paths, "components": {"schemas": schemas}}


def of_enumerations(names: Sequence[str]) -> Spec:
    schemas: Spec = {name: {"type": "string", "enum": ["up"]} for name in names}
    used = {f"x{i}": {"$ref": f"#/components/schemas/{name}", "default": "up"} for i, name in enumerate(names)}
    schemas["Used"] = {"type": "object", "properties": used, "required": [*used]}
    return {**HEAD, "paths": {}, "components": {"schemas": schemas}}


def of_properties(names: Sequence[str]) -> Spec:
    members: Spec = {name: {"type": "array", "items": {"type": "integer"}} for name in names}
    others: Spec = {f"z{i}": {"type": "string", "format": each} for i, each in enumerate(("date", "date-time", "byte"))}
    others["z9"] = {"type": "object", "additionalProperties": TEXT}
    return {
        **HEAD,
        "paths": {},
        "components": {"schemas": {"Sample": {"type": "object", "properties": members | others}}},
    }


def of_values(names: Sequence[str]) -> Spec:
    return {**HEAD, "paths": {}, "components": {"schemas": {"Value": {"type": "string", "enum": [*names]}}}}


def of_parameters(names: Sequence[str]) -> Spec:
    listed = [{"name": name, "in": "query", "schema": {"type": "string", "format": "date"}} for name in names]
    body = {"content": {"application/json": {"schema": {"type": "array", "items": TEXT}}}}
    return {**HEAD, "paths": {"/x": {"post": operation("x.find", parameters=listed, requestBody=body)}}}


def of_client_parameters(names: Sequence[str]) -> Spec:
    shared = {"in": "query", "x-client-parameter": True, "schema": TEXT}
    declared = {f"p{i}": {"name": name, **shared} for i, name in enumerate(names)}
    used = operation("x.find", parameters=[{"$ref": f"#/components/parameters/{key}"} for key in declared])
    return {**HEAD, "paths": {"/x": {"get": used}}, "components": {"parameters": declared}}


def of_schemes(names: Sequence[str]) -> Spec:
    schemes = {name: {"type": "http", "scheme": "bearer"} for name in names}
    return {**HEAD, "paths": {"/x": {"get": operation("x.find")}}, "components": {"securitySchemes": schemes}}


def of_task_types(names: Sequence[str]) -> Spec:
    state = {"$ref": "#/components/schemas/State"}
    job = {"type": "object", "required": ["id", "state"], "properties": {"id": TEXT, "state": state}}
    answer = {"200": json_of({"$ref": "#/components/schemas/Job"})}
    link = {"job": {"operationId": "y.getJob", "parameters": {"path.id": "$response.body#/id"}}}
    begun = {"200": {**answer["200"], "links": link}}
    task_type = {
        "version": 1,
        "poll": {"operationId": "y.getJob", "shape": "item", "parameters": {"id": "$task.id"}},
        "state": {"at": "/state", "phases": {"asks": "needs-input", "done": "succeeded"}},
        "timing": {"min": "PT1S", "max": "PT10S"},
        "cancel": {"operationId": "y.stop", "parameters": {"id": "$task.id"}},
        "input": {"actions": {"confirm": {"operationId": "y.go", "parameters": {"id": "$task.id"}}}},
    }
    paths: Spec = {}
    for i, name in enumerate(names):
        begins = {"type": name, "id": "$response.body#/id"}
        paths[f"/{i}"] = {"post": operation(f"x.start{i}", responses=begun, **{"x-begins-task": begins})}
    path = [{"name": "id", "in": "path", "required": True, "schema": TEXT}]
    paths["/y/{id}"] = {
        "parameters": path,
        "get": operation("y.getJob", responses=answer),
        "delete": operation("y.stop"),
        "put": operation("y.go"),
    }
    schemas = {"State": {"type": "string", "enum": ["asks", "done"]}, "Job": job}
    types = dict.fromkeys(names, task_type)
    return {**HEAD, "paths": paths, "components": {"schemas": schemas, "x-task-types": types}}


TABLES: Final[Mapping[str, tuple[Callable[[Sequence[str]], Spec], tuple[str, ...]]]] = {
    "operations": (of_operations, ("/paths",)),
    "begun": (of_begun, ("/paths",)),
    "tags": (of_tags, ("/paths",)),
    "schemas": (of_schemas, ("/components/schemas", "/paths")),
    "enumerations": (of_enumerations, ("/components/schemas",)),
    "properties": (of_properties, ("/components/schemas/Sample/properties",)),
    "values": (of_values, ("/components/schemas/Value/enum",)),
    "parameters": (of_parameters, ("/paths/~1x/post/parameters",)),
    "client_parameters": (of_client_parameters, ("/components/parameters", "/paths/~1x/get/parameters")),
    "schemes": (of_schemes, ("/components/securitySchemes",)),
    "task_types": (of_task_types, ("/components/x-task-types", "/paths")),
}
"""Spec with names, and the objects whose members stand for the names, in their order."""


@frozen
class Accepted:
    """Packages of the names of one table that lint accepts."""

    names: Mapping[str, Sequence[str]]
    """Names by package."""

    refused: Mapping[str, Problem]


def accepted(table: str, folder: Path) -> Accepted:
    builder, containers = TABLES[table]
    packages: dict[str, Sequence[str]] = {}
    refused: dict[str, Problem] = {}
    waiting: Sequence[str] = NAMES
    while True:
        path = folder / f"{table}_{len(packages)}.yaml"
        names, problems = [*waiting], dict[str, Problem]()
        while names and (found := lint.check(document := write(path, builder(names)))):
            places = sorted(locate(document, names, containers))
            # A name that is refused for itself collides with nothing.
            certain = [each for each in found if each.check_id != lint_names.NAME_COLLISION] or found
            blamed = {max(each for each in places if each[0] <= p.source.line)[1]: p for p in certain}
            problems |= blamed
            names = [name for name in names if name not in blamed]
        if not names:
            path.unlink()
            return Accepted(packages, problems or refused)
        packages[path.stem] = names
        refused, waiting = problems, [*problems]


def write(path: Path, spec: Spec) -> Document:
    path.write_text(json.dumps(spec, indent=1, ensure_ascii=False), encoding="utf-8")
    return yaml_document.load(path)


class Recorder:
    """Client that records what a function passes to it."""

    operation: Operation[Any]
    arguments: tuple[object, ...]

    def call(self, operation: Operation[Any], *arguments: object, body: object = None) -> None:
        self.operation, self.arguments = operation, arguments

    def begin(self, submission: Submission[Any, Any], *arguments: object, **more: object) -> None:
        self.operation, self.arguments = submission.operation, arguments


def called(function: Callable[..., Any]) -> tuple[str, str, Mapping[str, object]]:
    """Call a function with the names of its arguments; return method and path, and the argument of each parameter."""
    recorder = Recorder()
    function(recorder, **{name: name for name in [*inspect.signature(function).parameters][1:]})
    names = [each.name for each in recorder.operation.parameters]
    return recorder.operation.method, recorder.operation.path, dict(zip(names, recorder.arguments, strict=True))


def locate(document: Document, names: Sequence[str], containers: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines in which what stands for the names begins."""
    for container in containers:
        members = resolve(document.data, container)
        tokens = members if isinstance(members, dict) else range(len(members))
        for token, name in zip(tokens, names, strict=False):
            yield document.where(f"{container}{from_names((token,))}").line, name


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Mapping[str, Accepted]]]:
    """Return a folder with the package `hostile`, and what each table has in it."""
    folder = tmp_path_factory.mktemp("hostile")
    found = {table: accepted(table, folder) for table in TABLES}
    made = pipeline.assemble(sorted(folder.glob("*.yaml")))
    file_tree.write(made, folder / "hostile", owned=[PurePosixPath()])
    sys.path.insert(0, str(folder))
    yield folder, found
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == "hostile"]:
        del sys.modules[name]


Tables: TypeAlias = tuple[Path, Mapping[str, Accepted]]


def test_what_is_refused_is_named_with_a_hint(tables: Tables) -> None:
    for table, found in tables[1].items():
        for name, problem in found.refused.items():
            assert name in problem.message or name in problem.subject, (table, problem)
            assert problem.hint, (table, problem)


def test_schemas_keep_their_names(tables: Tables) -> None:
    models = importlib.import_module("hostile.schemas_0.models")
    kept = ("Any", "Client", "List", "Literal", "Mapping", "Model", "OneOf", "Optional", "Page", "Response", "UUID")
    assert [getattr(models, name).__module__ for name in kept] == [models.__name__] * len(kept)


def test_mypy_finds_nothing(tables: Tables) -> None:
    folder, _ = tables
    command = ["-m", "mypy", "--strict", "--config-file", "", "--no-color-output", "--cache-dir", str(folder / "cache")]
    done = subprocess.run(
        [sys.executable, *command, "-p", "hostile"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("Success: no issues found"), f"\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("table", ["operations", "begun", "tags", "task_types"])
def test_each_function_calls_its_own_operation(tables: Tables, table: str) -> None:
    folder, found = tables
    for package in found[table].names:
        client = importlib.import_module(f"hostile.{package}")
        spec = json.loads((folder / f"{package}.yaml").read_text(encoding="utf-8"))
        for path, item in spec["paths"].items():
            for method, each in item.items():
                if method == "parameters":
                    continue
                name = each.get("x-name") or naming.function(each["operationId"].partition(".")[2])
                names = [name, naming.begin(name)] if "x-begins-task" in each else [name]
                for function in names:
                    assert called(getattr(client.ApiClient, function))[:2] == (method.upper(), path)
                    assert inspect.iscoroutinefunction(getattr(client.AsyncApiClient, function))


def test_each_argument_is_that_of_its_parameter(tables: Tables) -> None:
    for package, names in tables[1]["parameters"].names.items():
        client = importlib.import_module(f"hostile.{package}")
        assert called(client.ApiClient.find)[2] == {name: naming.argument(name) for name in names}


def test_parameters_of_clients_are_arguments_of_their_constructors(tables: Tables) -> None:
    for package, names in tables[1]["client_parameters"].names.items():
        client = importlib.import_module(f"hostile.{package}")
        arguments = {naming.argument(name): name for name in names}
        with client.ApiClient(**arguments) as made:
            assert parse_qsl("&".join(made._config.common.query)) == [(name, name) for name in names]


def test_values_survive_a_round_trip(tables: Tables) -> None:
    for package, names in tables[1]["properties"].names.items():
        models = importlib.import_module(f"hostile.{package}.models")
        text = json.dumps({name: [i] for i, name in enumerate(names)})
        shown = decode(text, models.Sample)
        assert decode(encode(shown), dict[str, Any]) == json.loads(text)
        assert [getattr(shown, naming.attribute(name)) for name in names] == [[i] for i, _ in enumerate(names)]
    for package, names in tables[1]["schemas"].names.items():
        models = importlib.import_module(f"hostile.{package}.models")
        members = {"kind": "x", "number": 1.5, "uuid": ID, "date": "2024-05-01", "byte": "YQ==", "sort": "up"}
        for name in names:
            model = getattr(models, naming.class_name(name))
            value = decode(json.dumps({**members, "same": members}), model)
            assert type(value) is type(value.same) is model
            assert decode(encode(value), dict[str, Any]) == {**members, "same": members}


def test_values_of_enumerations_are_known(tables: Tables) -> None:
    for package, names in tables[1]["values"].names.items():
        enumeration = importlib.import_module(f"hostile.{package}.models").Value
        assert [(each.value, each.name) for each in enumeration] == [(name, naming.member(name)) for name in names]
        assert all(enumeration(name).is_known and str(enumeration(name)) == name for name in names)
    for package, names in tables[1]["enumerations"].names.items():
        models = importlib.import_module(f"hostile.{package}.models")
        assert [getattr(models, naming.class_name(name))("up").is_known for name in names] == [True] * len(names)
        models.Used()
