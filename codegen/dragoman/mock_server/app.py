"""The sandbox: specs in, an application out that behaves as they say.

`Sandbox.answer` is a function from a request to an answer; ASGI is only the outermost layer.
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

from . import examples, files, messages, requests, responses, routes, task_views, tasks
from .api import Api, load
from .faults import Fault, Script
from .faults import load as load_faults
from .messages import Call, Refused, Reply
from .request_context import RequestContext
from .routes import Operation, Table
from .tasks import Roles, Store, Task

MAX_BODY: Final = 16 * 1024 * 1024
_BODILESS: Final = frozenset({204, 304})

Clock = Callable[[], float]
"""Gives the time in seconds since 1970."""


@frozen(eq=False)
class Mount:
    """One spec, ready to be served."""

    api: Api
    operations: tuple[Operation, ...]
    table: Table
    roles: Roles
    stores: dict[str, Store]


class Sandbox:
    """An ASGI application that serves specs: each under `/<package>`, and all at the root if no two paths collide."""

    def __init__(
        self,
        specs: Iterable[Path],
        *,
        clock: Clock = time.time,
        speed: float = 1.0,
        log: Callable[[str], None] | None = None,
        faults: Iterable[Fault] | Path = (),
    ) -> None:
        """Read the specs.

        Args:
            specs: Spec files in which `dragoman lint` finds nothing.
            clock: Moves the tasks.
            speed: How much faster than usual tasks move; at 1 a task takes six seconds.
            log: Takes a line for each request: method, path and status, and nothing that may be secret.
            faults: What goes wrong with some requests, or a file that says so; see `faults`.

        Raises:
            SpecError: a spec or the file of faults cannot be read, or a fault of the file hits nothing.
            ValueError: another fault is for an operation that there is not.
        """
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
        everything = [each for mount in self.mounts.values() for each in mount.operations]
        self._root = None if self.collisions else Table(everything)
        told = load_faults(faults) if isinstance(faults, Path) else faults
        self._script = Script(told, {each.id: self._phases(each) for each in everything}, clock())

    def answer(self, call: Call) -> Reply:
        """Answer a request. Safe for many threads."""
        with self._lock:
            return self._answer(call)

    def _answer(self, call: Call) -> Reply:
        mount, path = self._place(call.path)
        operation: Operation | None = None
        values: dict[str, str] = {}
        nothing: Refused | None = None
        try:
            if not call.path.startswith(f"{files.PREFIX}/"):
                operation, values = self._table(mount).find(call, path)
        except Refused as refused:
            nothing = refused
        case = self._script.case(call, operation.id if operation else "", path, self._clock())
        api = operation.api if operation else mount.api if mount else None
        try:
            if unserved := case.refused or nothing:
                raise unserved
            if case.instead is not None:
                reply = case.instead
            elif operation is None:
                reply = self._file(case)
            else:
                reply = self._serve(self.mounts[operation.api.package], operation, case, values)
        except Refused as refused:
            reply = responses.bad(refused, api, operation)
            if refused is case.refused:
                # Told to answer this very status, not the nearest that the vendor declares.
                reply = evolve(reply, status=refused.status, body=b"" if refused.status in _BODILESS else reply.body)
        return case.answered(reply)

    def _phases(self, operation: Operation) -> Iterable[str]:
        """Return the phases that the tasks of an operation know; none if it has nothing to do with tasks."""
        roles = self.mounts[operation.api.package].roles
        role = roles.submits.get(operation.id) or roles.observers.get(operation.id)
        return tuple(role.definition.words) if role else ()

    def _table(self, mount: Mount | None) -> Table:
        table = mount.table if mount else self._root
        if table is None:
            raise Refused(404, f"Specs share paths, so begin with the name of one: /{', /'.join(self.mounts)}.")
        return table

    def _place(self, path: str) -> tuple[Mount | None, str]:
        _, package, *rest = path.split("/", 2) if path.startswith("/") else ("", "")
        if package in self.mounts and rest:
            return self.mounts[package], f"/{rest[0]}"
        return None, path

    def _serve(self, mount: Mount, operation: Operation, case: RequestContext, values: dict[str, str]) -> Reply:
        call, now = case.call, case.now
        arguments = requests.check(operation, call, values)
        api, roles = mount.api, mount.roles

        def link(task: Task, signed: bool) -> str:
            path = f"{api.package}/{task.definition.kind}/{task.id}.csv"
            return self._files.link(case.link_origin or call.origin, path, now - case.link_age, signed=signed)

        if observer := roles.observers.get(operation.id):
            store = mount.stores[observer.definition.kind]
            for look in case.looks:
                look(observer, arguments)
            listing = observer.definition.listing
            if observer.id_parameter or listing is None:
                value: Any = task_views.one(observer, store, arguments, case, link)
            else:
                shown = task_views.several(observer, listing, store, arguments, case, link)
                value = case.listed(observer, arguments, shown)
            return responses.good(call, api, operation, *operation.success(), value)
        if route := roles.submits.get(operation.id):
            status, response = operation.success(route.submit.accepted)
            responses.good(call, api, operation, status, response)  # An answer nobody accepts must not begin a task.
            store = mount.stores[route.definition.kind]
            begin = partial(store.start, route, arguments, now, self._speed)
            task = begin()
            for happen in case.starts:
                happen(store, task, begin)
            example = examples.answer(api, responses.json_content(api, response))
            shown = task_views.view(task, now, link, arguments.path)
            return responses.good(
                call, api, operation, status, response, task_views.submitted(task, route, example, shown)
            )
        status, response = operation.success()
        value = None
        if page := operation.node.get("x-pagination"):
            content = responses.json_content(api, response)
            value = task_views.closed(api, content.get("schema"), examples.answer(api, content), page["token"])
        return responses.good(call, api, operation, status, response, value)

    def _file(self, case: RequestContext) -> Reply:
        call, now = case.call, case.now
        if call.method != "GET":
            raise Refused(405, "A file is read with GET.", headers={"Allow": "GET"})
        path = unquote(call.path.removeprefix(f"{files.PREFIX}/"))
        package, _, rest = path.partition("/")
        kind, _, name = rest.partition("/")
        mount = self.mounts.get(package)
        if not self._files.is_signed(call, now) and mount is not None:
            wanted = mount.api.data.get("security", [])
            requests.authorize(mount.api, tuple(tuple(each) for each in wanted), call)
        store = mount.stores.get(kind) if mount else None
        task = store.find(name.removesuffix(".csv")) if store else None
        if task is None or task.course.at(task.started, now).phase != "succeeded":
            raise Refused(404, "There is no such file.")
        return files.send(files.rows(f"{task.id} again" if case.other_file else task.id), call.headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request by ASGI."""
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])
        request = Request(scope, receive)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return
        call = _call(request, body or b"")
        if body is None:
            reply = responses.bad(Refused(413, f"The body has more than {MAX_BODY} bytes."), None, None)
            reply = Reply(reply.status, reply.body, {**reply.headers, "Connection": "close"})
        else:
            reply = self.answer(call)
        if self._log:
            self._log(f"{call.method} {call.path} {reply.status}")
        if reply.delivery is not None:
            await messages.deliver(reply, reply.delivery, scope, receive)
            return
        await Response(reply.body, reply.status, dict(reply.headers))(scope, receive, send)


def app(
    specs: Sequence[Path],
    *,
    clock: Clock = time.time,
    speed: float = 1.0,
    log: Callable[[str], None] | None = None,
    faults: Iterable[Fault] | Path = (),
) -> Sandbox:
    """Return an ASGI application that serves specs; the arguments are those of `Sandbox`."""
    return Sandbox(specs, clock=clock, speed=speed, log=log, faults=faults)


def _mount(api: Api, now: float) -> Mount:
    served = tuple(routes.operations(api))
    roles = tasks.read(api, served)
    stores = {each.kind: Store(each, now) for each in roles.definitions}
    return Mount(api, served, Table(served), roles, stores)


def _collisions(mounts: list[Mount]) -> Iterable[str]:
    """Yield, for each path that two specs have, a sentence that says so."""
    seen: dict[str, str] = {}
    for mount in mounts:
        for operation in mount.operations:
            other = seen.setdefault(operation.shape, mount.api.package)
            if other != mount.api.package:
                yield f"{operation.method} {operation.path} is in {other} and in {mount.api.package}"


async def _body(request: Request) -> bytes | None:
    """Read a body; None if it is longer than is allowed."""
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
