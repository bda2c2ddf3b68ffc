# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client

from . import async_tasks, jobs

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
    submits = async_tasks.SUBMITS

    create_job = jobs.create_job
    get_job = jobs.get_job

    start_create_job = async_tasks.start_create_job


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API
    submits = async_tasks.SUBMITS

    create_job = jobs.create_job_async
    get_job = jobs.get_job_async

    start_create_job = async_tasks.start_create_job_async
