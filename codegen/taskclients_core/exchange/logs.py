"""What httpx and httpcore log of our requests, made fit to be read.

httpx logs every URL at level INFO, with its path (which may name a customer, or be the secret of a link) and its query
string, and the reason that the server gave beside the status, which is any text. httpcore logs at level DEBUG the
headers of answers (cookies, signed URLs) and the text of errors (which may quote a header); hpack, of HTTP/2, all
headers both ways. Of all that stay the URL's scheme, host and port, the status with its usual words, the name of the
step, and the class of the error. Which operation it was is told by our own events.

Only requests sent by a client of this package are touched: others in the same process keep theirs.
"""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from http import HTTPStatus

sending: ContextVar[bool] = ContextVar("sending", default=False)
"""Whether the request under way in this thread or task is one of ours."""

_CORES = ("httpcore", "httpcore2")
_ORIGIN = re.compile(r"(\w+://)(?:[^/?#]*@)?([^/?#@]*)")
_STATUSES = frozenset(HTTPStatus)
_STEPS = ("connection", "http11", "http2", "proxy", "socks")
_STEP = re.compile(r"[\w.]+(?: exception=\w+)?")


def _cut_line(record: logging.LogRecord) -> bool:
    if sending.get() and isinstance(record.args, tuple):
        before = (None, *record.args)
        record.args = tuple(map(_cut, before, record.args))
    return True


def _cut(before: object, value: object) -> object:
    """What may be shown of an argument of a line, by the one before it."""
    if type(value).__name__ == "URL":
        found = _ORIGIN.match(str(value))
        return "".join(found.groups()) if found else "…"
    if isinstance(before, int) and isinstance(value, str):  # the reason beside a status
        return HTTPStatus(before).phrase if before in _STATUSES else ""
    return value


def _keep_step(record: logging.LogRecord) -> bool:
    if sending.get():
        found = _STEP.match(record.getMessage())
        record.msg, record.args = found.group() if found else "…", ()
    return True


def _drop(_: logging.LogRecord) -> bool:
    return not sending.get()


def cut_logs() -> None:
    """Put filters where they are needed. Doing it again changes nothing."""
    for name in ("httpx", "httpx2"):
        logging.getLogger(name).addFilter(_cut_line)
    # A filter hears what is logged to its own logger, not what comes up from the children.
    for name in (*_CORES, *(f"{core}.{step}" for core in _CORES for step in _STEPS)):
        logging.getLogger(name).addFilter(_keep_step)
    for name in ("hpack", "hpack.hpack", "hpack.table", "h2"):
        logging.getLogger(name).addFilter(_drop)
