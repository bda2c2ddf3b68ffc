"""Hostile and damaged pages: one problem each, soon and in little memory."""

from __future__ import annotations

import base64
import contextlib
import random
import time
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.docs.page import MAX_BYTES, PageError, parse
from dragoman.docs.readers import READERS, read

NOISE = random.Random(1)
SIZE = 500_000
DEPTH = 10_000
HTML = "<!DOCTYPE html><html><title>Parcels</title><body>"
CHUNK = '(self.webpackChunkdocs=self.webpackChunkdocs||[]).push([[7],{1:()=>{const a={id:"x",api:'
BOMB = base64.b64encode(zlib.compress(b'{"a": "' + b" " * 300_000_000, 9)).decode()


def text_of(alphabet: str) -> str:
    return "".join(NOISE.choices(alphabet, k=SIZE))


PAGES = {
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


@pytest.mark.parametrize("name", PAGES)
def test_hostile_page_is_one_problem(name: str) -> None:
    raw = PAGES[name].encode()
    with pytest.raises(PageError) as caught:
        read(parse(raw, "page"))
    assert str(caught.value).count(": page-") + str(caught.value).count(": yaml-") == 1
    assert len(str(caught.value)) < 1000


@pytest.mark.serial
@pytest.mark.parametrize("name", PAGES)
def test_hostile_page_takes_little_time(name: str) -> None:
    raw = PAGES[name].encode()
    start = time.process_time()
    with pytest.raises(PageError):
        read(parse(raw, "page"))
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize("name", PAGES)
def test_hostile_page_takes_little_memory(name: str) -> None:
    raw = PAGES[name].encode()
    tracemalloc.start()
    try:
        with pytest.raises(PageError):
            read(parse(raw, "page"))
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()


@given(
    st.binary(max_size=300) | st.text(max_size=300).map(str.encode),
    st.sampled_from(["page", "a.html", "a.js", "a.json"]),
)
def test_any_bytes_are_a_page_or_a_problem(raw: bytes, name: str) -> None:
    with contextlib.suppress(PageError):
        page = parse(raw, name)
        for reader in READERS:
            if reader.recognise(page) is not None:
                reader.read(page)
