# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client

from . import async_tasks, checks, copies, merges

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

    create_merge = merges.create_merge
    get_merge = merges.get_merge
    cancel_merge = merges.cancel_merge
    confirm_merge = merges.confirm_merge

    create_copy = copies.create_copy

    create_check = checks.create_check

    begin_create_merge = async_tasks.begin_create_merge
    begin_create_copy = async_tasks.begin_create_copy
    begin_create_check = async_tasks.begin_create_check


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API
    submissions = async_tasks.SUBMISSIONS

    create_merge = merges.create_merge_async
    get_merge = merges.get_merge_async
    cancel_merge = merges.cancel_merge_async
    confirm_merge = merges.confirm_merge_async

    create_copy = copies.create_copy_async

    create_check = checks.create_check_async

    begin_create_merge = async_tasks.begin_create_merge_async
    begin_create_copy = async_tasks.begin_create_copy_async
    begin_create_check = async_tasks.begin_create_check_async
