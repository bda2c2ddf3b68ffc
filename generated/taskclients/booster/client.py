# Generated from booster.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Richemont Booster PublicApi: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client, HttpBearer

from . import async_tasks, exports, tasks

API: Final = Api(
    "booster",
    None,
    test_urls=("https://dev-api-booster.richemont.com",),
    schemes={"bearerAuth": HttpBearer()},
    security=(("bearerAuth",),),
    media_types=("application/json", "text/csv", "text/jsonl", "text/jsv"),
)


class BoosterClient(Client):
    """A request starts a task and answers with its id; the task is then read until it is done, and its file is fetched
    from the URL it carries. What a caller may see depends on brand and point of sale. Bodies are described as JSON;
    answers come in other media types with the same members.

    Servers:
    - https://dev-api-booster.richemont.com (for tests: pass it as `base_url`): Development. Assumed: The pages print
      this host without a scheme and routes without a prefix; https because the pages themselves are served so. No page
      names the production host.

    Media types (`media_type=`): application/json, text/csv, text/jsonl, text/jsv. The service also supports
    application/xml, which this client does not read.

    Authentication (`bearerAuth`): Every operation needs a signed-in user. Assumed: The pages say that authentication is
    required, none says how; a bearer token is what a service of this framework most often takes.

    Assumed: No page names a version, so the number is that of this description. No page narrates the flow, which
    follows from the names of the operations and members; the part of brand and point of sale follows from neighbouring
    operations. That every operation answers in every media type follows from its pages, of which there is one for each
    of them.
    """

    api = API
    submissions = async_tasks.SUBMISSIONS

    list_tasks = tasks.list_tasks
    get_task = tasks.get_task
    request_import = tasks.request_import

    export_customer = exports.export_customer
    export_stock = exports.export_stock
    export_movement = exports.export_movement
    export_sell_out = exports.export_sell_out
    export_order = exports.export_order
    export_invoice = exports.export_invoice

    begin_request_import = async_tasks.begin_request_import
    begin_export_customer = async_tasks.begin_export_customer
    begin_export_stock = async_tasks.begin_export_stock
    begin_export_movement = async_tasks.begin_export_movement
    begin_export_sell_out = async_tasks.begin_export_sell_out
    begin_export_order = async_tasks.begin_export_order
    begin_export_invoice = async_tasks.begin_export_invoice


class AsyncBoosterClient(AsyncClient):
    """Async twin of `BoosterClient`: the same methods, to be awaited."""

    api = API
    submissions = async_tasks.SUBMISSIONS

    list_tasks = tasks.list_tasks_async
    get_task = tasks.get_task_async
    request_import = tasks.request_import_async

    export_customer = exports.export_customer_async
    export_stock = exports.export_stock_async
    export_movement = exports.export_movement_async
    export_sell_out = exports.export_sell_out_async
    export_order = exports.export_order_async
    export_invoice = exports.export_invoice_async

    begin_request_import = async_tasks.begin_request_import_async
    begin_export_customer = async_tasks.begin_export_customer_async
    begin_export_stock = async_tasks.begin_export_stock_async
    begin_export_movement = async_tasks.begin_export_movement_async
    begin_export_sell_out = async_tasks.begin_export_sell_out_async
    begin_export_order = async_tasks.begin_export_order_async
    begin_export_invoice = async_tasks.begin_export_invoice_async
