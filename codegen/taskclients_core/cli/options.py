"""The parameters and the body of an operation as options, and options back as arguments and body.

Members of the body that are models themselves are dotted options (`--filters.outlet`), lists are options that can be
repeated and have a singular name (`--pos-code 1 --pos-code 2`). What has no such form is given as JSON. `--body`
gives the whole of a body; other options then replace what it says.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, cast

from attrs import evolve, frozen

from ..codec import decode
from ..codec.annotations import Member, members
from ..errors import DecodeError, InvalidArgument
from ..fitting import outer_classes
from ..operation import Binary, Body, Form, Json, Multipart, Operation, Parameter, Path, Text, Upload
from . import files
from .docs import member_docs
from .texts import item_of, metavar, model_of, python_value, wire_value
from .words import kebab, singular

_DEPTH: Final = 3

BODY: Final = "body"
"""Name of the option for the whole body."""


@frozen(kw_only=True)
class Option:
    """An option or an argument of a command."""

    name: str
    """Under which its value comes back."""

    flags: tuple[str, ...]
    """How it is spelled; none for an argument by its place."""

    hint: Any = str
    many: bool = False
    switch: bool = False
    """Whether it takes no value, and its flags say yes and no."""

    default: Any = None
    help: str = ""
    metavar: str | None = None
    env: str | None = None

    index: int | None = None
    """Of the operation's argument that it gives."""

    place: tuple[str, ...] = ()
    """Of the body's member that it gives, by names on the wire."""

    secret: bool = False
    needed: bool = False
    """Whether nothing can be sent without it; a file that `--body` names may say it too."""

    @property
    def flag(self) -> str:
        """For messages."""
        return self.flags[0].partition("/")[0] if self.flags else self.name.upper()


@frozen(eq=False)
class Inputs:
    """What an operation takes, as options."""

    operation: Operation[Any]
    options: tuple[Option, ...]
    body: Body | None
    count: int
    """Of its arguments."""

    def arguments(self, given: Mapping[str, Any]) -> tuple[object, ...]:
        """The operation's arguments, in their order.

        Raises:
            InvalidArgument: an option is missing or unfit.
        """
        found: list[object] = [None] * self.count
        for option in self.options:
            if option.index is None:
                continue
            value = given.get(option.name)
            if _is_given(option, value):
                found[option.index] = _python(option, value)
            elif option.needed:
                raise InvalidArgument(f"{option.flag}: it is missing")
        return tuple(found)

    def content(self, given: Mapping[str, Any]) -> object:
        """The operation's body.

        Raises:
            InvalidArgument: an option is missing or unfit, or the file cannot be used.
        """
        file = given.get(BODY)
        match self.body:
            case None:
                return None
            case Binary() | Text():
                if file is None:
                    if self.operation.body_required:
                        raise InvalidArgument("--body: it is missing; the operation takes a file")
                    return None
                if isinstance(self.body, Text):
                    return files.text(file)
                return files.content(file) if file == "-" else files.readable(file)
            case Json(type) | Form(type) | Multipart(type):
                tree: Any = {} if file is None else files.tree(file)
                given_any = file is not None
                for option in self.options:
                    value = given.get(option.name)
                    if option.place and _is_given(option, value):
                        given_any = True
                        _put(tree, option.place, _wire(option, value))
                if not given_any and not self.operation.body_required:
                    return None
                return self._read(type, tree)

    def _read(self, hint: Any, tree: Any) -> object:
        model = model_of(hint)
        if model is not None:
            absent = list(self._absent(model, tree, ()))
            if absent:
                raise InvalidArgument(f"missing: {', '.join(absent)}")
            if isinstance(self.body, Multipart):
                return _parts(model, tree)
        try:
            return decode(json.dumps(tree), hint)
        except DecodeError as error:
            raise InvalidArgument(f"--body: expected {error.expected}, found {error.found} at {error.path}") from None

    def _absent(self, model: type, tree: Mapping[str, Any], place: tuple[str, ...]) -> Iterator[str]:
        flags = {option.place: option.flag for option in self.options if option.place}
        for member in members(model):
            here = (*place, member.name)
            inner = model_of(member.type)
            if member.name not in tree:
                if member.required:
                    yield flags.get(here) or f"{'.'.join(here)} (in --body)"
            elif inner is not None and isinstance(tree[member.name], dict):
                yield from self._absent(inner, tree[member.name], here)


