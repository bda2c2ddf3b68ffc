"""Trials of random specs: lint, generate, import, round trips of values, and calls through a recording transport."""

from __future__ import annotations

import importlib
import json
import random
import sys
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, Final, Union
from urllib.parse import parse_qsl, urlsplit

import httpx
from attrs import define, field, frozen
from tests.documentation import as_module

from dragoman import SpecError, build
from dragoman.spec import naming
from dragoman.testing import FakeVendor
from taskclients_core import ApiError, InvalidArgumentError, codec
from taskclients_core.model import members
from taskclients_core.operation import types_by_status

from .mutations import mutations
from .schemas import Schema
from .security import SIGN_IN_BODY, SIGNED_IN, credentials
from .specs import UPLOAD
from .task_trial import problems_of_tasks
from .values import NoValueError, Values

_VALUES: Final = 6
"""Values of each component."""


@frozen
class Failure:
    """Fault after a clean lint."""

    name: str
    """Name of the spec."""

    stage: str
    problem: str

    @property
    def kind(self) -> str:
        """The stage and the class of the error: equal for equal faults, mostly."""
        return f"{self.stage}: {self.problem.split(':')[0].split(' ')[0]}"


@define
class Report:
    """Outcome of trials."""

    tried: int = 0
    passed: list[str] = field(factory=list[str])
    """Names of the specs that lint accepts."""
    refused: Counter[str] = field(factory=Counter[str])
    """Number of specs by the lint id of a problem."""
    failures: list[Failure] = field(factory=list[Failure])
    values: int = 0
    """Number of values that made a round trip."""
    calls: int = 0
    scenarios: int = 0
    """Number of scenarios in which a task was begun."""

    mutations: int = 0
    accepted: int = 0
    """Number of mutations that lint accepts."""

    def text(self) -> str:
        """Return the figures as text."""
        refused = ", ".join(f"{name} {number}" for name, number in self.refused.most_common())
        return (
            f"{self.tried} specs, {len(self.passed)} pass lint ({len(self.passed) / self.tried:.0%}); "
            f"refused by {refused or 'nothing'}\n"
            f"{self.values} values, {self.calls} calls, {self.scenarios} scenarios of tasks, "
            f"{self.mutations} mutations (lint accepts {self.accepted}), {len(self.failures)} failures"
        )


def generate(document: Schema, name: str, folder: Path) -> Path:
    """Write the package of a spec into a folder, with the examples of its page; return the file of the spec, beside it.

    Raises:
        SpecError: lint refuses the spec.
    """
    path = folder.with_name(f"{folder.name}-specs") / f"{name}.yaml"
    for target, text in _built(document, path).items():
        file = folder / target
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        if file.name == "README.md":
            examples = as_module(file).replace("from taskclients.", "from ")
            file.with_name("page_examples.py").write_text(f"# pyright: basic\n{examples}", encoding="utf-8")
    return path


def _built(document: Schema, path: Path) -> Mapping[PurePosixPath, str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")  # JSON is YAML
    return build(path)


def attempt(document: Schema, name: str, folder: Path, report: Report, *, mutated: int = 0) -> Failure | None:
    """Try one spec, and so many mutations of it; return what went wrong."""
    stage = "generate"
    report.tried += 1
    report.passed.append(name)
    try:
        path = generate(document, name, folder)
        stage = "import"
        with _importable(folder):
            top = importlib.import_module(name)
            importlib.import_module(f"{name}.client")
            stage = "round trip"
            for problem in _round_trips(document, top, random.Random(name), report):
                return Failure(name, stage, problem)
            if "x-task-types" in document.get("components", {}):
                stage = "task"
                for found in problems_of_tasks(document, path, top, random.Random(name)):
                    report.scenarios += 1
                    if found:
                        return Failure(name, stage, found)
                stage = "mutation"
                for problem in _mutations(document, path, random.Random(name), mutated, report):
                    return Failure(name, stage, problem)
                return None
            stage = "call"
            for problem in _calls(document, path, top, random.Random(name), report):
                return Failure(name, stage, problem)
    except SpecError as error:
        report.passed.remove(name)
        report.refused.update({problem.check_id for problem in error.problems if problem.level == "error"})
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno}"
        return Failure(name, stage, f"{type(error).__name__}: {str(error)[:600]} ({where})")
    return None


