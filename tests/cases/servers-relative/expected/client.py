# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client

from . import things

API: Final = Api(
    "spec",
    None,
    template="/v1",
)


class ApiClient(Client):
    """Api.

    Servers:
    - /v1 (relative: pass `base_url`)
    """

    api = API

    list_things = things.list_things


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    list_things = things.list_things_async
