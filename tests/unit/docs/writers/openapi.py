"""Writers of OpenAPI documents of one operation: as JSON, as YAML, and inside of a page."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Callable
from typing import Any, Final

import yaml
from attrs import define, field
from tests.unit.docs.operations import elements, named_parts, type_of
from tests.unit.docs.writers.marks import Marks, Written, only_marks, plain

from dragoman.docs.facts import ITEMS, PARAMETERS, REQUEST, Attribute, OperationFacts, Part, Place

_OF_SCHEMA: Final[tuple[Attribute, ...]] = ("type", "nullable", "format", "schema", "values", "maxLength")
_FIRST_KEY: Final = re.compile('\\{\n( *)"([\U000f0000-\U000ffffd]+)name"')
"""A parameter begins on the line of its brace."""


@define
class _Document:
    """Document of an operation, whose keys carry marks."""

    known: OperationFacts
    mark: Marks
    is_old: bool
    """True for OpenAPI 3.0, which has `nullable` in place of the type null."""

    has_references: bool
    schemas: dict[str, Any] = field(factory=dict[str, Any])

    def operation(self) -> dict[str, Any]:
        """Return the operation."""
        stated = self.known.parts[0].stated
        found: dict[str, Any] = {
            "operationId": self.known.name,
            "security": [{"token": []}] if stated["authentication"].value else [],
            "parameters": [self._parameter(each) for each in self.known.parts if self._is_parameter(each)],
        }
        request = self.known.part(Place(REQUEST))
        if request:
            body = self._body(request)
            found[self._marks(request, "required", "mediaTypes") + "requestBody"] = {
                "required": request.stated["required"].value,
                "content": body,
            }
        found["responses"] = {
            self._marks(each, "mediaTypes") + each.place.section: {"description": "Any.", "content": self._body(each)}
            for each in self.known.parts
            if each.place.section.isdecimal() and not each.place.names
        }
        return found

    def _is_parameter(self, part: Part) -> bool:
        return part.place.section in PARAMETERS and len(part.place.names) == 1

    def _marks(self, part: Part, *says: Attribute) -> str:
        """Return the marks of a part and of what it states."""
        stated: list[Attribute] = [each for each in says if each in part.stated]
        return self.mark(part.place, None, *stated)

    def _marks_of_schema(self, part: Part) -> str:
        says: list[Attribute] = [each for each in _OF_SCHEMA if each in part.stated]
        if "schema" in says and (part.stated["nullable"].value or not self.has_references):
            says.remove("schema")
        return self.mark(part.place, *says)

    def _parameter(self, part: Part) -> dict[str, Any]:
        return {
            self._marks(part, "required", "deprecated") + "name": part.place.names[-1],
            "in": part.place.section,
            "required": part.stated["required"].value,
            "deprecated": part.stated["deprecated"].value,
            self._marks_of_schema(part) + "schema": self._schema(part),
        }

    def _body(self, part: Part) -> dict[str, Any]:
        media = part.stated["mediaTypes"].value
        key = self._marks_of_schema(part) + "schema"
        return {each: {key: self._schema(part)} for each in media} if isinstance(media, tuple) else {}

    def _schema(self, part: Part) -> dict[str, Any]:
        """Return a schema, or the reference to it, which may be null."""
        schema, name = self._plain(part), part.stated.get("schema")
        nullable = bool(part.stated["nullable"].value)
        if name and self.has_references:
            self.schemas[str(name.value)] = schema
            schema = {"$ref": f"#/components/schemas/{name.value}"}
            if nullable:
                return {"nullable": True, "allOf": [schema]} if self.is_old else {"anyOf": [schema, {"type": "null"}]}
        elif nullable and self.is_old:
            schema["nullable"] = True
        elif nullable:
            schema["type"] = [schema["type"], "null"]
            if "enum" in schema:
                schema["enum"] = [*schema["enum"], None]
        return schema

    def _plain(self, part: Part) -> dict[str, Any]:
        found: dict[str, Any] = {"type": type_of(part)}
        names: tuple[tuple[Attribute, str], ...] = (
            ("format", "format"),
            ("maxLength", "maxLength"),
            ("values", "enum"),
        )
        for attribute, name in names:
            if attribute in part.stated:
                value = part.stated[attribute].value
                found[name] = list(value) if isinstance(value, tuple) else value
        inside = list(named_parts(self.known, part.place))
        if inside:
            found["required"] = [each.place.names[-1] for each in inside if each.stated["required"].value]
            found["properties"] = {self._member_key(each): self._member(each) for each in inside}
        for inner in elements(self.known, part.place):
            name = "items" if inner.place.names[-1] == ITEMS else "additionalProperties"
            found[self._marks(inner) + self._marks_of_schema(inner) + name] = self._schema(inner)
        return found

    def _member_key(self, part: Part) -> str:
        return self._marks(part, "required", "deprecated") + self._marks_of_schema(part) + part.place.names[-1]

    def _member(self, part: Part) -> dict[str, Any]:
        schema = self._schema(part)
        if part.stated["deprecated"].value:
            schema = {**schema, "deprecated": True}
        return schema


def _whole(known: OperationFacts, mark: Marks, *, is_old: bool) -> dict[str, Any]:
    """Return the document of an operation."""
    document = _Document(known, mark, is_old, has_references=True)
    stated = known.parts[0].stated
    operation = document.operation()
    key = mark(Place(), None, "method", "path", "authentication") + str(stated["method"].value).lower()
    return {
        "openapi": "3.0.3" if is_old else "3.1.0",
        "info": {"title": "Toys", "version": "1.0.0"},
        "paths": {str(stated["path"].value): {key: operation}},
        "components": {"schemas": document.schemas},
    }


def _json(data: object) -> str:
    return _FIRST_KEY.sub(r'{\2\n\1"name"', json.dumps(data, indent=1, ensure_ascii=False))


def _yaml_text(data: object) -> str:
    """Return data in YAML; lines are not folded."""
    return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10_000))


def as_json(known: OperationFacts) -> Written:
    """Return a document of OpenAPI 3.1."""
    mark = Marks()
    return mark.written(_json(_whole(known, mark, is_old=False)), "api.json")


def as_yaml(known: OperationFacts) -> Written:
    """Return a document of OpenAPI 3.0."""
    mark = Marks()
    return mark.written(_yaml_text(_whole(known, mark, is_old=True)), "api.yaml")


def as_markdown(known: OperationFacts) -> Written:
    """Return a page of Mintlify: a document of OpenAPI 3.0 in Markdown."""
    mark = Marks()
    text = _yaml_text(_whole(known, mark, is_old=True))
    route = f"{str(known.parts[0].stated['method'].value).lower()} {known.parts[0].stated['path'].value}"
    head = f"# Toys\n\n> All about toys.\n\n## OpenAPI\n\n````yaml openapi.json {route}\n"
    return mark.written(f"{head}{text}\n````\n", "page.md")


def inside(script: str) -> Callable[[OperationFacts], Written]:
    """Return the writer of a page that has the document in a script, in place of `{}`."""

    def write(known: OperationFacts) -> Written:
        mark = Marks()
        text = script.replace("{}", _json(_whole(known, mark, is_old=False)), 1)
        return mark.written(f"<!doctype html>\n<html><body>\n<script>{text}</script>\n</body></html>\n", "page.html")

    return write


def as_chunk(known: OperationFacts) -> Written:
    """Return a chunk of Docusaurus: the whole operation on one line, compressed, without references."""
    mark = Marks()
    stated = known.parts[0].stated
    operation = _Document(known, mark, is_old=True, has_references=False).operation()
    operation |= {"method": str(stated["method"].value).lower(), "path": stated["path"].value}
    text = json.dumps(operation, ensure_ascii=False) + mark(Place(), None, "method", "path", "authentication")
    packed = base64.b64encode(zlib.compress(plain(text).encode())).decode()
    script = f'"use strict";(self.webpackChunkdocs=[]).push([[7],{{1:()=>{{const a={{id:"x",api:"{packed}"}}}}}}]);'
    return mark.written(f"{script}{only_marks(text)}\n", "chunk.js")
