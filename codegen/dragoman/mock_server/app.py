"""The sandbox application: it serves specs in memory.

`Sandbox.answer` is a function from a request to a response; ASGI is a thin layer around it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from attrs import evolve, frozen
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from taskclients_core.tasks.definition import DownloadLinks

from ..spec.samples import response_body
from . import files, messages, pages, requests, responses, routes, task_views, tasks
from .api import Api, load, put
from .faults import Fault, Role, Script, ServedRequest
from .faults import load as load_faults
from .messages import BODILESS, Call, HttpError, Reply
from .request_context import RequestContext
from .routes import Operation, Table
from .tasks import Definition, Roles, Store, Task

MAX_BODY: Final = 16 * 1024 * 1024

Clock = Callable[[], float]
"""Returns the time in seconds since 1970."""


@frozen(eq=False)
class Mount:
    """Spec with its operations, task types and stores of tasks."""

    api: Api
    operations: tuple[Operation, ...]
    table: Table
    roles: Roles
    stores: dict[str, Store]


class Sandbox:
    """ASGI application that serves each spec under `/<package>`, and all at the root if no paths collide."""

    def __init__(
        self,
        specs: Iterable[Path],
        *,
        clock: Clock = time.time,
        speed: float = 1.0,
        log: Callable[[str], None] | None = None,
        faults: Iterable[Fault] | Path = (),
        auth: str | None = None,
    ) -> None:
        """Load the specs.

        Args:
            specs: Spec files without problems in `dragoman lint`.
            clock: Clock by which tasks progress.
            speed: Speed of tasks: at 1 a task takes six seconds.
            log: Called with a line for each request: method, path and status, never secrets.
            faults: Faults to inject, or the path of a script; see `faults`.
            auth: Only valid token, key and password (of any user). None accepts all, but requires that a request has
                some.

        Raises:
            SpecError: A spec or script cannot be read or is invalid.
            ValueError: A fault that is not from a file names an operation or phase that does not exist, or `auth`
                cannot be sent in a header.
        """
        if auth is not None and not requests.is_credential(auth):
            raise ValueError("auth: must be printable ASCII without spaces")
        self._auth = auth
        self._lock = threading.Lock()
        self._clock = clock
        self._speed = speed
        self._log = log
        self._files = files.Files()
        self.mounts: dict[str, Mount] = {}
        for path in specs:
            mount = _mount(load(path), clock())
            self.mounts[mount.api.package] = mount
        self.collisions = tuple(_collisions(list(self.mounts.values())))
        operations = [each for mount in self.mounts.values() for each in mount.operations]
        self._root = None if self.collisions else Table(operations)
        loaded = load_faults(faults) if isinstance(faults, Path) else faults
        targets = [self._target(each) for each in operations]
        targets += [
            ServedRequest("", "GET", (f"{files.PREFIX}/{package}/{{type}}/{{name}}",), frozenset({"file"}))
            for package in self.mounts
        ]
        self._script = Script(loaded, targets, clock())

    def answer(self, call: Call) -> Reply:
        """Return the response to a request. Safe for several threads."""
        with self._lock:
            return self._answer(call)

    def _answer(self, call: Call) -> Reply:
        mount, path = self._split_mount(call.path)
        operation: Operation | None = None
        values: dict[str, str] = {}
        not_found: HttpError | None = None
        try:
            if not call.path.startswith(f"{files.PREFIX}/"):
                operation, values = self._table(mount).find(call, path)
        except HttpError as error:
            not_found = error
        context = self._script.context_for(call, operation.id if operation else "", path, self._clock())
        api = operation.api if operation else mount.api if mount else None
        try:
            if unserved := context.error or not_found:
                raise unserved
            if context.replacement is not None:
                reply = context.replacement
            elif operation is None:
                reply = self._file(context)
            else:
                reply = self._serve(self.mounts[operation.api.package], operation, context, values)
        except HttpError as error:
            reply = responses.failure(error, api, operation)
            if error is context.error:
                # A fault sets the exact status, not the nearest that the spec declares.
                reply = evolve(reply, status=error.status, body=b"" if error.status in BODILESS else reply.body)
        return context.apply_reply(reply)

    def _target(self, operation: Operation) -> ServedRequest:
        """Return what faults can do to the requests of an operation."""
        mount = self.mounts[operation.api.package]
        roles: set[Role] = set()
        begun, polled = mount.roles.submission_routes.get(operation.id), mount.roles.poll_routes.get(operation.id)
        if begun:
            roles.add("begin")
        if polled:
            roles.add("poll")
            listing = None if polled.id_parameter else polled.definition.listing
            types = [each.task_type for each in mount.roles.definitions if _same_poll(each, polled.definition)]
            found: dict[Role, object] = {
                "progress": any(each.progress for each in types),
                "steps": any(each.steps for each in types),
                "list": listing,
                "filter": listing and listing.filter,
                "pages": listing and listing.pages,
            }
            roles.update(role for role, has in found.items() if has)
        route = begun or polled
        path = operation.path.partition("#")[0].partition("?")[0]
        phases = tuple(route.definition.status_words) if route else ()
        return ServedRequest(
            operation.id, operation.method, (f"/{mount.api.package}{path}", path), frozenset(roles), phases
        )

    def _table(self, mount: Mount | None) -> Table:
        table = mount.table if mount else self._root
        if table is None:
            raise HttpError(
                404, f"Several specs declare the same path. Start the path with one of /{', /'.join(self.mounts)}."
            )
        return table

    def _split_mount(self, path: str) -> tuple[Mount | None, str]:
        _, package, *rest = path.split("/", 2) if path.startswith("/") else ("", "")
        if package in self.mounts and rest:
            return self.mounts[package], f"/{rest[0]}"
        return None, path

    def _serve(self, mount: Mount, operation: Operation, context: RequestContext, values: dict[str, str]) -> Reply:
        call, now = context.call, context.now
        arguments = requests.check(operation, call, values, self._auth)
        api, roles = mount.api, mount.roles

        def link(task: Task, signed: bool) -> str:
            path = f"{api.package}/{task.definition.kind}/{task.id}.csv"
            return self._files.link(context.link_origin or call.origin, path, now - context.link_age, signed=signed)

        if poll_route := roles.poll_routes.get(operation.id):
            store = mount.stores[poll_route.definition.kind]
            for poll_hook in context.poll_hooks:
                poll_hook(poll_route, arguments)
            listing = poll_route.definition.listing
            if poll_route.id_parameter or listing is None:
                value: Any = task_views.render_one(poll_route, store, arguments, context, link)
            else:
                view = task_views.render_list(poll_route, listing, store, arguments, context, link)
                value = context.apply_list(poll_route, arguments, view)
            return responses.success(call, api, operation, *operation.success(), value)
        if route := roles.submission_routes.get(operation.id):
            status, response = operation.success(route.submission.accepted)
            # Check first that the response is acceptable: a request refused with 406 must not begin a task.
            responses.success(call, api, operation, status, response)
            store = mount.stores[route.definition.kind]
            begin = partial(store.start, route, arguments, now, self._speed)
            task = store.find_repeated(route, arguments)
            if task is None:
                task = begin()
                for start_hook in context.start_hooks:
                    start_hook(store, task, begin)
            view = task_views.render_task(task, now, link, arguments.path)
            value, id_headers = task_views.submission_response(task, route, response, view)
            reply = responses.success(call, api, operation, status, response, value)
            return evolve(reply, headers={**reply.headers, **id_headers})
        status, response = operation.success()
        if action_routes := roles.action_routes.get(operation.id):
            task = tasks.perform_action(action_routes, mount.stores, arguments, now, self._speed)
            view = task_views.render_task(task, now, link, arguments.path)
            value = task_views.action_response(task, response, view)
            return responses.success(call, api, operation, status, response, value)
        if "x-pagination" in operation.node:
            value, headers = pages.render(operation, arguments, call)
            reply = responses.success(call, api, operation, status, response, value)
            return evolve(reply, headers={**reply.headers, **headers})
        value = None
        if self._auth is not None and (pointer := requests.sign_in(operation, arguments, self._auth)):
            value = response_body(api, responses.json_content(api, response))
            put(value, pointer, self._auth)
        return responses.success(call, api, operation, status, response, value)

    def _file(self, context: RequestContext) -> Reply:
        call, now = context.call, context.now
        if call.method != "GET":
            raise HttpError(405, "Only GET is allowed for a file.", headers={"Allow": "GET"})
        path = unquote(call.path.removeprefix(f"{files.PREFIX}/"))
        package, _, rest = path.partition("/")
        kind, _, name = rest.partition("/")
        mount = self.mounts.get(package)
        if not self._files.is_signed(call, now) and mount is not None:
            security = mount.api.data.get("security", [])
            requests.authorize(mount.api, tuple(tuple(each) for each in security), call, self._auth)
        store = mount.stores.get(kind) if mount else None
        task = store.find(name.removesuffix(".csv")) if store else None
        if task is None or task.lifecycle.at(task.started, now).phase != "succeeded":
            raise HttpError(404, "There is no such file.")
        result = task.definition.task_type.result
        declared = result.media_type if isinstance(result, DownloadLinks) else None
        content = files.rows(f"{task.id} again" if context.other_file else task.id)
        return files.send(content, call.headers, declared or files.MEDIA_TYPE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI request."""
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])
        request = Request(scope, receive)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return
        call = _call(request, body or b"")
        if body is None:
            reply = responses.failure(HttpError(413, f"The body has more than {MAX_BODY} bytes."), None, None)
            reply = Reply(reply.status, reply.body, {**reply.headers, "Connection": "close"})
        else:
            reply = self.answer(call)
        if self._log:
            self._log(f"{call.method} {call.path} {reply.status}")
        if reply.transport_fault is not None:
            await messages.deliver(reply, reply.transport_fault, scope, receive)
            return
        await Response(reply.body, reply.status, dict(reply.headers))(scope, receive, send)


