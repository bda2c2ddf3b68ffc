"""Lowering of examples: calls with the values that they need, as Python that type-checks."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import evolve

from taskclients_core.tasks.definition import DownloadLinks

from ...spec.model import ContentKind, Operation, Spec, content_kind
from ...spec.schema import MISSING, Array, Map, Nullable, Object, Ref, Shape, Tuple, Union
from .. import ir
from ..literals import literal
from ..spelling import Speller
from .requests import argument_name

_IMPORTS: Final[Mapping[str, str]] = {
    "b64decode": "from base64 import b64decode",
    "date": "from datetime import date",
    "datetime": "from datetime import datetime",
    "Decimal": "from decimal import Decimal",
    "Any": "from typing import Any",
    "UUID": "from uuid import UUID",
    "Upload": "from taskclients_core import Upload",
    "TimeOfDay": "from taskclients_core.formats import TimeOfDay",
}
_TIMEOUT: Final = 600
"""Seconds that examples wait for a task."""


def constructor_example(spec: Spec, class_name: str, package: str, speller: Speller) -> str:
    """Return lines that import and make a client of a package, with the options that it needs."""
    options = [
        f"{argument_name(each)}={speller.value(each.shape, each.example)}"
        for each in spec.client_parameters
        if each.required and each.default is MISSING and each.example is not MISSING
    ]
    results = [each.definition.result for each in spec.task_types]
    if any(isinstance(each, DownloadLinks) and not each.hosts for each in results):
        options.append('download_hosts=["files.example.com"]')
    call = f"{class_name}({', '.join(options)})"
    return "\n".join([*_imports(call), f"from {package} import {class_name}, models", "", f"client = {call}"])


def call_example(operation: Operation, lowered: ir.Operation, begin: ir.BeginFunction | None, speller: Speller) -> str:
    """Return lines that call an operation, or begin its task and wait for it; '' if a value would be too large."""
    endpoint: ir.Endpoint = begin or lowered
    values = dict(_values(operation, evolve(speller, spread=True)))
    if begin:
        values["idempotency_key"] = literal("job-1")
    needed = [each for each in (*endpoint.positional, *endpoint.keyword) if not each.default]
    if any(each.name not in values for each in needed):
        return ""
    given = [values[each.name] for each in endpoint.positional if each in needed]
    given += [f"{each.name}={values[each.name]}" for each in endpoint.keyword if each in needed]
    call = f"client.{endpoint.function}({', '.join(given)})"
    if begin and operation.submission:
        lines = [f"task = {call}"]
        if isinstance(operation.submission.definition.task_type.result, DownloadLinks):
            lines.append(f"task.download({literal(lowered.function)}, timeout={_TIMEOUT})")
        else:
            nothing = operation.submission.definition.task_type.result is None
            lines.append(f"{'' if nothing else 'result = '}task.result(timeout={_TIMEOUT})")
    elif lowered.paged:
        lines = [f"for item in {call}:", "    print(item)"]
    else:
        lines = [call if lowered.returns == "None" else f"response = {call}"]
    imports = [*_imports(call)]
    return "\n".join([*imports, *([""] if imports else []), *lines])


def _values(operation: Operation, speller: Speller) -> Iterator[tuple[str, str]]:
    """Yield the arguments of a call by name, as source."""
    for each in operation.parameters:
        if each.example is not MISSING:
            yield argument_name(each), speller.value(each.shape, each.example)
    for content in operation.bodies[:1]:
        if content.example is MISSING:
            continue
        match content_kind(content.media_type):
            case ContentKind.BINARY:
                yield "body", _bytes(content.media_type, _raw(content.example))
            case ContentKind.TEXT if not speller.is_scalar(content.shape):
                yield "body", literal(_raw(content.example))
            case _:
                part = _required_part(content.shape, content.example, speller)
                yield "body", speller.value(content.shape, part)


def _raw(example: Any) -> str:
    """Return the text of a body that the client does not convert."""
    return example if isinstance(example, str) else "example"


def _bytes(media_type: str, content: str) -> str:
    value = repr(content.encode())
    return f"Upload({value}, content_type={literal(media_type.replace('*', 'x'))})" if "*" in media_type else value


def _required_part(shape: Shape, value: Any, speller: Speller) -> Any:
    """Return a value without the optional members of its objects; all members of an object that requires none."""
    if isinstance(shape, Nullable):
        return _required_part(shape.of, value, speller)
    match speller.resolved(shape):
        case Union() as union:
            return _required_part(speller.member(union, value), value, speller)
        case Array(items) if isinstance(value, list):
            return [_required_part(items, each, speller) for each in value]
        case Tuple(items, _) if isinstance(value, list):
            parts = [_required_part(each, part, speller) for each, part in zip(items, value, strict=False)]
            return parts + value[len(parts) :]
        case Map(values) if isinstance(value, dict):
            return {name: _required_part(values, each, speller) for name, each in value.items()}
        case Object() if isinstance(value, dict) and isinstance(shape, Ref):
            members = speller.properties(speller.object_of(shape, value))
            given = {name: each for name, each in members.items() if name in value and not each.read_only}
            needed = {name: each for name, each in given.items() if each.required}
            return {name: _required_part(each.shape, value[name], speller) for name, each in (needed or given).items()}
        case _:
            return value


def _imports(source: str) -> Iterator[str]:
    """Yield the imports that source needs, besides that of the client and its models."""
    names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    yield from (line for name, line in _IMPORTS.items() if name in names)
