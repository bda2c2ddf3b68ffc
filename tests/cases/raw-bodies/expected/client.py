# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client

from . import raw

API: Final = Api(
    "spec",
    "https://api.example",
)


class ApiClient(Client):
    """Api.

    Servers:
    - https://api.example
    """

    api = API

    send_anything = raw.send_anything
    send_picture = raw.send_picture
    send_xml = raw.send_xml
    send_number = raw.send_number
    send_day = raw.send_day
    read_key = raw.read_key
    send_state = raw.send_state
    send_latin = raw.send_latin


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    send_anything = raw.send_anything_async
    send_picture = raw.send_picture_async
    send_xml = raw.send_xml_async
    send_number = raw.send_number_async
    send_day = raw.send_day_async
    read_key = raw.read_key_async
    send_state = raw.send_state_async
    send_latin = raw.send_latin_async
