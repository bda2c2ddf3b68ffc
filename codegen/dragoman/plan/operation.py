"""Operations: one constant that says all about an endpoint, and the two functions that call it."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence

from .. import ir, names
from ..quoting import literal, paragraphs, sentence
from ..schema import MISSING
from ..spec import Operation, Parameter
from ..spelling import Speller
from .answer import Returned, error_types, failure, returned
from .body import body_argument, body_declaration
from .page import page_entry, page_types
from .parameter import argument, argument_doc, argument_name, declaration
from .source import alternatives, entries, tuple_of

ERRORS = "ERRORS"


def plan_operation(package: str, operation: Operation, speller: Speller, shared_errors: str) -> ir.Operation:
    """Return the parts of an endpoint; `shared_errors` is what stands in the module's `ERRORS`."""
    function = _function(operation)
    own = [each for each in operation.parameters if not each.client]
    asked = [each for each in own if not each.body_pointer]
    body = body_argument(operation, speller)
    answer = returned(operation, speller)
    positional, keyword = _signature(asked, body, speller)
    name = constant(operation, speller)
    errors = error_types(operation, speller)
    return ir.Operation(
        constant=name,
        annotation=f"[Operation[{answer.annotation}]]" if answer.annotated else "",
        entries=(
            literal(f"{package}.{function}"),
            literal(operation.method),
            literal(operation.path),
            *entries(
                parameters=tuple_of(declaration(each, speller) for each in own),
                body=body_declaration(operation, speller),
                body_required="False" if operation.bodies and not operation.body_required else "",
                returns=answer.declared,
                accept=literal(answer.accept) if answer.accept else "",
                media_types=tuple_of(map(literal, answer.media_types)),
                errors=ERRORS if errors and errors == shared_errors else errors,
                page=page_entry(operation, speller),
                failure=failure(operation, speller),
                security="" if operation.security is None else alternatives(operation.security),
                idempotent="True" if operation.idempotent else "",
            ),
        ),
        function=function,
        twin=names.twin(function),
        doc=_doc(operation, (*positional, *keyword), answer, speller),
        positional=positional,
        keyword=keyword,
        passed=", ".join([name, *map(argument_name, asked), *(["body=body"] if body else [])]),
        returns=answer.annotation,
        paged=page_types(operation, answer.annotation, speller),
    )


def constant(operation: Operation, speller: Speller) -> str:
    """Return the name of an endpoint's constant, which must not hide a class that the module imports."""
    name = _function(operation).strip("_").upper()
    taken = {ERRORS, *names.RESERVED_CLASSES, *map(speller.class_name, speller.components)}
    return f"{name}_" if name in taken else name


def repeated_errors(operations: Sequence[Operation], speller: Speller) -> str:
    """Return the errors that most of a module's operations declare alike, '' if no two do."""
    counted = Counter(filter(None, (error_types(operation, speller) for operation in operations)))
    (most, times), *_ = counted.most_common(1) or [("", 0)]
    return most if times > 1 else ""


def _signature(
    asked: Iterable[Parameter], body: ir.Argument | None, speller: Speller
) -> tuple[tuple[ir.Argument, ...], tuple[ir.Argument, ...]]:
    """Return what may be given by position (the path, then the body) and what must be given by name."""
    positional: list[ir.Argument] = []
    keyword: list[ir.Argument] = []
    for parameter in asked:
        first = parameter.place == "path" and parameter.default is MISSING
        (positional if first else keyword).append(argument(parameter, speller))
    if body:
        positional.append(body)
    # Among the named ones, those that must be given come first; their order is otherwise the spec's.
    keyword.sort(key=lambda each: bool(each.default))
    return tuple(positional), tuple(keyword)


def _function(operation: Operation) -> str:
    return operation.spelling or names.function(operation.name)


def _doc(operation: Operation, order: Sequence[ir.Argument], answer: Returned, speller: Speller) -> str:
    told = textwrap.indent("\n".join(argument_docs(operation, order, speller)), "    ")
    return paragraphs(
        [
            sentence(operation.summary) or f"Call `{operation.method} {operation.path}`.",
            operation.description if operation.description != operation.summary else "",
            f"Args:\n{told}" if told else "",
            "Returns:\n" + textwrap.indent(answer.doc, "    ") if answer.doc else "",
            "Raises:\n    " + raised(operation) if operation.answers else "",
            "Deprecated." if operation.deprecated else "",
            f"Assumed: {sentence(operation.assumed)}" if operation.assumed else "",
            f"Page: {operation.page_url}" if operation.page_url else "",
        ]
    )


def argument_docs(operation: Operation, order: Iterable[ir.Argument], speller: Speller) -> list[str]:
    """Return the lines of a docstring that tell a caller about arguments, in their order."""
    docs = {argument_name(each): argument_doc(each, speller) for each in operation.parameters}
    docs["body"] = f"body: {' '.join((sentence(operation.body_description) or 'What is sent.').split())}"
    return [docs[each.name] for each in order]


def raised(operation: Operation) -> str:
    """Return the line of a docstring that tells what is raised."""
    statuses = [each.status for each in operation.answers if not each.status.startswith("2")]
    cases = ["any other status" if each == "default" else each for each in statuses]
    if any(each.failure for each in operation.answers):
        cases.append("a success that reports a failure")
    if not cases:
        return "ClientError: the call failed; see `taskclients_core.errors`."
    *most, last = cases
    listed = f"{', '.join(most)} or {last}" if most else last
    return f"ApiError: the server answers {listed}."
