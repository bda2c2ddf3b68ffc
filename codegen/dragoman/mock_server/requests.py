"""Validation of requests against the spec: credentials, parameters and body."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from collections.abc import Callable, Iterable
from email import message_from_bytes, policy
from typing import Any, Final, NoReturn
from urllib.parse import parse_qsl, quote, quote_plus, unquote, unquote_plus

from attrs import field, frozen
from jsonschema.exceptions import ValidationError

from taskclients_core.request.styles import STYLES, StyleName

from ..spec.model import ContentKind, content_kind, is_json
from ..spec.samples import is_object
from .api import Api, put
from .messages import Call, HttpError
from .routes import Operation, Parameter


@frozen(kw_only=True)
class Arguments:
    """Validated values of a request: parameters by wire name, and the body."""

    path: dict[str, Any] = field(repr=False)
    query: dict[str, Any] = field(repr=False)
    header: dict[str, Any] = field(repr=False)
    cookie: dict[str, Any] = field(repr=False)
    body: Any = field(repr=False)
    body_schema: Any = field(repr=False)


def check(operation: Operation, call: Call, path: dict[str, str], auth: str | None) -> Arguments:
    """Validate a request and return its arguments.

    Parameters that the spec does not declare are ignored, as by most servers. A member of the body that a path
    parameter repeats is filled from the path.

    Raises:
        HttpError: 401 without valid credentials, 415 for a media type that is not declared, 400 for everything else.
    """
    authorize(operation.api, operation.security, call, auth)
    found: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
    for parameter in operation.parameters:
        try:
            value = read_parameter(operation.api, parameter, call, path)
        except ValueError as error:
            raise HttpError(400, f"{parameter.name} {error}.", parameter.name) from None
        if value is MISSING:
            if parameter.required:
                message = f"The {parameter.place} parameter {parameter.name} is required."
                raise HttpError(400, message, parameter.name)
            continue
        _validate(operation.api, parameter.schema, value, parameter.name)
        found[parameter.place][parameter.name] = value
    body = read(operation, call)
    schema = body_schema(operation, call)
    if body is MISSING:
        body = None
    elif not isinstance(body, bytes):
        _validate(operation.api, schema, body, "")
        for parameter in operation.parameters:
            if parameter.from_body and is_object(body):
                put(body, parameter.from_body, found[parameter.place][parameter.name])
    return Arguments(body=body, body_schema=schema, **found)


def authorize(api: Api, security: tuple[tuple[str, ...], ...], call: Call, auth: str | None) -> None:
    """Check that a request has credentials of a declared scheme.

    Args:
        api: Spec that declares the schemes.
        security: Alternatives, each a set of schemes.
        call: The request.
        auth: Only valid token, key and password (of any user); None if all are valid.

    Raises:
        HttpError: 401 without such credentials.
    """
    schemes = api.data.get("components", {}).get("securitySchemes", {})
    sent = [
        [_secret(scheme, call) for scheme in map(api.resolve, (schemes[name] for name in each)) if _is_visible(scheme)]
        for each in security
    ]
    if not security or any(all(_is_valid(secret, auth) for secret in each) for each in sent):
        return
    challenge = "Basic" if any(api.resolve(schemes[n]).get("scheme") == "basic" for n in security[0]) else "Bearer"
    reason = "Credentials are missing." if all(None in each for each in sent) else "The credentials are not valid."
    raise HttpError(401, reason, headers={"WWW-Authenticate": f'{challenge} realm="sandbox"'})


def sign_in(operation: Operation, arguments: Arguments, auth: str) -> str:
    """Return the JSON pointer to the token in the response to a sign-in; '' if the operation is none.

    Raises:
        HttpError: 401 if the body contains a password that is not `auth`.
    """
    api = operation.api
    schemes = map(api.resolve, api.data.get("components", {}).get("securitySchemes", {}).values())
    words = (scheme.get("x-sign-in", {}) for scheme in schemes)
    pointer: str = next((each["token"] for each in words if operation.id in each.get("operations", ())), "")
    if pointer and is_object(arguments.body):
        for name, schema in api.members(arguments.body_schema).schemas.items():
            is_password = api.resolve(schema).get("format") == "password"
            if is_password and arguments.body.get(name, auth) != auth:
                raise HttpError(401, f"{name} is not valid.", name)
    return pointer


def is_credential(text: str) -> bool:
    """Return True if a text can be sent as a token, key and password: printable ASCII without spaces."""
    return re.fullmatch(r"[!-~]+", text) is not None


def _is_valid(secret: str | None, auth: str | None) -> bool:
    return secret is not None and (auth is None or hmac.compare_digest(secret.encode(), auth.encode()))


def _is_visible(scheme: dict[str, Any]) -> bool:
    """Return False for a client certificate, which the application does not see."""
    return bool(scheme["type"] != "mutualTLS")


def _secret(scheme: dict[str, Any], call: Call) -> str | None:
    """Return the token, key or password of a scheme in a request; None if there is none."""
    kind, _, credentials = call.headers.get("authorization", "").partition(" ")
    match scheme["type"]:
        case "apiKey":
            name: str = scheme["name"]
            in_query = unquote_plus(dict(call.pairs).get(name, ""))
            found = {"query": in_query, "cookie": call.cookies.get(name)}
            return found.get(scheme["in"], call.headers.get(name.lower())) or None
        case "http" if scheme.get("scheme", "").lower() == "basic":
            return _password(credentials) if kind.lower() == "basic" else None
        case _:
            return (credentials.strip() or None) if kind.lower() == "bearer" else None


def _password(credentials: str) -> str | None:
    """Return the password of Basic credentials; None if they are not a user and a password in base64."""
    try:
        _, colon, password = base64.b64decode(credentials.strip(), validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return None
    return password.decode("utf-8", "replace") if colon else None


def _validate(api: Api, schema: Any, value: Any, name: str) -> None:
    error = api.error(schema, value, in_request=True)
    if error is not None:
        path = ".".join([name, *map(str, error.absolute_path)] if name else map(str, error.absolute_path))
        reason, missing = _reason(error)
        path = ".".join(filter(None, (path, missing)))
        raise HttpError(400, f"{path or 'The body'} {reason}.", path)


def _reason(error: ValidationError) -> tuple[str, str]:
    """Return the reason of an error without the value, which may be a secret, and the name of a missing member."""
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


MAX_DEPTH: Final = 100
_TEXT_OR_BRACKET: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


def media_type(header: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return header.partition(";")[0].strip().lower()


def read(operation: Operation, call: Call) -> Any:
    """Return the body of a request as a JSON value; MISSING if it is absent, bytes if it is no JSON, form or scalar.

    Raises:
        HttpError: 415 for a media type that the spec does not declare, 400 for a body that cannot be read.
    """
    if not operation.bodies:
        return MISSING
    sent = media_type(call.headers.get("content-type", ""))
    # No bytes are a body of most types, such as text, a file or a form without fields.
    if not call.body and (not sent or is_json(sent)):
        if operation.body_required:
            raise HttpError(400, "The body is required.")
        return MISSING
    content = _content(operation, sent)
    if content is None:
        declared = ", ".join(operation.bodies)
        raise HttpError(415, f"The media type {sent or '(none)'} is not supported; use {declared}.")
    schema = content.get("schema", {})
    if is_json(sent):
        return parse_json(call.body)
    if sent == "application/x-www-form-urlencoded":
        return _form(operation.api, schema, call.body, content.get("encoding", {}))
    if sent == "multipart/form-data":
        return _multipart(operation.api, schema, call)
    if content_kind(sent) is ContentKind.TEXT and operation.api.is_scalar(schema):
        return scalar(operation.api, schema, _text(call).removesuffix("\n"))
    return call.body


def body_schema(operation: Operation, call: Call) -> Any:
    """Return the schema of a request's body."""
    content = _content(operation, media_type(call.headers.get("content-type", "")))
    return (content or {}).get("schema", {})


