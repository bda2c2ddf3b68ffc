"""First version of a spec, drafted from the facts of pages.

What the pages state is written as they state it. Where they are silent and a usual value exists, it is written with
`x-assumed`. Where a person must decide, there is a text that begins with `TODO: `; lint refuses the spec until each one
is answered (`open-todo`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from pathlib import PurePath
from typing import Any, Final, TypeAlias

from ...lint.documents import TODO
from ...lint.names import CLIENT_ATTRIBUTES
from ...spec.formats import FORMATS
from ...spec.model import ROW_TYPES, ContentKind, content_kind
from ...spec.naming import OWN_MODULES, argument, attribute, function, member, module, pascal, snake
from ..facts import ITEMS, PARAMETERS, REQUEST, VALUES, Facts, OperationFacts
from .tasks import Drafted, declare
from .tree import Node, node_of, put, tree_of
from .yaml_writer import written

_Yaml: TypeAlias = dict[str, Any]
_JSON: Final = "application/json"
_VARIABLE: Final = re.compile(r"\{([^{}/]+)\}")
_SUCCESS: Final = "2XX"
_UNTYPED: Final = "The page does not show the type."


def draft(*pages: Facts) -> str:
    """Return a spec in YAML for the operations of a vendor's pages; of an operation on two pages, the first counts."""
    spec = _Draft()
    for page in pages:
        for operation in page.operations:
            spec.add(page, operation)
    return written(spec.document())


