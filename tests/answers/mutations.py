"""Random answers of a server, from a seed: good ones with a few mutations of body, headers, framing and timing."""

from __future__ import annotations

import gzip
import json
import random
import secrets
from collections.abc import Callable, Iterable
from typing import Any, Final

from attrs import define, field

SIGNATURE: Final = f"canary-signature-{secrets.token_hex(4)}"
"""Secret part of a download link in good bodies."""

COOKIE: Final = f"canary-cookie-{secrets.token_hex(4)}"
"""Value of a cookie that every answer sets."""

CAP: Final = 4 * 1024 * 1024
"""Size limit of the clients under test, in bytes."""

_HUGE: Final = 6 * CAP
_PIECE: Final = b"x" * 65536
TASK_ID: Final = "11111111-2222-3333-4444-555555555555"


@define(eq=False)
class Answer:
    """One answer: pieces to send with a pause after each, and what happens to the connection afterwards."""

    kinds: list[str] = field(factory=list[str])
    """Names of the mutations."""

    status: bytes = b"200 OK"
    headers: list[bytes] = field(
        factory=lambda: [b"Content-Type: application/json", f"Set-Cookie: s={COOKIE}".encode()]
    )
    body: bytes = b""
    length: bytes | None = None
    """Value of `Content-Length`; None: the length of the body."""

    before: bytes = b""
    """Bytes before the status line."""

    version: bytes = b"HTTP/1.1"
    chunked: bool = False
    flips: list[tuple[float, int]] = field(factory=list[tuple[float, int]])
    """Places, as shares of the head, and bytes to put there."""

    cut: float = 1.0
    """Share of the bytes that is sent."""

    repeat: int = 0
    """Number of further pieces of 64 KiB."""

    step: int = 0
    """Bytes per piece; 0 sends everything at once."""

    end: str = "keep"
    """`keep` the connection, `close` it, `reset` it or `stall`."""

    def pieces(self) -> Iterable[bytes]:
        """Yield the bytes to send."""
        headers = [*self.headers]
        if self.chunked:
            headers.append(b"Transfer-Encoding: chunked")
        else:
            headers.append(b"Content-Length: " + (b"%d" % len(self.body) if self.length is None else self.length))
        head = bytearray(b"\r\n".join([self.version + b" " + self.status, *headers, b"", b""]))
        for place, byte in self.flips:
            head[int(place * (len(head) - 1))] = byte
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(self.body), self.body) if self.chunked else self.body
        sent = self.before + bytes(head) + body
        sent = sent[: int(len(sent) * self.cut)]
        yield from (sent[at : at + self.step] for at in range(0, len(sent), self.step)) if self.step else (sent,)
        for _ in range(self.repeat):
            yield _PIECE


def task(**more: Any) -> dict[str, Any]:
    """Return a good task of the vendor."""
    link = f"https://files.example/a.csv?signature={SIGNATURE}"
    found = {"asyncTaskId": TASK_ID, "type": "CRM", "requestDate": "2026-01-02T03:04:05Z", "status": "COM"}
    return found | {"percentage": 100, "brand": "CAR", "signedDownloadUrl": link} | more


Mutation = Callable[[random.Random, Answer], None]

_VALUES: Final[tuple[Any, ...]] = (
    *(None, True, -1, 10**30, 1e308, "", "\x00", "\ud800", [], {}, [[]], "9999-12-31T23:59:59.9999999Z", "NaN"),
    *("é" * 300, {"a": {"b": []}}, ["COM"], " COM ", 0.1, "11111111222233334444555555555555"),
)


def _value(rng: random.Random, answer: Answer) -> None:
    """Replace a member of the body by another value."""
    try:
        value: Any = json.loads(answer.body)
    except (ValueError, RecursionError):
        return
    target = value[0] if isinstance(value, list) and value else value
    if isinstance(target, dict):
        name = rng.choice([*target, "more"])
        target[name] = rng.choice(_VALUES)
        if rng.random() < 0.2:
            del target[name]
    answer.body = json.dumps(value).encode()


def _text(rng: random.Random, answer: Answer) -> None:
    """Break the text of the body."""
    body = bytearray(answer.body or b"{}")
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(body))
        match rng.randrange(3):
            case 0:
                body[at] = rng.randrange(256)
            case 1:
                del body[at : at + rng.randint(1, 20)]
                body = body or bytearray(b"[")
            case _:
                body[at:at] = rng.choice([b"[" * 100_000, b"\xef\xbb\xbf", b"NaN", b"\x00", b'"', b"1" * 5000, b"}"])
    answer.body = bytes(body)


def _other_body(rng: random.Random, answer: Answer) -> None:
    whole = {"items": [task()], "error": {"message": "x" * 5000}}
    bodies = (b"", b"null", b"[]", b"{}", b"<html>sorry", b"[" * 200_000, b'"text"', b"\xff\xfe[\x00]\x00", b"0")
    answer.body = rng.choice([*bodies, json.dumps(whole).encode(), b'{"asyncTaskId":""}', b"a,b\r\n1"])


