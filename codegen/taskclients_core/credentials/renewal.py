"""Tokens that are fetched when they are needed, kept in memory, and fetched anew once they are worth nothing.

However many threads or tasks find the token missing or refused, one request is made: the others wait and share what
comes of it, also when it fails. The next call after a failure tries again.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import TypeAlias, cast

from attrs import define, field, frozen

from ..errors import ClientError
from ..events import Event, Hook, emit
from ..exchange.deadline import Deadline
from ..exchange.effects import Alone, Flow, Send
from ..messages import Answer, Request
from .access import Access


@frozen(eq=False)
class Token:
    """A token as it is sent and, on the client's clock, when to stop using it."""

    access: Access = field(repr=False)
    until: float | None = None


Read: TypeAlias = Callable[[Answer, float], Token]
"""From an answer, and when it was asked for, to the token in it. Raises ClientError if there is none."""


@define(eq=False)
class Renewable:
    """The source of one token, for all calls of a client."""

    request: Request
    """What fetches it."""

    read: Read
    now: Callable[[], float]
    template: str = ""
    """The request's path, for events."""

    _token: Token | None = field(default=None, init=False, repr=False)
    _round: int = field(default=0, init=False, repr=False)
    _outcome: Token | ClientError | None = field(default=None, init=False, repr=False)

    def obtain(self, deadline: Deadline | None = None, on_event: Hook | None = None) -> Flow[Access]:
        """The token, fetched if need be. The deadline is the caller's, who runs this under it.

        Raises:
            TransportError: whoever hands out tokens does not answer, or not before the deadline.
            ApiError: he refuses.
            DecodeError: his answer is none.
        """
        seen = self._round  # read first: whoever sees an older token must not miss the round that replaced it
        token = self._token
        if token is None or (token.until is not None and self.now() >= token.until):
            token = cast("Token", (yield Alone(self._renew(seen, deadline, on_event))))
        return token.access

    def forget(self, refused: Access) -> None:
        """Drop the token if it is the one that the server refused, and not a newer one."""
        token = self._token
        if token is not None and refused.holds(token.access):
            self._token = None

    def _renew(self, seen: int, deadline: Deadline | None, on_event: Hook | None) -> Flow[Token]:
        if self._round != seen:  # somebody fetched while this one waited
            if isinstance(self._outcome, ClientError):
                raise copy(self._outcome)
            return cast("Token", self._outcome)
        started = self.now()
        try:
            answer: Answer = yield Send(self.request)
            token = self.read(answer, started)
        except ClientError as error:
            if deadline is None or not deadline.passed:  # one caller's haste is not the failure of those who wait
                self._outcome = copy(error)
                self._round += 1
            raise
        self._outcome = self._token = token
        self._round += 1
        request = self.request
        event = Event(
            kind="sign-in",
            operation=request.operation,
            method=request.method,
            origin=request.origin,
            template=self.template,
            status=answer.status,
            elapsed=answer.elapsed,
            detail="a token was fetched",
        )
        emit(on_event, event)
        return token
