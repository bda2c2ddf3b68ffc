"""Hostile and damaged pages: one problem each, soon and in little memory."""

from __future__ import annotations

import contextlib
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.docs.hostile import PAGES

from dragoman.docs.page import PageError, parse
from dragoman.docs.readers import READERS, read


@pytest.mark.parametrize("name", PAGES)
def test_hostile_page_is_one_problem_soon(name: str) -> None:
    raw = PAGES[name]().encode()
    start = time.process_time()
    with pytest.raises(PageError) as caught:
        read(parse(raw, "page"))
    # What grows faster than a page would take minutes; how long it takes is measured by `make bench`.
    assert time.process_time() - start < 5
    assert str(caught.value).count(": page-") + str(caught.value).count(": yaml-") == 1
    assert len(str(caught.value)) < 1000


@pytest.mark.large
@pytest.mark.parametrize("name", PAGES)
def test_hostile_page_takes_little_memory(name: str) -> None:
    raw = PAGES[name]().encode()
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