def _status(rng: random.Random, answer: Answer) -> None:
    usual = (
        b"204 No",
        b"304 N",
        b"401 U",
        b"403 F",
        b"404 N",
        b"409 C",
        b"421 M",
        b"423 L",
        b"429 T",
        b"500 I",
        b"503 S",
    )
    odd = (b"99", b"1000 x", b"200", b"-1 x", b"abc", b"", b"200 \xff\xfe", b"600 x", b"101 Switching Protocols")
    answer.status = rng.choice([*usual, *odd, b"%d x" % rng.randint(200, 599)])


def _redirect(rng: random.Random, answer: Answer) -> None:
    places = (b"http:x", b"//[", b"/", b"http://xn--a", b"\xff", b"?" + b"q" * 9000, b"mailto:x", b"http://a:b", b"")
    answer.status = b"%d Moved" % rng.choice([301, 302, 303, 307, 308])
    answer.headers.append(b"Location: " + rng.choice(places))


def _header(rng: random.Random, answer: Answer) -> None:
    answer.headers.append(
        rng.choice(
            [
                *(b"Content-Type: text/csv", b"Content-Type: ;;", b"Content-Type: application/json; charset=klingon"),
                *(b"Content-Encoding: br", b"Content-Encoding: gzip, gzip, gzip, gzip", b"Content-Encoding: \xff"),
                *(b"Retry-After: 1e9", b"Retry-After: " + b"9" * 5000, b"Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"),
                *(b"X-Long: " + b"y" * 120_000, b"Transfer-Encoding: gzip", b"Connection: close", b"Content-Length: 3"),
                *(b" folded", b"no colon", b"X: \x00", b"Link: <http:x>; rel=next", b"X-Request-Id: " + b"z" * 9000),
            ]
        )
    )


def _length(rng: random.Random, answer: Answer) -> None:
    answer.length = rng.choice(
        [b"0", b"-5", b"abc", b"9" * 30, b"1", b"99999999", b"%d" % (len(answer.body) + 7), b"0x9"]
    )
    answer.end = rng.choice(["close", "stall", "keep"])


def _chunked(rng: random.Random, answer: Answer) -> None:
    answer.chunked = True
    if rng.random() < 0.5:
        answer.body += b"\r\nZZ\r\n"


def _gzip(rng: random.Random, answer: Answer) -> None:
    answer.headers.append(b"Content-Encoding: gzip")
    packed = gzip.compress(answer.body)
    bomb = gzip.compress(_PIECE) * (_HUGE // len(_PIECE))  # made in pieces: the memory of this process is measured
    answer.body = rng.choice([packed, packed[:-4], b"\x1f\x8b" + packed[5:], bomb, bomb[:2000], packed + b"junk"])


def _flip(rng: random.Random, answer: Answer) -> None:
    answer.flips += [(rng.random(), rng.randrange(256)) for _ in range(rng.randint(1, 5))]


def _cut(rng: random.Random, answer: Answer) -> None:
    answer.cut = rng.random()
    answer.end = rng.choice(["close", "reset"])


def _stall(rng: random.Random, answer: Answer) -> None:
    answer.cut = rng.choice([0.0, rng.random()])
    answer.end = "stall"


def _drip(rng: random.Random, answer: Answer) -> None:
    answer.step = rng.randint(1, 30)


def _huge(rng: random.Random, answer: Answer) -> None:
    answer.repeat = _HUGE // len(_PIECE)
    answer.length = rng.choice([b"%d" % (len(answer.body) + _HUGE), b"9" * 12])
    answer.end = "close"


def _before(rng: random.Random, answer: Answer) -> None:
    early = (
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 103 Early\r\nLink: <x>\r\n\r\n" * 50,
        b"\r\n\r\n",
        b"junk\r\n",
    )
    answer.before = rng.choice([*early, b"\x16\x03\x01\x00", b"PRI * HTTP/2.0\r\n\r\n"])


def _version(rng: random.Random, answer: Answer) -> None:
    answer.version = rng.choice([b"HTTP/1.0", b"HTTP/2", b"HTTP/9.9", b"ICY", b"http/1.1", b""])


_MUTATIONS: Final[tuple[Mutation, ...]] = (
    *(_value, _value, _value, _text, _text, _other_body, _status, _status, _redirect, _header, _header, _length),
    *(_chunked, _gzip, _flip, _flip, _cut, _cut, _stall, _drip, _huge, _before, _version),
)


def answer_of(seed: int, body: object) -> Answer:
    """Return the answer of a seed, made from a good body."""
    rng = random.Random(seed)
    answer = Answer(body=json.dumps(body).encode())
    for mutate in rng.sample(_MUTATIONS, rng.choice([1, 1, 1, 2, 2, 3])):
        answer.kinds.append(mutate.__name__.strip("_"))
        mutate(rng, answer)
    return answer
