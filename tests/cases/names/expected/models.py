# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Api: models."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from attrs import field
from taskclients_core.classes import define
from taskclients_core.model import OpenStr, wire


class Str(OpenStr):
    """Named like a type of Python's."""

    STR = "str"
    NAME = "name"
    VALUE = "value"
    MRO = "mro"
    IS_KNOWN = "is_known"


@define(kw_only=True)
class Response:
    """Has the names that class bodies use themselves."""

    class_: str = field(metadata=wire("class"))
    field_: str = field(metadata=wire("field"))
    self_: int = field(metadata=wire("self"))
    list_: list[List] | None = field(default=None, metadata=wire("list"))
    str_: str | None = field(default=None, metadata=wire("str"))
    define_: str | None = field(default=None, metadata=wire("define"))
    wire_: str | None = field(default=None, metadata=wire("wire"))
    date_: date | None = field(default=None, metadata=wire("date"))
    uuid: UUID | None = None
    x_2fa: bool | None = field(default=None, metadata=wire("2fa"))
    id: str | None = field(default=None, metadata=wire("_id"))
    naive: bool | None = field(default=None, metadata=wire("naïve"))
    odata_type: str | None = field(default=None, metadata=wire("@odata.type"))
    next: SecondPage | None = None


@define(kw_only=True)
class Client_:
    """Named like the client's base."""

    id: int


@define(kw_only=True)
class Field:
    """Named like a function of attrs."""

    none: None_ | None = field(default=None, metadata=wire("None"))


List: TypeAlias = list[Field]
"""Named like a type, in small letters."""


@define(kw_only=True)
class None_:
    """Named like nothing."""

    any: Any_ | None = None


@define(kw_only=True)
class Json_:
    """Named like a kind of body."""

    str_: Str | None = field(default=None, metadata=wire("str"))


@define(kw_only=True)
class Any_:
    """Named like a type of Python's."""

    any: Any


Models: TypeAlias = dict[str, Response]
"""Named like a module of the client."""


@define(kw_only=True)
class SecondPage:
    """Starts with a digit."""

    number: int | None = None


@define(kw_only=True)
class URL:
    """Named in capitals."""

    href: str
