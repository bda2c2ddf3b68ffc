# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client

from . import things

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

    read_path = things.read_path
    read_query = things.read_query
    read_headers = things.read_headers
    read_objects = things.read_objects
    read_unions = things.read_unions


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    read_path = things.read_path_async
    read_query = things.read_query_async
    read_headers = things.read_headers_async
    read_objects = things.read_objects_async
    read_unions = things.read_unions_async