class _Draft:
    """Spec that is being drafted."""

    def __init__(self) -> None:
        self.paths: dict[str, _Yaml] = {}
        self.tags: dict[str, None] = {}
        self.schemas: dict[str, _Yaml] = {}
        self.functions = set(CLIENT_ATTRIBUTES)
        """Functions of the client, whose names must differ whatever their tags are."""

        self.drafted: list[Drafted] = []
        self.states_authentication = False
        self.may_be_binary = False
        """True inside a body in which a member can be a file."""

    def document(self) -> _Yaml:
        """Return the spec."""
        reason = (
            "The page says that authentication is needed, and does not say how."
            if self.states_authentication
            else "The page says nothing about authentication."
        )
        task_types = declare(self.drafted)
        return {
            "openapi": "3.1.0",
            "info": {
                "title": f"{TODO}write the name of the API, and the name of its client as x-name",
                "version": "v1",
            },
            "servers": [
                {
                    "url": "https://api.example.com",
                    "description": f"{TODO}write the URL; pages do not state it reliably",
                }
            ],
            "security": [{"bearerAuth": []}],
            "tags": [{"name": each} for each in self.tags],
            "paths": self.paths,
            "components": {
                "securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer", "x-assumed": reason}},
                **({"schemas": self.schemas} if self.schemas else {}),
                **({"x-task-types": task_types} if task_types else {}),
            },
        }

    def add(self, page: Facts, operation: OperationFacts) -> None:
        """Add an operation of a page."""
        known = operation.parts[0].stated
        names = [each.place.names[0] for each in operation.parts if each.place.section == "path"]
        has_body = any(each.place.section == REQUEST for each in operation.parts) or REQUEST in operation.rows
        method = str(known["method"].value).lower() if "method" in known else "post" if has_body else "get"
        path = str(known["path"].value) if "path" in known else "/".join(["", "path", *(f"{{{n}}}" for n in names)])
        item = self.paths.setdefault(path, {})
        if method in item:
            return
        tag, name = self._names(page, operation, method, path if "path" in known else "")
        self.tags[tag] = None
        data: _Yaml = {
            "operationId": f"{tag}.{name}",
            "tags": [tag],
            "summary": f"{TODO}describe it in a sentence",
        }
        strange = [each for each in names if f"{{{each}}}" not in path]
        if strange:
            data["description"] = f"{TODO}put {', '.join(strange)} into the path, or leave it out"
        missing = [word for word in ("method", "path") if word not in known]
        if missing:
            data["description"] = f"{TODO}correct the {' and the '.join(missing)}, which the page does not show"
        if page.source.startswith(("https://", "http://")):
            data["externalDocs"] = {"url": page.source}
        else:
            data["externalDocs"] = {
                "description": f"{TODO}write the URL of the page, saved as {PurePath(page.source).name}"
            }
        if "authentication" in known:
            self.states_authentication |= known["authentication"].value is True
            if known["authentication"].value is False:
                data["security"] = []
        title = pascal(name)
        request = tree_of(operation, REQUEST)
        parameters = [*self._parameters(operation, title, path), *_undeclared(path, names)]
        for each, spelling in _spelled([each["name"] for each in parameters], argument):
            parameters[each]["x-name"] = spelling
        if parameters:
            data["parameters"] = parameters
        if request is not None:
            data["requestBody"] = self._body(request, f"{title}Request", title, is_request=True)
        data["responses"] = self._responses(operation, title)
        item[method] = data
        response = next((tree_of(operation, each) for each in _statuses(operation) if each.startswith("2")), None)
        self.drafted.append(Drafted(method=method, path=path, data=data, response=response, schemas=self.schemas))

    def _names(self, page: Facts, operation: OperationFacts, method: str, path: str) -> tuple[str, str]:
        """Return the tag and the name of an operation."""
        segments = [
            each for each in path.split("/") if each and "{" not in each and not re.fullmatch(r"v\d+|api", each)
        ]
        tag = snake(segments[0]) if segments else ""
        own = operation.name if " " not in operation.name else ""
        first, dot, last = own.partition(".")
        if dot and last.isidentifier():
            tag, own = first, last
        named = pascal(own) or pascal(f"{method} {segments[-1]}" if segments else PurePath(page.source).stem)
        name = named[:1].lower() + named[1:] or method
        tag = tag or "operations"
        number = 2
        unique = name
        while function(unique) in self.functions:
            unique, number = f"{name}{number}", number + 1
        self.functions.add(function(unique))
        return (f"{tag}_operations" if module(tag) in OWN_MODULES else tag), unique

    def _parameters(self, operation: OperationFacts, title: str, path: str) -> list[_Yaml]:
        found: list[_Yaml] = []
        owners = {each.place: each for each in operation.parts if each.place.section in PARAMETERS}
        for place, part in owners.items():
            name, *nested = place.names
            if nested or (place.section == "path" and f"{{{name}}}" not in path):
                continue
            node = node_of(part)
            for inner in owners:
                if inner.section == place.section and inner.names[0] == name and len(inner.names) > 1:
                    put(node.at(inner.names[1:]), owners[inner])
            data: _Yaml = {"name": name, "in": place.section}
            if place.section == "path" or node.stated.get("required") is True:
                data["required"] = True
            if node.stated.get("deprecated") is True:
                data["deprecated"] = True
            # A parameter that may be null is left out.
            node.stated = {key: each for key, each in node.stated.items() if key != "nullable"}
            schema = self._schema(node, f"{title}{pascal(name)}", title)
            if any(inner.inside for inner in node.inside.values()):
                data["x-assumed"] = "The page does not show how nested values are written; JSON is usual."
                data["content"] = {_JSON: {"schema": schema}}
            else:
                data["schema"] = schema
            found.append(data)
        return found

    def _responses(self, operation: OperationFacts, title: str) -> _Yaml:
        found: _Yaml = {}
        for status in _statuses(operation):
            code = "200" if status == _SUCCESS else status
            is_success = code.startswith("2")
            node = tree_of(operation, status) or Node()
            data: _Yaml = {"description": _phrase(code)}
            if status == _SUCCESS:
                data["x-assumed"] = "The page says that the request was successful, and shows no status."
            if node.inside or node.stated.keys() - {"required"}:
                body = self._body(node, f"{title}{'Response' if is_success else 'Error'}", title, is_request=False)
                reasons = [each["x-assumed"] for each in (data, body) if "x-assumed" in each]
                data = {**data, **body} | ({"x-assumed": " ".join(reasons)} if reasons else {})
            found.setdefault(code, data)
        if not any(each.startswith("2") for each in found):
            found = {"200": {"description": "OK.", "x-assumed": "The page shows no successful response."}, **found}
        return found

    def _body(self, node: Node, name: str, title: str, *, is_request: bool) -> _Yaml:
        stated = node.stated.get("mediaTypes")
        media_types = stated if isinstance(stated, tuple) and stated else (_JSON,)
        data: _Yaml = {}
        if is_request and node.stated.get("required") is True:
            data["required"] = True
        elif is_request and "required" not in node.stated:
            data |= {"required": True, "x-assumed": "The page does not say whether the body is required."}
        if not stated:
            reasons = [data["x-assumed"]] if "x-assumed" in data else []
            data["x-assumed"] = " ".join([*reasons, "The page does not show the media type."])
        kinds = {each: content_kind(each) for each in media_types}
        if not is_request:  # what no client reads
            kinds = {key: each for key, each in kinds.items() if each not in (ContentKind.FORM, ContentKind.MULTIPART)}
        if not kinds:
            return data
        self.may_be_binary = ContentKind.MULTIPART in kinds.values()
        schema = self._schema(node, name, title)
        self.may_be_binary = False
        has_json = ContentKind.JSON in kinds.values()
        content = {
            media_type: schema
            if kind is not ContentKind.TEXT or (has_json and media_type in ROW_TYPES)
            else {"type": "string"}
            for media_type, kind in kinds.items()
        }
        return {**data, "content": {key: {"schema": each} for key, each in content.items()}}

    def _schema(self, node: Node, name: str, title: str) -> _Yaml:
        """Return the schema of a part.

        Args:
            node: The part.
            name: Name of its component, if it becomes one and the page has no name for it.
            title: Name of the operation, with which the names of components inside it begin.
        """
        stated, own = node.stated, node.stated.get("schema")
        is_nullable = stated.get("nullable") is True
        values = stated.get("values")
        name = (pascal(str(own)) if own else "") or name
        if isinstance(values, tuple) and values and not node.is_of("boolean"):
            kind = (
                "integer"
                if node.is_of("integer") and all(re.fullmatch(r"-?\d+", each) for each in values)
                else "string"
            )
            listed = [int(each) if kind == "integer" else each for each in values]
            schema: _Yaml = {"type": kind, "enum": listed}
            named = _spelled(listed, member)
            if named:
                known = [member(each) for each in listed]
                for index, spelling in named:
                    known[index] = spelling.upper()
                schema["x-enum-varnames"] = known
            return self._reference(name, schema, is_nullable, is_named=bool(own))
        if node.members:
            return self._reference(name, self._object(node, title), is_nullable, is_named=bool(own))
        schema = self._inline(node, name, title)
        if "maxLength" in stated and schema.get("type") == "string":
            schema["maxLength"] = stated["maxLength"]
        if is_nullable:
            schema["type"] = [schema["type"], "null"]
        return schema

    def _inline(self, node: Node, name: str, title: str) -> _Yaml:
        if ITEMS in node.inside:
            return {"type": "array", "items": self._schema(node.inside[ITEMS], f"{name}Item", title)}
        if VALUES in node.inside:
            return {"type": "object", "additionalProperties": self._schema(node.inside[VALUES], f"{name}Value", title)}
        if node.is_of("array"):
            items = {"type": "string", "x-assumed": "The page does not show the type of the items."}
            return {"type": "array", "items": items}
        if node.is_of("object"):
            return {"type": "object", "additionalProperties": {}, "x-assumed": "The page does not show its members."}
        kinds = node.stated.get("type")
        scalars = [each for each in ("number", "integer", "boolean", "string") if node.is_of(each)]
        kind = scalars[0] if scalars else "string"
        data: _Yaml = {"type": kind}
        form = str(node.stated.get("format", ""))
        if kind in FORMATS.get(form, ()) and (form != "binary" or self.may_be_binary):
            data["format"] = form
        if not kinds:
            data["x-assumed"] = _UNTYPED
        elif len(scalars) > 1:
            data["x-assumed"] = f"The page does not tell {' from '.join(reversed(scalars))}."
        return data

    def _object(self, node: Node, title: str) -> _Yaml:
        members = node.members
        required = [each for each, inner in members.items() if inner.stated.get("required") is True]
        data: _Yaml = {"description": node.todo} if node.todo else {}
        data["type"] = "object"
        if required:
            data["required"] = required
        data["properties"] = {}
        for each, inner in members.items():
            schema = self._schema(inner, f"{title}{pascal(each)}", title)
            data["properties"][each] = schema
            if inner.stated.get("deprecated") is True:
                schema["deprecated"] = True
        for index, spelling in _spelled(list(members), attribute):
            data["properties"][list(members)[index]]["x-name"] = spelling
        if VALUES in node.inside:
            data["additionalProperties"] = self._schema(node.inside[VALUES], f"{title}Value", title)
        if not node.complete:
            data["x-assumed"] = "The page does not show all of its members."
        return data

    def _reference(self, name: str, schema: _Yaml, is_nullable: bool, *, is_named: bool) -> _Yaml:
        """Return a reference to a component with this schema; one without a name of its own may be an equal one."""
        equal = (each for each, known in self.schemas.items() if known == schema)
        found = name if is_named and self.schemas.get(name) == schema else None if is_named else next(equal, None)
        if found is None:
            found, number = name, 2
            while found in self.schemas:
                found, number = f"{name}{number}", number + 1
            self.schemas[found] = schema
        reference = {"$ref": f"#/components/schemas/{found}"}
        return {"anyOf": [reference, {"type": "null"}]} if is_nullable else reference


