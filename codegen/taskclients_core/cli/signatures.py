"""Options as typer wants to see them: as the signature of a function."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any

import typer

from .options import Option


def taking(options: Iterable[Option], run: Callable[[Mapping[str, Any]], None], about: str) -> Callable[..., None]:
    """A function that typer makes a command of: it takes these options, and runs with their values by name."""

    def command(**values: Any) -> None:
        run(values)

    parameters = [_parameter(option) for option in options]
    command.__doc__ = about
    command.__annotations__ = {each.name: each.annotation for each in parameters}
    command.__dict__["__signature__"] = inspect.Signature(parameters)
    return command


def _parameter(option: Option) -> inspect.Parameter:
    type_: Any = list[str] if option.many else bool if option.switch else str
    optional = option.default is not inspect.Parameter.empty
    if optional and not option.many:
        type_ = type_ | None
    shown: dict[str, Any] = {"help": option.help, "envvar": option.env, "show_default": isinstance(option.default, str)}
    if not option.switch:
        shown["metavar"] = option.metavar
    info = typer.Option(*option.flags, **shown) if option.flags else typer.Argument(**shown)
    default: Any = option.default
    if optional and not isinstance(default, str | bool):
        default = [] if option.many else None
    return inspect.Parameter(
        option.name, inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[type_, info], default=default
    )
