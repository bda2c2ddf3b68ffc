# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from datetime import date
from typing import Final, Unpack

from taskclients_core import Api, AsyncClient, AsyncClientOptions, Auth, Client, ClientOptions, Cookie, Header, Query

from . import things

API: Final = Api(
    "spec",
    "https://api.example",
    parameters=(
        Header("Accept-Language", str, required=True),
        Cookie("tenant", str),
        Query("api-version", date, required=True),
    ),
)


class ApiClient(Client):
    """Api.

    Servers:
    - https://api.example

    Args:
        accept_language: In which language to answer.
        tenant: Sent as the cookie parameter `tenant`.
        api_version: The day of the version.
    """

    api = API

    def __init__(
        self,
        base_url: str | None = None,
        *,
        accept_language: str,
        tenant: str | None = None,
        api_version: date = date.fromisoformat("2024-05-01"),
        auth: Auth | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(base_url, auth=auth, parameters=(accept_language, tenant, api_version), **options)

    get_thing = things.get_thing


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited.

    Args:
        accept_language: In which language to answer.
        tenant: Sent as the cookie parameter `tenant`.
        api_version: The day of the version.
    """

    api = API

    def __init__(
        self,
        base_url: str | None = None,
        *,
        accept_language: str,
        tenant: str | None = None,
        api_version: date = date.fromisoformat("2024-05-01"),
        auth: Auth | None = None,
        **options: Unpack[AsyncClientOptions],
    ) -> None:
        super().__init__(base_url, auth=auth, parameters=(accept_language, tenant, api_version), **options)

    get_thing = things.get_thing_async
