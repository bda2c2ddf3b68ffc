"""What a house spec must obey: one file a rule, its docstring is its manual."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from ..problem import Problem
from ..source import Document
from . import (
    all_of_shape,
    client_parameter_partial,
    default_misfit,
    enum_values,
    error_when_pointers,
    example_misfit,
    from_body_pointer,
    inline_enum,
    inline_object,
    missing_page,
    name_collision,
    one_of_members,
    one_tag,
    openapi_invalid,
    operation_id,
    pagination_pointers,
    path_parameter_undeclared,
    path_parameter_unused,
    ref_other_file,
    ref_outside_folder,
    ref_remote,
    ref_unresolvable,
    required_undeclared,
    security_undeclared,
    server_unusable,
    sign_in,
    status_surplus,
    status_unmapped,
    task_actions,
    task_expression,
    task_link,
    task_pointer,
    task_poll,
    task_result,
    task_test,
    task_timing,
    task_type_schema,
    unknown_x_word,
    unsafe_text,
    unspellable_name,
    unsupported_feature,
    unsupported_format,
    unsupported_keyword,
    unsupported_media_type,
    unsupported_security,
    unsupported_style,
    unsupported_type,
    x_word_value,
)

Rule: TypeAlias = Callable[[Document], Iterator[Problem]]

GROUND: Final[tuple[Rule, ...]] = (
    openapi_invalid.check,
    ref_other_file.check,
    ref_outside_folder.check,
    ref_remote.check,
    ref_unresolvable.check,
)
"""What all other rules stand on: the form of the document, and that its references lead somewhere."""

ANYWAY: Final[tuple[Rule, ...]] = (unsafe_text.check,)
"""What can be said of any document."""

RULES: Final[tuple[Rule, ...]] = (
    *GROUND,
    *ANYWAY,
    all_of_shape.check,
    task_type_schema.check,
    client_parameter_partial.check,
    default_misfit.check,
    enum_values.check,
    example_misfit.check,
    error_when_pointers.check,
    from_body_pointer.check,
    inline_enum.check,
    inline_object.check,
    missing_page.check,
    name_collision.check,
    one_of_members.check,
    one_tag.check,
    operation_id.check,
    pagination_pointers.check,
    path_parameter_undeclared.check,
    path_parameter_unused.check,
    required_undeclared.check,
    security_undeclared.check,
    server_unusable.check,
    sign_in.check,
    status_surplus.check,
    status_unmapped.check,
    task_actions.check,
    task_expression.check,
    task_link.check,
    task_poll.check,
    task_pointer.check,
    task_result.check,
    task_test.check,
    task_timing.check,
    unknown_x_word.check,
    unspellable_name.check,
    unsupported_feature.check,
    unsupported_format.check,
    unsupported_keyword.check,
    unsupported_media_type.check,
    unsupported_security.check,
    unsupported_style.check,
    unsupported_type.check,
    x_word_value.check,
)
"""All rules."""


def check(document: Document) -> tuple[Problem, ...]:
    """Return everything that is wrong with a spec, in the order of the file."""
    problems = _found(document, (*GROUND, *ANYWAY))
    if not problems or all(problem.rule == unsafe_text.ID for problem in problems):
        problems |= _found(document, RULES[len(GROUND) + len(ANYWAY) :])
    return tuple(sorted(problems))


def _found(document: Document, rules: tuple[Rule, ...]) -> set[Problem]:
    # Sets, because two operations that share a faulty component report it twice.
    return {problem for rule in rules for problem in rule(document)}
