# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from taskclients_core.lazy_attrs import define
from taskclients_core.model import wire
from taskclients_core.operation import Upload


@wire(rename="camel")
@define(kw_only=True)
class Greeting:
    """A greeting."""

    first_name: str
    nick_names: list[str] | None = None
    formal: bool | None = None


@define(kw_only=True)
class Parcel:
    """A file and what it is about."""

    title: str
    file: Upload
    about: Greeting | None = None
    more: list[Upload] | None = None