def _mutations(document: Schema, path: Path, rng: random.Random, count: int, report: Report) -> Iterator[str]:
    """Yield what is wrong with the response of lint to mutations; those that it accepts must generate."""
    for each in mutations(document, rng, count):
        report.mutations += 1
        try:
            _built(each.document, path)
        except SpecError as error:
            vague = [problem for problem in error.problems if not (problem.source.line and problem.hint)]
            if vague:
                yield f"{each.what}: {vague[0]} has no place or no hint"
        else:
            report.accepted += 1
            if each.fatal:
                yield f"{each.what}: lint accepts it"


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    # A spec that is shrunk writes the same files again, perhaps within a second.
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.dont_write_bytecode = before
        sys.path.remove(str(folder))
        for name in [name for name, each in sys.modules.items() if _is_inside(each, folder)]:
            del sys.modules[name]


def _is_inside(module: Any, folder: Path) -> bool:
    return str(getattr(module, "__file__", "") or "").startswith(f"{folder}/")


# -- Round trips


def _or_none(hint: Any) -> Any:
    # `|` cannot join what annotations contain besides classes.
    return Union[hint, None]  # noqa: UP007


def _round_trips(document: Schema, top: Any, rng: random.Random, report: Report) -> Iterator[str]:
    values = Values(document, rng)
    for name, schema in values.schemas.items():
        if name == UPLOAD:
            continue  # files are not JSON
        hint = getattr(top.models, schema.get("x-name") or naming.class_name(name))
        if isinstance(hint, type):
            hint = _or_none(hint)  # null is a value of a nullable class
        for _ in range(_VALUES):
            try:
                value = values.value(schema)
            except NoValueError:
                break
            problem = _round_trip(values, schema, value, hint)
            if problem:
                yield f"{name}: {problem}; value: {json.dumps(value)[:300]}"
            report.values += 1


def _round_trip(values: Values, schema: Schema, value: Any, hint: Any) -> str:
    model = codec.decode(json.dumps(value), hint)
    repr(model)
    text = codec.encode(model, hint)
    problem = values.difference(schema, value, json.loads(text))
    if problem:
        return problem
    return "" if codec.decode(text, hint) == model else "it is another value when it is read again"


# -- Calls


class _Recorder(httpx.BaseTransport):
    """Transport that keeps the request and sends a response."""

    request: httpx.Request
    response: httpx.Response

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.request = request
        return self.response


def _calls(document: Schema, path_of_spec: Path, top: Any, rng: random.Random, report: Report) -> Iterator[str]:
    values = Values(document, rng)
    recorder = _Recorder()
    urls = {} if document["servers"][-1].get("x-environment") != "test" else {"base_url": "https://test.example"}
    client = top.ApiClient(http_client=httpx.Client(transport=recorder), **credentials(document), **urls)
    served = FakeVendor(path_of_spec).client(top.ApiClient)
    known = Values(document, rng, newer=False)
    if SIGN_IN_BODY in values.schemas:
        yield from _sign_in(path_of_spec, top)
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            shared = item.get("parameters", [])
            try:
                call = _Call(document, values, path, method, operation, shared)
                at_the_mock_server = _Call(document, known, path, method, operation, shared)
            except NoValueError:
                continue
            problem = call.problem(top, client, recorder)
            problem = problem or at_the_mock_server.served(top, served)
            if problem:
                yield f"{operation['operationId']}: {problem}"
            report.calls += 1


def _sign_in(path: Path, top: Any) -> Iterator[str]:
    """Yield the problem of a client that signs in at a mock server, which refuses other secrets."""
    body = getattr(top.models, SIGN_IN_BODY)
    for word in ("right", "wrong"):
        client = FakeVendor(path, auth="right").client(top.ApiClient, auth=body(word=word))
        try:
            getattr(client, naming.function(SIGNED_IN))()
        except ApiError as error:
            if word == "right":
                yield f"the client cannot sign in: {error}"
        else:
            if word == "wrong":
                yield "the client signs in with a wrong secret"


