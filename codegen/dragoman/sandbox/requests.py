"""Is a request what the spec says? Everything that comes in passes here, and nothing passes that does not fit."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from attrs import field, frozen
from jsonschema.exceptions import ValidationError

from . import bodies, styles
from .api import Api
from .calls import Call, Refused
from .routes import Operation


@frozen(kw_only=True)
class Arguments:
    """What a request says, once it was found to fit: parameters by wire name, and the body."""

    path: dict[str, Any] = field(repr=False)
    query: dict[str, Any] = field(repr=False)
    header: dict[str, Any] = field(repr=False)
    cookie: dict[str, Any] = field(repr=False)
    body: Any = field(repr=False)
    body_schema: Any = field(repr=False)


def check(operation: Operation, call: Call, path: dict[str, str]) -> Arguments:
    """Return the arguments of a sound request.

    Parameters that the spec does not declare are passed over, as servers do.

    Raises:
        Refused: 401 without credentials, 415 for a media type that is not declared, 400 for everything else.
    """
    authorize(operation.api, operation.security, call)
    found: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
    for parameter in operation.parameters:
        try:
            value = styles.read(operation.api, parameter, call, path)
        except ValueError as error:
            raise Refused(400, f"{parameter.name} {error}.", parameter.name) from None
        if value is styles.MISSING:
            if parameter.required:
                message = f"The {parameter.place} parameter {parameter.name} is required."
                raise Refused(400, message, parameter.name)
            continue
        _validate(operation.api, parameter.schema, value, parameter.name)
        found[parameter.place][parameter.name] = value
    body = bodies.read(operation, call)
    schema = bodies.schema(operation, call)
    if body is not None and not isinstance(body, bytes):
        _validate(operation.api, schema, body, "")
    return Arguments(body=body, body_schema=schema, **found)


def authorize(api: Api, security: tuple[tuple[str, ...], ...], call: Call) -> None:
    """Let a request pass that carries credentials of the declared kind; whatever they are, they are right.

    Raises:
        Refused: 401.
    """
    schemes = api.data.get("components", {}).get("securitySchemes", {})
    if not security or any(all(_carries(api.resolve(schemes[name]), call) for name in each) for each in security):
        return
    challenge = "Basic" if any(api.resolve(schemes[n]).get("scheme") == "basic" for n in security[0]) else "Bearer"
    raise Refused(401, "Credentials are missing.", headers={"WWW-Authenticate": f'{challenge} realm="sandbox"'})


def _carries(scheme: dict[str, Any], call: Call) -> bool:
    kind, _, credentials = call.headers.get("authorization", "").partition(" ")
    match scheme["type"]:
        case "apiKey":
            name: str = scheme["name"]
            found = {"query": dict(call.pairs).get(name), "cookie": call.cookies.get(name)}
            return bool(found.get(scheme["in"], call.headers.get(name.lower())))
        case "http" if scheme.get("scheme", "").lower() == "basic":
            return kind.lower() == "basic" and _is_pair(credentials)
        case _:
            return kind.lower() == "bearer" and bool(credentials.strip())


def _is_pair(credentials: str) -> bool:
    """Tell whether text is what Basic sends: a user and a password in base64."""
    try:
        return b":" in base64.b64decode(credentials.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False


def _validate(api: Api, schema: Any, value: Any, name: str) -> None:
    error = api.error(schema, value)
    if error is not None:
        place = ".".join([name, *map(str, error.absolute_path)] if name else map(str, error.absolute_path))
        reason, missing = _reason(error)
        place = ".".join(filter(None, (place, missing)))
        raise Refused(400, f"{place or 'The body'} {reason}.", place)


def _reason(error: ValidationError) -> tuple[str, str]:
    """Return what is wrong, without the value, which may be a secret; and the member that is missing, if one is."""
    wanted: Any = error.validator_value
    instance: Any = error.instance
    match error.validator:
        case "required":
            return "is required", next(name for name in wanted if name not in instance)
        case "type":
            return f"must be of type {wanted if isinstance(wanted, str) else ' or '.join(wanted)}", ""
        case "enum":
            return f"must be one of {', '.join(map(str, wanted))}", ""
        case "format":
            return f"is not in the format {wanted}", ""
        case "oneOf" | "anyOf":
            return "fits none of its choices", ""
        case "additionalProperties" | "unevaluatedProperties":
            return "has a member that is not declared", ""
        case keyword:
            return f"breaks {keyword} {wanted}", ""
