"""Conversion of a response to the endpoint's result or to an error; the last step of a call.

Success: the body has the type declared for the status, else for its range ("2XX"), else for "default". A single type
applies to every 2xx. If types differ by status and the status is a 2xx without a type, the body is decoded if there is
only one type; otherwise DecodeError is raised.

Content: a JSON body is decoded whatever its `Content-Type`, because servers mislabel it; the error names a content type
that is not JSON. `str` accepts text, or a JSON string if the content type is JSON; `bytes` accepts anything. If no type
is declared (None), the body is ignored. Text, JSON and the formats below are decoded from the charset that the content
type declares.

Other formats: if the caller asked for CSV, JSV or JSONL (`ParseOptions`), the content type decides between them, else
the format asked for. JSON is accepted in their place and reported as a deviation.

Failure: the body is decoded by the type declared for the status, its range, or "default". If that fails, `body` is None
and `raw` has the bytes; the ApiError is raised in any case. Its message contains the server's own reason, without
members that the API declares secret and without secrets of the request (`request.secret_parts`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache, partial
from typing import Annotated, Any, TypeAlias, TypeVar, get_args, get_origin
from urllib.parse import urlsplit

from attrs import evolve, frozen

from ..codec import (
    Deviation,
    OnDeviation,
    decoder,
    encode,
    ignore_deviation,
    may_drop,
    reporting_decoder,
    to_builtins,
)
from ..config import CallOptions
from ..errors import ApiError, DecodeError, InvalidArgumentError, error_class
from ..http_messages import HttpRequest, HttpResponse
from ..media import JSON, WireFormat, charset_of, check_media_type, essence, is_json, wire_format_of
from ..media.charset import to_utf8
from ..model import SECRET, UNSET, accepted_classes, attribute_getter, format_type
from ..operation import ErrorCondition, Operation, types_by_status
from ..request.encoder import accept_header
from ..request.secret_parts import SecretParts, secret_parts
from ..server_text import hide, join_texts, reasons_in
from .bodies import MAX_KEPT_BYTES, response_too_large

T = TypeVar("T")


@frozen(eq=False)
class ParseOptions:
    """Options of one call for requesting and decoding its response."""

    accept: str | None = None
    """Media type for the `Accept` header; None: the operation's own."""

    wire: WireFormat = "json"
    lenient: bool = False
    on_deviation: OnDeviation = ignore_deviation
    """Function that receives each accepted deviation from the declared type."""

    def wire_format(self, content_type: str) -> WireFormat:
        """Return the format of a body with this `Content-Type`."""
        return wire_format_of(content_type) or self.wire


DEFAULT_PARSE_OPTIONS = ParseOptions()
_LENIENT = ParseOptions(lenient=True)

ResponseDecoder: TypeAlias = Callable[[HttpResponse, ParseOptions], Any]


