"""A small spec whose parts are changed by tests: sent, received, shared, recursive, in a union, in an enumeration."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

from attrs import evolve

from dragoman.diff.change import Change
from dragoman.diff.wire.changes import changes
from dragoman.spec import reader, yaml_document
from dragoman.spec.model import Spec

Data: TypeAlias = dict[str, Any]


def ref(name: str) -> Data:
    """Return a reference to a component schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def content(schema: Data) -> Data:
    """Return the content of a JSON body."""
    return {"application/json": {"schema": schema}}


def response(schema: Data) -> Data:
    """Return a response with a JSON body."""
    return {"description": "Done.", "content": content(schema)}


def operation(name: str, **members: Any) -> Data:
    """Return an operation of the tag `parcels`."""
    return {"operationId": f"parcels.{name}", "tags": ["parcels"], "summary": "An operation.", **members}


_FAILED: Final = {"description": "Refused.", "content": content(ref("Failure"))}

BASE: Final[Data] = {
    "openapi": "3.1.0",
    "info": {"title": "Parcels", "version": "1"},
    "servers": [{"url": "https://api.example.com"}, {"url": "https://eu.example.com"}],
    "security": [{"token": []}],
    "tags": [{"name": "parcels", "description": "Parcels."}],
    "paths": {
        "/parcels": {
            "get": operation(
                "list",
                parameters=[
                    {"name": "sender", "in": "query", "schema": {"type": "string"}},
                    {"name": "states", "in": "query", "schema": {"type": "array", "items": ref("State")}},
                ],
                responses={"200": response({"type": "array", "items": ref("Parcel")}), "400": _FAILED},
            ),
            "post": operation(
                "add",
                requestBody={"required": True, "content": content(ref("NewParcel"))},
                responses={"201": response(ref("Parcel")), "400": _FAILED},
            ),
        },
        "/parcels/{id}": {
            "get": operation(
                "read",
                parameters=[{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                responses={"200": response(ref("Parcel")), "400": _FAILED},
            ),
        },
    },
    "components": {
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "Parcel": {
                "type": "object",
                "required": ["id", "state"],
                "properties": {
                    "id": {"type": "string", "readOnly": True},
                    "state": ref("State"),
                    "weight": {"type": "integer", "format": "int32"},
                    "note": {"type": ["string", "null"]},
                    "parts": {"type": "array", "items": ref("Parcel")},
                    "address": ref("Address"),
                    "content": {"oneOf": [ref("Book"), ref("Food")]},
                },
            },
            "NewParcel": {
                "type": "object",
                "required": ["address"],
                "properties": {
                    "address": ref("Address"),
                    "fragile": {"type": "boolean", "default": False},
                    "state": ref("State"),
                },
            },
            "Address": {
                "type": "object",
                "required": ["city"],
                "properties": {"city": {"type": "string"}, "street": {"type": "string"}},
            },
            "State": {"type": "string", "enum": ["sent", "held", "lost"]},
            "Book": {"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}}},
            "Food": {
                "type": "object",
                "required": ["best"],
                "properties": {"best": {"type": "string", "format": "date"}},
            },
            "Failure": {"type": "object", "properties": {"text": {"type": "string"}}},
        },
    },
}


def read(data: Data) -> Spec:
    """Return the spec of data that lint would accept."""
    document = yaml_document.parse(b"openapi: 3.1.0", Path("parcels.yaml"))
    return reader.read(evolve(document, data=data))


def changed(edit: Callable[[Data], object], *, base: Data = BASE) -> tuple[Change, ...]:
    """Return the changes that an edit makes."""
    data = copy.deepcopy(base)
    edit(data)
    return changes(read(base), read(data))


def schema(data: Data, name: str) -> Data:
    """Return a component schema."""
    found: Data = data["components"]["schemas"][name]
    return found


def words(found: tuple[Change, ...]) -> list[str]:
    """Return changes as lines: class, id, place, and which consequences there are."""
    return [
        " ".join(
            (
                each.severity.value,
                each.id,
                f"{each.place.words}:",
                *(["refused"] if each.wire.refused else []),
                *(["misread"] if each.wire.misread else []),
            )
        ).rstrip(":")
        for each in found
    ]
