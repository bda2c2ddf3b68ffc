# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client

from . import things

API: Final = Api(
    "spec",
    None,
    test_urls=("https://eu.dev.api.example", "https://test.api.example/v1"),
    servers=("https://upload.eu.example",),
)


class ApiClient(Client):
    """Api.

    Servers:
    - https://eu.dev.api.example (for tests: pass it as `base_url`): Development.
    - https://test.api.example/v1 (for tests: pass it as `base_url`)
    """

    api = API

    list_things = things.list_things
    upload = things.upload


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    list_things = things.list_things_async
    upload = things.upload_async
