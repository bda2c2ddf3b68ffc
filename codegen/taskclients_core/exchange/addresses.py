"""Which addresses a URL that a server gave us may lead to: public ones.

A server could otherwise have us fetch what only this machine can reach: its own services, its neighbours, or the
credentials that a cloud hands out at a link-local address. Python's own `is_global` knows less than it should (in 3.11
192.0.0.192 and fec0::1 are global), so the networks are listed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from ..errors import TransportError


class Refused(TransportError):  # noqa: N818 - as in `errors`
    """The address is none that may be connected to; nothing was sent."""

    def __init__(self, message: str) -> None:
        super().__init__(message, sent=False)


_METADATA: Final = frozenset(
    ip_address(text)
    for text in ("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254")
)
"""Where clouds hand out credentials. Two of them are in networks that are public, or private and allowed."""

_NEAR4: Final = (
    (IPv4Network("127.0.0.0/8"), "loopback"),
    (IPv4Network("10.0.0.0/8"), "private"),
    (IPv4Network("172.16.0.0/12"), "private"),
    (IPv4Network("192.168.0.0/16"), "private"),
    (IPv4Network("100.64.0.0/10"), "private"),
)
_NEAR6: Final = ((IPv6Network("::1/128"), "loopback"), (IPv6Network("fc00::/7"), "private"))
"""Near: allowed to those who allow private addresses. All others that are not public are allowed to nobody."""

_NEVER4: Final = (
    (IPv4Network("169.254.0.0/16"), "link-local"),
    (IPv4Network("224.0.0.0/4"), "multicast"),
    *(
        (IPv4Network(text), "reserved")
        for text in (
            *("0.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24"),
            *("203.0.113.0/24", "240.0.0.0/4"),
        )
    ),
)
_NEVER6: Final = (
    (IPv6Network("fe80::/10"), "link-local"),
    (IPv6Network("ff00::/8"), "multicast"),
    *((IPv6Network(text), "reserved") for text in ("2001::/23", "2001:db8::/32", "3fff::/20")),
)
_UNICAST: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")


def refusal(address: str, *, private: bool = False) -> str | None:
    """Why an address must not be connected to, such as `loopback`; None if it may be.

    Args:
        address: IPv4 or IPv6.
        private: Whether loopback and private networks are allowed. The others never are.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return "malformed"
    if isinstance(found, IPv6Address):
        inner = _inner(found)
        if inner is None:
            return _refusal6(found, private=private)
        found = inner
    return _refusal4(found, private=private)


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


def _refusal4(address: IPv4Address, *, private: bool) -> str | None:
    if address in _METADATA:
        return "metadata"
    networks: tuple[tuple[IPv4Network, str], ...] = _NEVER4 if private else (*_NEVER4, *_NEAR4)
    return next((word for network, word in networks if address in network), None)


def _refusal6(address: IPv6Address, *, private: bool) -> str | None:
    if address in _METADATA:
        return "metadata"
    for network, word in (*_NEVER6, *_NEAR6):
        if address in network:
            return None if private and (network, word) in _NEAR6 else word
    return None if address in _UNICAST else "reserved"


def checked(host: str, found: Sequence[str], *, private: bool) -> list[str]:
    """The addresses of a host, each once, all of them allowed: a host with one that is not is not to be trusted.

    Raises:
        Refused: one of them is not.
    """
    addresses = list(dict.fromkeys(found))
    for address in addresses:
        why = refusal(address, private=private)
        if why is not None:
            raise Refused(f"{host} has a {why} address, where files are not fetched from")
    return addresses
