# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, ApiKey, AsyncClient, Client

from . import things

API: Final = Api(
    "spec",
    "https://api.example",
    schemes={"key": ApiKey("query", "api_key")},
    security=(("key",),),
)


class ApiClient(Client):
    """Api.

    Servers:
    - https://api.example

    Authentication (`key`): a key in the query `api_key`.
    """

    api = API

    list_orders = things.list_orders
    list_parcels = things.list_parcels
    list_returns = things.list_returns
    list_stocks = things.list_stocks
    list_repos = things.list_repos
    list_users = things.list_users
    list_notes = things.list_notes


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    list_orders = things.list_orders_async
    list_parcels = things.list_parcels_async
    list_returns = things.list_returns_async
    list_stocks = things.list_stocks_async
    list_repos = things.list_repos_async
    list_users = things.list_users_async
    list_notes = things.list_notes_async
