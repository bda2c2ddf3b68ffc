# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client, HttpBearer

from . import things

API: Final = Api(
    "spec",
    "https://api.example",
    schemes={"bearer": HttpBearer(), "token": HttpBearer()},
    security=(("token",),),
)


class ApiClient(Client):
    """Api.

    Servers:
    - https://api.example

    Authentication (`bearer`): a bearer token.

    Authentication (`token`): a bearer token.
    """

    api = API

    put_thing = things.put_thing


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    put_thing = things.put_thing_async