def inputs(operation: Operation[Any], about: Mapping[str, str], reserved: Collection[str]) -> Inputs:
    """What an operation takes, as options; `reserved` are flags that mean something else."""
    asked = [each for each in operation.parameters if getattr(each, "body", None) is None]
    found = [_parameter(index, each, about) for index, each in enumerate(asked)]
    body = next((each for each in operation.body if isinstance(each, Json)), next(iter(operation.body), None))
    if body is not None:
        found.append(_whole(body, about))
    if isinstance(body, Json | Form | Multipart) and (model := model_of(body.type)) is not None:
        found.extend(_fields(model, (), ()))
    found.sort(key=lambda option: not option.needed)
    return Inputs(operation, tuple(_named(found, reserved)), body, len(asked))


def _parameter(index: int, parameter: Parameter, about: Mapping[str, str]) -> Option:
    word = kebab(parameter.name)
    required = isinstance(parameter, Path) or parameter.required
    text = about.get(word.replace("-", "_"), "")
    option = _option(word, parameter.type, text, required=required)
    return evolve(option, index=index)


def _whole(body: Body, about: Mapping[str, str]) -> Option:
    if isinstance(body, Binary | Text):
        text = about.get("body") or f"What is sent ({body.media_type})."
        return Option(name=BODY, flags=("--body",), metavar="FILE", help=f"{text} `-` is the standard input.")
    text = "The body as JSON, `-` for the standard input; options replace its members."
    return Option(name=BODY, flags=("--body",), metavar="FILE", help=text)


def _fields(model: type, place: tuple[str, ...], words: tuple[str, ...]) -> Iterator[Option]:
    about = member_docs(model)
    for member in members(model):
        if member.extra:
            continue
        here, word = (*place, member.name), (*words, kebab(member.attribute))
        inner = model_of(member.type)
        if inner is not None and len(here) < _DEPTH:
            yield from _fields(inner, here, word)
        else:
            yield _member(member, here, word, about.get(member.attribute, ""))


def _member(member: Member, place: tuple[str, ...], words: tuple[str, ...], text: str) -> Option:
    required = member.required and len(place) == 1
    option = _option(".".join(words), member.type, text, required=required)
    return evolve(option, place=place, secret=member.secret)


def _option(word: str, hint: Any, text: str, *, required: bool) -> Option:
    if required:
        text = f"{text} [needed]".strip()
    more: dict[str, Any] = {"name": "", "hint": hint, "needed": required}
    item = item_of(hint)
    if item is not None:
        one = singular(word)
        flags = (f"--{one}",) if one == word else (f"--{one}", f"--{word}")
        more |= {"hint": item, "help": f"{text} Can be repeated.".strip()}
        return Option(flags=flags, many=True, metavar=metavar(item), **more)
    if outer_classes(hint) == (bool,):
        return Option(flags=(f"--{word}/--{_no(word)}",), switch=True, help=text, **more)
    return Option(flags=(f"--{word}",), metavar=metavar(hint), help=text, **more)


def _no(word: str) -> str:
    path, dot, last = word.rpartition(".")
    return f"{path}{dot}no-{last}"


def _named(options: Iterable[Option], reserved: Collection[str]) -> Iterator[Option]:
    """Options whose flags are theirs alone; the first one keeps a flag that two would have."""
    taken = {*reserved}
    for index, option in enumerate(options):
        flags = [flag for flag in option.flags if taken.isdisjoint(flag.split("/"))]
        if not flags:
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
    if Upload in outer_classes(option.hint):
        return [_upload(each) for each in value] if option.many else _upload(value)
    if option.many:
        return [wire_value(each, option.hint, option.flag, secret=option.secret) for each in value]
    return wire_value(value, option.hint, option.flag, secret=option.secret)


def _parts(model: type, tree: Mapping[str, Any]) -> object:
    """A multipart body: its files are not JSON."""
    values: dict[str, Any] = {}
    for member in members(model):
        if member.name in tree:
            value = tree[member.name]
            is_file = any(isinstance(each, Upload) for each in _each(value))
            values[member.attribute] = value if is_file else decode(json.dumps(value), member.type)
    return model(**values)


def _each(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else [value]


def _upload(file: str) -> Upload:
    return Upload(files.readable(file))


def _put(tree: object, place: tuple[str, ...], value: Any) -> None:
    if not isinstance(tree, dict):
        raise InvalidArgument("--body: expected an object, as other options are its members")
    at = cast("dict[str, Any]", tree)
    for name in place[:-1]:
        if not isinstance(at.get(name), dict):
            at[name] = {}
        at = at[name]
    at[place[-1]] = value
