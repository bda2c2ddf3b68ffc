# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client, ClientCredentials, MutualTls, OAuth2Token

from . import tokens

API: Final = Api(
    "spec",
    "https://api.example",
    schemes={
        "person": OAuth2Token(),
        "browser": OAuth2Token(),
        "connect": OAuth2Token(),
        "machine": ClientCredentials("/token", scopes=("admin",)),
        "certificate": MutualTls(),
    },
    security=(("person", "browser"), ("connect",), ("machine",)),
)


class ApiClient(Client):
    """Api.

    Servers:
    - https://api.example

    Authentication (`person`): an OAuth 2 access token.

    Authentication (`browser`): an OAuth 2 access token.

    Authentication (`connect`): an OpenID Connect access token.

    Authentication (`machine`): OAuth 2 client credentials.

    Authentication (`certificate`): a client certificate (`http_client=`).
    """

    api = API

    read_both = tokens.read_both
    read_machine = tokens.read_machine
    read_certificate = tokens.read_certificate
    read_certificate_only = tokens.read_certificate_only


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    read_both = tokens.read_both_async
    read_machine = tokens.read_machine_async
    read_certificate = tokens.read_certificate_async
    read_certificate_only = tokens.read_certificate_only_async