def parse_json(raw: bytes) -> Any:
    """Parse JSON strictly by RFC 8259: no NaN, no duplicate members, at most `MAX_DEPTH` levels.

    Raises:
        HttpError: 400 if the text is not such JSON.
    """
    depth = 0
    for token in _TEXT_OR_BRACKET.finditer(raw):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(token[0], 0)
        if depth > MAX_DEPTH:
            raise HttpError(400, f"The body is nested deeper than {MAX_DEPTH} levels.")
    try:
        value = json.loads(raw.decode(), parse_constant=_no_constant, object_pairs_hook=_once)
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeError:
        raise HttpError(400, "The body is not UTF-8.") from None
    except ValueError as error:
        raise HttpError(400, f"The body is not JSON: {error}.") from None
    return value


def _content(operation: Operation, sent: str) -> dict[str, Any] | None:
    """Return the content of the declared media type, or of a range such as `application/*+json` that includes it."""
    if sent in operation.bodies:
        return operation.bodies[sent]
    for declared, content in operation.bodies.items():
        pattern = re.escape(media_type(declared)).replace(r"\*", "[^/;]+")
        if re.fullmatch(pattern, sent):
            return content
    return None


def _text(call: Call) -> str:
    _, _, charset = call.headers["content-type"].lower().partition("charset=")
    try:
        return call.body.decode(charset.partition(";")[0].strip(' "') or "utf-8")
    except (LookupError, UnicodeError):
        raise HttpError(400, "The body is not text in its charset.") from None


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a member is given twice")
    return value


