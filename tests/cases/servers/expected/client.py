# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final, Literal, Unpack

from taskclients_core import (
    Api,
    AsyncClient,
    AsyncClientOptions,
    Auth,
    Client,
    ClientOptions,
    HttpBearer,
    ServerVariable,
)

from . import things

API: Final = Api(
    "spec",
    "https://eu.api.example/v1",
    template="https://{region}.api.example/{version}",
    variables={"region": ServerVariable("eu", ("eu", "us")), "version": ServerVariable("v1")},
    servers=("https://upload.{region}.files.example/v1", "/admin"),
    schemes={"bearer": HttpBearer()},
    security=(("bearer",),),
)


class ApiClient(Client):
    """Api.

    Servers:
    - https://test.api.example/v1 (for tests: pass it as `base_url`): Test.
    - https://eu.api.example/v1: Production.

    Authentication (`bearer`): a bearer token.

    Args:
        region: Where the data are. Without effect if you pass `base_url`.
        api_version: `version` in the URL of the server. Without effect if you pass `base_url`.
    """

    api = API

    def __init__(
        self,
        base_url: str | None = None,
        *,
        region: Literal["eu", "us"] = "eu",
        api_version: str = "v1",
        auth: Auth | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(base_url, auth=auth, variables={"region": region, "version": api_version}, **options)

    list_things = things.list_things
    upload = things.upload
    read_status = things.read_status
    set_status = things.set_status


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited.

    Args:
        region: Where the data are. Without effect if you pass `base_url`.
        api_version: `version` in the URL of the server. Without effect if you pass `base_url`.
    """

    api = API

    def __init__(
        self,
        base_url: str | None = None,
        *,
        region: Literal["eu", "us"] = "eu",
        api_version: str = "v1",
        auth: Auth | None = None,
        **options: Unpack[AsyncClientOptions],
    ) -> None:
        super().__init__(base_url, auth=auth, variables={"region": region, "version": api_version}, **options)

    list_things = things.list_things_async
    upload = things.upload_async
    read_status = things.read_status_async
    set_status = things.set_status_async