@frozen(eq=False)
class ResponseParser:
    """Parser of the responses of one operation."""

    name: str
    successes: Mapping[int | str, ResponseDecoder]
    undeclared: ResponseDecoder | None
    """Decoder of a 2xx without a declared type; None: raise DecodeError."""

    errors: Mapping[int | str, Any]
    """Types of error bodies by status; their decoders are made when needed."""

    is_error: Callable[[Any], bool] | None
    """Check of a decoded 2xx body for a failure; None: the operation has no `error_when`."""

    failure_note: str
    """Beginning of the reason if `is_error` returns True."""

    failure: Callable[[Any], object] | None
    """Function that returns the part of a decoded 2xx body that describes its failure."""

    secrets: Callable[[], SecretParts]
    """Function that returns the secret parts of the operation, made at the first error."""

    may_drop: bool
    """True if a union of classes may drop members of a response, which is reported as a deviation."""

    def parse(self, response: HttpResponse, request: HttpRequest, options: ParseOptions = DEFAULT_PARSE_OPTIONS) -> Any:
        """Decode a response to the endpoint's result.

        Raises:
            ApiError: the response is not a success.
            DecodeError: the response is a success, but its body does not have the declared type.
            ResponseTooLargeError: the status has a declared result, but its body was cut.
        """
        status = response.status
        success = 200 <= status <= 299
        decode = _for_status(self.successes, status) or (self.undeclared if success else None)
        if decode is None and not success:
            raise self.api_error(response, request, options)
        if response.truncated_at is not None:
            raise response_too_large(
                request, status, response.truncated_at, len(response.content) + 1, response.content[:MAX_KEPT_BYTES]
            )
        try:
            if decode is None:
                raise _mismatch(response, "status " + " or ".join(map(str, self.successes)), f"status {status}")
            value = decode(response, options)
        except DecodeError as error:
            error.operation = self.name
            error.status = status
            error.lenient = options.lenient
            error.found = hide(error.found, self.secrets().sent(request))
            raise
        self._check_value(value, response, request)
        return value

    def check(self, response: HttpResponse, request: HttpRequest) -> None:
        """Raise the ApiError of a 2xx response whose body reports a failure (`error_when`).

        The body may deviate from the declared type: what cannot be decoded reports none.
        """
        decode = _for_status(self.successes, response.status) or self.undeclared
        if self.is_error is None or decode is None:
            return
        try:
            value = decode(response, _LENIENT)
        except DecodeError:
            return
        self._check_value(value, response, request)

    def _check_value(self, value: Any, response: HttpResponse, request: HttpRequest) -> None:
        if self.is_error is not None and self.is_error(value):
            raise self._error(response, request, value, self._failure(request, value))

    def api_error(
        self, response: HttpResponse, request: HttpRequest, options: ParseOptions = DEFAULT_PARSE_OPTIONS
    ) -> ApiError:
        """Build the error for a response that is not a success."""
        hint = _for_status(self.errors, response.status)
        body = None
        if hint is not None and response.content and response.truncated_at is None:
            try:
                # A JSON error is normal although the caller asked for a table: do not report a deviation.
                body = _response_decoder(hint)(
                    response,
                    options if options is DEFAULT_PARSE_OPTIONS else evolve(options, on_deviation=ignore_deviation),
                )
            except DecodeError:
                body = None  # the body has another type; it is available as `raw`
        if response.truncated_at is None:
            reason = self.secrets().reason(response, request)
        else:
            reason = f"its body was cut after {response.truncated_at} bytes"
        return self._error(response, request, body, ", ".join(filter(None, (_redirect(response), reason))))

    def _failure(self, request: HttpRequest, value: Any) -> str:
        """Return the reason of a failure in a 2xx body."""
        secrets, reason = self.secrets(), ""
        if self.failure is not None:
            part = {"errors": to_builtins(self.failure(value))}
            reason = join_texts(reasons_in(part, secrets.members), secrets.sent(request))
        return f"{self.failure_note}{reason and ': ' + reason}"

    def _error(self, response: HttpResponse, request: HttpRequest, body: Any, reason: str) -> ApiError:
        return error_class(response.status)(
            operation=self.name,
            status=response.status,
            request=self.secrets().redacted(request),
            body=body,
            raw=response.content,
            headers=response.headers,
            reason=reason,
            secrets=self.secrets().sent(request),
        )


@cache
def parser_for(operation: Operation[Any]) -> ResponseParser:
    """Return the parser of an operation; created at its first call and cached, as operations are constants."""
    by_status = dict(types_by_status(operation.returns))
    # The types that a 2xx without a type of its own may have; with more than one, `parse` cannot choose.
    types: list[Any] = []
    for hint in [by_status.pop("default")] if "default" in by_status else by_status.values():
        if hint is not None and hint not in types:
            types.append(hint)
    condition = operation.error_when
    return ResponseParser(
        name=operation.name,
        successes={status: _response_decoder(hint) for status, hint in by_status.items()},
        undeclared=_response_decoder(types[0] if types else None) if len(types) <= 1 else None,
        errors=operation.errors,
        is_error=None if condition is None else _error_check(condition),
        failure_note="" if condition is None else f"but its body reports a failure in {condition.filled!r}",
        failure=None if condition is None else attribute_getter(condition.filled),
        secrets=partial(secret_parts, operation),
        may_drop=any(hint not in (None, bytes, str) and may_drop(hint) for hint in (*by_status.values(), *types)),
    )


def parse_options(
    operation: Operation[Any], api_media_types: tuple[str, ...], call_options: CallOptions, on_deviation: OnDeviation
) -> ParseOptions:
    """Return the parse options of a call.

    `media_type` is ignored for operations that do not return JSON (a file, a text, no content).

    Args:
        operation: The endpoint.
        api_media_types: Media types that all operations of the API support.
        call_options: Options of the call.
        on_deviation: Function that receives each accepted deviation.

    Raises:
        InvalidArgumentError: the operation does not support the caller's `media_type`.
    """
    media_type, lenient = call_options.media_type, call_options.lenient
    own = accept_header(operation).split(", ")
    if media_type is None or not any(map(is_json, own)):
        return ParseOptions(lenient=lenient, on_deviation=on_deviation)
    declared = [each for each in own if is_json(each)]
    supported = tuple(dict.fromkeys((*declared, JSON, *api_media_types, *operation.media_types)))
    chosen = check_media_type(operation.name, media_type, supported)
    accept = None if is_json(chosen) and chosen not in declared else chosen
    return ParseOptions(accept, wire_format_of(chosen) or "json", lenient, on_deviation)


