"""From an answer to what the endpoint returns, or to the error it raises.

Success: the type declared for the status, else for its range ("2XX"), else for "default". A single type stands for
every 2xx. Where types differ by status and the server answers a 2xx that is not among them, the body is read as the
one type there is to read, if there is only one; otherwise that is a DecodeError: no guess is made between types.

Content: JSON is recognised by what it is rather than by its label, as servers mislabel it; a label that says otherwise
is named in the error. `str` takes text as it is, or a JSON string where the label says JSON; `bytes` takes anything.
Where nothing is promised (None), whatever comes is ignored.

Other formats: where the caller asked for CSV, JSV or JSONL (`ParseOptions`), the answer's label says which of them it
is in, and else what was asked for; JSON in their place is read too, and noted.

Failure: the body is read by the type declared for the status, its range, or "default". When that does not work, `body`
is None and `raw` tells the rest; the ApiError itself is never replaced by another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlsplit

from attrs import evolve, frozen

from ..codec import Deviation, OnDeviation, decoder, ignore_deviation
from ..config import CallOptions
from ..errors import ApiError, DecodeError, InvalidArgumentError, error_class
from ..http_messages import HttpRequest, HttpResponse
from ..media import JSON, WireFormat, check_media_type, wire_format_of
from ..model import UNSET
from ..operation import ErrorCondition, Operation, types_by_status
from ..paging import attribute_getter
from ..request.encoder import accept_header
from ..type_check import accepted_classes, format_type
from .bodies import MAX_KEPT_BYTES, response_too_large

T = TypeVar("T")


@frozen(eq=False)
class ParseOptions:
    """How the caller wants the answer, and wants it read."""

    accept: str | None = None
    """The media type to ask for; None: what the operation itself asks for."""

    wire: WireFormat = "json"
    lenient: bool = False
    on_deviation: OnDeviation = ignore_deviation
    """Takes what is odd about the answer and could be read all the same."""

    def wire_format(self, content_type: str) -> WireFormat:
        """The format of a body with this label."""
        return wire_format_of(content_type) or self.wire


DEFAULT_PARSE_OPTIONS = ParseOptions()

ResponseDecoder: TypeAlias = Callable[[HttpResponse, ParseOptions], Any]


@frozen(eq=False)
class ResponseParser:
    """What reads the answers to one operation."""

    name: str
    successes: Mapping[int | str, ResponseDecoder]
    undeclared: ResponseDecoder | None
    """For a 2xx that is not among them; None when there is no telling."""

    errors: Mapping[int | str, Any]
    """Types by status; read seldom, so what decodes them is made when it is needed."""

    is_error: Callable[[Any], bool] | None
    reason: str
    """What to say when `failed`."""

    def parse(self, answer: HttpResponse, request: HttpRequest, reading: ParseOptions = DEFAULT_PARSE_OPTIONS) -> Any:
        """The endpoint's value.

        Raises:
            ApiError: the answer is not a success.
            DecodeError: it is, but is not what the API promises.
            ResponseTooLarge: it is, but of a status whose bodies are cut.
        """
        status = answer.status
        success = 200 <= status <= 299
        decode = _pick(self.successes, status) or (self.undeclared if success else None)
        if decode is None and not success:
            raise self.api_error(answer, request, reading)
        if answer.truncated_at is not None:
            raise response_too_large(
                request, status, answer.truncated_at, len(answer.content) + 1, answer.content[:MAX_KEPT_BYTES]
            )
        try:
            if decode is None:
                raise _mismatch(answer, "status " + " or ".join(map(str, self.successes)), f"status {status}")
            value = decode(answer, reading)
        except DecodeError as error:
            error.operation = self.name
            error.status = status
            raise
        if self.is_error is not None and self.is_error(value):
            raise self._error(answer, request, value, self.reason)
        return value

    def api_error(
        self, answer: HttpResponse, request: HttpRequest, reading: ParseOptions = DEFAULT_PARSE_OPTIONS
    ) -> ApiError:
        """The error that an answer stands for."""
        hint = _pick(self.errors, answer.status)
        body = None
        if hint is not None and answer.content and answer.truncated_at is None:
            try:
                # An error in JSON where a table was asked for is nothing to tell of.
                body = _decode(hint)(
                    answer,
                    reading if reading is DEFAULT_PARSE_OPTIONS else evolve(reading, on_deviation=ignore_deviation),
                )
            except DecodeError:
                body = None  # the status says more than a body in another shape, and `raw` has it
        reasons = [
            _redirect(answer),
            "" if answer.truncated_at is None else f"its body was cut after {answer.truncated_at} bytes",
        ]
        return self._error(answer, request, body, ", ".join(filter(None, reasons)))

    def _error(self, answer: HttpResponse, request: HttpRequest, body: Any, reason: str) -> ApiError:
        return error_class(answer.status)(
            operation=self.name,
            status=answer.status,
            request=request.redacted(),
            body=body,
            raw=answer.content,
            headers=answer.headers,
            reason=reason,
        )


@cache
def parser_for(operation: Operation[Any]) -> ResponseParser:
    """The reader of an operation's answers; made at its first call, kept for good as operations are constants."""
    by_status = dict(types_by_status(operation.returns))
    kinds: list[Any] = []
    for hint in [by_status.pop("default")] if "default" in by_status else by_status.values():
        if hint is not None and hint not in kinds:
            kinds.append(hint)
    failure = operation.error_when
    return ResponseParser(
        name=operation.name,
        successes={status: _decode(hint) for status, hint in by_status.items()},
        undeclared=_decode(kinds[0] if kinds else None) if len(kinds) <= 1 else None,
        errors=operation.errors,
        is_error=None if failure is None else _failed(failure),
        reason="" if failure is None else f"but its body reports a failure in {failure.filled!r}",
    )


