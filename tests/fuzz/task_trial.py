"""Trials of task types: clients of the mock server begin tasks, wait for every end, and read results."""

from __future__ import annotations

import importlib
import inspect
import json
import random
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path
from typing import Any, Final, Union

from attrs import frozen

from dragoman.spec import naming
from dragoman.testing import FakeVendor, VirtualClock, fault
from taskclients_core import RetryPolicy, codec
from taskclients_core.json_pointer import resolve
from taskclients_core.tasks import (
    SubmissionUnknownError,
    TaskCancelledError,
    TaskFailedError,
    TaskInputRequiredError,
)
from taskclients_core.tasks.definition import InlineResult, TaskType

from .schemas import Schema
from .values import NoValueError, Values

_LONG: Final = 900.0
"""Seconds of virtual time in which every task ends."""

_PARAMETERS: Final = ("path", "query", "header", "cookie")


def problems_of_tasks(document: Schema, path: Path, top: Any, rng: random.Random) -> Iterator[str | None]:
    """Yield a problem, or None, for each scenario of each operation that begins tasks.

    Args:
        document: The spec.
        path: Its file.
        top: The generated package.
        rng: Source of the arguments.
    """
    for item in document["paths"].values():
        for operation in item.values():
            if "x-begins-task" not in operation:
                continue
            begun = _Begun(document, path, top, operation)
            for name, scenario in begun.scenarios():
                kind = rng.choice((top.ApiClient, top.AsyncApiClient))
                found = _run(scenario, kind, rng)
                where = f"{operation['operationId']}: {name} with {kind.__name__}"
                yield f"{where}: {found}" if found else None


def _run(scenario: Any, kind: Any, rng: random.Random) -> str:
    """Return the problem of a scenario; '' for none."""
    clock = VirtualClock(seed=rng.randrange(100))
    coroutine = scenario(kind, clock, rng)
    try:
        if hasattr(kind, "aclose"):
            return str(clock.run(coroutine) or "")
        return _finish(coroutine)
    except NoValueError:
        return ""
    except Exception as error:
        frame = inspect.trace()[-1]
        return f"{type(error).__name__}: {str(error)[:600]} ({Path(frame.filename).name}:{frame.lineno})"


