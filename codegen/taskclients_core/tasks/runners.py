"""Runners of task flows, on the calling thread and in the event loop.

Both perform the effects that flows yield (`effects`). They differ in how they poll: among threads, one waiting thread
per scheduler leads and polls for all; in an event loop, a task per scheduler polls.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from inspect import isawaitable
from math import inf
from typing import Any, TypeVar, cast

from ..deadline import Timer
from ..effects import (
    Callback,
    CloseResponse,
    OpenUrl,
    ReadChunk,
    RunBlocking,
    TaskFlow,
    WaitForChange,
    run_flow,
    run_flow_async,
)
from ..transport.async_driver import AsyncDriver
from ..transport.download_transport import AsyncDownloadTransport, SyncDownloadTransport
from ..transport.sync_driver import SyncDriver
from .polling.poll_request import poll_tasks
from .polling.scheduler import BATCH, InFlightPoll, PollScheduler, PollTarget, Waiter
from .task_registry import TaskRegistry

T = TypeVar("T")


class SyncRunner:
    """Performs effects on the calling thread. Safe for many threads."""

    def __init__(self, driver: SyncDriver, registry: TaskRegistry, transport: SyncDownloadTransport) -> None:
        self._driver = driver
        self._registry = registry
        self._outside = transport
        self._clock = registry.config.clock

    def run(self, flow: TaskFlow[T]) -> T:
        """Run a flow to its end and return its result. Raises what the flow raises."""
        return run_flow(flow, self._perform)

    def _perform(self, effect: Any) -> Any:
        if isinstance(effect, WaitForChange):
            return self._wait_for_change(effect)
        if isinstance(effect, RunBlocking):
            return effect.function()
        if isinstance(effect, Callback):
            effect.function(effect.value)
            return None
        if isinstance(effect, ReadChunk):
            return next(cast("Any", effect.response.chunks), None)
        if isinstance(effect, CloseResponse):
            effect.response.close()
            return None
        if isinstance(effect, OpenUrl):
            return self._outside.open(effect)
        return self._driver.perform(effect)

    def close(self) -> None:
        """End all waits with ClientClosedError; close the download transport and the client's own journal."""
        with self._registry.lock:
            for waiter in self._registry.close():
                waiter.wake()
        try:
            self._outside.close()
        finally:
            self._registry.release_holds()
            if self._registry.closes_journal:
                self._registry.journal.close()

    # -- Waits and polls

    def _wait_for_change(self, effect: WaitForChange) -> None:
        registry = self._registry
        registry.check_open()
        if effect.until is not None and effect.until <= registry.now():
            return
        if not registry.journal.is_open:
            registry.journal.open(_patience(registry, effect))
        condition = registry.lock.condition()
        waiter = Waiter(
            effect.seen, effect.until, effect.heartbeat, effect.fresh, effect.poll, condition.notify, effect.failures
        )
        try:
            self._wait_or_lead(waiter, condition)
        finally:
            try:
                self._leave(waiter)
            except BaseException:  # interrupted; a second call does the rest
                self._leave(waiter)
                raise
        if waiter.error is not None:
            raise waiter.error

    def _wait_or_lead(self, waiter: Waiter, condition: threading.Condition) -> None:
        registry = self._registry
        with registry.lock:
            registry.add_waiter(waiter)
            for scheduler in waiter.schedulers if not waiter.done else ():
                self._offer_lead(waiter, scheduler)
        while True:
            with registry.lock:
                result = self._next_poll(waiter, condition)
            if result is None:
                return
            self._poll(*result)

    def _next_poll(self, waiter: Waiter, condition: threading.Condition) -> tuple[PollScheduler, InFlightPoll] | None:
        """Sleep until this waiter has a poll to make, and begin it; return None when the wait is over."""
        while not waiter.done:
            now = self._clock.monotonic()
            return_at = inf if waiter.wake_at is None else waiter.wake_at
            if return_at <= now:
                return None
            at, scheduler = self._earliest_poll(waiter)
            if scheduler is not None and at <= now:
                poll = self._start_poll(waiter, scheduler, now)
                if poll is not None:
                    return scheduler, poll
            waiter.sleeping_until = at
            wake_at = min(at, return_at)
            self._clock.wait(condition, None if wake_at == inf else max(0.0, wake_at - now))
        return None

    def _offer_lead(self, waiter: Waiter, scheduler: PollScheduler) -> None:
        """Make the waiter the leader if there is none."""
        if scheduler.leader is None:
            scheduler.leader = waiter
        else:
            self._wake_leader_if_earlier(scheduler)

    def _wake_leader_if_earlier(self, scheduler: PollScheduler) -> None:
        """Wake the leader if the next poll is now earlier than it expects."""
        planned = None if scheduler.leader is None else scheduler.next_poll()
        if scheduler.leader is not None and planned is not None and planned[0] < scheduler.leader.sleeping_until:
            scheduler.leader.wake()

    def _earliest_poll(self, waiter: Waiter) -> tuple[float, PollScheduler | None]:
        """Return the time of the next poll and its scheduler, among those that the waiter leads."""
        result: tuple[float, PollScheduler | None] = (inf, None)
        for scheduler in waiter.schedulers:
            planned = scheduler.next_poll() if scheduler.leader is waiter else None
            if planned is not None and planned[0] < result[0]:
                result = (planned[0], scheduler)
        return result

    def _start_poll(self, waiter: Waiter, scheduler: PollScheduler, now: float) -> InFlightPoll | None:
        for other in waiter.schedulers:
            # Hand over the other schedulers, so that their waiters need not wait for this poll.
            if other is not scheduler and other.leader is waiter and other.next_leader is not None:
                self._hand_over(other)
        planned = scheduler.next_poll()
        return None if planned is None else scheduler.start_poll(planned[1], now, waiter)

    def _poll(self, scheduler: PollScheduler, poll: InFlightPoll) -> None:
        registry = self._registry
        result = self.run(poll_tasks(registry.config, poll.request))
        with registry.lock:
            for ended in scheduler.finish_poll(poll, result, self._clock.monotonic()):
                for waiter in ended:
                    waiter.wake()
        while registry.emit_poll_events(scheduler):
            pass

    def _hand_over(self, scheduler: PollScheduler) -> None:
        scheduler.leader = next_leader = scheduler.next_leader
        if next_leader is not None:
            next_leader.wake()

    def _leave(self, waiter: Waiter) -> None:
        with self._registry.lock:
            waiter.done = True
            for scheduler in waiter.schedulers:
                if scheduler.in_flight is not None and scheduler.in_flight.leader is waiter:
                    scheduler.cancel_poll(scheduler.in_flight)
                scheduler.remove_waiter(waiter)
                if scheduler.leader is waiter:
                    self._hand_over(scheduler)
                else:
                    self._wake_leader_if_earlier(scheduler)


