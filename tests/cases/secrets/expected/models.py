# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Api: models."""

from __future__ import annotations

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import UNSET, Unset, wire


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
