# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client

from . import pets

API: Final = Api(
    "spec",
    "https://api.example.com",
    media_types=("application/json", "text/csv"),
)


class ApiClient(Client):
    """Api.

    Servers:
    - https://api.example.com

    Media types (`media_type=`): application/json, text/csv. The service also supports application/xml, which this
    client does not read.
    """

    api = API

    list_pets = pets.list_pets
    get_pet = pets.get_pet
    get_picture = pets.get_picture


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    list_pets = pets.list_pets_async
    get_pet = pets.get_pet_async
    get_picture = pets.get_picture_async
