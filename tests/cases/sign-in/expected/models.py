# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import wire, wire_member


@wire(rename="camel")
@define(kw_only=True)
class Login:
    """Who signs in."""

    user_name: str
    password: str = field(repr=False)


@define(kw_only=True)
class Code:
    """A code that was sent to somebody."""

    code: str = field(repr=False)


@define(kw_only=True)
class Opened:
    """What signing in answers with."""

    session: Session | None = field(default=None, metadata=wire_member(nullable=True))


@define(kw_only=True)
class Session:
    """A session."""

    token: str | None = field(default=None, repr=False, metadata=wire_member(nullable=True))


@define(kw_only=True)
class Refusal:
    """Why not."""

    reason: str | None = None
