# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client, HttpBearer

from . import logins

API: Final = Api(
    "spec",
    "https://api.example",
    schemes={"bearer": HttpBearer()},
    security=(("bearer",),),
)


class ApiClient(Client):
    """Api.

    Servers:
    - https://api.example

    Authentication (`bearer`): a bearer token.
    """

    api = API

    sign_in = logins.sign_in
    list_pins = logins.list_pins
    add_key = logins.add_key


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    sign_in = logins.sign_in_async
    list_pins = logins.list_pins_async
    add_key = logins.add_key_async
