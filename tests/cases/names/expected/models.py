# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from datetime import date
from typing import Any as _Any
from typing import TypeAlias
from uuid import UUID

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import OpenStr, wire, wire_member


class Str(OpenStr):
    """Named like a type of Python's."""

    STR = "str"
    NAME = "name"
    VALUE = "value"
    MRO = "mro"
    IS_KNOWN = "is_known"


@wire(rename="camel")
@define(kw_only=True)
class Response:
    """Has the names that class bodies use themselves."""

    class_: str
    field_: str
    self_: int
    list_: list[List] | None = None
    str_: str | None = None
    define_: str | None = None
    wire: str | None = None
    date_: date | None = None
    uuid: UUID | None = None
    x_2fa: bool | None = field(default=None, metadata=wire_member("2fa"))
    id: str | None = field(default=None, metadata=wire_member("_id"))
    naive: bool | None = field(default=None, metadata=wire_member("naïve"))
    odata_type: str | None = field(default=None, metadata=wire_member("@odata.type"))
    next: SecondPage | None = None


@define(kw_only=True)
class Client:
    """Named like the client's base."""

    id: int


@wire(rename="pascal")
@define(kw_only=True)
class Field:
    """Named like a function of attrs."""

    none: None_ | None = None


List: TypeAlias = list[Field]
"""Named like a type, in small letters."""


@define(kw_only=True)
class None_:
    """Named like nothing."""

    any: Any | None = None


@wire(rename="camel")
@define(kw_only=True)
class Json:
    """Named like a kind of body."""

    str_: Str | None = None


@define(kw_only=True)
class Any:
    """Named like a type of Python's."""

    any: _Any


@define(kw_only=True)
class Warning:
    """Named like a built-in class; it may contain itself."""

    cause: Warning | None = None


Ellipsis: TypeAlias = float
"""Named like a built-in value."""


@define(kw_only=True)
class Report:
    """Mentions schemas that are named like built-in classes, before they are written."""

    warning: Warning | None = None
    number: Ellipsis | None = None


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
