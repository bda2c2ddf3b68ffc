# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final, Unpack

from taskclients_core import (
    Api,
    AsyncClient,
    AsyncClientOptions,
    AuthOr,
    Client,
    ClientOptions,
    Header,
    HttpBearer,
    SignIn,
)

from . import models, sessions, things

API: Final = Api(
    "spec",
    "https://api.example",
    schemes={
        "bearer": HttpBearer(
            sign_in=(SignIn(sessions.OPEN, token="session.token"), SignIn(sessions.OPEN_BY_CODE, token="session.token"))
        )
    },
    security=(("bearer",),),
    parameters=(Header("X-Device", str, required=True),),
)


class ApiClient(Client):
    """Api.

    Servers:
    - https://api.example

    Authentication (`bearer`): a bearer token. Given a `models.Login` or a `models.Code`, the client signs in
    automatically.

    Args:
        device: Sent as the header parameter `X-Device`.
    """

    api = API

    def __init__(
        self,
        base_url: str | None = None,
        *,
        device: str,
        auth: AuthOr[models.Login | models.Code] | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(base_url, credential=auth, parameters=(device,), **options)

    list_things = things.list_things

    open = sessions.open
    open_by_code = sessions.open_by_code


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited.

    Args:
        device: Sent as the header parameter `X-Device`.
    """

    api = API

    def __init__(
        self,
        base_url: str | None = None,
        *,
        device: str,
        auth: AuthOr[models.Login | models.Code] | None = None,
        **options: Unpack[AsyncClientOptions],
    ) -> None:
        super().__init__(base_url, credential=auth, parameters=(device,), **options)

    list_things = things.list_things_async

    open = sessions.open_async
    open_by_code = sessions.open_by_code_async
