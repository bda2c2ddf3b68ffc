# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client

from . import async_tasks, work

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

    add_up = work.add_up
    make_guess = work.make_guess
    write_report = work.write_report
    sweep_floor = work.sweep_floor
    list_faults = work.list_faults
    get_faults = work.get_faults
    get_work = work.get_work
    get_report = work.get_report

    begin_add_up = async_tasks.begin_add_up
    begin_make_guess = async_tasks.begin_make_guess
    begin_write_report = async_tasks.begin_write_report
    begin_sweep_floor = async_tasks.begin_sweep_floor
    begin_list_faults = async_tasks.begin_list_faults


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API
    submissions = async_tasks.SUBMISSIONS

    add_up = work.add_up_async
    make_guess = work.make_guess_async
    write_report = work.write_report_async
    sweep_floor = work.sweep_floor_async
    list_faults = work.list_faults_async
    get_faults = work.get_faults_async
    get_work = work.get_work_async
    get_report = work.get_report_async

    begin_add_up = async_tasks.begin_add_up_async
    begin_make_guess = async_tasks.begin_make_guess_async
    begin_write_report = async_tasks.begin_write_report_async
    begin_sweep_floor = async_tasks.begin_sweep_floor_async
    begin_list_faults = async_tasks.begin_list_faults_async
