"""From a client to its tasks: a station, a runner, and the group that callers hold."""

from __future__ import annotations

from collections.abc import Collection
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
    station = _station(setting, api, submits, options)
    outside = SyncOutside(options.get("download_client"), private=station.allow_private_downloads)
    return Tasks(station, SyncRunner(driver, station, outside))


def open_async_tasks(
    driver: AsyncDriver, setting: Setting, api: Api, submits: tuple[Submit[Any, Any], ...], options: AsyncClientOptions
) -> AsyncTasks:
    """Async twin of `open_tasks`."""
    station = _station(setting, api, submits, options)
    outside = AsyncOutside(options.get("download_client"), private=station.allow_private_downloads)
    return AsyncTasks(station, AsyncRunner(driver, station, outside))


def _station(
    setting: Setting, api: Api, submits: tuple[Submit[Any, Any], ...], options: ClientOptions | AsyncClientOptions
) -> Station:
    poll, account = options.get("poll", Poll()), options.get("account", "default")
    if not isinstance(poll, Poll):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgument(f"poll: expected Poll(…), got {named(poll)}")
    if not (isinstance(account, str) and account):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgument("account: expected a name, which is no secret")
    return Station(
        setting=setting,
        api=api,
        submits=submits,
        poll=poll,
        journal=options.get("journal"),
        account=account,
        download_hosts=_hosts(options.get("download_hosts", ())),
        allow_private_downloads=options.get("allow_private_downloads", False),
    )


def _hosts(given: Collection[str]) -> tuple[str, ...]:
    hosts = tuple(given)
    if isinstance(given, str) or not all(isinstance(host, str) for host in hosts):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgument(f"download_hosts: expected names of hosts in a list, got {named(given)}")
    return hosts
