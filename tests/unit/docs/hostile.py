"""Hostile and damaged pages: each is one problem, soon and in little memory."""

from __future__ import annotations

import base64
import random
import zlib
from collections.abc import Mapping
from typing import Final

from dragoman.docs.page import MAX_BYTES

NOISE = random.Random(1)
SIZE = 500_000
DEPTH = 10_000
HTML = "<!DOCTYPE html><html><title>Parcels</title><body>"
CHUNK = '(self.webpackChunkdocs=self.webpackChunkdocs||[]).push([[7],{1:()=>{const a={id:"x",api:'
BOMB = base64.b64encode(zlib.compress(b'{"a": "' + b" " * 300_000_000, 9)).decode()


def text_of(alphabet: str) -> str:
    return "".join(NOISE.choices(alphabet, k=SIZE))


PAGES: Final[Mapping[str, str]] = {
    "login": f'{HTML}<form><input type="password"></form>',
    "empty": "\n\n",
    "404": "<html><title>Page Not Found | Parcels</title><body>",
    "oversized": "a" * (MAX_BYTES + 1),
    "noise-letters": text_of("abcdefghij \n"),
    "noise-marks": text_of("{}[]()<>:;,.\"'`/\\*@?=|- \n"),
    "noise-json": "{" + text_of('{}[]:,"a1 \n') + '"openapi": "3.0.0"',
    "noise-html": HTML + text_of("<>/=\"'divspanid- \n"),
    "noise-in-words": " ".join(
        NOISE.choices(["Schema", "Array [", "required", "string\n", "200", "- ", "POST /a\n"], k=80_000)
    ),
    "one-character": "<" * SIZE,
    "one-mark": HTML + "<script id=" * (SIZE // 11),
    "one-quote": HTML + "__redoc_state = '" + "\\" * SIZE,
    "one-line": "export class A { " * (SIZE // 17),
    "bomb": f'{CHUNK}"{BOMB}"}}}}}}]);',
    "nested-json": '{"openapi": "3.0.0", "paths": ' + '{"a": ' * DEPTH + "1" + "}" * DEPTH + "}",
    "nested-yaml": "openapi: 3.0.0\npaths: " + "[" * DEPTH,
    "nested-yaml-blocks": "openapi: 3.0.0\n" + "\n".join(" " * depth + "a:" for depth in range(1000)),
    "nested-html": HTML + "<div>" * DEPTH,
    "nested-script": f"{HTML}<script>const __redoc_state = {'[' * DEPTH}</script>",
    "nested-chunk": f'{CHUNK}{{"method":"get","path":{"[" * DEPTH}}}}}}}}}]);',
    "other-family": f"{HTML}<div class='stoplight'>{'A parcel has a label. ' * 200}</div>",
    "truncated-document": '{"openapi": "3.0.0", "paths": {"/a": {"get": {',
    "truncated-script": f'{HTML}<script>const __redoc_state = {{"spec": {{"data": {{"openapi": "3.0.0", ',
    "truncated-chunk": f'{CHUNK}"{base64.b64encode(zlib.compress(bytes(range(256)) * 9)).decode()[:200]}',
}
