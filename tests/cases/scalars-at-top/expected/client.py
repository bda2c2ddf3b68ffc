# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client

from . import tops

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

    read_name = tops.read_name
    read_title = tops.read_title
    read_count = tops.read_count
    read_maybe = tops.read_maybe
    read_ids = tops.read_ids
    send_ids = tops.send_ids
    read_date = tops.read_date
    read_guid = tops.read_guid
    read_guids = tops.read_guids
    read_anything = tops.read_anything


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    read_name = tops.read_name_async
    read_title = tops.read_title_async
    read_count = tops.read_count_async
    read_maybe = tops.read_maybe_async
    read_ids = tops.read_ids_async
    send_ids = tops.send_ids_async
    read_date = tops.read_date_async
    read_guid = tops.read_guid_async
    read_guids = tops.read_guids_async
    read_anything = tops.read_anything_async
