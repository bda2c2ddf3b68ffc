"""`TaskRef`, the name of a task, and `TaskSnapshot`, its state as one poll showed it."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, Generic, Self, TypeVar, cast

from attrs import field, frozen

from ..errors import InvalidArgumentError
from .definition import Level, Phase

_VERSION: Final = "t1"
_LIMIT: Final = 1024
_FORM: Final = re.compile(r"t[1-9][0-9]{0,3}\.[A-Za-z0-9_-]+\.[0-9a-f]{8}", re.ASCII)


def _scope(given: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(sorted(given.items())))


@frozen
class TaskRef:
    """Vendor, kind, id and scope of a task. It holds no secret and no URL, and can be logged."""

    vendor: str
    task_type: str
    id: str
    scope: Mapping[str, str] = field(default=MappingProxyType({}), converter=_scope, eq=dict, hash=False)

    def __str__(self) -> str:
        return f"{self.vendor}.{self.task_type} {self.id}"

    def __reduce__(self) -> tuple[Any, ...]:
        return TaskRef, (self.vendor, self.task_type, self.id, dict(self.scope))

    def resume_token(self) -> str:
        """This name as text: at most 1024 ASCII characters, fit for queues, logs and command lines.

        Raises:
            InvalidArgument: id and scope are too long for that.
        """
        text = json.dumps(
            [self.vendor, self.task_type, self.id, dict(self.scope)], separators=(",", ":"), sort_keys=True
        )
        payload = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        token = f"{_VERSION}.{payload}.{_checksum(f'{_VERSION}.{payload}')}"
        if len(token) > _LIMIT:
            raise InvalidArgumentError(
                f"the task's id and scope make a token of {len(token)} characters, allowed are {_LIMIT}"
            )
        return token

    @classmethod
    def parse(cls, token: str) -> Self:
        """The name that a token stands for.

        Raises:
            InvalidArgument: it is no token, or not all of it, or was changed.
        """
        if not isinstance(token, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
            raise InvalidArgumentError(f"token: expected str, got {type(token).__name__}")
        if len(token) > _LIMIT or not _FORM.fullmatch(token):
            raise InvalidArgumentError("token: this is no token of a task, or not all of it")
        version, payload, checksum = token.split(".")
        if checksum != _checksum(f"{version}.{payload}"):
            raise InvalidArgumentError("token: the checksum does not fit; it was cut or changed")
        if version != _VERSION:
            raise InvalidArgumentError(f"token: version {version} is newer than this package, which reads {_VERSION}")
        return cls(*_parts(payload))


def _parts(payload: str) -> tuple[str, str, str, dict[str, str]]:
    try:
        found: Any = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        vendor, kind, task, scope = found
        texts: list[Any] = [vendor, kind, task, *scope, *scope.values()]
    except (ValueError, TypeError, AttributeError):
        raise InvalidArgumentError("token: this is no token of a task") from None
    if not all(isinstance(text, str) for text in texts):
        raise InvalidArgumentError("token: this is no token of a task")
    return vendor, kind, task, scope


def _checksum(text: str) -> str:
    return f"{zlib.crc32(text.encode('ascii')):08x}"


M_co = TypeVar("M_co", covariant=True)


@frozen(kw_only=True)
class Progress:
    """How far a task has come."""

    fraction: float | None = None
    """0 to 1; None when the vendor gives nothing that can be used. 1 does not mean that it has ended."""

    done: int | None = None
    total: int | None = None
    best: float | None = None
    """The most that `fraction` has been: it never falls."""

    stalled_for: timedelta = timedelta(0)
    """How long `best` has been what it is."""


@frozen(kw_only=True)
class Step:
    """A step of a task."""

    key: str
    name: str
    status: str
    """The vendor's word."""

    phase: Phase


@frozen
class Message:
    """What the vendor tells people about a task."""

    level: Level
    text: str = field(repr=False)


@frozen(kw_only=True)
class TaskSnapshot(Generic[M_co]):
    """One look at a task; it never changes."""

    ref: TaskRef
    phase: Phase
    status: str | None
    """The vendor's word; None when there is none."""

    known: bool = True
    """Whether the spec knows that word. One that it does not know counts as running."""

    partial: bool = False
    """Whether it is a success that carries errors."""

    progress: Progress = field(factory=Progress)
    steps: Sequence[Step] = ()
    messages: Sequence[Message] = ()
    observed_at: datetime
    sequence: int
    """Rises with each look that showed something new."""

    _model: Callable[[], Any] = field(repr=False, eq=False, alias="model")
    age_source: Callable[[], float] = field(repr=False, eq=False, alias="since")

    @property
    def terminal(self) -> bool:
        """Whether the task moves no more."""
        return self.phase.terminal

    @property
    def model(self) -> M_co:
        """The task as the vendor's model has it.

        Raises:
            DecodeError: what the server showed is not what its page promises.
        """
        return cast("M_co", self._model())

    @property
    def age(self) -> float:
        """Seconds since the look."""
        return self.age_source()
