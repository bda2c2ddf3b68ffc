# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final, Unpack

from taskclients_core import Api, ApiKey, AsyncClient, AsyncClientOptions, AuthOr, Client, ClientOptions, SignIn

from . import models, sessions, things

API: Final = Api(
    "spec",
    "https://api.example",
    schemes={"key": ApiKey("header", "X-Session", sign_in=(SignIn(sessions.LOGIN, token="key"),))},
    security=(("key",),),
)


class ApiClient(Client):
    """Api.

    Servers:
    - https://api.example

    Authentication (`key`): a key in the header `X-Session`. Given a `models.Login`, the client signs in automatically.
    """

    api = API

    def __init__(
        self,
        base_url: str | None = None,
        *,
        auth: AuthOr[models.Login] | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(base_url, credential=auth, **options)

    list_things = things.list_things

    login = sessions.login


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    def __init__(
        self,
        base_url: str | None = None,
        *,
        auth: AuthOr[models.Login] | None = None,
        **options: Unpack[AsyncClientOptions],
    ) -> None:
        super().__init__(base_url, credential=auth, **options)

    list_things = things.list_things_async

    login = sessions.login_async
