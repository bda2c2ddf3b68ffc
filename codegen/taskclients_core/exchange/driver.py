"""What the drivers share: how requests look on httpx's side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..errors import InvalidArgument
from ..messages import Request
from ..options import AsyncHttpClient, HttpClient, Timeout
from .deadline import TimeLeft
from .library import Workshop, adapted, build_with, library_of
from .logs import cut_logs
from .passage import Passage, counting
from .setting import Setting


class Driver:
    """Does what flows ask for, and nothing else."""

    kind: str
    """The class of httpx that it drives."""

    connections: int | None
    """How many connections one of them may have."""

    def __init__(self, http: HttpClient | AsyncHttpClient | None, setting: Setting) -> None:
        self._given: Any = http
        self._timeout = setting.choices.timeout
        self._workshop: Workshop | None = None
        self._external = setting.credentials.external
        self._added: dict[str, Any] = {}
        if http is not None:
            self._add(library_of(http))
        cut_logs()

    def _add(self, library: Any) -> None:
        # Not to be given at all when there is none, as a client brought along may have one.
        if self._external is not None:
            self._added = {"auth": adapted(library, self._external)}

    def _open(self) -> Any:
        """A new httpx client."""
        if self._workshop is None:
            self._workshop = Workshop(self.kind, self._timeout or Timeout(), self.connections)
            self._add(self._workshop.library)
        return self._workshop.open()

    def _build(self, http: Any, request: Request, content: Any, trace: Callable[..., Any]) -> Any:
        timeouts = self._timeouts(request)
        if self._workshop is None:
            try:
                return build_with(http, request, content, timeouts, trace)
            except UnicodeEncodeError:
                raise InvalidArgument(
                    f"{request.operation}: the http_client has a cookie or header that is no ASCII and cannot be sent;"
                    " a server may have set it: call http_client.cookies.clear()"
                ) from None
        return self._workshop.build(request, content, timeouts, trace)

    def _timeouts(self, request: Request) -> Mapping[str, float | None] | None:
        timeout = request.timeout or self._timeout
        deadline = request.deadline
        if deadline is None:
            return None if timeout is None else timeout.as_dict()
        if timeout is not None:
            return TimeLeft(timeout.as_dict(), deadline)
        theirs: Any = getattr(self._given, "timeout", None)
        return TimeLeft(theirs.as_dict() if hasattr(theirs, "as_dict") else Timeout().as_dict(), deadline)

    def _auth(self, http: Any, passage: Passage) -> dict[str, Any]:
        if passage.request.final:
            return {"auth": None}
        auth = self._added["auth"] if self._added else getattr(self._given, "auth", None)
        library = library_of(http)
        if library is None or not isinstance(auth, library.Auth):
            return self._added
        return {"auth": counting(library, auth, passage)}