def app(
    specs: Sequence[Path],
    *,
    clock: Clock = time.time,
    speed: float = 1.0,
    log: Callable[[str], None] | None = None,
    faults: Iterable[Fault] | Path = (),
    auth: str | None = None,
) -> Sandbox:
    """Return an ASGI application that serves specs; the arguments are those of `Sandbox`."""
    return Sandbox(specs, clock=clock, speed=speed, log=log, faults=faults, auth=auth)


def _mount(api: Api, now: float) -> Mount:
    served = tuple(routes.operations(api))
    roles = tasks.read(api, served)
    polled: dict[str, list[Definition]] = {}
    for each in roles.definitions:
        polled.setdefault(each.task_type.poll.call.operation.name, []).append(each)
    stores = {each.kind: store for group in polled.values() for store in [Store(group, now)] for each in group}
    return Mount(api, served, Table(served), roles, stores)


def _same_poll(one: Definition, other: Definition) -> bool:
    return one.task_type.poll.call.operation.name == other.task_type.poll.call.operation.name


def _collisions(mounts: list[Mount]) -> Iterable[str]:
    """Yield a message for each path that two specs declare."""
    seen: dict[str, str] = {}
    for mount in mounts:
        for operation in mount.operations:
            other = seen.setdefault(operation.shape, mount.api.package)
            if other != mount.api.package:
                yield f"{operation.method} {operation.path} is declared by {other} and {mount.api.package}"


async def _body(request: Request) -> bytes | None:
    """Read a body; None if it is longer than `MAX_BODY` bytes."""
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > MAX_BODY:
            return None
    return bytes(chunks)


def _call(request: Request, body: bytes) -> Call:
    scope: Any = request.scope
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Call(
        method=request.method,
        path=raw.decode("ascii", "backslashreplace"),
        query=scope.get("query_string", b"").decode("latin-1"),
        headers=headers,
        body=body,
        origin=str(request.base_url).rstrip("/"),
    )