def parse_options(
    operation: Operation[Any], known: tuple[str, ...], choices: CallOptions, note: OnDeviation
) -> ParseOptions:
    """How a call's answer is to be read. `known` are the media types that the API has for all of its operations.

    Operations whose answer is no data (a file, a text, nothing) are asked as ever: the choice does not concern them.

    Raises:
        InvalidArgument: the operation does not have the media type that the caller chose.
    """
    wanted = choices.media_type
    if wanted is None and not choices.lenient:
        return DEFAULT_PARSE_OPTIONS
    if wanted is None or JSON not in accept_header(operation):
        return ParseOptions(lenient=choices.lenient, on_deviation=note)
    accept = check_media_type(operation.name, wanted, tuple(dict.fromkeys((JSON, *known, *operation.media_types))))
    return ParseOptions(accept, wire_format_of(accept) or "json", choices.lenient, note)


def operation_row_type(operation: Operation[Any]) -> Any:
    """The type of the rows of an operation that returns a list.

    Raises:
        InvalidArgument: it does not.
    """
    from ..media.decoders import row_type

    for hint in types_by_status(operation.returns).values():
        row = row_type(hint)
        if row is not None:
            return row[0]
    raise InvalidArgumentError(f"{operation.name}: has no rows, as it returns no list")


def _pick(by_status: Mapping[int | str, T], status: int) -> T | None:
    for key in (status, f"{status // 100}XX", "default"):
        if key in by_status:
            return by_status[key]
    return None


def _decode(hint: Any) -> ResponseDecoder:
    if hint is None:
        return lambda _, __: None
    if hint is bytes:
        return lambda answer, _: answer.content
    if hint is str:
        return _decode_text
    decode = decoder(hint)
    optional = type(None) in accepted_classes(hint)
    expected = format_type(hint)

    def decode_data(answer: HttpResponse, reading: ParseOptions) -> Any:
        content = answer.content
        if not content:
            if optional:
                return None
            if _no_lines(answer, reading, hint):
                return []
            raise _mismatch(answer, expected, "no content")
        if content.lstrip()[:1] == b"<":
            raise _mismatch(answer, expected, answer.content_type or "markup")
        if reading is not DEFAULT_PARSE_OPTIONS:
            return _decode_as(answer, reading, hint)
        try:
            return decode(content)
        except DecodeError as error:
            label = answer.content_type
            if error.path == "$" and label and "json" not in label.lower():
                error.found = f"{error.found} ({label})"
            raise

    return decode_data


def _no_lines(answer: HttpResponse, reading: ParseOptions, hint: Any) -> bool:
    """Whether a body without content is a list without rows: where each row is a line, it is."""
    if reading is DEFAULT_PARSE_OPTIONS or reading.wire_format(answer.content_type) != "jsonl":
        return False
    from ..media.decoders import row_type  # most callers never need it

    return row_type(hint) is not None


def _decode_as(answer: HttpResponse, reading: ParseOptions, hint: Any) -> Any:
    from ..media.decoders import cached_body_decoder  # most callers never need it

    wire = reading.wire_format(answer.content_type)
    value = cached_body_decoder(wire, hint, reading.lenient)(answer.content, reading.on_deviation)
    if wire != reading.wire:
        reading.on_deviation(Deviation("$", f"expected {reading.wire.upper()}, found {wire.upper()}"))
    return value


def _decode_text(answer: HttpResponse, _: ParseOptions) -> str:
    label = answer.content_type.lower()
    media_type, __, parameters = label.partition(";")
    if media_type.strip() == "application/json" or media_type.strip().endswith("+json"):
        return decoder(str)(answer.content)
    charset = parameters.partition("charset=")[2].partition(";")[0].strip(' "') or "utf-8"
    try:
        return answer.content.decode(charset)
    except (LookupError, ValueError):  # what a codec raises is up to the codec
        raise _mismatch(answer, f"text in {charset}", "other bytes") from None


def _mismatch(answer: HttpResponse, expected: str, found: str) -> DecodeError:
    return DecodeError(path="$", expected=expected, found=found, raw=answer.content)


def _redirect(answer: HttpResponse) -> str:
    if answer.status not in (301, 302, 303, 307, 308):
        return ""
    try:
        target = urlsplit(answer.headers.get("location", ""))
    except ValueError:
        return "a redirect to nowhere"
    # The whole of it may be a signed URL.
    where = f" to {target.scheme}://{target.netloc.rpartition('@')[2]}" if target.netloc else ""
    return f"a redirect{where}, which is not followed"


def _failed(failure: ErrorCondition) -> Callable[[Any], bool]:
    filled, absent = attribute_getter(failure.filled), attribute_getter(failure.absent)
    return lambda value: bool(filled(value)) and absent(value) in (None, UNSET)
