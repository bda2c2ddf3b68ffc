"""Base URL and credentials from the environment or from a private file, for clients and for the command line.

The variables of a client begin with its package and its API: `TASKCLIENTS_BOOSTER_TOKEN`. The file that
`TASKCLIENTS_CREDENTIALS` names contains the same values, and replaces them.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from attrs import frozen, has

from ..codec import decode
from ..errors import DecodeError, InvalidArgumentError, closest, did_you_mean
from ..model import accepted_classes, members
from ..operation import Json, model_type
from ..security import Api, ApiKey, ClientCredentials, HttpBasic, HttpBearer, MutualTls, OAuth2Token, Scheme

_MAX_BYTES: Final = 1024 * 1024
_PACKAGE: Final = "taskclients"


def kebab(name: str) -> str:
    """Return the words of a name in lower case with hyphens: `pos-codes` for `pos_codes` and `posCodes`."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name)
    return re.sub(r"[^A-Za-z0-9]+", "-", parted).strip("-").lower()


def environment_variable(*parts: str) -> str:
    """Return the name of an environment variable, such as `TASKCLIENTS_LIFEPOS_TOKEN`."""
    return "_".join(kebab(part).replace("-", "_").upper() for part in parts)


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


@frozen(eq=False)
class Environment:
    """Environment of the clients of one API."""

    api: Api
    package: str = _PACKAGE
    """Generated package, the first part of the variables."""

    @property
    def base_url(self) -> str | None:
        """Base URL in the environment; None if there is none."""
        return os.environ.get(self.variable("base_url")) or None

    def variable(self, name: str) -> str:
        """Return the environment variable of a value of this API."""
        return environment_variable(self.package, self.api.name, name)

    def credentials(self, file: str | None = None) -> Mapping[str, object] | None:
        """Return the credentials that a client takes as `auth`; None if none are given.

        Args:
            file: Credentials file; None: the one that the environment names, if any.

        Raises:
            InvalidArgumentError: a value is invalid, or the file is not private, cannot be read or has unknown members.
        """
        file = file or os.environ.get(environment_variable(self.package, "credentials"))
        prefix = self.variable("")
        # Most clients get their credentials as an argument: read no models for them.
        if not file and not any(name.startswith(prefix) for name in os.environ):
            return None
        forms = credential_forms(self.api)
        names = list(dict.fromkeys(name for form in forms for name in (*form.names, *form.optional)))
        known = {name: value for name in names if (value := os.environ.get(self.variable(name)))}
        if file:
            known |= _from_file(file, self.api.name, names)
        found: dict[str, object] = {}
        for form in forms:
            if form.scheme not in found and all(known.get(name) for name in form.names):
                found[form.scheme] = form.credential(known)
        return found or None

    def remedy(self) -> str:
        """Return what to do about missing credentials, for a message."""
        forms = [" and ".join(map(self.variable, form.names)) for form in credential_forms(self.api)]
        if not forms:
            return "pass http_client= with a client certificate"
        return f"pass auth=, or set {', or '.join(dict.fromkeys(forms))}"


def environment_of(client: type[Any], api: Api) -> Environment:
    """Return the environment of a client class, whose package is that of the class which declares the API."""
    owner = next((base for base in client.__mro__ if vars(base).get("api") is api), client)
    package, _, rest = owner.__module__.rpartition(f".{api.name}.")
    return Environment(api, package if rest == "client" and package else _PACKAGE)


def credential_forms(api: Api) -> tuple[CredentialForm, ...]:
    """Return the forms of an API's credentials. If two schemes take the same names, the scheme's name is a prefix."""
    found: list[CredentialForm] = []
    for name, secrets in secret_names(api.schemes).items():
        found.append(CredentialForm(name, secrets))
        found.extend(_sign_in(name, api.schemes[name]))
    return tuple(found)


def secret_names(schemes: Mapping[str, Scheme]) -> Mapping[str, tuple[str, ...]]:
    """Return the names of the values of each scheme that has any, without those to sign in with."""
    plain = [name for scheme in schemes.values() for name in _secrets(scheme)]
    doubled = {name for name in plain if plain.count(name) > 1}
    found: dict[str, tuple[str, ...]] = {}
    for name, scheme in schemes.items():
        prefix = f"{environment_variable(name).lower()}_" if doubled & {*_secrets(scheme)} else ""
        if secrets := tuple(prefix + each for each in _secrets(scheme)):
            found[name] = secrets
    return found


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
            if model is not None and all(_is_text(each.type) for each in members(model) if each.required):
                required = tuple(each.attribute for each in members(model) if each.required)
                more = tuple(each.attribute for each in members(model) if not each.required and _is_text(each.type))
                yield CredentialForm(name, required, more, model)


def _is_text(hint: Any) -> bool:
    """Return True if a variable can hold a value of the type, which is no object and no list."""
    return not any(
        each is object or has(each) or issubclass(each, list | tuple | Mapping) for each in accepted_classes(hint)
    )


# -- The credentials file


def _from_file(file: str, vendor: str, names: list[str]) -> dict[str, str]:
    text = _private_text(file)
    try:
        found: Any = json.loads(text) if text.lstrip().startswith("{") else _toml(text)
    except (ValueError, RecursionError):
        # The parser's message can repeat a secret.
        raise InvalidArgumentError(f"credentials: {file} is neither JSON nor TOML; write one of them") from None
    part: Any = found.get(vendor, found)
    if not isinstance(part, dict):
        raise InvalidArgumentError(f"credentials: expected a table under {vendor!r} in {file}")
    values = cast("dict[str, object]", part)
    for name, value in values.items():
        if part is found and isinstance(value, dict):  # the table of another vendor, or of this one misspelt
            if closest(name, [vendor]):
                raise InvalidArgumentError(
                    f"credentials: {file} has no table {vendor!r}, but {name!r:.80}{did_you_mean(name, [vendor])}"
                )
        elif name not in names:
            raise InvalidArgumentError(f"credentials: {file} has an unknown {name!r:.80}{did_you_mean(name, names)}")
        elif not isinstance(value, str):
            raise InvalidArgumentError(f"credentials: expected a text as {name} in {file}; quote it")
    return {name: value for name, value in values.items() if isinstance(value, str) and value}


def _toml(text: str) -> Any:
    import tomllib  # few clients read a file

    return tomllib.loads(text)


def _private_text(file: str) -> str:
    """Return the text of a file that only its owner, the current user, can access."""
    try:
        with open(file, "rb") as opened:
            state = os.fstat(opened.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise InvalidArgumentError(f"credentials: {file} is not a regular file; name a file that contains them")
            if os.name == "posix":
                if state.st_uid != os.geteuid():
                    raise InvalidArgumentError(f"credentials: {file} belongs to another user; use a file of your own")
                if stat.S_IMODE(state.st_mode) & 0o077:
                    mode = stat.S_IMODE(state.st_mode)
                    raise InvalidArgumentError(
                        f"credentials: other users can access {file} (mode {mode:04o}); run `chmod 600 {file}`"
                    )
            return opened.read(_MAX_BYTES).decode()
    except OSError as error:
        raise InvalidArgumentError(
            f"credentials: {file} cannot be read: {error.strerror}; check the path and its permissions"
        ) from None
    except UnicodeDecodeError:
        raise InvalidArgumentError(f"credentials: {file} is not UTF-8; save it as UTF-8") from None
