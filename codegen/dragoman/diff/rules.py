"""The one table from which the consequences of every change on the wire follow; see `codegen/README.md`.

A row says, for one variation of one part, why a server of the new spec refuses requests of old clients, and why old
clients misread its responses. The first counts if the part is sent, the second if it is received; a promise of the old
side (`required`, `optional`, …) selects a row of its own where it matters. A row without a reason is harmless. What a
client reads is what generated clients read: enumerations are open, members that it does not know are ignored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import frozen

from .change import Direction, WireEffect


@frozen
class Row:
    """Row of the table: a part, how it varies, and what the old side promised (the new one, of what was added)."""

    what: str
    how: str
    promise: str = ""


HARMLESS: Final = WireEffect()


def _refused(reason: str) -> WireEffect:
    return WireEffect(refused=reason)


def _misread(reason: str) -> WireEffect:
    return WireEffect(misread=reason)


_NOT_SENT: Final = "old clients do not send it"
_STILL_SENT: Final = "old clients still send it, and it is refused or ignored"
_NO_LONGER_VALID: Final = "old clients may send values that are no longer valid"
_NOT_READ: Final = "old clients cannot read the new values"
_EITHER: Final = WireEffect(refused=_NO_LONGER_VALID, misread=_NOT_READ)

RULES: Final[Mapping[tuple[str, str, str], WireEffect]] = {
    # Operations
    ("operation", "added", ""): HARMLESS,
    ("operation", "removed", ""): _refused("old clients still call it"),
    ("operation-id", "changed", ""): HARMLESS,
    ("path", "changed", ""): _refused("old clients call the old path"),
    ("verb", "changed", ""): _refused("old clients send the old verb"),
    ("operation-server", "changed", ""): _refused("old clients call the old server"),
    ("idempotent", "added", ""): HARMLESS,
    ("idempotent", "removed", ""): _refused("old clients repeat a request that must not be sent twice"),
    # Parameters
    ("parameter", "added", "required"): _refused(_NOT_SENT),
    ("parameter", "added", "optional"): HARMLESS,
    ("parameter", "removed", ""): _refused(_STILL_SENT),
    ("parameter", "required", ""): _refused("old clients may leave it out"),
    ("parameter", "optional", ""): HARMLESS,
    ("parameter-name", "changed", ""): HARMLESS,  # of a variable in a path
    ("parameter-place", "changed", ""): _refused("old clients send it in the old place"),
    ("parameter-style", "changed", ""): _refused("old clients send it in the old style"),
    ("client-parameter", "added", ""): HARMLESS,
    ("client-parameter", "removed", ""): HARMLESS,
    ("from-body", "added", ""): HARMLESS,
    ("from-body", "removed", ""): HARMLESS,
    ("from-body", "changed", ""): _refused("old clients take it from another member of the body"),
    # Bodies and responses
    ("body", "added", "required"): _refused("old clients send no body"),
    ("body", "added", "optional"): HARMLESS,
    ("body", "removed", ""): _refused(_STILL_SENT),
    ("body", "required", ""): _refused("old clients may leave it out"),
    ("body", "optional", ""): HARMLESS,
    ("media-type", "added", ""): HARMLESS,
    ("media-type", "removed", ""): WireEffect(
        refused="old clients still send it", misread="old clients ask for it, and get it no longer"
    ),
    ("encoding", "changed", ""): _refused("old clients encode the member in the old way"),
    ("status", "added", "error"): HARMLESS,  # raised by its number
    ("status", "added", "readable"): HARMLESS,  # read like the only body of another success
    ("status", "added", "success"): _misread("old clients cannot read a success with this status"),
    ("status", "removed", ""): HARMLESS,
    ("response-body", "added", ""): HARMLESS,  # it is ignored
    ("response-body", "removed", "success"): _misread("old clients expect a body"),
    ("response-body", "removed", "error"): HARMLESS,
    ("error-when", "added", ""): _misread("old clients take a failure for a success"),
    ("error-when", "removed", ""): _misread("old clients take a success for a failure"),
    ("error-when", "changed", ""): _misread("old clients look for a failure in the old place"),
    # Members of objects
    ("member", "added", "required"): _refused(_NOT_SENT),
    ("member", "added", "optional"): HARMLESS,
    ("member", "removed", "required"): WireEffect(refused=_STILL_SENT, misread="old clients need it in every response"),
    ("member", "removed", "optional"): _refused(_STILL_SENT),
    ("member", "required", ""): _refused("old clients may leave it out"),
    ("member", "optional", ""): _misread("old clients need it in every response"),
    ("read-only", "added", ""): _refused(_STILL_SENT),
    ("read-only", "removed", "required"): _refused(_NOT_SENT),
    ("read-only", "removed", "optional"): HARMLESS,
    ("write-only", "added", "required"): _misread("old clients need it in every response"),
    ("write-only", "added", "optional"): HARMLESS,
    ("write-only", "removed", ""): HARMLESS,
    ("other-members", "added", ""): HARMLESS,
    ("other-members", "removed", ""): _refused("old clients may send members that are refused or ignored"),
    # Values
    ("null", "added", ""): _misread("old clients cannot read null"),
    ("null", "removed", ""): _refused("old clients may send null"),
    ("default", "added", ""): HARMLESS,
    ("default", "changed", "optional"): _misread("old clients read the old default if it is absent"),
    ("default", "removed", "optional"): _misread("old clients read the old default if it is absent"),
    ("default", "changed", "required"): HARMLESS,
    ("default", "removed", "required"): HARMLESS,
    ("type", "widened", ""): _misread(_NOT_READ),
    ("type", "narrowed", ""): _refused(_NO_LONGER_VALID),
    ("type", "changed", ""): _EITHER,
    ("type", "replaced", ""): HARMLESS,  # by another schema with compatible values
    # Formats that clients read as text or number, whatever the format
    ("format", "widened", ""): HARMLESS,
    ("format", "narrowed", ""): _refused(_NO_LONGER_VALID),
    ("format", "changed", ""): _refused(_NO_LONGER_VALID),
    # Enumerations are open, constants are not
    ("enum", "added", ""): _refused(_NO_LONGER_VALID),
    ("enum", "removed", ""): HARMLESS,
    ("enum-value", "added", ""): HARMLESS,
    ("enum-value", "removed", ""): _refused("old clients may send it"),
    ("const", "added", ""): _refused(_NO_LONGER_VALID),
    ("const", "removed", ""): _misread(_NOT_READ),
    ("const", "changed", ""): _EITHER,
    ("alternative", "added", ""): _misread("old clients cannot read it"),
    ("alternative", "added", "covered"): HARMLESS,
    ("alternative", "added", "base"): HARMLESS,  # read as the base
    ("alternative", "removed", ""): _refused("old clients may send it"),
    ("alternative", "removed", "covered"): HARMLESS,
    ("discriminator", "added", ""): HARMLESS,
    ("discriminator", "removed", ""): _misread("old clients choose the class by its value"),
    ("discriminator", "removed", "base"): HARMLESS,
    ("discriminator", "changed", ""): WireEffect(
        refused="old clients send the old property", misread="old clients choose the class by the old property"
    ),
    ("secret", "added", ""): HARMLESS,
    ("secret", "removed", ""): HARMLESS,
    ("deprecated", "added", ""): HARMLESS,
    ("deprecated", "removed", ""): HARMLESS,
    # The API
    ("server", "added", ""): HARMLESS,
    ("server", "removed", ""): _refused("clients that use it find it no longer"),
    ("default-server", "changed", "listed"): HARMLESS,
    ("default-server", "changed", ""): _refused("old clients call the old server"),
    ("environment", "changed", ""): HARMLESS,
    ("server-variable-value", "added", ""): HARMLESS,
    ("server-variable-value", "removed", ""): _refused("clients that use it find no server"),
    ("security", "widened", ""): HARMLESS,
    ("security", "narrowed", ""): _refused("credentials of old clients no longer suffice"),
    ("scheme", "added", ""): HARMLESS,
    ("scheme", "removed", ""): HARMLESS,  # what needs it reports its security
    ("scheme", "changed", ""): _refused("old clients send their credentials in the old way"),
    ("token-url", "changed", ""): _refused("old clients get their tokens at the old URL"),
    ("scopes", "changed", ""): _refused("tokens of old clients have other scopes"),
    ("sign-in", "added", ""): HARMLESS,
    ("sign-in", "removed", ""): _refused("old clients sign in by it"),
    ("sign-in-token", "changed", ""): _misread("old clients look for the token in the old place"),
    ("api-media-type", "added", ""): HARMLESS,
    ("api-media-type", "removed", ""): _refused("clients that ask for it get it no longer"),
    # Neither sent nor received
    ("assumption", "added", ""): HARMLESS,
    ("assumption", "removed", ""): HARMLESS,
    ("assumption", "changed", ""): HARMLESS,
    ("documentation", "changed", ""): HARMLESS,
}


def effect(rows: Iterable[Row], direction: Direction) -> WireEffect:
    """Return the consequence of a change that has the variations of all rows, for messages of a direction."""
    refused, misread = "", ""
    for row in rows:
        found = RULES.get((row.what, row.how, row.promise)) or RULES[row.what, row.how, ""]
        refused, misread = refused or found.refused, misread or found.misread
    return WireEffect(
        refused=refused if direction in (Direction.REQUEST, Direction.BOTH) else "",
        misread=misread if direction in (Direction.RESPONSE, Direction.BOTH) else "",
    )
