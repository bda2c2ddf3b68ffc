# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client

from . import async_tasks, labels, packs

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
    submissions = async_tasks.SUBMISSIONS

    create_pack = packs.create_pack
    get_pack = packs.get_pack
    cancel_pack = packs.cancel_pack

    list_labels = labels.list_labels
    print_label = labels.print_label

    begin_create_pack = async_tasks.begin_create_pack
    begin_print_label = async_tasks.begin_print_label


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API
    submissions = async_tasks.SUBMISSIONS

    create_pack = packs.create_pack_async
    get_pack = packs.get_pack_async
    cancel_pack = packs.cancel_pack_async

    list_labels = labels.list_labels_async
    print_label = labels.print_label_async

    begin_create_pack = async_tasks.begin_create_pack_async
    begin_print_label = async_tasks.begin_print_label_async