def _form(api: Api, schema: Any, body: bytes, encoding: dict[str, Any]) -> dict[str, Any]:
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=10_000)
        value = form(api, schema, [pair for pair in pairs if pair[0].partition("[")[0] not in encoding])
        for name, rule in encoding.items():
            found = _styled(api, api.members(schema).schemas.get(name, {}), name, rule, pairs)
            if found is not MISSING:
                value[name] = found
    except ValueError as error:
        raise HttpError(400, f"The form cannot be read: {error}.") from None
    return value


def _multipart(api: Api, schema: Any, call: Call) -> dict[str, Any]:
    head = f"Content-Type: {call.headers['content-type']}\r\n\r\n".encode("latin-1")
    message = message_from_bytes(head + call.body, policy=policy.HTTP)
    if message.defects or not message.is_multipart():
        raise HttpError(400, "The multipart body cannot be read.")
    pairs: list[tuple[str, str]] = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            raise HttpError(400, "A part of the body has no name.")
        content = part.get_payload(decode=True)
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
        pairs.append((name, "file" if part.get_filename() else text))
    try:
        return form(api, schema, pairs)
    except ValueError as error:
        raise HttpError(400, f"A part of the body {error}.") from None


MISSING: Final = object()
"""Value of a parameter or body that was not sent."""

_INTEGER: Final = re.compile(r"-?\d{1,400}", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,400}(\.\d+)?([eE][+-]?\d{1,3})?", re.ASCII)


def _divider(delimiter: str) -> re.Pattern[str]:
    """Return the pattern of a list delimiter. Delimiters other than a comma may be percent-encoded."""
    spellings = [delimiter] if delimiter == "," else [delimiter, quote(delimiter), quote_plus(delimiter)]
    return re.compile("|".join(map(re.escape, spellings)), re.IGNORECASE)


_COMMA: Final = _divider(",")
_DIVIDERS: Final = {name: _divider(style.delimiter) for name, style in STYLES.items()}

Decode = Callable[[str], str]
Pairs = list[tuple[str, str]]


def read_parameter(api: Api, parameter: Parameter, call: Call, path: dict[str, str]) -> Any:
    """Return the value of a parameter, or MISSING.

    Raises:
        ValueError: It is sent twice, or not in its style.
    """
    decode: Decode
    match parameter.place:
        case "path":
            raw, decode = path.get(parameter.name), unquote
        case "header":
            raw, decode = call.headers.get(parameter.name.lower()), str.strip
        case "cookie":
            raw, decode = call.cookies.get(parameter.name), unquote
        case _:
            return _query(api, parameter, call.pairs)
    if raw is None:
        return MISSING
    if parameter.media_type:
        return _document(decode(raw))
    if parameter.place == "path":
        return _templated(api, parameter, raw)
    return _delimited(api, parameter.schema, raw, _COMMA, decode, explode=parameter.explode)


def scalar(api: Api, schema: Any, text: str) -> Any:
    """Convert text to the number or boolean that a schema declares; otherwise return it unchanged."""
    kinds = api.kinds(schema)
    if "integer" in kinds and _INTEGER.fullmatch(text):
        return int(text)
    if "number" in kinds and _NUMBER.fullmatch(text):
        return float(text)
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    return text


