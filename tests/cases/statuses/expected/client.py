# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client

from . import orders

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

    place_order = orders.place_order
    cancel_order = orders.cancel_order
    read_label = orders.read_label
    read_health = orders.read_health


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    place_order = orders.place_order_async
    cancel_order = orders.cancel_order_async
    read_label = orders.read_label_async
    read_health = orders.read_health_async
