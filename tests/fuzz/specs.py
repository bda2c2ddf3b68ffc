"""Random specs of the dialect, as data: operations around random schemas (`schemas`)."""

from __future__ import annotations

import random
from typing import Any, Final

from . import words
from .schemas import Schema, Schemas, or_null, ref
from .security import Security
from .values import NoValueError, Values

_BODIES: Final = {"get": 0.0, "delete": 0.1, "head": 0.0, "put": 0.9, "patch": 0.9, "post": 0.9, "options": 0.0}
_QUERY_STYLES: Final = ("form", "form", "form", "spaceDelimited", "pipeDelimited", "deepObject", "json")
UPLOAD: Final = "UploadForm"
"""Component that contains files."""
_PATH_STYLES: Final = ("simple", "simple", "label", "matrix")


def spec(seed: int) -> Schema:
    """Return the spec of a seed; the same for each run and machine."""
    return _Specs(random.Random(seed)).spec()


class _Specs:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.schemas = Schemas(rng)
        self.components: dict[str, dict[str, Any]] = {}
        self.values = Values({"components": {"schemas": self.schemas.components}}, rng)

    def spec(self) -> Schema:
        rng = self.rng
        self._defaults()
        client = self._client_parameter()
        security = Security(rng)
        paths: dict[str, Any] = {}
        tags = words.distinct(rng, words.TAGS, words.HOSTILE_TAGS, rng.randint(1, 2), {"models", "client"}) or ["jobs"]
        names = words.distinct(rng, words.OPERATIONS, words.HOSTILE_OPERATIONS, rng.randint(1, 4), set())
        for index, name in enumerate(names):
            path, item = self._operation(index, rng.choice(tags), name, client)
            paths[path] = item
        more, schemas = security.sign_in(tags[0])
        paths |= more
        self.schemas.components |= schemas
        return {
            "openapi": "3.1.0",
            "info": {"title": "Api", "version": "1", **words.described(rng)},
            "servers": self._servers(),
            **security.required,
            "tags": [{"name": tag, **words.described(rng)} for tag in tags],
            "paths": paths,
            "components": {
                **security.schemes,
                **self.components,
                "schemas": self.schemas.components,
            },
        }

    def _servers(self) -> list[Schema]:
        if self.rng.random() < 0.9:
            return [self._server()]
        test = {"url": "https://test.example", "x-environment": "test"}
        return [test, *([{**self._server(), "x-environment": "production"}] if self.rng.random() < 0.7 else [])]

    def _server(self) -> Schema:
        if self.rng.random() < 0.85:
            return {"url": "https://api.example/v1"}
        variable = {"default": "eu", "enum": ["eu", "us"]} if self.rng.random() < 0.5 else {"default": "eu"}
        return {"url": "https://{region}.api.example", "variables": {"region": variable}}

    def _defaults(self) -> None:
        """Give some members and components a default or examples."""
        for component in self.schemas.components.values():
            for part in (component, *component.get("allOf", ())):
                for member in part.get("properties", {}).values():
                    if self.rng.random() < 0.07:
                        self._with_value(member)

    def _with_value(self, schema: Schema) -> None:
        whole = self.values.resolved(schema)
        try:
            value = self.values.value(schema)
        except NoValueError:
            return
        if value in whole.get("enum", (value,)):
            word = self.rng.choice(("default", "default", "examples", "example"))
            schema[word] = [value] if word == "examples" else value

    def _client_parameter(self) -> list[Schema]:
        if self.rng.random() > 0.15:
            return []
        self.components["parameters"] = {
            "Shared": {"name": "X-Shop", "in": "header", "x-client-parameter": True, "schema": {"type": "string"}}
        }
        return [{"$ref": "#/components/parameters/Shared"}]

    def _operation(self, index: int, tag: str, name: str, shared: list[Schema]) -> tuple[str, Schema]:
        rng = self.rng
        method = rng.choices(list(_BODIES), (6, 2, 1, 3, 2, 4, 0.5))[0]
        path = f"/{rng.choice(('things', 'a.b', 'x-y', 'Orders'))}/{index}"
        parameters: list[Schema] = []
        taken: set[str] = {"body"}
        for place in rng.choices(("path", "query", "header", "cookie"), (2, 5, 2, 1), k=rng.randint(0, 4)):
            for wire in words.distinct(rng, words.PARAMETERS, words.HOSTILE_PARAMETERS, 1, taken):
                parameters.append(self._parameter(wire, place))
                path += f"/{{{wire}}}" if place == "path" else ""
        operation: Schema = {
            "operationId": f"{tag}.{name}",
            "tags": [tag],
            "summary": words.pick(rng, words.SENTENCES, words.HOSTILE_SENTENCES),
            **words.described(rng),
            "externalDocs": {"url": "https://docs.example/page"},
        }
        item: Schema = {method: operation}
        on_path = [each for each in parameters if rng.random() < 0.15]
        if on_path:
            item["parameters"] = on_path
        own = [*(each for each in parameters if each not in on_path), *shared]
        if own:
            operation["parameters"] = own
        if rng.random() < _BODIES[method]:
            operation["requestBody"] = self._body()
        if rng.random() < 0.04:
            operation["deprecated"] = True
        if rng.random() < 0.05:
            operation["servers"] = [{"url": "https://upload.example/v2"}]
        operation["responses"] = self._responses()
        if method == "get" and rng.random() < 0.15:
            self._paginate(operation)
        elif method != "head" and rng.random() < 0.06:
            self._with_errors(operation)
        return path, item

    def _with_errors(self, operation: Schema) -> None:
        """Let an operation report errors in a successful response."""
        self.schemas.components["Outcome"] = {
            "type": "object",
            "properties": {
                "errors": {"type": ["array", "null"], "items": self.schemas.scalar()},
                "uuid": {"type": ["string", "null"]},
            },
        }
        content = {"application/json": {"schema": ref("Outcome")}}
        operation["responses"] = {
            "200": {
                "description": "The outcome.",
                "content": content,
                "x-error-when": {"filled": "/errors", "absent": "/uuid"},
            }
        }

    def _paginate(self, operation: Schema) -> None:
        """Let an operation return a list in pages."""
        self.schemas.components["ListPage"] = {
            "type": "object",
            "properties": {
                "items": {"type": "array", "items": self.schemas.schema(2)},
                "next": {"type": ["string", "null"]},
            },
        }
        token = {"name": "pageToken", "in": "query", "schema": {"type": "string"}}
        operation["parameters"] = [*operation.get("parameters", ()), token]
        content = {"application/json": {"schema": ref("ListPage")}}
        operation["responses"] = {"200": {"description": "A page.", "content": content}}
        operation["x-pagination"] = {"items": "/items", "token": "/next", "parameter": "pageToken"}

    def _parameter(self, name: str, place: str) -> Schema:
        rng = self.rng
        found: Schema = {"name": name, "in": place, **words.described(rng)}
        required = place == "path" or rng.random() < 0.25
        if required or (place, name) == ("header", "User-Agent"):  # without it, a client sends its own
            found["required"] = True
        style = rng.choice(_QUERY_STYLES if place == "query" else _PATH_STYLES if place == "path" else ("",))
        single = self._single(required)
        if style in ("spaceDelimited", "pipeDelimited"):
            return found | {"style": style, "schema": {"type": "array", "items": self._single(required=True)}}
        if style == "deepObject" and (named := self.schemas.name_of("object", "extension", "map")):
            return found | {"style": style, "schema": ref(named)}
        if style == "json" and (named := self.schemas.name_of()):
            return found | {"content": {"application/json": {"schema": ref(named)}}}
        if style in ("label", "matrix"):
            found["style"] = style
        if rng.random() < 0.3:
            single = {"type": "array", "items": self._single(required=True)}
            if rng.random() < 0.3:
                found["explode"] = rng.random() < 0.5
        elif rng.random() < 0.1:
            self._with_value(single)
        if place == "query" and rng.random() < 0.05:
            found["allowReserved"] = True
        return found | {"schema": single}

    def _single(self, required: bool) -> Schema:
        """Return a scalar, inline or by name."""
        named = self.schemas.name_of("enum", "scalar")
        if named and self.rng.random() < 0.4:
            component = self.schemas.components[named]
            if not (required and "null" in component.get("type", ())):
                return ref(named)
        return self.schemas.scalar()

    def _body(self) -> Schema:
        rng = self.rng
        object_ = self.schemas.name_of("object", "extension")
        json_ = {"schema": self._json()}
        content: Schema = {rng.choice(("application/json", "application/json", "application/vnd.x+json")): json_}
        wanted = rng.random()
        if wanted < 0.08 and object_:
            content = {"application/x-www-form-urlencoded": {"schema": ref(object_)}}
        elif wanted < 0.2:
            content = {"multipart/form-data": {"schema": self._form()}}
        elif wanted < 0.25:
            content = {"text/plain": {"schema": self._single(required=True)}}
        elif wanted < 0.33:
            content = {rng.choice(("application/octet-stream", "image/png", "application/xml", "image/*")): {}}
        body: Schema = {**words.described(rng), "content": content}
        if rng.random() < 0.7:
            body["required"] = True
        if rng.random() < 0.1:
            self.components.setdefault("requestBodies", {})["Shared"] = body
            return {"$ref": "#/components/requestBodies/Shared"}
        return body

    def _form(self) -> Schema:
        """Return a component for a body with a file."""
        if UPLOAD not in self.schemas.components:
            others, required = self.schemas.properties(self.rng.randint(0, 2), {"file", "files"})
            binary = {"type": "string", "format": "binary"}
            files = {"file": binary, "files": {"type": "array", "items": binary}}
            self.schemas.components[UPLOAD] = {
                "type": "object",
                "required": [*required, "file"],
                "properties": {**files, **others},
            }
        return ref(UPLOAD)

    def _json(self) -> Schema:
        """Return the schema of a JSON body."""
        rng = self.rng
        named = self.schemas.name_of()
        if named is None or rng.random() < 0.15:
            return self.schemas.schema()
        wanted = rng.random()
        if wanted < 0.7:
            return ref(named)
        if wanted < 0.8:
            return or_null(ref(named), rng)
        return (
            {"type": "array", "items": ref(named)}
            if wanted < 0.9
            else {"type": "object", "additionalProperties": ref(named)}
        )

    def _responses(self) -> Schema:
        rng = self.rng
        found: Schema = {}
        for status in rng.choices(
            ("200", "201", "202", "204", "2XX", "404", "409", "default"), (8, 2, 1, 2, 0.3, 3, 1, 1), k=3
        ):
            if status in found:
                continue
            response: Schema = {"description": words.pick(rng, words.SENTENCES, words.HOSTILE_SENTENCES)}
            wanted = rng.random()
            if status == "204":
                pass
            elif wanted < 0.8:
                response["content"] = {
                    rng.choice(("application/json", "application/json", "application/hal+json")): {
                        "schema": self._json()
                    }
                }
            elif wanted < 0.85:
                response["content"] = {"text/plain": {"schema": self._single(required=True)}}
            elif wanted < 0.9:
                response["content"] = {rng.choice(("application/pdf", "*/*", "image/*")): {}}
            if rng.random() < 0.1:
                response["headers"] = {"X-Rate": {"schema": {"type": "integer"}}}
            if rng.random() < 0.1:
                name = f"Shared{len(self.components.get('responses', ()))}"
                self.components.setdefault("responses", {})[name] = response
                response = {"$ref": f"#/components/responses/{name}"}
            found[status] = response
        if not any(each.startswith("2") for each in found):
            found["200"] = {"description": "Done."}
        return found
