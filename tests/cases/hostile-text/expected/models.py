# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api \"\"" {{ 7 * 7 }} {% raw %} \\N{BULLET} # ' : models."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import OneOf, OpenStr, wire_member


class Mode(OpenStr):
    """\"\""; raise SystemExit; \"\""."""

    QUOTE = '"'
    """"."""

    QUOTES = '"""'
    """\"\""."""

    BACKSLASH = "\\"
    """\\."""

    BRACES = "{{ 7 * 7 }}"
    """{{ 7 * 7 }}."""

    LINES = "a\nb"
    """a

    b.
    """

    CALL = '"; __import__("os").system("x"); "'
    """"; __import__("os").system("x"); "."""

    FACE = "😀 é"
    """😀."""


@define(kw_only=True)
class Thing:
    """\"\""; __import__("os").system("x"); \"\""."""

    quote: str = field(metadata=wire_member("quote'"))
    """One quote at the end "."""

    quotes: str | None = field(default=None, metadata=wire_member("'''"))
    """A backslash at the end \\."""

    hash_sign: str | None = field(default=None, metadata=wire_member("#"))
    """\\\"\""."""

    braces: str | None = field(default=None, metadata=wire_member("{{ 7 * 7 }}"))
    """{{ 7 * 7 }}."""

    block: str | None = field(default=None, metadata=wire_member("{% raw %}"))
    """{% raw %}."""

    bullet: str | None = field(default=None, metadata=wire_member("N{BULLET}"))
    """\\N{BULLET} \\u2022 \\x41 \\1."""

    call: str | None = field(default=None, metadata=wire_member("'+__import__('os').system('x')+'"))
    """'''."""

    text: str | None = field(default=None, metadata=wire_member("f'{1 + 1}' # no comment"))
    with_default: str = field(
        default="'''\"\"\"\\\n{{ 7 * 7 }}{% raw %}{__import__('os')}#", metadata=wire_member("default'")
    )
    kind: Literal['\'"""\\ {{ 7 * 7 }} {% raw %} \\N{BULLET}'] = '\'"""\\ {{ 7 * 7 }} {% raw %} \\N{BULLET}'
    """Fixed \"\"" import os."""

    other: Literal["]; __import__('os').system('x'); ['"] | None = None
    """Assumed: \"\""."""


@define(kw_only=True)
class Answer:
    """\\."""

    pet: Pet
    map: dict[str, str] = field(factory=lambda: {"'": '"""'})


@define(kw_only=True)
class Cat:
    """The object `Cat`."""

    type: Literal['"""cat\\'] = field(default='"""cat\\', metadata=wire_member("type'"))


@define(kw_only=True)
class Dog:
    """The object `Dog`."""

    type: str = field(metadata=wire_member("type'"))


Pet: TypeAlias = Annotated[Cat | Dog, OneOf("type'", {'"""cat\\': Cat, "{{ dog }}": Dog})]
"""\"\""."""
