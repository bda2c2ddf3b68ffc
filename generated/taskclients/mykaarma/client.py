# Generated from mykaarma.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""myKaarma Manage API: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client, HttpBasic

from . import async_tasks, dealers, processes

API: Final = Api(
    "mykaarma",
    "https://api.mykaarma.com/manage",
    schemes={"basicAuth": HttpBasic()},
    security=(("basicAuth",),),
)


class MyKaarmaClient(Client):
    """Creating a dealer starts a process; its id comes back at once, and the process is read until it has ended.

    An answer of status 200 can still carry errors: such an answer without an id counts as a failure.

    Servers:
    - https://api.mykaarma.com/manage: Production.

    Authentication (`basicAuth`): User name and password of a service subscriber account, which myKaarma issues on
    request.
    """

    api = API
    submissions = async_tasks.SUBMISSIONS

    get_async_process = processes.get_async_process

    create_dealer = dealers.create_dealer

    begin_create_dealer = async_tasks.begin_create_dealer


class AsyncMyKaarmaClient(AsyncClient):
    """Async twin of `MyKaarmaClient`: the same methods, to be awaited."""

    api = API
    submissions = async_tasks.SUBMISSIONS

    get_async_process = processes.get_async_process_async

    create_dealer = dealers.create_dealer_async

    begin_create_dealer = async_tasks.begin_create_dealer_async
