# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, ApiKey, AsyncClient, Client, ClientCredentials, HttpBasic, HttpBearer

from . import secrets

API: Final = Api(
    "spec",
    "https://api.example",
    schemes={
        "bearer": HttpBearer(),
        "basic": HttpBasic(),
        "headerKey": ApiKey("header", "X-Key"),
        "queryKey": ApiKey("query", "key"),
        "cookieKey": ApiKey("cookie", "key"),
        "oauth": ClientCredentials("/oauth/token", scopes=("read",)),
    },
    security=(("bearer",), ("basic",)),
)


class ApiClient(Client):
    """Api.

    Servers:
    - https://api.example

    Authentication (`bearer`): a bearer token.

    Authentication (`basic`): user and password.

    Authentication (`headerKey`): a key in the header `X-Key`.

    Authentication (`queryKey`): a key in the query `key`.

    Authentication (`cookieKey`): a key in the cookie `key`.

    Authentication (`oauth`): For machines.
    """

    api = API

    read_default = secrets.read_default
    read_open = secrets.read_open
    read_keys = secrets.read_keys
    read_either = secrets.read_either
    read_token = secrets.read_token


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    read_default = secrets.read_default_async
    read_open = secrets.read_open_async
    read_keys = secrets.read_keys_async
    read_either = secrets.read_either_async
    read_token = secrets.read_token_async
