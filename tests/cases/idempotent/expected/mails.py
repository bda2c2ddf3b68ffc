# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `mails`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


SEND_MAIL: Final = Operation(
    "spec.send_mail",
    "POST",
    "/mails",
)


def send_mail(client: ApiClient) -> None:
    """Send a mail.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/mails
    """
    return client.call(SEND_MAIL)


async def send_mail_async(client: AsyncApiClient) -> None:
    """Send a mail.

    Async twin of `send_mail`.
    """
    return await client.call(SEND_MAIL)