class AsyncRunner:
    """Performs effects in an event loop, for all of its tasks."""

    def __init__(self, driver: AsyncDriver, registry: TaskRegistry, transport: AsyncDownloadTransport) -> None:
        self._driver = driver
        self._registry = registry
        self._outside = transport
        self._poll_loops: dict[PollScheduler, _PollLoop] = {}

    # Not coroutines of their own: each of many waits would keep them.
    def run(self, flow: TaskFlow[T]) -> Coroutine[Any, Any, T]:
        """Run a flow to its end and return its result.

        Raises:
            ClientClosedError: the client belongs to another event loop.
            Exception: the error of the flow.
        """
        return run_flow_async(flow, self._perform)

    def _perform(self, effect: Any) -> Coroutine[Any, Any, Any]:
        self._driver.loops.claim(tasks=True)  # here the loop runs; `run` may be called before it
        return self._wait_for_change(effect) if isinstance(effect, WaitForChange) else self._perform_other(effect)

    async def _perform_other(self, effect: Any) -> Any:
        if isinstance(effect, RunBlocking):
            return await asyncio.to_thread(effect.function) if effect.heavy else effect.function()
        if isinstance(effect, Callback):
            returned = effect.function(effect.value)
            if isawaitable(returned):
                await returned
            return None
        if isinstance(effect, ReadChunk):
            return await anext(cast("Any", effect.response.chunks), None)
        if isinstance(effect, CloseResponse):
            closing = effect.response.close()
            if closing is not None:
                await closing
            return None
        if isinstance(effect, OpenUrl):
            return await self._outside.open(effect)
        return await self._driver.perform(effect)

    async def aclose(self) -> None:
        """End all waits with ClientClosedError; cancel polls in progress; close what the client owns."""
        self._driver.loops.claim()
        for waiter in self._registry.close():
            waiter.wake()
        tasks = [task for poll_loop in self._poll_loops.values() if (task := poll_loop.stop()) is not None]
        try:
            if tasks:
                await asyncio.wait(tasks)
            await self._outside.aclose()
        finally:
            if self._registry.journal.lasting:
                await asyncio.to_thread(self._registry.release_holds)
            if self._registry.closes_journal:
                await asyncio.to_thread(self._registry.journal.close)

    # -- Waits and polls

    async def _wait_for_change(self, effect: WaitForChange) -> None:
        registry = self._registry
        registry.check_open()
        self._driver.check_open()
        if effect.until is not None and effect.until <= registry.now():
            return
        if not registry.journal.is_open:
            await asyncio.to_thread(registry.journal.open, _patience(registry, effect))
            registry.check_open()
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def wake() -> None:
            if not future.done():
                future.set_result(None)

        waiter = Waiter(effect.seen, effect.until, effect.heartbeat, effect.fresh, effect.poll, wake, effect.failures)
        timer: Timer | None = None
        try:
            registry.add_waiter(waiter)
            if not waiter.done:
                if waiter.wake_at is not None and waiter.wake_at < inf:
                    timer = registry.config.clock.call_later(waiter.wake_at - waiter.joined, wake)
                for scheduler in waiter.schedulers:
                    self._poll_loop(scheduler).set_timer()
                await future
        finally:
            if timer is not None:
                timer.cancel()
            waiter.done = True
            for scheduler in waiter.schedulers:
                scheduler.remove_waiter(waiter)
                poll_loop = self._poll_loops.get(scheduler)
                if poll_loop is not None:
                    # The next deadline may be another waiter's.
                    poll_loop.set_timer() if scheduler.waiters else poll_loop.cancel_timer()
        if waiter.error is not None:
            raise waiter.error

    def _poll_loop(self, scheduler: PollScheduler) -> _PollLoop:
        poll_loop = self._poll_loops.get(scheduler)
        if poll_loop is None:
            poll_loop = self._poll_loops[scheduler] = _PollLoop(self, self._registry, scheduler)
        return poll_loop


