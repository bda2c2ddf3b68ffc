# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `tokens`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


READ_BOTH: Final = Operation(
    "spec.read_both",
    "GET",
    "/both",
)


def read_both(client: ApiClient) -> None:
    """Read with the requirement of the API.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/both
    """
    return client.call(READ_BOTH)


async def read_both_async(client: AsyncApiClient) -> None:
    """Read with the requirement of the API.

    Async twin of `read_both`.
    """
    return await client.call(READ_BOTH)


READ_MACHINE: Final = Operation(
    "spec.read_machine",
    "GET",
    "/machine",
    security=(("machine",),),
)


def read_machine(client: ApiClient) -> None:
    """Read with a token that the client obtains, or one from elsewhere.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/machine
    """
    return client.call(READ_MACHINE)


async def read_machine_async(client: AsyncApiClient) -> None:
    """Read with a token that the client obtains, or one from elsewhere.

    Async twin of `read_machine`.
    """
    return await client.call(READ_MACHINE)


READ_CERTIFICATE: Final = Operation(
    "spec.read_certificate",
    "GET",
    "/certificate",
    security=(("certificate", "connect"),),
)


def read_certificate(client: ApiClient) -> None:
    """Read with a certificate and a token.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/certificate
    """
    return client.call(READ_CERTIFICATE)


async def read_certificate_async(client: AsyncApiClient) -> None:
    """Read with a certificate and a token.

    Async twin of `read_certificate`.
    """
    return await client.call(READ_CERTIFICATE)


READ_CERTIFICATE_ONLY: Final = Operation(
    "spec.read_certificate_only",
    "GET",
    "/certificate-only",
    security=(("certificate",),),
)


def read_certificate_only(client: ApiClient) -> None:
    """Read with a certificate.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/certificate-only
    """
    return client.call(READ_CERTIFICATE_ONLY)


async def read_certificate_only_async(client: AsyncApiClient) -> None:
    """Read with a certificate.

    Async twin of `read_certificate_only`.
    """
    return await client.call(READ_CERTIFICATE_ONLY)