def form(api: Api, schema: Any, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Convert decoded names and values to an object. The values of an array member are collected in a list."""
    members, others = api.members(schema).schemas, api.additional(schema)
    value: dict[str, Any] = {}
    for name, text in pairs:
        member = members.get(name, others)
        if "array" in api.kinds(member):
            listed = value.setdefault(name, [])
            listed.append(_form_value(api, api.item(member, len(listed)), text))
        else:
            value[name] = _form_value(api, member, text)
    return value


def _form_value(api: Api, schema: Any, text: str) -> Any:
    """Convert the text of a member, or of an item of one: objects and lists in lists are sent as JSON."""
    kinds = api.kinds(schema)
    if kinds.isdisjoint(("object", "array")):
        return scalar(api, schema, text)
    try:
        return _document(text)
    except ValueError:
        if "string" in kinds:
            return text
        raise


def _query(api: Api, parameter: Parameter, pairs: Pairs) -> Any:
    schema, kinds = parameter.schema, api.kinds(parameter.schema)
    if parameter.style == "deepObject":
        return _deep(api, schema, parameter.name, [(name, unquote_plus(value)) for name, value in pairs])
    if parameter.style == "form" and parameter.explode and "object" in kinds and not parameter.media_type:
        names = api.members(schema).schemas
        return form(api, schema, [(n, unquote_plus(v)) for n, v in pairs if n in names]) or MISSING
    values = [value for name, value in pairs if name == parameter.name]
    if not values:
        return MISSING
    if parameter.style == "form" and parameter.explode and "array" in kinds and not parameter.media_type:
        return [scalar(api, api.item(schema, index), unquote_plus(value)) for index, value in enumerate(values)]
    if len(values) > 1:
        raise ValueError("is given twice")
    if parameter.media_type:
        return _document(unquote_plus(values[0]))
    return _delimited(api, schema, values[0], _DIVIDERS[parameter.style], unquote_plus, explode=False)


def _styled(api: Api, schema: Any, name: str, rule: dict[str, Any], pairs: Pairs) -> Any:
    """Read a member of a form by its encoding; MISSING if it was not sent. Names and values are decoded."""
    style: StyleName = rule.get("style", "form")
    if style == "deepObject":
        return _deep(api, schema, name, pairs)
    values = [value for each, value in pairs if each == name]
    if not values:
        return MISSING
    if rule.keys().isdisjoint(("style", "explode")):
        as_json = is_json(rule.get("contentType", "").partition(",")[0])
        items = [_document(each) if as_json else scalar(api, schema, each) for each in values]
        return items if "array" in api.kinds(schema) else items[0]
    if rule.get("explode", STYLES[style].explode):
        return form(api, {"properties": {name: schema}}, [(name, value) for value in values]).get(name)
    return _delimited(api, schema, values[0], _DIVIDERS[style], str, explode=False)


_KEYS: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")


def _deep(api: Api, schema: Any, name: str, pairs: Pairs) -> Any:
    found = [
        (match[2][1:-1].split("]["), value)
        for key, value in pairs
        if (match := _KEYS.fullmatch(key)) and match[1] == name
    ]
    return _nested(api, schema, found) if found else MISSING


def _nested(api: Api, schema: Any, entries: list[tuple[list[str], str]]) -> Any:
    """Build a value from the keys in brackets: `[key]` of an object, `[]`, `[0]` or nothing of an array."""
    kinds = api.kinds(schema)
    is_array = "array" in kinds and (len(entries) > 1 or entries[0][0] or kinds <= {"array", "null", "object"})
    groups: dict[str, list[tuple[list[str], str]]] = {}
    for index, (keys, text) in enumerate(entries):
        if not keys and not is_array:
            return scalar(api, schema, text)
        # Each `[]`, and each repetition of the name, is a new item.
        groups.setdefault("".join(keys[:1]) or f"[{index}]", []).append((keys[1:], text))
    if is_array:
        return [_nested(api, api.item(schema, index), group) for index, group in enumerate(groups.values())]
    members, others = api.members(schema).schemas, api.additional(schema)
    return {key: _nested(api, members.get(key, others), group) for key, group in groups.items()}


def _templated(api: Api, parameter: Parameter, raw: str) -> Any:
    """Read a path parameter: style simple, label (`.a`) or matrix (`;name=a`)."""
    divider = _COMMA
    if parameter.style == "label":
        raw = _without(raw, ".")
        divider = re.compile(r"\.") if parameter.explode else _COMMA
    elif parameter.style == "matrix" and parameter.explode and "object" in api.kinds(parameter.schema):
        raw, divider = _without(raw, ";"), re.compile(";")
    elif parameter.style == "matrix":
        start = next(
            (each for each in (f";{quote(parameter.name)}=", f";{parameter.name}=") if raw.startswith(each)), ""
        )
        raw = _without(raw, start or f";{parameter.name}=")
        divider = re.compile(re.escape(start)) if parameter.explode else _COMMA
    return _delimited(api, parameter.schema, raw, divider, unquote, explode=parameter.explode)


def _delimited(api: Api, schema: Any, raw: str, divider: re.Pattern[str], decode: Decode, *, explode: bool) -> Any:
    """Read a scalar, `a,b` as an array, or `k,v` or (exploded) `k=v` as an object."""
    kinds = api.kinds(schema)
    if "array" in kinds:
        parts = divider.split(raw) if raw else []
        return [scalar(api, api.item(schema, index), decode(each)) for index, each in enumerate(parts)]
    if "object" not in kinds:
        return scalar(api, schema, decode(raw))
    parts = divider.split(raw)
    if explode:
        found = [each.partition("=") for each in parts]
        return form(api, schema, [(decode(name), decode(value)) for name, _, value in found])
    if len(parts) % 2:
        raise ValueError("has a name without a value")
    return form(api, schema, [(decode(name), decode(value)) for name, value in zip(*[iter(parts)] * 2, strict=True)])


def _without(raw: str, start: str) -> str:
    if not raw.startswith(start):
        raise ValueError(f"does not begin with {start}")
    return raw.removeprefix(start)


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("is not JSON") from None
