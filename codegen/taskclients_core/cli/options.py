"""Parameters and body of an operation as options, and the values of options as arguments and body.

A member of the body that is a model gives dotted options (`--filters.outlet`). A list gives an option that can be
repeated and has a singular name (`--pos-code 1 --pos-code 2`). Other members are given as JSON. `--body` gives the
whole body; other options replace its members.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, cast

from attrs import evolve, frozen

from ..auth.environment import kebab
from ..codec import decode
from ..errors import DecodeError, InvalidArgumentError, did_you_mean
from ..model import Member, accepted_classes, is_secret, members, undeclared_members
from ..operation import Binary, Body, Form, Json, Multipart, Operation, Parameter, Path, Text, Upload, model_type
from .discovery import member_docs
from .values import (
    file_bytes,
    item_type,
    json_file,
    metavar,
    python_value,
    readable_path,
    singular,
    text_file,
    wire_value,
)

_MAX_DEPTH: Final = 3
_BODY: Final = "body"


@frozen(kw_only=True)
class Option:
    """An option of a command, or a positional argument."""

    name: str
    """Key of its value in the values of the command."""

    flags: tuple[str, ...]
    """Spellings, or `("--yes/--no",)` of a switch; empty for a positional argument, which is always required."""

    hint: Any = str
    """Type of the value, or of each value if it can be repeated."""

    many: bool = False
    """True if it can be repeated."""

    switch: bool = False
    """True if it takes no value."""

    default: str | bool | None = None
    help: str = ""
    metavar: str | None = None
    variable: str | None = None
    """Environment variable that is its default."""

    index: int | None = None
    """Index of the operation's argument that it sets."""

    place: tuple[str, ...] = ()
    """Wire names that lead to the body's member that it sets."""

    secret: bool = False
    """True if no message may repeat the value."""

    required: bool = False
    """True if the operation requires it; a file given as `--body` can contain it too."""

    @property
    def flag(self) -> str:
        """Spelling in messages."""
        return self.flags[0].partition("/")[0] if self.flags else self.name.upper()


@frozen(eq=False)
class OperationOptions:
    """Options of an operation."""

    operation: Operation[Any]
    options: tuple[Option, ...]
    body_type: Body | None
    """Form in which the body is sent; None if there is none."""

    argument_count: int

    def arguments(self, given: Mapping[str, Any]) -> tuple[object, ...]:
        """Return the operation's arguments, in their order.

        Raises:
            InvalidArgumentError: an option is missing or invalid.
        """
        found: list[object] = [None] * self.argument_count
        for option in self.options:
            if option.index is None:
                continue
            value = given.get(option.name)
            if _is_given(option, value):
                found[option.index] = _python(option, value)
            elif option.required:
                raise InvalidArgumentError(f"{option.flag}: is required")
        return tuple(found)

    def body(self, given: Mapping[str, Any]) -> object:
        """Return the operation's body.

        Raises:
            InvalidArgumentError: an option is missing or invalid, or the file cannot be used.
        """
        file = given.get(_BODY)
        match self.body_type:
            case None:
                return None
            case Binary() | Text():
                if file is None:
                    if self.operation.body_required:
                        raise InvalidArgumentError("--body: is required: the operation takes a file")
                    return None
                if isinstance(self.body_type, Text):
                    return text_file(file, "--body")
                return file_bytes(file, "--body") if file == "-" else readable_path(file, "--body")
            case Json(type) | Form(type) | Multipart(type):
                tree: Any = {} if file is None else json_file(file, "--body")
                is_empty = file is None
                for option in self.options:
                    value = given.get(option.name)
                    if option.place and _is_given(option, value):
                        is_empty = False
                        _put(tree, option.place, _wire(option, value))
                if is_empty and not self.operation.body_required:
                    return None
                return self._decode(type, tree)

    def _decode(self, hint: Any, tree: Any) -> object:
        model = model_type(hint)
        if model is not None and isinstance(cast("object", tree), dict):
            missing = list(self._missing(model, tree, ()))
            if missing:
                raise InvalidArgumentError(f"{', '.join(missing)}: {'is' if len(missing) == 1 else 'are'} required")
        try:
            multipart = model is not None and isinstance(self.body_type, Multipart)
            value: object = (
                _multipart(model, tree) if model is not None and multipart else decode(json.dumps(tree), hint)
            )
        except DecodeError as error:
            raise InvalidArgumentError(
                f"--body: expected {error.expected}, found {error.found} at {error.path}"
            ) from None
        # The codec ignores them; in a request, a misspelt filter would widen it.
        for path, name, known in undeclared_members(value, tree):
            raise InvalidArgumentError(f"--body: unknown member {name!r:.80} at {path}{did_you_mean(name, known)}")
        return value

    def _missing(self, model: type, tree: Mapping[str, Any], place: tuple[str, ...]) -> Iterator[str]:
        flags = {option.place: option.flag for option in self.options if option.place}
        declared = [member.name for member in members(model) if not member.extra]
        misspelt = next((name for name in tree if name not in declared), None)
        if misspelt is not None and len(declared) == len(members(model)):
            path = ".".join(("$", *place))
            raise InvalidArgumentError(
                f"--body: unknown member {misspelt!r:.80} at {path}{did_you_mean(misspelt, declared)}"
            )
        for member in members(model):
            here = (*place, member.name)
            inner = model_type(member.type)
            if member.name not in tree:
                if member.required:
                    yield flags.get(here) or f"{'.'.join(here)} (in --body)"
            elif inner is not None and isinstance(tree[member.name], dict):
                yield from self._missing(inner, tree[member.name], here)


