"""Invented operations, as facts: what the pages of the tests state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from dragoman.docs.facts import (
    ITEMS,
    REQUEST,
    VALUES,
    Attribute,
    Collector,
    OperationFacts,
    Part,
    Place,
    Value,
    kind_of,
)

INNER: Final = (ITEMS, VALUES)
"""Names of what is in a list or a map."""

_DEFAULTS: Final[Mapping[str, Mapping[Attribute, Value]]] = {
    "operation": {},
    "parameter": {"required": False, "nullable": False, "deprecated": False},
    "member": {"required": False, "nullable": False, "deprecated": False},
    "element": {"nullable": False},
    "body": {"nullable": False, "mediaTypes": ("application/json",)},
}
"""Attributes that a document states of every part of a kind; `element` is one of a list or a map."""


def operation(name: str, parts: Mapping[str, Mapping[Attribute, Value]]) -> OperationFacts:
    """Return an operation from places as `Place` prints them, such as `200 items[].id`."""
    collector = Collector(1, name)
    for line, (text, given) in enumerate(parts.items(), 1):
        place = place_of(text)
        collector.add(place, line)
        kind = "element" if place.names[-1:] in ((ITEMS,), (VALUES,)) else kind_of(place)
        stated: dict[Attribute, Value] = {**_DEFAULTS[kind], **given}
        if place == Place(REQUEST):
            stated.setdefault("required", True)
        for attribute, value in stated.items():
            collector.state(place, attribute, value, line)
    return collector.operation()


def place_of(text: str) -> Place:
    """Return the place that a text names; '' is the operation itself."""
    section, _, names = text.partition(" ")
    for mark in (ITEMS, VALUES):
        names = names.replace(mark, f".{mark}")
    return Place(section, tuple(each for each in names.split(".") if each))


def named_parts(known: OperationFacts, place: Place) -> Iterator[Part]:
    """Yield the named parts of a part: parameters of a section, or members of an object."""
    for each in known.parts:
        names = each.place.names
        if each.place.section == place.section and names[:-1] == place.names and names and names[-1] not in INNER:
            yield each


def elements(known: OperationFacts, place: Place) -> Iterator[Part]:
    """Yield the items of a list, or the values of a map."""
    for mark in INNER:
        inner = known.part(place.inside(mark))
        if inner is not None:
            yield inner


def type_of(part: Part) -> str:
    """Return the type of a part, which has a single one."""
    value = part.stated["type"].value
    return value[0] if isinstance(value, tuple) else str(value)


def is_set(part: Part | None, attribute: Attribute) -> bool:
    """Return True for a flag that is set."""
    return part is not None and attribute in part.stated and bool(part.stated[attribute].value)


_INT: Final[Mapping[Attribute, Value]] = {"type": ("integer",), "format": "int32"}
_ID: Final[Mapping[Attribute, Value]] = {"type": ("string",), "format": "uuid", "required": True}
_TIME: Final[Mapping[Attribute, Value]] = {"type": ("string",), "format": "date-time", "nullable": True}
_STATE: Final[Mapping[Attribute, Value]] = {"type": ("string",), "schema": "ToyState", "values": ("Free", "Sold")}

POST: Final = operation(
    "MoveToys",
    {
        "": {"method": "POST", "path": "/toys/move", "authentication": True},
        "request": {"type": ("object",), "schema": "MoveToys"},
        "request shelf": {"type": ("string",), "required": True},
        "request toyIds": {"type": ("array",)},
        "request toyIds[]": {"type": ("string",)},
        "request counts": {"type": ("array",), "required": True},
        "request counts[]": _INT,
        "request price": {"type": ("number",), "format": "double", "nullable": True},
        "request movedAt": _TIME,
        "request state": _STATE,
        "request labels": {"type": ("object",)},
        "request labels{}": {"type": ("string",)},
        "request parts": {"type": ("array",)},
        "request parts[]": {"type": ("object",), "schema": "ToyPart"},
        "request parts[].partId": _ID,
        "request parts[].isFragile": {"type": ("boolean",), "nullable": True},
        "200": {"type": ("object",), "schema": "MoveToysResponse"},
        "200 moveId": _ID,
        "200 total": {"type": ("integer",), "format": "int64", "required": True},
    },
)
"""Everything that a page of ServiceStack can state about a body."""

GET: Final = operation(
    "FindToys",
    {
        "": {"method": "GET", "path": "/shops/{shop}/toys", "authentication": False},
        "path shop": {"type": ("string",), "required": True},
        "query minimum": _INT,
        "query kind": {"type": ("string",)},
        "query state": _STATE,
        "query marks": {"type": ("array",), "required": True},
        "query marks[]": {"type": ("string",)},
        "200": {"type": ("array",), "schema": "FindToysResponse"},
        "200 []": {"type": ("object",), "schema": "Toy"},
        "200 [].toyId": _ID,
        "200 [].count": {**_INT, "required": True},
        "200 [].soldAt": _TIME,
    },
)
"""Parameters, and a list as the response."""

CRATES: Final = operation(
    "LookAtCrates",
    {
        "": {"method": "POST", "path": "/shops/{shop_id}/crates", "authentication": False},
        "path shop_id": _ID,
        "query since": {"type": ("string",), "format": "date-time"},
        "query state": {"type": ("string",), "schema": "CrateStates", "values": ("Open", "Sealed")},
        "header X-Client": {"type": ("string",), "required": True, "maxLength": 64},
        "cookie seen": {"type": ("boolean",), "deprecated": True},
        "request": {"type": ("object",)},
        "request note": {"type": ("string",), "required": True, "maxLength": 200},
        "request limit": {**_INT, "nullable": True},
        "200": {"type": ("object",)},
        "200 crates": {"type": ("array",), "nullable": True, "required": True},
        "200 crates[]": {"type": ("object",)},
        "200 crates[].crate_id": {**_ID, "nullable": True},
        "200 crates[].contents": {"type": ("object",)},
        "200 crates[].contents.unit": {"type": ("string",), "schema": "Units", "values": ("kg", "lb")},
        "200 crates[].contents.size": {"type": ("number",), "format": "double"},
        "200 crates[].labels": {"type": ("array",)},
        "200 crates[].labels[]": {"type": ("string",)},
        "200 crates[].extra": {"type": ("object",)},
        "200 crates[].extra{}": {"type": ("string",)},
        "200 next_token": {"type": ("string",), "nullable": True},
        "404": {"type": ("object",), "mediaTypes": ("application/problem+json",)},
        "404 code": {**_INT, "required": True},
        "404 old_code": {"type": ("string",), "deprecated": True},
        "404 reason": {"type": ("string",), "nullable": True},
    },
)
"""Parameters of every kind, deprecated members, limits, and several responses."""

ORDER: Final = operation(
    "SendOrder",
    {
        "": {"method": "POST", "path": "/shops/{shop_id}/orders", "authentication": True},
        "path shop_id": {"required": True},
        "query dry_run": {},
        "header X-Client": {},
        "request": {"mediaTypes": ("multipart/form-data",)},
        "request note": {},
        "request scan": {},
        "201": {},
        "404": {"mediaTypes": ("text/plain",)},
    },
)
"""Operation as a Postman collection shows it: without types, and with a form."""

RATING: Final = operation(
    "RateShop",
    {
        "": {"method": "PUT", "path": "/rating", "authentication": True},
        "request": {**_INT, "nullable": True, "required": False},
        "200": {"type": ("string",), "schema": "Ratings", "values": ("Good", "Bad")},
        "202": {"type": ("string",), "format": "uuid"},
    },
)
"""Bodies that are no objects."""
