# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `mails`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Operation

SEND_MAIL: Final = Operation(
    "spec.send_mail",
    "POST",
    "/mails",
)


def send_mail(client: Client) -> None:
    """Send a mail.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/mails
    """
    return client.call(SEND_MAIL)


async def send_mail_async(client: AsyncClient) -> None:
    """Async twin of `send_mail`."""
    return await client.call(SEND_MAIL)
