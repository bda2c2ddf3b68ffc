# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client, HttpBearer

from . import headers

API: Final = Api(
    "spec",
    "https://api.example",
    schemes={"bearer": HttpBearer()},
)


class ApiClient(Client):
    """Api.

    Servers:
    - https://api.example

    Authentication (`bearer`): a bearer token.
    """

    api = API

    read_text = headers.read_text
    send_vendor = headers.send_vendor
    remove = headers.remove
    probe = headers.probe
    send_own = headers.send_own


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    read_text = headers.read_text_async
    send_vendor = headers.send_vendor_async
    remove = headers.remove_async
    probe = headers.probe_async
    send_own = headers.send_own_async