def _statuses(operation: OperationFacts) -> Iterable[str]:
    """Return the statuses that a page shows, each once."""
    sections = [each.place.section for each in operation.parts if not each.place.names]
    found = dict.fromkeys([*sections, *operation.rows])
    return [each for each in found if each and each not in (REQUEST, *PARAMETERS)]


def _spelled(names: Sequence[Any], spell: Callable[[Any], str]) -> list[tuple[int, str]]:
    """Return a spelling for each name that has none in Python, or that of another; by index."""
    taken: set[str] = set()
    found: list[tuple[int, str]] = []
    for index, name in enumerate(names):
        plain = spelling = spell(name)
        number = 2
        while not spelling or spelling in taken:
            spelling, number = f"{plain.rstrip('_') or 'name'}_{number}", number + 1
        taken.add(spelling)
        if spelling != plain:
            found.append((index, spelling))
    return found


def _undeclared(path: str, names: Sequence[str]) -> list[_Yaml]:
    """Return the parameters of a path that the page does not list."""
    return [
        {"name": each, "in": "path", "required": True, "schema": {"type": "string", "x-assumed": _UNTYPED}}
        for each in _VARIABLE.findall(path)
        if each not in names
    ]


def _phrase(status: str) -> str:
    if status.isdecimal() and int(status) in {each.value for each in HTTPStatus}:
        return f"{HTTPStatus(int(status)).phrase}."
    return "Any other response."
