"""Checks of a spec, run before code is generated from it.

The checks are functions `check_<id>`, grouped into modules by subject. The docstring of a check is its manual: the
problem, the reason and what to write. `check` runs them all and returns the problems; a spec without errors can be read
and generated from without further error paths. The checks in `WARNINGS` report what is valid and generated, but may
surprise: something of the spec has no effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from attrs import evolve

from ..diagnostics import Problem
from ..spec.yaml_document import Document
from . import (
    binary,
    children,
    choices,
    depth,
    documents,
    examples,
    extensions,
    media_types,
    names,
    operations,
    pagination,
    parameters,
    paths,
    refs,
    responses,
    schemas,
    security,
    task_pointers,
    task_starts,
    task_statuses,
    task_types,
)

LintCheck: TypeAlias = Callable[[Document], Iterator[Problem]]

DOCUMENT_CHECKS: Final[tuple[LintCheck, ...]] = (
    documents.check_openapi_invalid,
    refs.check_ref_other_file,
    refs.check_ref_outside_folder,
    refs.check_ref_remote,
    refs.check_ref_unresolvable,
)
"""Form of the document and its references. If one of these reports a problem, the other checks do not run."""

TEXT_CHECKS: Final[tuple[LintCheck, ...]] = (documents.check_unsafe_text,)
"""Checks that need no valid form and run on every document."""

CHECKS: Final[tuple[LintCheck, ...]] = (
    *DOCUMENT_CHECKS,
    *TEXT_CHECKS,
    documents.check_open_todo,
    schemas.check_all_of_shape,
    task_types.check_task_type_schema,
    parameters.check_client_parameter_partial,
    examples.check_default_misfit,
    media_types.check_encoding,
    choices.check_enum_type,
    choices.check_enum_values,
    examples.check_example_misfit,
    responses.check_error_when_pointers,
    parameters.check_from_body_pointer,
    parameters.check_header_name,
    schemas.check_inline_enum,
    schemas.check_inline_object,
    binary.check_misplaced_binary,
    operations.check_missing_page,
    names.check_name_collision,
    choices.check_one_of_members,
    children.check_discriminator_base,
    operations.check_one_tag,
    operations.check_operation_id,
    pagination.check_pagination_pointers,
    paths.check_path_parameter_undeclared,
    paths.check_path_parameter_unused,
    paths.check_path_twice,
    examples.check_pattern_unchecked,
    paths.check_path_query,
    schemas.check_required_undeclared,
    security.check_security_undeclared,
    paths.check_server_unusable,
    security.check_sign_in,
    task_statuses.check_status_surplus,
    task_statuses.check_status_unmapped,
    task_types.check_task_actions,
    task_starts.check_task_expression,
    task_starts.check_task_link,
    task_types.check_task_poll,
    task_pointers.check_task_pointer,
    task_types.check_task_result,
    task_pointers.check_task_test,
    task_types.check_task_timing,
    depth.check_too_deep,
    schemas.check_unknown_format,
    extensions.check_unknown_x_word,
    names.check_unspellable_name,
    documents.check_unsupported_feature,
    documents.check_ignored_feature,
    schemas.check_unsupported_format,
    schemas.check_unsupported_keyword,
    media_types.check_unsupported_media_type,
    security.check_unsupported_security,
    parameters.check_unsupported_style,
    schemas.check_unsupported_type,
    extensions.check_x_word_value,
)
"""All checks, in the order in which they run."""

WARNINGS: Final[frozenset[LintCheck]] = frozenset(
    {
        choices.check_enum_type,
        documents.check_ignored_feature,
        examples.check_pattern_unchecked,
        schemas.check_unknown_format,
    }
)
"""Checks whose problems are warnings."""


def check(document: Document) -> tuple[Problem, ...]:
    """Return the problems of a spec, in the order of the file. Of equal warnings, only the first is returned."""
    problems = _found(document, (*DOCUMENT_CHECKS, *TEXT_CHECKS))
    if not problems or all(problem.check_id == documents.UNSAFE_TEXT for problem in problems):
        problems |= _found(document, CHECKS[len(DOCUMENT_CHECKS) + len(TEXT_CHECKS) :])
    return tuple(_without_repetitions(sorted(problems)))


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems that prevent the generation of code."""
    return tuple(problem for problem in problems if problem.level == "error")


def _found(document: Document, checks: tuple[LintCheck, ...]) -> set[Problem]:
    # A set, because two operations that share an invalid component report it twice.
    return {
        evolve(problem, level="warning") if run in WARNINGS else problem for run in checks for problem in run(document)
    }


def _without_repetitions(problems: Iterable[Problem]) -> Iterator[Problem]:
    warned: set[tuple[str, str]] = set()
    for problem in problems:
        if problem.level == "warning":
            if (problem.check_id, problem.message) in warned:
                continue
            warned.add((problem.check_id, problem.message))
        yield problem
