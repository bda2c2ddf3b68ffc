"""What a journal keeps of one start of a task. No URL, no header, no body, no token: digests of what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import quote

import msgspec
from attrs import evolve, field, frozen

from ..errors import JournalError
from ..ref import Ref

VERSION: Final = 1
MOST_SEEN: Final = 1000
"""How many ids a baseline has at most."""

State: TypeAlias = Literal["intended", "accepted", "unknown", "settled", "forgotten"]

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@frozen(kw_only=True)
class Lease:
    """Who may act on an entry, and until when."""

    owner: str
    boot: str
    """Of the machine that counts `until`; '' if it cannot tell its boots apart."""

    until: float
    """Moment of that machine's monotonic clock."""

    until_wall: float
    """The same, in seconds since 1970."""

    seconds: float


@frozen(kw_only=True)
class Entry:
    """One start of a task."""

    v: int = VERSION
    key: str
    """Its name in the journal; see `full_key`."""

    state: State = "intended"
    vendor: str
    kind: str
    operation: str
    account: str
    origin: str
    digest: str
    """Of operation, arguments and body."""

    start: str
    """Tells this start from another one under the same key."""

    named: bool = False
    """Whether the key is the caller's."""

    baseline: tuple[str, ...] | None = None
    """Fingerprints of the ids that were there before; None: not known."""

    echo: tuple[tuple[str, str], ...] = ()
    """What a task shows of its request: pointers, and fingerprints of what must stand there."""

    id: str | None = None
    scope: Mapping[str, str] = field(default=_NOTHING)
    phase: str | None = None
    wall: float = 0.0
    """When it was intended, in seconds since 1970."""

    changed: float = 0.0
    """When this was written."""

    boot: str = ""
    """Of the machine on which it was intended."""

    lease: Lease | None = None

    @property
    def open(self) -> bool:
        """Whether anything is left to do about it."""
        return self.state in ("intended", "accepted", "unknown")

    @property
    def ref(self) -> Ref | None:
        """The task, if it is known."""
        return None if self.id is None else Ref(self.vendor, self.kind, self.id, self.scope)

    @property
    def name(self) -> str:
        """The key without what `full_key` put before it."""
        return self.key.split("/", 3)[3]


def full_key(vendor: str, account: str, origin: str, key: str) -> str:
    """The name of an entry: callers' keys of other accounts and servers are other keys."""
    return f"{quote(vendor, safe='')}/{quote(account, safe='')}/{quote(origin, safe=':[]')}/{key}"


def with_ref(entry: Entry, ref: Ref) -> Entry:
    """An entry whose task is known, without what served to find it."""
    return evolve(entry, state="accepted", id=ref.id, scope=dict(ref.scope), baseline=None, echo=())


def fingerprint(text: str, salt: str = "") -> str:
    """A short digest of a text."""
    return sha256(f"{salt}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:24]


_encoder: Final = msgspec.json.Encoder(enc_hook=dict)
_decoder: Final[msgspec.json.Decoder[Entry]] = msgspec.json.Decoder(Entry)
_version: Final[msgspec.json.Decoder[dict[str, Any]]] = msgspec.json.Decoder(dict[str, Any])


def to_line(entry: Entry) -> bytes:
    """An entry as a line of JSON."""
    return _encoder.encode(entry) + b"\n"


def from_line(line: bytes, where: str) -> Entry:
    """The entry that a line says.

    Raises:
        JournalError: it is none, or a newer package wrote it.
    """
    try:
        entry = _decoder.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        entry = None
    if entry is not None and entry.v == VERSION:
        return entry
    try:
        version = _version.decode(line).get("v")
    except (msgspec.MsgspecError, ValueError, RecursionError):
        version = None
    if isinstance(version, int) and version > VERSION:
        raise JournalError(f"{where}: written by a newer version of this package")
    raise JournalError(f"{where}: this is no entry of a journal; nothing was read past it, and nothing changed")
