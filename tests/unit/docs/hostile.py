"""Hostile and damaged pages: each is one problem, soon and in little memory."""

from __future__ import annotations

import base64
import random
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from dragoman.docs.page import MAX_BYTES

SIZE = 500_000
DEPTH = 10_000
HTML = "<!DOCTYPE html><html><title>Parcels</title><body>"
CHUNK = '(self.webpackChunkdocs=self.webpackChunkdocs||[]).push([[7],{1:()=>{const a={id:"x",api:'


def bomb() -> str:
    """Return 300 MB as little Base64."""
    return base64.b64encode(zlib.compress(b'{"a": "' + b" " * 300_000_000, 9)).decode()


def text_of(alphabet: str) -> str:
    return "".join(random.Random(1).choices(alphabet, k=SIZE))


def words_of(words: Sequence[str]) -> str:
    return " ".join(random.Random(1).choices(words, k=80_000))


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "login": lambda: f'{HTML}<form><input type="password"></form>',
    "empty": lambda: "\n\n",
    "404": lambda: "<html><title>Page Not Found | Parcels</title><body>",
    "oversized": lambda: "a" * (MAX_BYTES + 1),
    "noise-letters": lambda: text_of("abcdefghij \n"),
    "noise-marks": lambda: text_of("{}[]()<>:;,.\"'`/\\*@?=|- \n"),
    "noise-json": lambda: "{" + text_of('{}[]:,"a1 \n') + '"openapi": "3.0.0"',
    "noise-html": lambda: HTML + text_of("<>/=\"'divspanid- \n"),
    "noise-in-words": lambda: words_of(["Schema", "Array [", "required", "string\n", "200", "- ", "POST /a\n"]),
    "one-character": lambda: "<" * SIZE,
    "one-mark": lambda: HTML + "<script id=" * (SIZE // 11),
    "one-quote": lambda: HTML + "__redoc_state = '" + "\\" * SIZE,
    "one-line": lambda: "export class A { " * (SIZE // 17),
    "bomb": lambda: f'{CHUNK}"{bomb()}"}}}}}}]);',
    "nested-json": lambda: '{"openapi": "3.0.0", "paths": ' + '{"a": ' * DEPTH + "1" + "}" * DEPTH + "}",
    "nested-yaml": lambda: "openapi: 3.0.0\npaths: " + "[" * DEPTH,
    "nested-yaml-blocks": lambda: "openapi: 3.0.0\n" + "\n".join(" " * depth + "a:" for depth in range(1000)),
    "nested-html": lambda: HTML + "<div>" * DEPTH,
    "nested-script": lambda: f"{HTML}<script>const __redoc_state = {'[' * DEPTH}</script>",
    "nested-chunk": lambda: f'{CHUNK}{{"method":"get","path":{"[" * DEPTH}}}}}}}}}]);',
    "other-family": lambda: f"{HTML}<div class='stoplight'>{'A parcel has a label. ' * 200}</div>",
    "truncated-document": lambda: '{"openapi": "3.0.0", "paths": {"/a": {"get": {',
    "truncated-script": lambda: f'{HTML}<script>const __redoc_state = {{"spec": {{"data": {{"openapi": "3.0.0", ',
    "truncated-chunk": lambda: f'{CHUNK}"{base64.b64encode(zlib.compress(bytes(range(256)) * 9)).decode()[:200]}',
}
"""Functions, because some pages take a second to write, and each process of a run collects the tests."""
