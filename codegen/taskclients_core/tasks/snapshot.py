"""`TaskRef`, which identifies a task, and `TaskSnapshot`, its state at one poll."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, Final, Generic, Self, TypeVar, cast

from attrs import field, fields, frozen, has

from ..errors import DecodeError, InvalidArgumentError, describe
from .definition import Level, Phase

_VERSION: Final = "t1"
_FORM: Final = re.compile(r"t[1-9][0-9]{0,3}\.[A-Za-z0-9_-]+\.[0-9a-f]{8}", re.ASCII)


_REMEDY: Final = "pass what resume_token() of its handle returned"
_NO_SCOPE: Final[Mapping[str, str]] = MappingProxyType({})


def _scope(given: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(sorted(given.items()))) if given else _NO_SCOPE


@frozen
class TaskRef:
    """Vendor, type, id and scope of a task. It contains no secrets and no URLs, so it can be logged.

    Raises:
        InvalidArgumentError: the id or a value of the scope is not text.
    """

    vendor: str
    """Name of the vendor, such as `booster`."""

    task_type: str
    """Name of the task type in the vendor's spec."""

    id: str
    """The vendor's id of the task."""

    scope: Mapping[str, str] = field(default=_NO_SCOPE, converter=_scope, eq=dict, hash=False)
    """Further values that requests about the task need, by name; empty for most vendors."""

    def __attrs_post_init__(self) -> None:
        for name, value in (("id", self.id), *self.scope.items()):
            if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance] - such as the UUID of a model
                raise InvalidArgumentError(f"TaskRef: {name}: expected str, got {describe(value)}; pass str({name})")

    def __str__(self) -> str:
        return f"{self.vendor}.{self.task_type} {self.id}"

    def __reduce__(self) -> tuple[Any, ...]:
        return TaskRef, (self.vendor, self.task_type, self.id, dict(self.scope))

    def resume_token(self) -> str:
        """Return the task's identity as text for `client.tasks.resume`, in this process or another one.

        The token is ASCII, a third longer than id and scope, and contains no secrets, so it fits queues, logs and
        command lines.
        """
        text = json.dumps(
            [self.vendor, self.task_type, self.id, dict(self.scope)], separators=(",", ":"), sort_keys=True
        )
        payload = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        return f"{_VERSION}.{payload}.{_checksum(f'{_VERSION}.{payload}')}"

    @classmethod
    def parse(cls, token: str) -> Self:
        """Return the task of a token.

        Raises:
            InvalidArgumentError: the token is invalid, incomplete, changed, or from a newer version.
        """
        if not isinstance(token, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
            raise InvalidArgumentError(f"resume_token: expected str, got {type(token).__name__}")
        if not _FORM.fullmatch(token):
            raise InvalidArgumentError(f"resume_token: not a token of a task, or incomplete; {_REMEDY}")
        version, payload, checksum = token.split(".")
        if checksum != _checksum(f"{version}.{payload}"):
            raise InvalidArgumentError(f"resume_token: cut or changed, because its checksum does not match; {_REMEDY}")
        if version != _VERSION:
            raise InvalidArgumentError(
                f"resume_token: version {version} is newer than this package, which reads {_VERSION}; upgrade it"
            )
        return cls(*_parts(payload))


def _parts(payload: str) -> tuple[str, str, str, dict[str, str]]:
    try:
        decoded: Any = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        vendor, task_type, id_, scope = decoded
        texts: list[Any] = [vendor, task_type, id_, *scope, *scope.values()]
    except (ValueError, TypeError, AttributeError):
        raise InvalidArgumentError(f"resume_token: not a token of a task; {_REMEDY}") from None
    if not all(isinstance(text, str) for text in texts):
        raise InvalidArgumentError(f"resume_token: not a token of a task; {_REMEDY}")
    return vendor, task_type, id_, scope


def _checksum(text: str) -> str:
    return f"{zlib.crc32(text.encode('ascii')):08x}"


M_co = TypeVar("M_co", covariant=True)


@frozen(kw_only=True)
class Progress:
    """Progress of a task."""

    fraction: float | None = None
    """0 to 1; None if the vendor gives no usable number. 1 does not mean that the task has ended."""

    done: int | None = None
    """Number of items done."""

    total: int | None = None
    """Number of items in all."""

    best: float | None = None
    """Highest `fraction` so far; it never falls."""

    stalled_for: timedelta = timedelta(0)
    """Time since `best` last rose."""


@frozen(kw_only=True)
class Step:
    """Step of a task."""

    key: str
    """The vendor's key of the step."""

    name: str
    """Name to show."""

    status: str
    """Status word of the vendor."""

    phase: Phase
    """Phase of the step."""


@frozen
class Message:
    """Message of the vendor about a task."""

    level: Level
    """Severity of the message."""

    text: str = field(repr=False)
    """Text of the vendor."""


@frozen(kw_only=True)
class TaskSnapshot(Generic[M_co]):
    """State of a task at one poll. Immutable.

    It can be pickled, with its model, whose secret members are then empty.
    """

    ref: TaskRef
    """Identity of the task."""

    phase: Phase
    """Phase, the same for all vendors."""

    status: str | None
    """Status word of the vendor; None if the response has none."""

    known: bool = True
    """False if the spec does not list `status`. The task then counts as running."""

    partial: bool = False
    """True for a success with errors."""

    progress: Progress = field(factory=Progress)
    """Progress, as far as the vendor gives it."""

    steps: Sequence[Step] = ()
    """Steps of the task, in the vendor's order."""

    messages: Sequence[Message] = ()
    """Messages of the vendor about the task."""

    observed_at: datetime
    """Time of the poll, in UTC."""

    sequence: int
    """Number that rises with each poll that showed a change, with each failed poll, and with the next success."""

    poll_error: str | None = None
    """Message of the last poll's error; None if it succeeded. Then `age` says for how long there was no response."""

    _model: Callable[[], Any] = field(repr=False, eq=False, alias="model")
    age_source: Callable[[], float] = field(repr=False, eq=False, alias="since")
    """Function that returns the seconds since the last successful poll; read `age`."""

    def __repr__(self) -> str:
        shown = [f"{self.phase} with errors" if self.partial else str(self.phase), f"status={self.status!r}"]
        if self.progress.fraction is not None:
            shown.append(f"{self.progress.fraction:.0%}")
        if self.poll_error is not None:
            shown.append(f"last polled {self.age:.0f} s ago")
        try:
            shown.append(f"model={self.model!r}")
        except DecodeError as error:  # a traceback may show the snapshot, and must not fail
            shown.append(f"no model: expected {error.expected} at {error.path}")
        return f"<TaskSnapshot {self.ref}: {', '.join(shown)}>"

    @property
    def terminal(self) -> bool:
        """True if the phase is final."""
        return self.phase.terminal

    @property
    def model(self) -> M_co:
        """The task, decoded to the vendor's model on first access.

        Raises:
            DecodeError: the response does not match the model.
        """
        return cast("M_co", self._model())

    @property
    def age(self) -> float:
        """Seconds since the poll."""
        return self.age_source()

    def __reduce__(self) -> tuple[Any, ...]:
        members = [each for each in fields(type(self)) if each.name not in ("_model", "age_source")]
        model: object
        try:
            model = without_secrets(self.model)
        except DecodeError as error:
            model = error
        return _restored, ({each.name: getattr(self, each.name) for each in members}, model)


def _restored(members: Mapping[str, Any], model: object) -> TaskSnapshot[Any]:
    age = partial(_age_by_date, members["observed_at"])  # of another process, by another monotonic clock
    return TaskSnapshot(**members, model=partial(_model_or_error, model), since=age)


def _age_by_date(observed_at: datetime) -> float:
    return max(0.0, (datetime.now(UTC) - observed_at).total_seconds())


def _model_or_error(found: object) -> object:
    if isinstance(found, DecodeError):
        raise found
    return found


def without_secrets(value: object) -> object:
    """Return a copy of a model in which the members that its repr leaves out are empty."""
    if isinstance(value, list):
        return [without_secrets(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        return {name: without_secrets(item) for name, item in cast("dict[str, object]", value).items()}
    if not has(type(value)):
        return value
    found = copy(value)
    for member in fields(cast("Any", type(value))):
        item: Any = getattr(value, member.name)
        empty: Any = "" if isinstance(item, str) else type(item)() if type(item) in (list, dict) else None
        object.__setattr__(found, member.name, empty if member.repr is False else without_secrets(item))
    return found
