"""Random specs with task types: the operations that begin, show, cancel and confirm tasks, and that return results."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

from dragoman.spec.task_types import filter_words

from . import words
from .schemas import Schema, Schemas, ref
from .security import Security
from .task_objects import Part, maybe
from .task_types import Kind, TaskTypes

_KEYS: Final = ("id", "jobId", "task_id", "uuid")
_PAGES: Final = (
    {"token": "/next", "parameter": "after"},
    {"page": "page"},
    {"offset": "skip", "total": "/total"},
    {"url": "/next"},
)


def task_spec(seed: int) -> Schema:
    """Return the spec of a seed; the same for each run and machine."""
    return _TaskSpecs(random.Random(f"tasks {seed}")).spec()


class _TaskSpecs:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.schemas = Schemas(rng, 2)
        self.paths: dict[str, Any] = {}
        self.tag = words.pick(rng, words.TAGS, words.HOSTILE_TAGS, 0.05)
        self.names = iter(words.distinct(rng, words.OPERATIONS, words.HOSTILE_TASK_OPERATIONS, 12, set()))
        self.security = Security(rng)
        self.types = TaskTypes(rng, self.schemas)
        self.prefix: list[Schema] = []
        """Parameters of every path of the task type that is written: they are its scope."""

    def spec(self) -> Schema:
        rng = self.rng
        several: dict[str, Schema] = {}
        for name in rng.sample(("job", "export", "orderImport", "list", "task", "class"), rng.choice((1, 1, 2))):
            several[name] = self._task_type(name)
        return {
            "openapi": "3.1.0",
            "info": {"title": "Api", "version": "1", **words.described(rng)},
            "servers": [{"url": "https://api.example/v1"}],
            **self.security.required,
            "tags": [{"name": self.tag}],
            "paths": self.paths,
            "components": {
                **self.security.schemes,
                "schemas": self.schemas.components,
                "x-task-types": several,
            },
        }

    # -- Task types

    def _task_type(self, name: str) -> Schema:
        rng = self.rng
        kind = self.types.kind(name, listed=rng.random() < 0.5)
        self.prefix = [_parameter("shop", "path", self._scalar())] if rng.random() < 0.35 else []
        where = rng.choice(("path", "path", "path", "query", "header"))
        identified = [*self.prefix, _parameter(rng.choice(_KEYS), where, kind.id, required=True)]
        scope, poll = self._poll(kind, identified)
        for _ in range(rng.choice((1, 1, 2))):
            self._begin(kind, scope, poll)
        node = kind.node
        node["poll"] = poll
        words_of_actions: list[tuple[str, Callable[[Schema], None]]] = []
        if rng.random() < 0.4:
            words_of_actions.append(("cancel", lambda call: node.update(cancel=call)))
        if "needs-input" in kind.words.values() and rng.random() < 0.7:
            answered = maybe(rng, 0.5, answered=self._answered(kind))
            words_of_actions.append(
                ("confirm", lambda call: node.update(input={**answered, "actions": {"confirm": call}}))
            )
        for word, keep in words_of_actions:
            keep(self._action(word, kind, identified))
        if rng.random() < 0.75:
            calls = rng.random() < 0.4
            node["result"] = (
                self._result_operation(kind, identified)
                if calls
                else self.types.result(kind, secured=bool(self.security.required))
            )
        return node

    def _answered(self, kind: Kind) -> Schema:
        return {"at": kind.task.place({"type": ["string", "null"]}), "is": ["yes"]}

    def _poll(self, kind: Kind, identified: list[Schema]) -> tuple[dict[str, Schema], Schema]:
        """Write the operation that is polled; return the parameters of the scope by name, and the node `poll`."""
        rng = self.rng
        parameters = list(self.prefix) if kind.listed else list(identified)
        scope = {each["name"]: each for each in self.prefix}
        arguments: dict[str, Any] = {each["name"]: f"$scope.{each['name']}" for each in self.prefix}
        if not kind.listed:
            arguments[identified[-1]["name"]] = "$task.id"
        if rng.random() < 0.25:
            more = _parameter("line", rng.choice(("query", "header")), self._scalar(), required=rng.random() < 0.7)
            parameters.append(more)
            scope["line"], arguments["line"] = more, "$scope.line"
        if rng.random() < 0.2:
            value = rng.choice(("all", 7, True))
            type_ = {str: "string", int: "integer", bool: "boolean"}[type(value)]
            parameters.append(_parameter("view", "query", {"type": type_}))
            arguments["view"] = value
        poll: Schema = {"shape": "list" if kind.listed else "item"}
        if arguments:
            poll["parameters"] = arguments
        kind.page = self._list(kind, poll, parameters) if kind.listed else kind.task.ref
        if not kind.listed and rng.random() < 0.6:
            poll["key"] = kind.key
        operation = self._operation("get", f"/{kind.name}s", parameters, {"200": _json(kind.page)})
        poll["operationId"] = operation["operationId"]
        self._error_when(operation["responses"]["200"], kind)
        return scope, poll

    def _list(self, kind: Kind, poll: Schema, parameters: list[Schema]) -> Schema:
        rng = self.rng
        poll["key"] = kind.key
        paged = rng.random() < 0.5
        if rng.random() < 0.4:
            phases = sorted(set(kind.words.values()) & {"queued", "running", "needs-input"})
            if phases:
                phases = rng.sample(phases, rng.randint(1, len(phases)))
                state = kind.node["state"]
                single = len(filter_words(state, phases)) == 1
                item = rng.choice(({"type": "string"}, kind.word))
                schema = item if single and rng.random() < 0.5 else {"type": "array", "items": item}
                parameters.append(_parameter("stateFilter", "query", schema))
                poll["filter"] = {"parameter": "stateFilter", "phases": phases}
        if not paged and rng.random() < 0.3:
            poll["items"] = ""
            return {"type": "array", "items": kind.task.ref}
        page = Part(self.schemas)
        poll["items"] = page.array(kind.task.ref, required=rng.random() < 0.5)
        page.fill(2)
        if paged:
            token = rng.choice(({"type": "string"}, {"type": ["string", "null"]}))
            poll["pages"] = {
                "token": page.place(token),
                "parameter": "after",
                **maybe(rng, 0.4, order=rng.choice(("newest-first", "oldest-first", "any"))),
                **maybe(rng, 0.2, max=50),
            }
            parameters.append(_parameter("after", "query", {"type": "string"}))
            if rng.random() < 0.4:
                parameters.append(_parameter("pageSize", "query", {"type": "integer"}))
                poll["pages"]["size"] = {"parameter": "pageSize", "value": rng.choice((1, 2, 100))}
        return page.ref

    def _error_when(self, response: Schema, kind: Kind) -> None:
        """Let an array of errors in a task, without its id, mean a failure."""
        if not kind.listed and self.rng.random() < 0.1:
            filled = kind.task.place({"type": "array", "items": {"type": "string"}})
            response["x-error-when"] = {"filled": filled, "absent": kind.key}

    # -- Begin

    def _begin(self, kind: Kind, scope: dict[str, Schema], poll: Schema) -> None:
        rng = self.rng
        parameters = list(self.prefix)
        request = Part(self.schemas) if rng.random() < 0.7 else None
        if request:
            request.fill(2)
        response = _json(kind.task.ref)
        begins: Schema = {"type": kind.name}
        status = rng.choice(("200", "201", "202"))
        idempotency = maybe(rng, 0.05, idempotency="none")
        wanted = rng.random()
        if wanted < 0.35:
            begins["id"] = f"$response.body#{kind.key}"
        elif wanted < 0.6:
            started = Part(self.schemas)
            begins["id"] = f"$response.body#{started.place(kind.id, required=rng.random() < 0.7)}"
            started.fill(2)
            response = _json(started.ref)
        elif wanted < 0.68:
            begins["id"] = rng.choice(("$response.body", "$response.body#"))
            response = _json(kind.id)
        elif wanted < 0.85 or kind.id.get("type") == "integer":
            name = rng.choice(("X-Job", "Job-Id"))
            begins["id"] = f"$response.header.{rng.choice((name, name.lower()))}"
            response = {
                "description": "Begun.",
                "headers": {name: {"schema": kind.id, **maybe(rng, 0.5, required=True)}},
            }
            if rng.random() < 0.5:
                response |= _json(self.schemas.schema(1))
        elif request and wanted < 0.95:
            begins["id"] = f"$request.body#{request.place(kind.id, required=True)}"
            idempotency = maybe(rng, 0.7, idempotency={"clientId": begins["id"]})
        else:
            parameters.append(_parameter("client", rng.choice(("path", "query", "header")), kind.id, required=True))
            begins["id"] = f"$request.{parameters[-1]['in']}.client"
            idempotency = maybe(rng, 0.5, idempotency={"clientId": begins["id"]})
        if "idempotency" not in idempotency and rng.random() < 0.3:
            parameters.append(_parameter("Idempotency-Key", "header", {"type": "string"}))
            idempotency = {"idempotency": {"header": rng.choice(("Idempotency-Key", "idempotency-key"))}}
        begins |= idempotency
        if scope:
            begins["scope"] = {
                name: self._scope(name, each, parameters, request, response) for name, each in scope.items()
            }
        known = not any("$response." in each for each in begins.get("scope", {}).values())
        if kind.listed and known and rng.random() < 0.4:
            reconcile = self._reconcile(kind, parameters, request)
            begins |= {"reconcile": reconcile} if reconcile else {}
        if rng.random() < 0.3:
            begins["accepted"] = [int(status)]
        response["links"] = {"task": self._link(poll, begins)}
        operation = self._operation(
            rng.choice(("post", "post", "put")), f"/begin-{kind.name}", parameters, {status: response}
        )
        if request:
            operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": request.ref}}}
        operation["x-begins-task"] = begins

    def _scope(
        self, name: str, wanted: Schema, parameters: list[Schema], request: Part | None, response: Schema
    ) -> str:
        """Return the expression of a value of the scope, and declare where it comes from."""
        rng, schema = self.rng, wanted["schema"]
        if wanted in parameters:
            return f"$request.path.{name}"
        place = rng.choice(("query", "header", "response", "body", "constant"))
        if place == "body" and request:
            return f"$request.body#{request.place(schema, required=True)}"
        if place == "response":
            response.setdefault("headers", {})["X-Line"] = {"required": True, "schema": schema}
            return "$response.header.x-line"
        if place == "constant" and schema == {"type": "string"}:
            return "north"
        place = place if place in ("query", "header") else "query"
        parameters.append(_parameter(f"{name}Of", place, schema, required=True))
        return f"$request.{place}.{name}Of"

    def _reconcile(self, kind: Kind, parameters: list[Schema], request: Part | None) -> Schema | None:
        rng = self.rng
        schema = self._scalar()
        # A request without an optional value cannot be recognised.
        unique = rng.random() < 0.5
        if request:
            value = f"$request.body#{request.place(schema, required=unique or rng.random() < 0.4)}"
        else:
            place = rng.choice(("query", "header"))
            parameters.append(_parameter("label", place, schema, required=unique or rng.random() < 0.4))
            value = f"$request.{place}.label"
        return {
            "match": [{"item": kind.task.place(schema), "equals": value}],
            "unique": unique,
            **({"created": kind.created} if kind.created else {}),
            **maybe(rng, 0.3, settle="PT3S"),
        }

    def _link(self, poll: Schema, begins: Schema) -> Schema:
        known = {"$task.id": begins["id"], **{f"$scope.{name}": each for name, each in begins.get("scope", {}).items()}}
        bound = {name: known[value] for name, value in poll.get("parameters", {}).items() if value in known}
        return {"operationId": poll["operationId"], **({"parameters": bound} if bound else {})}

    # -- Calls

    def _action(self, word: str, kind: Kind, identified: list[Schema]) -> Schema:
        rng = self.rng
        parameters = list(identified)
        constants: dict[str, Any] = {}
        if rng.random() < 0.3:
            parameters.append(_parameter("force", "query", {"type": "boolean"}, required=True))
            constants["force"] = rng.random() < 0.5
        response = rng.choice((None, None, kind.task.ref, self.schemas.schema(1)))
        responses = {"204": {"description": "Done."}} if response is None else {"200": _json(response)}
        method = rng.choice(("post", "put", "delete", "patch"))
        operation = self._operation(method, f"/{kind.name}-{word}", parameters, responses)
        return {"operationId": operation["operationId"], "parameters": self._bound(identified) | constants}

    def _bound(self, identified: list[Schema]) -> dict[str, Any]:
        *scope, last = identified
        return {**{each["name"]: f"$scope.{each['name']}" for each in scope}, last["name"]: "$task.id"}

    def _result_operation(self, kind: Kind, identified: list[Schema]) -> Schema:
        rng = self.rng
        parameters = list(identified)
        wanted = rng.random()
        more: Schema = {}
        if wanted < 0.5:
            response = _json(self.schemas.schema())
        elif wanted < 0.65:
            response = {"description": "A text.", "content": {"text/plain": {"schema": {"type": "string"}}}}
        elif wanted < 0.75:
            response = {"description": "Bytes.", "content": {"application/pdf": {}}}
        else:
            page = self.schemas.fresh() or "ResultPage"
            members = {"next": {"type": ["string", "null"]}, "total": {"type": "integer"}}
            rows = {"rows": {"type": "array", "items": self.schemas.schema(2)}}
            self.schemas.components[page] = {"type": "object", "properties": {**rows, **members}}
            response = _json(ref(page))
            more = {"x-pagination": {"items": "/rows", **rng.choice(_PAGES)}}
            for word in ("parameter", "page", "offset"):
                if name := more["x-pagination"].get(word):
                    schema = {"type": "string" if word == "parameter" else "integer"}
                    parameters.append(_parameter(name, "query", schema))
        operation = self._operation("get", f"/{kind.name}-result", parameters, {"200": response})
        operation |= more
        return {
            "kind": "operation",
            "operationId": operation["operationId"],
            "parameters": self._bound(identified),
        }

    def _operation(self, method: str, path: str, parameters: list[Schema], responses: Schema) -> Schema:
        """Add an operation with a path of its own, which begins with the parameters of the scope."""
        rng = self.rng
        name = next(self.names, None) or f"doSomething{len(self.paths)}"
        found: Schema = {
            "operationId": f"{self.tag}.{name}",
            "tags": [self.tag],
            "summary": "Something.",
            **words.described(rng, 0.2),
            "externalDocs": {"url": "https://docs.example/page"},
            **self.security.of_operation(),
            **({"parameters": parameters} if parameters else {}),
            "responses": {**responses, **maybe(rng, 0.2, **{"404": {"description": "There is no such task."}})},
        }
        of_path = [f"/{{{each['name']}}}" for each in parameters if each["in"] == "path"]
        self.paths[f"{path}-{len(self.paths)}{''.join(of_path)}"] = {method: found}
        return found

    def _scalar(self) -> Schema:
        rng = self.rng
        return dict(rng.choice(({"type": "string"}, {"type": "string", "format": "uuid"}, {"type": "integer"})))


def _parameter(name: str, place: str, schema: Schema, *, required: bool = False) -> Schema:
    wanted = required or place == "path"
    return {"name": name, "in": place, **({"required": True} if wanted else {}), "schema": schema}


def _json(schema: Schema) -> Schema:
    return {"description": "As JSON.", "content": {"application/json": {"schema": schema}}}
