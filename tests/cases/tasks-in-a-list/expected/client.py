# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client

from . import async_tasks, exports

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
    submissions = async_tasks.SUBMISSIONS

    list_exports = exports.list_exports
    create_export = exports.create_export

    begin_create_export = async_tasks.begin_create_export


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API
    submissions = async_tasks.SUBMISSIONS

    list_exports = exports.list_exports_async
    create_export = exports.create_export_async

    begin_create_export = async_tasks.begin_create_export_async
