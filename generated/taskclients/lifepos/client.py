# Generated from lifepos.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""LIFE POS API: clients."""

from __future__ import annotations

from typing import Final, Unpack

from taskclients_core import (
    Api,
    AsyncClient,
    AsyncClientOptions,
    AuthOr,
    Client,
    ClientOptions,
    Header,
    HttpBearer,
    SignIn,
)

from . import async_tasks, auth, exports, imports, models

API: Final = Api(
    "lifepos",
    "https://api.life-pos.ru",
    schemes={
        "bearerAuth": HttpBearer(
            sign_in=(SignIn(auth.SIGN_IN, token="token"), SignIn(auth.SIGN_IN_BY_PHONE, token="token"))
        )
    },
    security=(("bearerAuth",),),
    parameters=(
        Header("Accept-Language", str, required=True),
        Header("X-LP-Client-Identifier", str, required=True),
        Header("X-LP-Client-Type", models.ClientType, required=True),
        Header("X-LP-Client-Name", str),
        Header("X-LP-Client-OS-Name", str),
        Header("X-LP-Client-OS-Version", str),
        Header("X-LP-Client-Screen-Resolution", str),
        Header("X-LP-Client-Model", str),
        Header("X-LP-Organization-Alias", str),
        Header("X-LP-Client-Extensions", str),
    ),
)


class LifePosClient(Client):
    """Paths with the prefix /v5 belong to version 5, the others to version 6.

    A task is found again in the list of its kind; no page documents how to read, confirm or cancel a single one.

    Servers:
    - https://api.life-pos.ru: Production. Assumed: The guide names this host for version 6; that version 5 lives there
      too is not stated.
    - https://api-dev.life-pos.ru (for tests: pass it as `base_url`): Test. Assumed: The guide names this host for
      version 6; that version 5 lives there too is not stated.

    Authentication (`bearerAuth`): The token that signing in answers with. Given a `models.SignInRequest` or a
    `models.SignInByPhoneRequest`, the client signs in automatically. Assumed: No page lists an Authorization header.
    One public client of a third party sends Bearer and the token, another the bare token.

    Args:
        accept_language: Language of the answers, such as ru-RU or en-US.
        client_identifier: Id of the program that calls, for example a UUID.
        client_type: Kind of program that calls.
        client_name: Name of the program that calls.
        client_os_name: Operating system on which the program runs.
        client_os_version: Version of the operating system.
        client_screen_resolution: Resolution of the screen, width x height.
        client_model: Model of the device or browser.
        organization_alias: The organization that is meant when none is named.
        client_extensions: Extensions of the models that the program understands, separated by commas.
    """

    api = API
    submissions = async_tasks.SUBMISSIONS

    def __init__(
        self,
        base_url: str | None = None,
        *,
        accept_language: str,
        client_identifier: str,
        client_type: models.ClientType,
        client_name: str | None = None,
        client_os_name: str | None = None,
        client_os_version: str | None = None,
        client_screen_resolution: str | None = None,
        client_model: str | None = None,
        organization_alias: str | None = None,
        client_extensions: str | None = None,
        auth: AuthOr[models.SignInRequest | models.SignInByPhoneRequest] | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(
            base_url,
            credential=auth,
            parameters=(
                accept_language,
                client_identifier,
                client_type,
                client_name,
                client_os_name,
                client_os_version,
                client_screen_resolution,
                client_model,
                organization_alias,
                client_extensions,
            ),
            **options,
        )

    list_nomenclature_import_tasks = imports.list_nomenclature_import_tasks
    create_nomenclature_import_task = imports.create_nomenclature_import_task

    create_revenue_export = exports.create_revenue_export
    list_revenue_exports = exports.list_revenue_exports

    sign_in = auth.sign_in
    sign_in_by_phone = auth.sign_in_by_phone

    begin_create_nomenclature_import_task = async_tasks.begin_create_nomenclature_import_task
    begin_create_revenue_export = async_tasks.begin_create_revenue_export


class AsyncLifePosClient(AsyncClient):
    """Async twin of `LifePosClient`: the same methods, to be awaited.

    Args:
        accept_language: Language of the answers, such as ru-RU or en-US.
        client_identifier: Id of the program that calls, for example a UUID.
        client_type: Kind of program that calls.
        client_name: Name of the program that calls.
        client_os_name: Operating system on which the program runs.
        client_os_version: Version of the operating system.
        client_screen_resolution: Resolution of the screen, width x height.
        client_model: Model of the device or browser.
        organization_alias: The organization that is meant when none is named.
        client_extensions: Extensions of the models that the program understands, separated by commas.
    """

    api = API
    submissions = async_tasks.SUBMISSIONS

    def __init__(
        self,
        base_url: str | None = None,
        *,
        accept_language: str,
        client_identifier: str,
        client_type: models.ClientType,
        client_name: str | None = None,
        client_os_name: str | None = None,
        client_os_version: str | None = None,
        client_screen_resolution: str | None = None,
        client_model: str | None = None,
        organization_alias: str | None = None,
        client_extensions: str | None = None,
        auth: AuthOr[models.SignInRequest | models.SignInByPhoneRequest] | None = None,
        **options: Unpack[AsyncClientOptions],
    ) -> None:
        super().__init__(
            base_url,
            credential=auth,
            parameters=(
                accept_language,
                client_identifier,
                client_type,
                client_name,
                client_os_name,
                client_os_version,
                client_screen_resolution,
                client_model,
                organization_alias,
                client_extensions,
            ),
            **options,
        )

    list_nomenclature_import_tasks = imports.list_nomenclature_import_tasks_async
    create_nomenclature_import_task = imports.create_nomenclature_import_task_async

    create_revenue_export = exports.create_revenue_export_async
    list_revenue_exports = exports.list_revenue_exports_async

    sign_in = auth.sign_in_async
    sign_in_by_phone = auth.sign_in_by_phone_async

    begin_create_nomenclature_import_task = async_tasks.begin_create_nomenclature_import_task_async
    begin_create_revenue_export = async_tasks.begin_create_revenue_export_async
