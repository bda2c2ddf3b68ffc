# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client

from . import apes, sea_animals, zebras

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

    list_zebras = zebras.list_zebras
    free_zebras = zebras.free_zebras

    list_apes = apes.list_apes

    list_fish = sea_animals.list_fish


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    list_zebras = zebras.list_zebras_async
    free_zebras = zebras.free_zebras_async

    list_apes = apes.list_apes_async

    list_fish = sea_animals.list_fish_async