def _finish(coroutine: Coroutine[Any, Any, Any]) -> str:
    """Run a coroutine that never waits."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return str(stop.value or "")
    raise RuntimeError("a synchronous client waits for an event loop")


async def _done(value: Any) -> Any:
    """Return a value of a synchronous client, or wait for that of an asynchronous one."""
    return await value if inspect.isawaitable(value) else value


@frozen
class _Begun:
    """An operation that begins tasks."""

    document: Schema
    path: Path
    top: Any
    operation: Schema

    @property
    def _operation_name(self) -> str:
        found: str = self.operation["operationId"].partition(".")[2]
        return found

    @property
    def begins(self) -> Schema:
        found: Schema = self.operation["x-begins-task"]
        return found

    @property
    def type(self) -> Schema:
        found: Schema = self.document["components"]["x-task-types"][self.begins["type"]]
        return found

    def scenarios(self) -> Iterator[tuple[str, Any]]:
        """Yield the scenarios that the task type allows, with their names."""
        state = self.type["state"]
        phases = {*state["phases"].values(), *(rule["then"] for rule in state.get("rules", ()))}
        yield "success", self._success
        for phase in sorted(phases & {"failed", "cancelled", "skipped"}):
            yield phase, _with_phase(self._ended, phase)
        if "needs-input" in phases:
            yield "needs-input", self._needs_input
        if "cancel" in self.type:
            yield "cancel", self._cancelled
        yield "several", self._several
        yield "lost response", self._lost

    # -- Scenarios

    async def _success(self, kind: Any, clock: VirtualClock, rng: random.Random) -> str:
        vendor = FakeVendor(self.path, clock=clock)
        client = vendor.client(kind)
        task = await self._begin(client, rng)
        seen = [each async for each in _watched(task)] if rng.random() < 0.3 else []
        snapshot = await _done(task.wait(timeout=_LONG))
        if snapshot.phase not in ("succeeded", "skipped") or snapshot.partial or not snapshot.known:
            return f"the end is {snapshot!r}"
        if seen and seen[-1].phase != snapshot.phase:
            return f"the last change is {seen[-1]!r}"
        problem = self._content(snapshot) or await self._result(task, snapshot)
        if problem:
            return problem
        await _close(client)
        client = vendor.client(kind)
        resumed = await _done(client.tasks.resume(task.resume_token()))
        later = await _done(resumed.wait(timeout=_LONG))
        await _close(client)
        same = (later.phase, later.status) == (snapshot.phase, snapshot.status) and resumed.ref == task.ref
        return "" if same else f"it was {snapshot!r}, and after it was resumed {later!r}"

    def _content(self, snapshot: Any) -> str:
        """Return what is missing in the last snapshot."""
        snapshot.model  # noqa: B018 - decodes
        progress = self.type.get("progress", {})
        whole = snapshot.progress.fraction
        if progress and not ({"done", "total"} & progress.keys() and len(progress) < 2) and whole != 1:
            return f"a success has the progress {snapshot.progress!r}"
        if "steps" in self.type and not snapshot.steps:
            return "there are no steps"
        return ""

    async def _result(self, task: Any, snapshot: Any) -> str:
        result = self.type.get("result", {"kind": "none"})
        found = await _done(task.result(timeout=_LONG))
        if snapshot.phase == "skipped" or result["kind"] == "none":
            return "" if found is None else f"the result is {found!r}, not None"
        if result["kind"] == "inline":
            wanted = resolve(json.loads(codec.encode(snapshot.model, Any)), result["at"], None)
            plain = json.loads(codec.encode(found, self._result_type()))
            return "" if plain == wanted else f"the result is {plain!r}, and the task has {wanted!r}"
        if result["kind"] == "url":
            path = self.path.with_suffix(".csv")
            await _done(task.download(path, timeout=_LONG))
            text = path.read_text(encoding="utf-8")
            path.unlink()
            return "" if text.startswith("number,") else f"the file is {text[:100]!r}"
        return ""

    def _result_type(self) -> Any:
        """Return the declared type of an inline result."""
        name = naming.snake(self.begins["type"])
        parts = vars(importlib.import_module(f"{self.top.__name__}.async_tasks")).values()
        declared = next(each for each in parts if isinstance(each, TaskType) and each.name.endswith(f".{name}"))
        assert isinstance(declared.result, InlineResult)
        return Union[declared.result.type, None]  # noqa: UP007 - `|` cannot join all annotations

    async def _ended(self, phase: str, kind: Any, clock: VirtualClock, rng: random.Random) -> str:
        vendor = FakeVendor(self.path, clock=clock, faults=[self._fault("ends", phase=phase)])
        client = vendor.client(kind)
        task = await self._begin(client, rng)
        snapshot = await _done(task.wait(timeout=_LONG))
        if snapshot.phase != phase:
            return f"the end is {snapshot!r}, not {phase}"
        snapshot.model  # noqa: B018 - decodes
        expected = {"failed": TaskFailedError, "cancelled": TaskCancelledError}.get(phase)
        try:
            result = await _done(task.result(timeout=_LONG))
        except (TaskFailedError, TaskCancelledError) as error:
            return "" if type(error) is expected else f"{phase} raises {error!r}"
        finally:
            await _close(client)
        return "" if expected is None and result is None else f"the result of {phase} is {result!r}"

    async def _needs_input(self, kind: Any, clock: VirtualClock, rng: random.Random) -> str:
        vendor = FakeVendor(self.path, clock=clock, faults=[self._fault("ends", phase="needs-input")])
        client = vendor.client(kind)
        task = await self._begin(client, rng)
        snapshot = await _done(task.wait(timeout=_LONG))
        if snapshot.phase != "needs-input":
            return f"the end is {snapshot!r}, not needs-input"
        try:
            await _done(task.result(timeout=_LONG))
        except TaskInputRequiredError as error:
            actions = [*self.type.get("input", {}).get("actions", ())]
            if list(error.actions) != actions:
                return f"the actions are {error.actions!r}, not {actions}"
        else:
            return "needs-input has a result"
        if "input" in self.type:
            await _done(task.confirm(timeout=_LONG))
            snapshot = await _done(task.wait(timeout=_LONG))
            if snapshot.phase not in ("succeeded", "skipped"):
                return f"after confirm it is {snapshot!r}"
        await _close(client)
        return ""

    async def _cancelled(self, kind: Any, clock: VirtualClock, rng: random.Random) -> str:
        client = FakeVendor(self.path, clock=clock).client(kind)
        task = await self._begin(client, rng)
        snapshot = await _done(task.cancel(timeout=_LONG))
        if not snapshot.terminal:
            snapshot = await _done(task.wait(timeout=_LONG))
        await _close(client)
        words = self.type["state"]["phases"].values()
        # A task that is neither queued nor running at the mock server has ended before it could be cancelled.
        certain = "cancelled" in words and not {"queued", "running"}.isdisjoint(words)
        return (
            ""
            if snapshot.phase == "cancelled" or (snapshot.terminal and not certain)
            else f"after cancel it is {snapshot!r}"
        )

    async def _several(self, kind: Any, clock: VirtualClock, rng: random.Random) -> str:
        client = FakeVendor(self.path, clock=clock).client(kind)
        arguments = self._arguments(rng)
        first = await self._begin(client, rng, arguments, idempotency_key="one")
        again = await self._begin(client, rng, arguments, idempotency_key="one")
        handles = [first, again]
        if "$request." not in self.begins["id"]:  # the ids of two requests may be equal
            handles.append(await self._begin(client, rng, idempotency_key="two"))
        waited = await _done(client.tasks.wait_all(handles, timeout=_LONG))
        await _close(client)
        if first.ref != again.ref or (len(handles) > 2 and handles[2].ref == first.ref):
            return f"the keys one, one and two began {[each.ref for each in handles]}"
        return "" if not waited.failed and not waited.pending else f"of several tasks, {waited!r}"

    async def _lost(self, kind: Any, clock: VirtualClock, rng: random.Random) -> str:
        client = FakeVendor(self.path, clock=clock, faults=[self._fault("lost")]).client(kind, retry=RetryPolicy())
        certain = isinstance(self.begins.get("idempotency"), dict) or self.begins.get("reconcile", {}).get("unique")
        try:
            task = await self._begin(client, rng)
        except SubmissionUnknownError as error:
            return f"the start is unknown: {error}" if certain else ""
        snapshot = await _done(task.wait(timeout=_LONG))
        await _close(client)
        return "" if snapshot.phase in ("succeeded", "skipped") else f"the end is {snapshot!r}"

    # -- Calls

    def _fault(self, name: str, **options: Any) -> Any:
        return fault(self.operation["operationId"], name, **options)

    async def _begin(
        self, client: Any, rng: random.Random, arguments: dict[str, Any] | None = None, **options: Any
    ) -> Any:
        given = self._arguments(rng) if arguments is None else arguments
        return await _done(getattr(client, naming.function(f"begin_{self._operation_name}"))(**given, **options))

    def _arguments(self, rng: random.Random) -> dict[str, Any]:
        """Return random arguments of the operation."""
        values = Values(self.document, rng, newer=False)
        module = importlib.import_module(f"{self.top.__name__}.{naming.module(self.operation['tags'][0])}")
        operation = getattr(module, naming.constant(naming.function(self._operation_name)))
        hints = {(type(each).__name__.lower(), each.name): each.type for each in operation.parameters}
        found: dict[str, Any] = {}
        key = self.begins.get("idempotency")
        key = key.get("header", "") if isinstance(key, dict) else ""
        for each in self.operation.get("parameters", ()):
            if each["name"].lower() == key.lower() or not (each.get("required") or rng.random() < 0.7):
                continue
            value = _plain(values, each["schema"])
            hint = hints[each["in"], each["name"]]
            found[naming.argument(each["name"])] = codec.decode(json.dumps(value), hint)
        if "requestBody" in self.operation:
            schema = self.operation["requestBody"]["content"]["application/json"]["schema"]
            value = values.value(schema)
            matches = [match["equals"] for match in self.begins.get("reconcile", {}).get("match", ())]
            for expression in (self.begins["id"], *self.begins.get("scope", {}).values(), *matches):
                value = _with_plain(values, schema, value, str(expression))
            found["body"] = codec.decode(json.dumps(value), operation.body[0].type)
        return found


def _with_phase(scenario: Any, phase: str) -> Any:
    return lambda *rest: scenario(phase, *rest)


def _plain(values: Values, schema: Schema) -> Any:
    """Return a value that a path, a header and a query can contain, and that is no sample: text, or a number."""
    while True:
        value = values.value(schema)
        if (not isinstance(value, str) and value != 0) or (
            value and value == value.strip() and value.isascii() and value.isprintable()
        ):
            return value


def _with_plain(values: Values, schema: Schema, body: Any, expression: str) -> Any:
    """Return a body with a plain value where an expression finds one."""
    _, found, pointer = expression.partition("$request.body#")
    if not found:
        return body
    *names, last = [name.replace("~1", "/").replace("~0", "~") for name in pointer.split("/")[1:]]
    inner, part = body, values.resolved(schema)
    for name in names:
        if not inner.get(name):
            return body
        inner, part = inner[name], values.resolved(part["properties"][name])
        several = [values.resolved(each) for word in ("anyOf", "oneOf") for each in part.get(word, ())]
        part = next((each for each in several if "properties" in each), part)
    if last in inner:
        inner[last] = _plain(values, part["properties"][last])
    return body


async def _close(client: Any) -> None:
    await _done(client.aclose() if hasattr(client, "aclose") else client.close())


async def _watched(task: Any) -> AsyncIterator[Any]:
    changes = task.watch(timeout=_LONG)
    if hasattr(changes, "__aiter__"):
        async for each in changes:
            yield each
    else:
        for each in changes:
            yield each
