"""The name of a task: enough to find it again, in another process or on another day."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Self

from attrs import field, frozen

from ..errors import InvalidArgument

_VERSION: Final = "t1"
_LIMIT: Final = 1024
_FORM: Final = re.compile(r"t[1-9][0-9]{0,3}\.[A-Za-z0-9_-]+\.[0-9a-f]{8}", re.ASCII)


def _scope(given: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(sorted(given.items())))


@frozen
class Ref:
    """Vendor, kind, id and scope of a task. It holds no secret and no URL, and can be logged."""

    vendor: str
    kind: str
    id: str
    scope: Mapping[str, str] = field(default=MappingProxyType({}), converter=_scope, eq=dict, hash=False)

    def __str__(self) -> str:
        return f"{self.vendor}.{self.kind} {self.id}"

    def __reduce__(self) -> tuple[Any, ...]:
        return Ref, (self.vendor, self.kind, self.id, dict(self.scope))

    def token(self) -> str:
        """This name as text: at most 1024 ASCII characters, fit for queues, logs and command lines.

        Raises:
            InvalidArgument: id and scope are too long for that.
        """
        text = json.dumps([self.vendor, self.kind, self.id, dict(self.scope)], separators=(",", ":"), sort_keys=True)
        payload = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        token = f"{_VERSION}.{payload}.{_checksum(f'{_VERSION}.{payload}')}"
        if len(token) > _LIMIT:
            raise InvalidArgument(
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
            raise InvalidArgument(f"token: expected str, got {type(token).__name__}")
        if len(token) > _LIMIT or not _FORM.fullmatch(token):
            raise InvalidArgument("token: this is no token of a task, or not all of it")
        version, payload, checksum = token.split(".")
        if checksum != _checksum(f"{version}.{payload}"):
            raise InvalidArgument("token: the checksum does not fit; it was cut or changed")
        if version != _VERSION:
            raise InvalidArgument(f"token: version {version} is newer than this package, which reads {_VERSION}")
        return cls(*_parts(payload))


def _parts(payload: str) -> tuple[str, str, str, dict[str, str]]:
    try:
        found: Any = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        vendor, kind, task, scope = found
        texts: list[Any] = [vendor, kind, task, *scope, *scope.values()]
    except (ValueError, TypeError, AttributeError):
        raise InvalidArgument("token: this is no token of a task") from None
    if not all(isinstance(text, str) for text in texts):
        raise InvalidArgument("token: this is no token of a task")
    return vendor, kind, task, scope


def _checksum(text: str) -> str:
    return f"{zlib.crc32(text.encode('ascii')):08x}"