def operation_row_type(operation: Operation[Any]) -> Any:
    """Return the type of the items of an operation that returns a list.

    Raises:
        InvalidArgumentError: the operation does not return a list.
    """
    from ..media.decoders import row_type

    for hint in types_by_status(operation.returns).values():
        row = row_type(hint)
        if row is not None:
            return row[0]
    raise InvalidArgumentError(f"{operation.name}: has no rows, as it returns no list; call the method itself")


def _for_status(by_status: Mapping[int | str, T], status: int) -> T | None:
    for key in (status, f"{status // 100}XX", "default"):
        if key in by_status:
            return by_status[key]
    return None


def _response_decoder(hint: Any) -> ResponseDecoder:
    if hint is None:
        return lambda _, __: None
    if hint is bytes:
        return lambda response, _: response.content
    if hint is str or (get_origin(hint) is Annotated and get_args(hint) == (str, SECRET)):
        return _decode_text
    decode = reporting_decoder(hint)
    classes = accepted_classes(hint)
    optional = type(None) in classes
    expected = format_type(hint)

    def decode_body(response: HttpResponse, options: ParseOptions) -> Any:
        content = to_utf8(response.content, response.content_type)
        if not content:
            if optional:
                return None
            if _is_text(response):
                with suppress(DecodeError):
                    return decode(b'""', options.on_deviation)
            if _is_empty_list(response, options, hint):
                return []
            if bytes in classes and essence(response.content_type).startswith("text/"):
                return b""  # no bytes in Base64 are an empty text
            raise _mismatch(response, expected, "no content")
        if content.lstrip()[:1] == b"<":
            raise _mismatch(response, expected, f"markup ({response.content_type or 'no Content-Type'})")
        special = options.accept is not None or options.lenient
        try:
            return _decode_as(response, content, options, hint) if special else decode(content, options.on_deviation)
        except DecodeError as error:
            content_type, error.raw = response.content_type, response.content
            if error.path == "$" and _is_plain_text(response):
                with suppress(DecodeError):
                    return decode(encode(_decode_text(response, options).strip()), options.on_deviation)
            if special:
                raise
            if error.path == "$" and content_type and "json" not in content_type.lower():
                error.found = f"{error.found} ({content_type})"
            raise

    return decode_body


def _is_empty_list(response: HttpResponse, options: ParseOptions, hint: Any) -> bool:
    """Return True if an empty body is an empty list: the type is a list and the format JSONL."""
    if options is DEFAULT_PARSE_OPTIONS or options.wire_format(response.content_type) != "jsonl":
        return False
    from ..media.decoders import row_type  # seldom needed

    return row_type(hint) is not None


def _decode_as(response: HttpResponse, content: bytes, options: ParseOptions, hint: Any) -> Any:
    from ..media.decoders import cached_body_decoder  # seldom needed

    wire = options.wire_format(response.content_type)
    value = cached_body_decoder(wire, hint, options.lenient)(content, options.on_deviation)
    if wire != options.wire:
        options.on_deviation(Deviation("$", f"expected {options.wire.upper()}, found {wire.upper()}"))
    return value


def _is_plain_text(response: HttpResponse) -> bool:
    """Return True if a body is a scalar without the quotes of JSON, such as a date."""
    return _is_text(response) and response.content.lstrip()[:1] not in b'{["'


def _is_text(response: HttpResponse) -> bool:
    media_type = response.content_type
    return wire_format_of(media_type) is None and essence(media_type).startswith("text/")


def _decode_text(response: HttpResponse, _: ParseOptions) -> str:
    if is_json(response.content_type):
        return decoder(str)(to_utf8(response.content, response.content_type))
    charset = charset_of(response.content_type) or "utf-8"
    try:
        return response.content.decode(charset)
    except (LookupError, ValueError):  # LookupError: unknown charset
        raise _mismatch(response, f"text in {charset}", "other bytes") from None


def _mismatch(response: HttpResponse, expected: str, found: str) -> DecodeError:
    return DecodeError(path="$", expected=expected, found=found, raw=response.content)


def _redirect(response: HttpResponse) -> str:
    if response.status not in (301, 302, 303, 307, 308):
        return ""
    try:
        target = urlsplit(response.headers.get("location", ""))
    except ValueError:
        return "a redirect to an invalid URL"
    # Name only the origin: the whole URL may be signed.
    where = f" to {target.scheme}://{target.netloc.rpartition('@')[2]}" if target.netloc else ""
    return f"a redirect{where}, which is not followed"


def _error_check(condition: ErrorCondition) -> Callable[[Any], bool]:
    filled, absent = attribute_getter(condition.filled), attribute_getter(condition.absent)
    return lambda value: bool(filled(value)) and absent(value) in (None, UNSET)
