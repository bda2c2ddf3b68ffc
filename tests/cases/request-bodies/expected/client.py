# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client

from . import bodies

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

    send_json = bodies.send_json
    send_optional = bodies.send_optional
    send_form = bodies.send_form
    send_multipart = bodies.send_multipart
    send_binary = bodies.send_binary
    send_text = bodies.send_text


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    send_json = bodies.send_json_async
    send_optional = bodies.send_optional_async
    send_form = bodies.send_form_async
    send_multipart = bodies.send_multipart_async
    send_binary = bodies.send_binary_async
    send_text = bodies.send_text_async
