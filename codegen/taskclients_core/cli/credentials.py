"""Credentials from the environment or from a private file.

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

from ..codec import decode
from ..errors import DecodeError, InvalidArgumentError
from ..model import members
from ..operation import Json
from ..security import Api, ApiKey, ClientCredentials, HttpBasic, HttpBearer, MutualTls, OAuth2Token, Scheme
from .values import environment_variable, is_scalar, model_type

_MAX_BYTES: Final = 1024 * 1024


@frozen(eq=False)
class CredentialForm:
    """One form of the credentials of a security scheme: the values that it consists of."""

    scheme: str
    names: tuple[str, ...]
    """Names of the required values, as a credentials file spells them."""

    optional: tuple[str, ...] = ()
    model: type | None = None
    """Body of the operation that signs in with these values."""

    def credential(self, known: Mapping[str, str]) -> object:
        """Return the credential that a client takes.

        Args:
            known: Values by name, with all required ones.

        Raises:
            InvalidArgumentError: a value is not of the type that the operation takes; the message does not repeat it.
        """
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
            raise InvalidArgumentError(f"credentials: expected {error.expected} as {where}") from None


def credential_forms(api: Api) -> tuple[CredentialForm, ...]:
    """Return the forms of an API's credentials. If two schemes take the same names, the scheme's name is a prefix."""
    plain = [name for scheme in api.schemes.values() for name in _secrets(scheme)]
    doubled = {name for name in plain if plain.count(name) > 1}
    found: list[CredentialForm] = []
    for name, scheme in api.schemes.items():
        if not _secrets(scheme):
            continue
        prefix = f"{environment_variable(name).lower()}_" if doubled & {*_secrets(scheme)} else ""
        found.append(CredentialForm(name, tuple(prefix + each for each in _secrets(scheme))))
        found.extend(_sign_in(name, scheme))
    return tuple(found)


def read_credentials(api: Api, file: str | None, *, package: str, vendor: str) -> Mapping[str, object] | None:
    """Return the credentials that a client takes as `auth`; None for an API that takes none.

    Args:
        api: API of the vendor.
        file: Credentials file, whose values replace those of the environment.
        package: Generated package, the first part of the environment variables.
        vendor: Name of the vendor, the second part.

    Raises:
        InvalidArgumentError: the required values are not given, or the file is not private or cannot be read.
    """
    forms = credential_forms(api)
    known = {
        name: value
        for form in forms
        for name in (*form.names, *form.optional)
        if (value := os.environ.get(environment_variable(package, vendor, name)))
    }
    if file is not None:
        known |= _from_file(file, vendor)
    found: dict[str, object] = {}
    for form in forms:
        if form.scheme not in found and all(known.get(name) for name in form.names):
            found[form.scheme] = form.credential(known)
    if not found and forms and api.security and () not in api.security:
        variables = [[environment_variable(package, vendor, name) for name in form.names] for form in forms]
        wanted = " or ".join(" and ".join(each) for each in variables)
        raise InvalidArgumentError(f"credentials: none are given; set {wanted}, or name a file with --credentials")
    return found or None


def _secrets(scheme: Scheme) -> tuple[str, ...]:
    match scheme:
        case HttpBearer() | OAuth2Token():
            return ("token",)
        case ApiKey():
            return ("api_key",)
        case HttpBasic():
            return ("username", "password")
        case ClientCredentials():
            return ("client_id", "client_secret")
        case MutualTls():
            return ()


def _sign_in(name: str, scheme: Scheme) -> Iterator[CredentialForm]:
    for way in scheme.sign_in if isinstance(scheme, HttpBearer | ApiKey) else ():
        for body in way.operation.body:
            model = model_type(body.type) if isinstance(body, Json) else None
            if model is not None and all(is_scalar(each.type) for each in members(model) if each.required):
                required = tuple(each.attribute for each in members(model) if each.required)
                more = tuple(each.attribute for each in members(model) if not each.required and is_scalar(each.type))
                yield CredentialForm(name, required, more, model)


def _from_file(file: str, vendor: str) -> dict[str, str]:
    text = _private_text(file)
    try:
        found: Any = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError):
        # The parser's message can repeat a secret.
        raise InvalidArgumentError(f"--credentials: {file} is neither JSON nor TOML; write one of them") from None
    part: Any = found.get(vendor, found)
    if not isinstance(part, dict):
        raise InvalidArgumentError(f"--credentials: expected a table under {vendor!r} in {file}")
    values = cast("dict[str, object]", part)
    return {name: value for name, value in values.items() if isinstance(value, str) and value}


def _private_text(file: str) -> str:
    """Return the text of a file that only its owner, the current user, can access."""
    try:
        with open(file, "rb") as opened:
            state = os.fstat(opened.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise InvalidArgumentError(f"--credentials: {file} is not a regular file")
            if os.name == "posix":
                if state.st_uid != os.geteuid():
                    raise InvalidArgumentError(f"--credentials: {file} belongs to another user; use a file of your own")
                if stat.S_IMODE(state.st_mode) & 0o077:
                    mode = stat.S_IMODE(state.st_mode)
                    raise InvalidArgumentError(
                        f"--credentials: other users can access {file} (mode {mode:04o}); run `chmod 600 {file}`"
                    )
            return opened.read(_MAX_BYTES).decode()
    except OSError as error:
        raise InvalidArgumentError(f"--credentials: {file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InvalidArgumentError(f"--credentials: {file} is not UTF-8; save it as UTF-8") from None