class _PollLoop:
    """Makes the polls of one scheduler in the event loop."""

    def __init__(self, runner: AsyncRunner, registry: TaskRegistry, scheduler: PollScheduler) -> None:
        self._runner = runner
        self._registry = registry
        self._clock = registry.config.clock
        self._scheduler = scheduler
        self._at = inf
        self._timer: Timer | None = None
        self._task: asyncio.Task[None] | None = None

    def set_timer(self) -> None:
        """Set the timer for the next poll."""
        planned = None if self._task is not None or self._registry.closed else self._scheduler.next_poll()
        if planned is None or (self._timer is not None and self._at <= planned[0]):
            return  # an early timer is harmless
        self.cancel_timer()
        self._at = planned[0]
        wait = self._at - self._clock.monotonic()
        # Not in this turn of the loop: others may begin to wait in it, and one poll serves all.
        loop = asyncio.get_running_loop()
        self._timer = loop.call_soon(self._on_timer) if wait <= 0 else self._clock.call_later(wait, self._on_timer)

    def cancel_timer(self) -> None:
        """Cancel the timer: there are no waiters."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def stop(self) -> asyncio.Task[None] | None:
        """Stop polling; return the task of the poll in progress, which is cancelled."""
        self.cancel_timer()
        if self._task is not None:
            self._task.cancel()
        return self._task

    def _on_timer(self) -> None:
        self._timer = None
        planned = None if self._task is not None else self._scheduler.next_poll()
        if planned is None:
            return
        if planned[0] > self._clock.monotonic():
            self.set_timer()
            return
        self._task = asyncio.get_running_loop().create_task(self._poll(planned[1]))
        self._task.add_done_callback(self._poll_done)

    def _poll_done(self, task: asyncio.Task[None]) -> None:
        self._task = None
        scheduler = self._scheduler
        scheduler.cancel_poll(scheduler.in_flight)
        error = None if task.cancelled() else task.exception()
        if error is not None:  # a bug of this package: end the waits, or they would never return
            for waiter in tuple(scheduler.waiters):
                bug = RuntimeError("polling failed because of a bug in taskclients; please report it")
                bug.__cause__ = error
                if waiter.finish(bug):
                    waiter.wake()
        self.set_timer()

    async def _poll(self, target: PollTarget) -> None:
        scheduler = self._scheduler
        # All waiters may have left in the meantime: send nothing.
        if not target.waiters or self._registry.closed:
            return
        poll = scheduler.start_poll(target, self._clock.monotonic())
        result = await self._runner.run(poll_tasks(self._registry.config, poll.request))
        for ended in scheduler.finish_poll(poll, result, self._clock.monotonic()):
            await _wake(ended)
        while self._registry.emit_poll_events(scheduler):
            await asyncio.sleep(0)


def _patience(registry: TaskRegistry, effect: WaitForChange) -> float:
    """Return the seconds for which a wait may wait for its journal."""
    return inf if effect.until is None else max(0.0, effect.until - registry.now())


async def _wake(waiters: Sequence[Waiter]) -> None:
    """Wake waiters in batches, so that other coroutines get a turn."""
    remaining = iter(waiters)
    try:
        for number, waiter in enumerate(remaining):
            waiter.wake()
            if number % BATCH == BATCH - 1:
                await asyncio.sleep(0)
        if not waiters:
            await asyncio.sleep(0)
    finally:
        for waiter in remaining:
            waiter.wake()
