# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final, Unpack

from taskclients_core import Api, AsyncClient, AsyncClientOptions, AuthOr, Client, ClientOptions, HttpBearer, SignIn

from . import models, things

API: Final = Api(
    "spec",
    "https://api.example",
    schemes={"token": HttpBearer(sign_in=(SignIn(things.SIGN_IN, token="session.token"),))},
    security=(("token",),),
)


class ApiClient(Client):
    """Api.

    Servers:
    - https://api.example

    Authentication (`token`): a bearer token. Given a `models.Credentials`, the client signs in automatically.
    """

    api = API

    def __init__(
        self,
        base_url: str | None = None,
        *,
        auth: AuthOr[models.Credentials] | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(base_url, credential=auth, **options)

    patch_thing = things.patch_thing
    delete_all = things.delete_all
    list_things = things.list_things
    put_place = things.put_place
    add_state = things.add_state
    sign_in = things.sign_in


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    def __init__(
        self,
        base_url: str | None = None,
        *,
        auth: AuthOr[models.Credentials] | None = None,
        **options: Unpack[AsyncClientOptions],
    ) -> None:
        super().__init__(base_url, credential=auth, **options)

    patch_thing = things.patch_thing_async
    delete_all = things.delete_all_async
    list_things = things.list_things_async
    put_place = things.put_place_async
    add_state = things.add_state_async
    sign_in = things.sign_in_async
