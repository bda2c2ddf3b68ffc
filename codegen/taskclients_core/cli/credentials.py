"""Who calls: from the environment, or from a file that nobody else can read.

Never from the command line, which every user of the machine can see.
"""

from __future__ import annotations

import json
import os
import stat
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from attrs import frozen

from ..api import Api, ApiKey, ClientCredentials, HttpBasic, HttpBearer, Scheme
from ..codec import decode
from ..codec.annotations import members
from ..errors import DecodeError, InvalidArgument
from ..operation import Json
from . import discovery
from .texts import is_scalar, model_of
from .words import screaming

_LARGEST: Final = 1024 * 1024


@frozen(eq=False)
class Way:
    """One way to say who calls."""

    scheme: str
    names: tuple[str, ...]
    """What must be known, as a file spells it."""

    optional: tuple[str, ...] = ()
    model: type | None = None
    """The body of an operation that signs in."""

    def credential(self, known: Mapping[str, str]) -> object:
        """What the client takes."""
        if self.model is None:
            values = [known[name] for name in self.names]
            return values[0] if len(values) == 1 else tuple(values)
        names = {*self.names, *self.optional}
        tree: dict[str, str] = {
            each.name: known[each.attribute] for each in members(self.model) if each.attribute in names & {*known}
        }
        try:
            return cast("object", decode(json.dumps(tree), self.model))
        except DecodeError as error:
            where = error.path.removeprefix("$.")
            raise InvalidArgument(f"credentials: expected {error.expected} as {where}") from None


def ways(api: Api) -> tuple[Way, ...]:
    """The ways that an API has. Where two schemes want the same, their names come first."""
    plain = [name for scheme in api.schemes.values() for name in _secrets(scheme)]
    doubled = {name for name in plain if plain.count(name) > 1}
    found: list[Way] = []
    for name, scheme in api.schemes.items():
        prefix = f"{screaming(name).lower()}_" if doubled & {*_secrets(scheme)} else ""
        found.append(Way(name, tuple(prefix + each for each in _secrets(scheme))))
        found.extend(_sign_in(name, scheme))
    return tuple(found)


def variable(vendor: str, name: str) -> str:
    """The environment's name for something about a vendor."""
    return screaming(discovery.package, vendor, name)


def given(vendor: str, api: Api, file: str | None) -> Mapping[str, object] | None:
    """What the client takes as `auth`; None for an API that wants nothing.

    Raises:
        InvalidArgument: nothing is given that would do, or the file is not private or cannot be read.
    """
    possible = ways(api)
    known = _environment(vendor, possible)
    if file is not None:
        known |= _from_file(file, vendor)
    found: dict[str, object] = {}
    for way in possible:
        if way.scheme not in found and all(known.get(name) for name in way.names):
            found[way.scheme] = way.credential(known)
    if not found and api.security and () not in api.security:
        wanted = " or ".join(" and ".join(variable(vendor, name) for name in way.names) for way in possible)
        raise InvalidArgument(f"no credentials: set {wanted}, or name a file with --credentials")
    return found or None


def _secrets(scheme: Scheme) -> tuple[str, ...]:
    match scheme:
        case HttpBearer():
            return ("token",)
        case ApiKey():
            return ("api_key",)
        case HttpBasic():
            return ("username", "password")
        case ClientCredentials():
            return ("client_id", "client_secret")


def _sign_in(name: str, scheme: Scheme) -> Iterator[Way]:
    for way in scheme.sign_in if isinstance(scheme, HttpBearer | ApiKey) else ():
        for body in way.operation.body:
            model = model_of(body.type) if isinstance(body, Json) else None
            if model is not None and all(is_scalar(each.type) for each in members(model) if each.required):
                needed = tuple(each.attribute for each in members(model) if each.required)
                more = tuple(each.attribute for each in members(model) if not each.required and is_scalar(each.type))
                yield Way(name, needed, more, model)


def _environment(vendor: str, possible: tuple[Way, ...]) -> dict[str, str]:
    names = {name for way in possible for name in (*way.names, *way.optional)}
    return {name: value for name in names if (value := os.environ.get(variable(vendor, name)))}


def _from_file(file: str, vendor: str) -> dict[str, str]:
    text = _private(file)
    try:
        found: Any = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError):
        # The parser's own words may repeat what stands there.
        raise InvalidArgument(f"{file}: it is neither JSON nor TOML") from None
    part: Any = found.get(vendor, found)
    if not isinstance(part, dict):
        raise InvalidArgument(f"{file}: expected a table under {vendor!r}")
    values = cast("dict[str, object]", part)
    return {name: value for name, value in values.items() if isinstance(value, str) and value}


def _private(file: str) -> str:
    """The text of a file that is the user's, and only his."""
    try:
        with open(file, "rb") as opened:
            state = os.fstat(opened.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise InvalidArgument(f"{file}: credentials are read from regular files only")
            if os.name == "posix":
                if state.st_uid != os.geteuid():
                    raise InvalidArgument(f"{file}: it belongs to another user, so it is not read")
                if stat.S_IMODE(state.st_mode) & 0o077:
                    mode = stat.S_IMODE(state.st_mode)
                    raise InvalidArgument(f"{file}: others can use it (mode {mode:04o}); chmod 600 makes it private")
            return opened.read(_LARGEST).decode()
    except OSError as error:
        raise InvalidArgument(f"{file}: it cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise InvalidArgument(f"{file}: it is not UTF-8") from None
