"""Links to files that lead nowhere, and files that are not what they were: on requests for `/_files/*`."""

from __future__ import annotations

from attrs import evolve

from .. import files
from ..calls import Refused, Reply
from ..case import Case
from .named import Option, fault


@fault("link-dead")
def _link_dead(case: Case) -> None:
    """The links that are shown have expired already."""
    case.link_age = files.LIFETIME + 1


@fault("link-host", lasting=True, origin=Option("text"))
def _link_host(case: Case, origin: str) -> None:
    """The links that are shown lead to this scheme and host."""
    case.link_origin = origin


@fault("link-expired")
def _link_expired(case: Case) -> None:
    """The link has expired by the time it is used."""
    case.refused = Refused(403, "The link has expired.")


@fault("other-file", lasting=True)
def _other_file(case: Case) -> None:
    """The file has other content than before."""
    case.other_file = True


@fault("range-ignored", lasting=True)
def _range_ignored(case: Case) -> None:
    """The file is always sent whole."""
    headers = {name: value for name, value in case.call.headers.items() if name != "range"}
    case.call = evolve(case.call, headers=headers)


@fault("etag", lasting=True, etag=Option("text", ""))
def _etag(case: Case, etag: str) -> None:
    """The file has this ETag, such as `W/"1"`; none if it is empty."""

    def marked(reply: Reply) -> Reply:
        headers = {name: value for name, value in reply.headers.items() if name != "ETag"}
        return evolve(reply, headers={**headers, "ETag": etag} if etag else headers)

    case.replies.append(marked)
