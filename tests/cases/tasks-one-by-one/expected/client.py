# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
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
    submissions = async_tasks.SUBMISSIONS

    create_job = jobs.create_job
    get_job = jobs.get_job

    begin_create_job = async_tasks.begin_create_job


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API
    submissions = async_tasks.SUBMISSIONS

    create_job = jobs.create_job_async
    get_job = jobs.get_job_async

    begin_create_job = async_tasks.begin_create_job_async
