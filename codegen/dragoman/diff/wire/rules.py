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

from ..change import Direction, WireEffect


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


def _fields(struct: str, names: str, consequence: WireEffect) -> dict[tuple[str, str, str], WireEffect]:
    """Return a row for each field of a struct."""
    return {(f"{struct}.{name}", "changed", ""): consequence for name in names.split()}


_NOT_SENT: Final = "old clients do not send it"
_STILL_SENT: Final = "old clients still send it, and it is refused or ignored"
_NO_LONGER_VALID: Final = "old clients may send values that are no longer valid"
_NOT_READ: Final = "old clients cannot read the new values"
_NEXT_PAGE: Final = _misread("old clients look for the next page in the old way")
_OTHER_TASK: Final = _misread("old clients may take another task for their own")
_OTHER_PHASE: Final = _misread("old clients read another phase")
_TOO_LARGE: Final = _misread("old clients refuse what is larger than the old limit")
_TOO_EARLY: Final = _misread("old clients take a task for lost too early")
_NOT_FOUND: Final = _misread("old clients do not find the tasks of the list")
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
    ("media-type", "changed", ""): _refused("old clients send the old one"),  # both are JSON
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
    ("null", "removed", "left out"): HARMLESS,  # a parameter is left out instead
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
    # Pagination, task types and submissions, by field; any variation that has no row is a change
    ("pagination", "added", ""): HARMLESS,
    ("pagination", "removed", ""): _NEXT_PAGE,
    **_fields("Pagination", "items token parameter page first pages offset total link url", _NEXT_PAGE),
    ("Pagination.pages", "added", ""): HARMLESS,
    ("Pagination.total", "added", ""): HARMLESS,
    ("submission", "added", ""): HARMLESS,
    ("submission", "removed", ""): _misread("old clients look for the id of a task"),
    ("submission-task-type", "changed", ""): _misread("old clients read the task as one of the old type"),
    **_fields("Submission", "id scope", _misread("old clients look for it in the old place")),
    ("Submission.scope", "added", ""): HARMLESS,  # what needs it reports its arguments
    ("Submission.scope", "removed", ""): HARMLESS,
    ("Submission.accepted", "changed", ""): _misread("old clients do not know that the task was begun"),
    ("Submission.accepted", "added", "first"): HARMLESS,  # before, any success counted
    ("Submission.accepted", "removed", ""): HARMLESS,
    ("Submission.accepted", "removed", "last"): _misread("old clients do not know that the task was begun"),
    **_fields("Submission", "idempotency_header client_id", _refused("repeated requests of old clients begin a task")),
    ("Submission.idempotency_header", "added", ""): HARMLESS,
    ("Submission.client_id", "added", ""): HARMLESS,
    **_fields("Submission", "reconcile", _OTHER_TASK),
    ("Submission.reconcile", "added", ""): HARMLESS,
    **_fields("ReconcileRule", "match unique created settle", _OTHER_TASK),
    ("ReconcileRule.settle", "lowered", ""): HARMLESS,
    **_fields("MatchRule", "item equals", _OTHER_TASK),
    ("task-type", "added", ""): HARMLESS,
    ("task-type", "removed", ""): HARMLESS,  # what begins such tasks reports it
    **_fields("TaskType", "model handles", HARMLESS),  # set by the generator
    **_fields("TaskType", "poll state", _misread("old clients poll in the old way")),
    **_fields("TaskType", "timing lifetime", _misread("old clients poll at the old times")),
    **_fields("TaskType", "progress steps messages", _misread("old clients read it in the old place")),
    ("TaskType.progress", "added", ""): HARMLESS,
    ("TaskType.steps", "added", ""): HARMLESS,
    ("TaskType.messages", "added", ""): HARMLESS,
    ("TaskType.messages", "removed", ""): HARMLESS,
    ("TaskType.progress", "removed", ""): HARMLESS,
    ("TaskType.steps", "removed", ""): HARMLESS,
    **_fields("TaskType", "input_answered", _misread("old clients do not see that a task was answered")),
    ("TaskType.input_answered", "added", ""): HARMLESS,
    **_fields("TaskType", "actions cancel", _refused("old clients send it")),
    ("TaskType.actions", "added", ""): HARMLESS,
    ("TaskType.cancel", "added", ""): HARMLESS,
    **_fields("TaskType", "result", _misread("old clients look for the result in the old place")),
    ("TaskType.result", "added", ""): HARMLESS,
    **_fields("BoundCall", "operation arguments", _refused("old clients send the old call")),
    **_fields("FromItem", "call", _refused("old clients send the old call")),
    **_fields("FromItem", "max_bytes", _TOO_LARGE),
    ("FromItem.max_bytes", "lowered", ""): HARMLESS,
    **_fields("FromList", "call", _refused("old clients send the old call")),
    **_fields("FromList", "items key guid pages", _NOT_FOUND),
    **_fields("FromList", "max_bytes", _TOO_LARGE),
    ("FromList.max_bytes", "lowered", ""): HARMLESS,
    ("FromList.filter", "changed", ""): HARMLESS,  # its parameter reports whether it is still there
    **_fields("ListPages", "token parameter", _NOT_FOUND),
    **_fields("ListPages", "size order max_pages", HARMLESS),
    **_fields("StatusFilter", "parameter phases", HARMLESS),
    **_fields("StatusMapping", "at phases rules partial", _OTHER_PHASE),
    ("StatusMapping.phases", "removed", ""): HARMLESS,
    ("StatusMapping.fold", "changed", ""): _OTHER_PHASE,
    **_fields("StatusMapping", "unknown unknown_after", HARMLESS),  # of words that the spec does not have
    **_fields("PhaseRule", "condition phase", _OTHER_PHASE),
    **_fields("Condition", "phase at values above any_item", _OTHER_PHASE),
    **_fields("AnyItem", "inside at values", _OTHER_PHASE),
    **_fields("PollTiming", "max first factor jitter retry_after retry_after_max", HARMLESS),
    **_fields("PollTiming", "min rate", _refused("old clients poll more often than is allowed")),
    ("PollTiming.min", "lowered", ""): HARMLESS,
    ("PollTiming.rate", "removed", ""): HARMLESS,
    **_fields("Lifetime", "visible_within missing_polls missing_grace", _TOO_EARLY),
    ("Lifetime.visible_within", "lowered", ""): HARMLESS,
    ("Lifetime.missing_polls", "lowered", ""): HARMLESS,
    ("Lifetime.missing_grace", "lowered", ""): HARMLESS,
    **_fields("Lifetime", "retention", HARMLESS),
    **_fields("ProgressMapping", "percent done total steps", _misread("old clients read it in the old place")),
    **_fields("StepsMapping", "at key status phases name order", _misread("old clients read other steps")),
    ("StepsMapping.phases", "removed", ""): HARMLESS,
    ("StepsMapping.name", "added", ""): HARMLESS,
    **_fields("MessagesMapping", "text inside level level_at levels", _misread("old clients read other messages")),
    ("MessagesMapping.level_at", "added", ""): HARMLESS,
    ("MessagesMapping.levels", "added", ""): HARMLESS,
    ("MessagesMapping.levels", "removed", ""): HARMLESS,
    **_fields("DownloadLinks", "links", _misread("old clients do not find the new link")),
    ("DownloadLinks.links", "removed", ""): HARMLESS,  # another one is left
    **_fields("DownloadLinks", "hosts", _misread("old clients refuse files of the new host")),
    ("DownloadLinks.hosts", "added", "first"): HARMLESS,  # before, callers had to name them
    ("DownloadLinks.hosts", "added", "covered"): HARMLESS,
    ("DownloadLinks.hosts", "removed", ""): HARMLESS,
    ("DownloadLinks.hosts", "removed", "last"): _misread("old clients refuse files of other hosts"),
    ("DownloadLinks.refresh", "changed", ""): _misread("old clients poll for a fresh link"),
    **_fields("DownloadLinks", "size sha256 md5 media_type", _misread("old clients read it in the old place")),
    ("DownloadLinks.size", "added", ""): HARMLESS,
    ("DownloadLinks.sha256", "added", ""): HARMLESS,
    ("DownloadLinks.md5", "added", ""): HARMLESS,
    ("DownloadLinks.media_type", "added", ""): HARMLESS,
    **_fields("DownloadLinks", "max_bytes", _TOO_LARGE),
    ("DownloadLinks.max_bytes", "added", ""): HARMLESS,
    ("DownloadLinks.max_bytes", "lowered", ""): HARMLESS,
    ("DownloadLink.at", "changed", ""): _misread("old clients look for the link in the old place"),
    ("DownloadLink.api_credentials", "changed", ""): _refused("old clients send credentials as before"),
    **_fields("DownloadLink", "expires", HARMLESS),
    **_fields("InlineResult", "at", _misread("old clients look for the result in the old place")),
    **_fields("InlineResult", "type", HARMLESS),  # set by the generator
    **_fields("FromOperation", "call", _refused("old clients send the old call")),
}


def effect(rows: Iterable[Row], direction: Direction) -> WireEffect:
    """Return the consequence of a change that has the variations of all rows, for messages of a direction."""
    refused, misread = "", ""
    for row in rows:
        found = _consequence(row)
        refused, misread = refused or found.refused, misread or found.misread
    return WireEffect(
        refused=refused if direction in (Direction.REQUEST, Direction.BOTH) else "",
        misread=misread if direction in (Direction.RESPONSE, Direction.BOTH) else "",
    )


_UNDECIDED: Final = _misread("old clients read the old value")
"""Consequence of a change of a field that the table does not have yet; a test asks for its row."""


def sent(what: str) -> bool:
    """Return True if a field of a struct is about requests: its change is refused."""
    return bool(RULES.get((what, "changed", ""), _UNDECIDED).refused)


def _consequence(row: Row) -> WireEffect:
    tried = ((row.what, row.how, row.promise), (row.what, row.how, ""), (row.what, "changed", ""))
    return next((RULES[key] for key in tried if key in RULES), _UNDECIDED)
