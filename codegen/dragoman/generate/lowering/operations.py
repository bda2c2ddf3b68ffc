"""Lowering of operations: the constant that describes an endpoint, and the two functions that call it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from ...spec import naming
from ...spec.model import Operation, Parameter
from ...spec.schema import MISSING
from .. import ir
from ..literals import alternatives, entries, literal, paragraphs, repeated, sentence, tuple_of
from ..spelling import Speller
from .requests import argument, argument_doc, argument_name, body_argument, body_declaration, body_doc, declaration
from .responses import (
    Returned,
    error_condition,
    error_types,
    page_doc,
    page_entry,
    page_types,
    returned,
    status_argument,
    status_mapping,
)

ERRORS = "ERRORS"


def lower_operation(
    package: str, operation: Operation, speller: Speller, *, shared_errors: str = "", begins: str = ""
) -> ir.Operation:
    """Lower an endpoint.

    Args:
        package: Name of the vendor's package.
        operation: The endpoint.
        speller: Names of models, as the module imports them.
        shared_errors: Contents of the module's `ERRORS`.
        begins: Sentence on the `begin_...` function, for an operation that begins a task.
    """
    function = function_name(operation)
    own = [each for each in operation.parameters if not each.client]
    passed = [each for each in own if not each.body_pointer]
    body = body_argument(operation, speller)
    result = returned(operation, speller)
    positional, keyword = _signature(passed, body, speller)
    name = constant(operation)
    order = (*positional, *keyword)
    errors = error_types(operation, speller)
    return ir.Operation(
        constant=name,
        annotation=f"[Operation[{result.annotation}]]" if result.annotated else "",
        entries=(
            literal(f"{package}.{function}"),
            literal(operation.method),
            literal(operation.path),
            *entries(
                parameters=tuple_of(declaration(each, speller) for each in own),
                body=body_declaration(operation, speller),
                body_required="False" if operation.bodies and not operation.body_required else "",
                returns=result.declared,
                accept=literal(result.accept) if result.accept else "",
                media_types=tuple_of(map(literal, result.media_types)),
                errors=ERRORS if errors and status_mapping(errors) == shared_errors else status_argument(errors),
                pagination=page_entry(operation, speller),
                error_when=error_condition(operation, speller),
                server=literal(operation.server) if operation.server else "",
                security="" if operation.security is None else alternatives(operation.security),
                idempotent="True" if operation.idempotent else "",
            ),
        ),
        function=function,
        async_function=naming.async_function(function),
        doc=_doc(operation, order, result, begins, speller),
        async_doc=async_doc(summary(operation), function, argument_docs(operation, order, speller, assumed=False)),
        positional=positional,
        keyword=keyword,
        passed=", ".join([name, *map(argument_name, passed), *(["body=body"] if body else [])]),
        returns=result.annotation,
        paged=page_types(operation, result.annotation, speller),
    )


def constant(operation: Operation) -> str:
    """Return the name of an endpoint's constant."""
    return naming.constant(function_name(operation))


def repeated_errors(operations: Iterable[Operation], speller: Speller) -> str:
    """Return the errors that most operations of a module have in common, '' if no two have the same."""
    return repeated(status_mapping(error_types(operation, speller)) for operation in operations)


def summary(operation: Operation) -> str:
    """Return the first line of the docstrings of an endpoint."""
    return sentence(operation.summary) or f"Call `{operation.method} {operation.path}`."


def _signature(
    parameters: Iterable[Parameter], body: ir.Argument | None, speller: Speller
) -> tuple[tuple[ir.Argument, ...], tuple[ir.Argument, ...]]:
    """Return the positional arguments (path, then body) and the keyword arguments."""
    positional: list[ir.Argument] = []
    keyword: list[ir.Argument] = []
    for parameter in parameters:
        first = parameter.place == "path" and parameter.default is MISSING
        (positional if first else keyword).append(argument(parameter, speller))
    if body:
        positional.append(body)
    # Required keyword arguments come first; otherwise the order is the spec's.
    keyword.sort(key=lambda each: bool(each.default))
    return tuple(positional), tuple(keyword)


def function_name(operation: Operation) -> str:
    """Return the name of the function of an endpoint."""
    return operation.spelling or naming.function(operation.name)


def _doc(operation: Operation, order: Sequence[ir.Argument], result: Returned, begins: str, speller: Speller) -> str:
    returns = page_doc(operation, speller) or result.doc
    return paragraphs(
        [
            summary(operation),
            operation.description if operation.description != operation.summary else "",
            begins,
            section("Args", argument_docs(operation, order, speller)),
            section("Returns", returns.splitlines()),
            section("Raises", [_raised(operation)] if operation.responses else []),
            f"Server: {operation.server}" if operation.server else "",
            "Deprecated." if operation.deprecated else "",
            f"Assumed: {sentence(operation.assumed)}" if operation.assumed else "",
            f"Source: {operation.source}" if operation.source else "",
        ]
    )


def async_doc(first: str, function: str, arguments: Sequence[str]) -> str:
    """Return the docstring of an async function: summary and arguments, which editors show, and a reference."""
    return paragraphs([first, f"Async twin of `{function}`.", section("Args", arguments)])


def section(title: str, lines: Sequence[str]) -> str:
    """Return a section of a docstring, '' for an empty one."""
    return f"{title}:\n" + textwrap.indent("\n".join(lines), "    ") if lines else ""


def argument_docs(
    operation: Operation, order: Iterable[ir.Argument], speller: Speller, *, assumed: bool = True
) -> list[str]:
    """Return the lines of a docstring that document arguments, in their order; with assumptions if `assumed`."""
    docs = {argument_name(each): argument_doc(each, speller, assumed=assumed) for each in operation.parameters}
    docs["body"] = f"body: {body_doc(operation, speller) or summary(operation)}"
    return [docs[each.name] for each in order]


def _raised(operation: Operation) -> str:
    listed = statuses(operation)
    return f"ApiError: {listed}." if listed else "ClientError: the call failed; see `taskclients_core.errors`."


def statuses(operation: Operation) -> str:
    """Return the statuses of responses that are errors in words, '' if none are declared."""
    declared = [each.status for each in operation.responses if not each.status.startswith("2")]
    cases = ["any other status" if each == "default" else each for each in declared]
    if any(each.error_when for each in operation.responses):
        cases.append("a successful response that reports an error")
    *most, last = cases or [""]
    return f"{', '.join(most)} or {last}" if most else last
