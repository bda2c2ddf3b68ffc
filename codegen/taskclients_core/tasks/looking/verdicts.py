"""What a failed look means for those who wait: no news, no such task, or that looking again is of no use."""

from __future__ import annotations

from typing import Literal, TypeAlias

from ...errors import ApiError, ClientClosed, DecodeError, TransportError
from ...exchange.again import passing

Verdict: TypeAlias = Literal["transient", "absent", "refused", "closed"]


def verdict(error: Exception, *, single: bool) -> Verdict:
    """What an error means.

    One failed look never says anything of the task itself. What may pass (connections, statuses that the retry policy
    calls so, an answer that is not what it must be) is no news. A task that has an address of its own and is not found
    there is absent. Everything else (400, 401, 403, 451, 501, arguments that cannot be sent, bugs) would be the same
    the next time.
    """
    if isinstance(error, ApiError):
        if passing(error.status):
            return "transient"
        return "absent" if single and error.status in (404, 410) else "refused"
    if isinstance(error, ClientClosed):
        return "closed"
    return "transient" if isinstance(error, TransportError | DecodeError) else "refused"
