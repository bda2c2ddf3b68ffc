# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client

from . import actions

API: Final = Api(
    "spec",
    "https://api.example",
)


class ApiClient(Client):
    """Api.

    Servers:
    - https://api.example
    """

    api = API

    list_tasks = actions.list_tasks
    read_acl = actions.read_acl
    start = actions.start
    stop = actions.stop


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    list_tasks = actions.list_tasks_async
    read_acl = actions.read_acl_async
    start = actions.start_async
    stop = actions.stop_async
