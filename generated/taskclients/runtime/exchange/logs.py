"""httpx logs the URL of every request, at level INFO; the query strings of ours may be secret, so they are cut off.

Only requests sent by a client of this package are touched: others that httpx sends in the same process keep theirs.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar

sending: ContextVar[bool] = ContextVar("sending", default=False)
"""Whether the request under way in this thread or task is one of ours."""


def _cut_query(record: logging.LogRecord) -> bool:
    if sending.get() and isinstance(record.args, tuple):
        record.args = tuple(
            str(value).partition("?")[0] if type(value).__name__ == "URL" else value for value in record.args
        )
    return True


def cut_queries() -> None:
    """Make httpx's logs fit to be read. Doing it again changes nothing."""
    for name in ("httpx", "httpx2"):
        logging.getLogger(name).addFilter(_cut_query)