def operation_options(
    operation: Operation[Any], about: Mapping[str, str], reserved: Collection[str]
) -> OperationOptions:
    """Return the options of an operation, the required ones first.

    Args:
        operation: Operation that begins a task.
        about: Help texts of its arguments.
        reserved: Flags that the command uses otherwise.
    """
    parameters = [each for each in operation.parameters if getattr(each, "from_body", None) is None]
    found = [_of_parameter(index, each, about) for index, each in enumerate(parameters)]
    body = next((each for each in operation.body if isinstance(each, Json)), next(iter(operation.body), None))
    if body is not None:
        found.append(_of_body(body, about))
    if isinstance(body, Json | Form | Multipart) and (model := model_type(body.type)) is not None:
        found.extend(_of_members(model, (), ()))
    found.sort(key=lambda option: not option.required)
    return OperationOptions(operation, tuple(with_unique_flags(found, reserved)), body, len(parameters))


def _of_parameter(index: int, parameter: Parameter, about: Mapping[str, str]) -> Option:
    word = kebab(parameter.name)
    required = isinstance(parameter, Path) or parameter.required
    text = about.get(word.replace("-", "_"), "")
    option = _option(word, parameter.type, text, required=required)
    return evolve(option, index=index, secret=is_secret(parameter.type))


def _of_body(body: Body, about: Mapping[str, str]) -> Option:
    if isinstance(body, Binary | Text):
        text = about.get("body") or f"Content to send ({body.media_type})."
        return Option(name=_BODY, flags=("--body",), metavar="FILE", help=f"{text} `-` is the standard input.")
    text = "Body as JSON, `-` for the standard input; other options replace its members."
    return Option(name=_BODY, flags=("--body",), metavar="FILE", help=text)


def _of_members(model: type, place: tuple[str, ...], words: tuple[str, ...]) -> Iterator[Option]:
    about = member_docs(model)
    for member in members(model):
        if member.extra:
            continue
        here, word = (*place, member.name), (*words, kebab(member.attribute))
        inner = model_type(member.type)
        if inner is not None and len(here) < _MAX_DEPTH:
            yield from _of_members(inner, here, word)
        else:
            yield _of_member(member, here, word, about.get(member.attribute, ""))


def _of_member(member: Member, place: tuple[str, ...], words: tuple[str, ...], text: str) -> Option:
    required = member.required and len(place) == 1
    option = _option(".".join(words), member.type, text, required=required)
    return evolve(option, place=place, secret=member.secret)


def _option(word: str, hint: Any, text: str, *, required: bool) -> Option:
    if required:
        text = f"{text} [required]".strip()
    more: dict[str, Any] = {"name": "", "hint": hint, "required": required}
    item = item_type(hint)
    if item is not None:
        one = singular(word)
        flags = (f"--{one}",) if one == word else (f"--{one}", f"--{word}")
        more |= {"hint": item, "help": f"{text} Can be repeated.".strip()}
        return Option(flags=flags, many=True, metavar=metavar(item), **more)
    if accepted_classes(hint) == (bool,):
        return Option(flags=(f"--{word}/--{_negative(word)}",), switch=True, help=text, **more)
    return Option(flags=(f"--{word}",), metavar=metavar(hint), help=text, **more)


def _negative(word: str) -> str:
    path, dot, last = word.rpartition(".")
    return f"{path}{dot}no-{last}"


def with_unique_flags(options: Iterable[Option], reserved: Collection[str]) -> Iterator[Option]:
    """Yield the options, each with a name and unique flags; of two with the same flag, the first keeps it."""
    taken = {*reserved}
    for index, option in enumerate(options):
        flags = [flag for flag in option.flags if taken.isdisjoint(flag.split("/"))]
        if option.flags and not flags:
            prefix = "body" if option.place else "parameter"
            flags = ["/".join(f"--{prefix}.{each.removeprefix('--')}" for each in option.flags[0].split("/"))]
        taken.update(each for flag in flags for each in flag.split("/"))
        yield evolve(option, flags=tuple(flags), name=option.name or f"option_{index}")


def _is_given(option: Option, value: object) -> bool:
    return bool(value) if option.many else value is not None


def _python(option: Option, value: Any) -> object:
    if option.switch:
        return value
    if option.many:
        return [python_value(each, option.hint, option.flag) for each in value]
    return python_value(value, option.hint, option.flag)


def _wire(option: Option, value: Any) -> Any:
    if option.switch:
        return value
    if option.many:
        return [_wire_item(option, each) for each in value]
    return _wire_item(option, value)


def _wire_item(option: Option, text: str) -> Any:
    if Upload in accepted_classes(option.hint):
        return Upload(readable_path(text, option.flag))
    return wire_value(text, option.hint, option.flag, secret=option.secret)


def _put(tree: object, place: tuple[str, ...], value: Any) -> None:
    if not isinstance(tree, dict):
        raise InvalidArgumentError("--body: expected an object, because other options set its members")
    at = cast("dict[str, Any]", tree)
    for name in place[:-1]:
        if not isinstance(at.get(name), dict):
            at[name] = {}
        at = at[name]
    at[place[-1]] = value


def _multipart(model: type, tree: Mapping[str, Any]) -> object:
    """Return a multipart body, whose files are not JSON."""
    values: dict[str, Any] = {}
    for member in members(model):
        if member.name in tree:
            value = tree[member.name]
            items = cast("list[object]", value) if isinstance(value, list) else [value]
            is_file = any(isinstance(each, Upload) for each in items)
            values[member.attribute] = value if is_file else decode(json.dumps(value), member.type)
    return model(**values)
