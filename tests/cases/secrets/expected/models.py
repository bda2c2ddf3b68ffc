# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from attrs import field
from taskclients_core.formats import GuidN
from taskclients_core.lazy_attrs import define
from taskclients_core.model import SECRET, UNSET, Unset, extra, wire, wire_member


@define(kw_only=True)
class Login:
    """Who wants in."""

    user: str
    password: str = field(repr=False)
    pin: int | None | Unset = field(default=UNSET, repr=False)


@wire(rename="camel")
@define(kw_only=True)
class Session:
    """Who is in."""

    user: str
    download_url: str = field(repr=False)


Pin: TypeAlias = Annotated[str, SECRET]
"""A secret of its own."""


Key: TypeAlias = Pin
"""The type `Key`."""


Keys: TypeAlias = list[Key]
"""The type `Keys`."""


Device: TypeAlias = Annotated[GuidN, SECRET]
"""A secret with a format."""


@wire(rename="camel")
@define(kw_only=True)
class Vault:
    """Secrets behind references, in lists and maps."""

    pin: Key = field(repr=False)
    old: list[str] | None = field(default=None, repr=False)
    keys: Keys | None = field(default=None, repr=False, metadata=wire_member(nullable=True))
    by_name: dict[str, Keys] | None = field(default=None, repr=False)
    choice: Choice | None = field(default=None, repr=False)
    safe: Safe | None = field(default=None, repr=False)
    name: str | None = None
    additional_properties: dict[str, Pin] = field(factory=lambda: {}, repr=False, metadata=extra())
    """Members without an attribute of their own, by wire name."""


Choice: TypeAlias = int | Device
"""The type `Choice`."""


@define(kw_only=True)
class Safe:
    """Nothing in it may be shown."""

    code: int | None = field(default=None, repr=False)
    label: str | None = field(default=None, repr=False)


@define(kw_only=True)
class Extended(Vault):
    """Inherits secrets."""

    color: str | None = None


@define(kw_only=True)
class Nested:
    """Members of a class in a list say it themselves."""

    vaults: list[Vault] | None = None