class _Call:
    """A random call of one operation, and its response."""

    def __init__(
        self, document: Schema, values: Values, path: str, method: str, operation: Schema, shared: list[Schema]
    ) -> None:
        self.values, self.path, self.method, self.operation = values, path, method, operation
        self.sections = document["components"]
        several = [self._resolved(each) for each in (*shared, *operation.get("parameters", ()))]
        self.parameters = {
            (each["in"], each["name"]): (each, values.value(self._schema(each)))
            for each in several
            if "x-client-parameter" not in each and (each.get("required") or values.rng.random() < 0.6)
        }
        body = self._resolved(operation.get("requestBody", {}))
        self.body_type, self.body_schema = self._content(body)
        self.body: Any = values.value(self.body_schema) if self.body_schema is not None else b"bytes"
        self.status, response = next(
            (status, self._resolved(each)) for status, each in operation["responses"].items() if status[0] == "2"
        )
        self.response_type, self.response_schema = self._content(response)
        self.response: Any = values.value(self.response_schema) if self.response_schema is not None else b"bytes"

    def _resolved(self, node: Schema) -> Schema:
        while "$ref" in node:
            *_, section, name = node["$ref"].split("/")
            node = self.sections[section][name]
        return node

    def _schema(self, parameter: Schema) -> Schema:
        found: Schema = (
            parameter["content"]["application/json"]["schema"] if "content" in parameter else parameter["schema"]
        )
        return found

    def _content(self, holder: Schema) -> tuple[str, Schema | None]:
        media_type, content = next(iter(holder.get("content", {"": {}}).items()))
        return media_type, content.get("schema")

    def _prepared(self, top: Any) -> tuple[Any, dict[str, Any] | None]:
        """Return the operation, and the arguments; None if a required one cannot be sent."""
        module = importlib.import_module(f"{top.__name__}.{naming.module(self.operation['tags'][0])}")
        operation = getattr(module, naming.constant(self._name))
        hints = {(type(each).__name__.lower(), each.name): each.type for each in operation.parameters}
        arguments: dict[str, Any] = {}
        for key, (parameter, value) in self.parameters.items():
            made = codec.decode(json.dumps(value), _or_none(hints[key]))
            if self._sendable(parameter, value):
                arguments[naming.argument(parameter["name"])] = made
            elif parameter.get("required"):
                return operation, None
        if self.body_type:
            arguments["body"] = self._body(operation.body[0])
        return operation, arguments

    @property
    def _name(self) -> str:
        return naming.function(self.operation["operationId"].partition(".")[2])

    def served(self, top: Any, client: Any) -> str:
        """Make the call at the mock server; return why it refuses it, '' if it does not."""
        _, arguments = self._prepared(top)
        if arguments is None or self._is_inexpressible() or "*" in self.body_type:  # a range is not sent
            return ""
        if "x-pagination" in self.operation:
            arguments.pop(naming.argument(self.operation["x-pagination"]["parameter"]), None)
        try:
            returned = getattr(client, self._name)(**arguments)
            if "x-pagination" in self.operation:
                list(returned)
        except InvalidArgumentError as error:
            return "" if self._is_refusable() else f"InvalidArgumentError: {error}"
        except ApiError as error:
            return f"the mock server refuses {arguments!r}: {error}"
        return ""

    def problem(self, top: Any, client: Any, recorder: _Recorder) -> str:
        """Make the call; return the first difference between what is sent or returned and the values; '' for none."""
        operation, arguments = self._prepared(top)
        if arguments is None:
            return ""
        recorder.response = self._response()
        try:
            returned = getattr(client, self._name)(**arguments)
            if "x-pagination" in self.operation:
                returned = returned.page()
        except InvalidArgumentError as error:
            return "" if self._is_refusable() else f"InvalidArgumentError: {error}"
        except ApiError as error:
            return "" if self._reports_errors() else f"ApiError: {error}"
        if self._reports_errors():
            return f"the errors {self.response!r} do not raise ApiError"
        return self._difference_of_request(recorder.request, arguments) or self._difference_of_response(
            returned, operation
        )

    def _sendable(self, parameter: Schema, value: Any) -> bool:
        """Return True if HTTP and the style of a parameter can express a value."""
        if "content" in parameter or value is None:
            return True
        text = json.dumps(value, ensure_ascii=False)
        empty = parameter["in"] == "path" and (value in ("", [], {}) or '""' in text)
        plain = text.isascii() and text.isprintable() and "\\" not in text
        nested = isinstance(value, dict) and any(isinstance(each, dict | list) for each in value.values())
        return (
            not empty
            and not (nested and parameter.get("style") != "deepObject")
            and (plain or parameter["in"] == "query")
        )

    def _reports_errors(self) -> bool:
        """Return True if the response has errors, by `x-error-when`."""
        declared = "x-error-when" in self._resolved(self.operation["responses"][self.status])
        return bool(declared and self.response.get("errors") and self.response.get("uuid") is None)

    def _is_inexpressible(self) -> bool:
        """Return True if a form or a parameter has null, or an empty list or object: these are left out."""
        several = [value for each, value in self.parameters.values() if "content" not in each]
        several += [self.body] if "form" in self.body_type else []
        text = json.dumps(several)
        return any(each in text for each in ("null", "[]", "{}"))

    def _is_refusable(self) -> bool:
        """Return True if a parameter or a form may have a value that its style cannot express."""
        several = [value for _, value in self.parameters.values()]
        return "form" in self.body_type or any(not isinstance(value, bool | int | float) for value in several)

    def _body(self, declared: Any) -> Any:
        if self.body_schema is None:
            return self.body
        if self.body_type == "text/plain" and declared.type is str:  # whatever its schema, unless that is a scalar
            return self.body if isinstance(self.body, str) else json.dumps(self.body)
        if self.body_type != "multipart/form-data":
            return codec.decode(json.dumps(self.body), _or_none(declared.type))
        files = {"file": b"bytes", "files": [b"one", b"two"]}
        given = {
            each.attribute: files[each.name]
            if each.name in files
            else codec.decode(json.dumps(self.body[each.name]), _or_none(each.type))
            for each in members(declared.type)
            if each.name in self.body
        }
        return declared.type(**given)

    def _response(self) -> httpx.Response:
        status = int(self.status.replace("XX", "26"))
        if not self.response_type:
            return httpx.Response(status)
        media_type = self.response_type.replace("*/*", "image/png").replace("/*", "/png")
        content = self.response if self.response_schema is None else json.dumps(self.response).encode()
        if media_type == "text/plain":
            content = (self.response if isinstance(self.response, str) else json.dumps(self.response)).encode()
        return httpx.Response(status, content=content, headers={"Content-Type": media_type})

    def _difference_of_request(self, request: httpx.Request, arguments: dict[str, Any]) -> str:
        if request.method != self.method.upper():
            return f"the method is {request.method}"
        fields = dict(parse_qsl(urlsplit(str(request.url)).query, keep_blank_values=True))
        for (place, name), (parameter, value) in self.parameters.items():
            if naming.argument(name) not in arguments or not isinstance(value, str):
                continue
            sent = {"query": fields, "header": request.headers}.get(place, {name: value}).get(name)
            if "content" in parameter and place == "query":
                sent = None if sent is None else json.loads(sent)
            if sent != value.strip(" " if place == "header" else "") and arguments[naming.argument(name)] is not None:
                return f"the {place} parameter {name} is {value!r}, but {sent!r} was sent"
        if "json" in self.body_type and self.body is not None:
            return self.values.difference(self.body_schema, self.body, json.loads(request.content), "the body")
        return ""

    def _difference_of_response(self, returned: Any, operation: Any) -> str:
        if self.method == "head" or not self.response_type or self.status == "204":
            return "" if returned is None else f"returned {returned!r}, not None"
        if "json" in self.response_type:
            types = types_by_status(operation.returns)
            hint = next(
                types[each] for each in (int(self.status.replace("XX", "26")), "2XX", "default") if each in types
            )
            plain = json.loads(codec.encode(returned, _or_none(hint)))
            return self.values.difference(self.response_schema, self.response, plain, "the response")
        return ""
