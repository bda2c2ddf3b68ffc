"""Requests that are not served: nothing is done, and something else is answered, or nothing at all."""

from __future__ import annotations

from collections.abc import Mapping

from ..calls import Refused, Reply
from ..case import Case
from ..delivery import Delivery
from .named import Option, fault


@fault(
    "status",
    status=Option("status"),
    retry_after=Option("text or number", ""),
    headers=Option("headers", {}),
)
def _status(case: Case, status: int, retry_after: str | float, headers: Mapping[str, str]) -> None:
    """It is refused with this status, in the vendor's own words; `retry_after` is sent as it stands."""
    wait = {} if retry_after == "" else {"Retry-After": str(retry_after)}
    case.refused = Refused(status, f"The sandbox was told to answer {status}.", headers={**wait, **headers})


@fault("reset")
def _reset(case: Case) -> None:
    """The connection is reset before the request is served."""
    case.instead = Reply(500, delivery=Delivery(head=False, end="reset"))


@fault("closed")
def _closed(case: Case) -> None:
    """The connection is closed before the request is served."""
    case.instead = Reply(500, delivery=Delivery(head=False))


@fault("ignored")
def _ignored(case: Case) -> None:
    """Nothing is ever answered, and nothing done."""
    case.instead = Reply(500, delivery=Delivery(head=False, end="hang"))
