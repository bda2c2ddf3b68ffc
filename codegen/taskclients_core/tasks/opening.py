"""From a client to its tasks: a station, a runner, and the group that callers hold."""

from __future__ import annotations

from collections.abc import Collection
from os import PathLike
from typing import TYPE_CHECKING, Any

from ..api import Api
from ..errors import InvalidArgument
from ..exchange.async_driver import AsyncDriver
from ..exchange.outside import AsyncOutside, SyncOutside
from ..exchange.setting import Setting
from ..exchange.sync_driver import SyncDriver
from .async_runner import AsyncRunner
from .definition import Submit
from .given import named
from .group import AsyncTasks, Tasks
from .journal.journal import Journal, MemoryJournal
from .poll import Poll
from .station import Station
from .sync_runner import SyncRunner

if TYPE_CHECKING:
    from ..options import AsyncClientOptions, ClientOptions


def open_tasks(
    driver: SyncDriver, setting: Setting, api: Api, submits: tuple[Submit[Any, Any], ...], options: ClientOptions
) -> Tasks:
    """The tasks of a client.

    Raises:
        InvalidArgument: an option cannot be so.
    """
    private = options.get("allow_private_downloads", False)
    outside = SyncOutside(options.get("download_client"), private=private)
    station = _station(setting, api, submits, options)
    return Tasks(station, SyncRunner(driver, station, outside))


def open_async_tasks(
    driver: AsyncDriver, setting: Setting, api: Api, submits: tuple[Submit[Any, Any], ...], options: AsyncClientOptions
) -> AsyncTasks:
    """Async twin of `open_tasks`."""
    private = options.get("allow_private_downloads", False)
    outside = AsyncOutside(options.get("download_client"), private=private)
    station = _station(setting, api, submits, options)
    return AsyncTasks(station, AsyncRunner(driver, station, outside))


def _station(
    setting: Setting, api: Api, submits: tuple[Submit[Any, Any], ...], options: ClientOptions | AsyncClientOptions
) -> Station:
    poll, account = options.get("poll", Poll()), options.get("account", "default")
    if not isinstance(poll, Poll):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgument(f"poll: expected Poll(…), got {named(poll)}")
    if not (isinstance(account, str) and account):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgument("account: expected a name, which is no secret")
    hosts = _hosts(options.get("download_hosts", ()))
    # The last option that can be refused: from here on the client closes what it has opened.
    journal, closes_journal = _journal(options.get("journal"), setting)
    return Station(
        setting=setting,
        api=api,
        submits=submits,
        poll=poll,
        journal=journal,
        closes_journal=closes_journal,
        account=account,
        download_hosts=hosts,
        allow_private_downloads=options.get("allow_private_downloads", False),
    )


def _journal(given: Journal | str | PathLike[str] | None, setting: Setting) -> tuple[Journal, bool]:
    """The journal, and whether the client closes it."""
    if given is None:
        return MemoryJournal(clock=setting.clock), False
    if isinstance(given, Journal):
        return given, False
    if isinstance(given, str | PathLike):  # pyright: ignore[reportUnnecessaryIsInstance]
        return Journal(given, clock=setting.clock), True
    raise InvalidArgument(f"journal: expected a path or Journal(path), got {named(given)}")


def _hosts(given: Collection[str]) -> tuple[str, ...]:
    hosts = tuple(given)
    if isinstance(given, str) or not all(isinstance(host, str) for host in hosts):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgument(f"download_hosts: expected names of hosts in a list, got {named(given)}")
    return hosts
