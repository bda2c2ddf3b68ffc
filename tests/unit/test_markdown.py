"""Text of specs on reference pages: whatever it contains, it stays text, as a parser of Markdown reads it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it.token import Token
from tests.documentation import MARKDOWN

from dragoman.generate.markdown import Anchors, block, code, link, mermaid, one_line, text

HOSTILE = st.text("ab1 `*_[]<>()#+-=.!|~\\&;$@:/\n\"'", max_size=24)


def _inline(tokens: list[Token]) -> list[Token]:
    return [part for token in tokens if token.type == "inline" for part in token.children or ()]


def _shown(parts: list[Token]) -> str:
    """Return what a reader sees of the parts of a paragraph, which must be text and code only."""
    assert {part.type for part in parts} <= {"text", "text_special", "code_inline"}, parts
    return "".join(part.content for part in parts)


@given(HOSTILE)
@example("__import__('os')")
@example("1. a")
@example("a\\")
@example("&copy; <b>")
@example("`a|b` | c")
def test_prose_stays_one_paragraph_of_text(prose: str) -> None:
    tokens = MARKDOWN.parse(f"{text(prose)}\n")
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"])
    shown = _shown(_inline(tokens))
    assert "".join(shown.replace("`", "").split()) == "".join(one_line(prose).replace("`", "").split())


@given(HOSTILE, HOSTILE)
def test_a_row_keeps_its_cells(prose: str, source: str) -> None:
    row = f"| {text(prose, cell=True)} | {code(source, cell=True)} | end |"
    tokens = MARKDOWN.parse(f"| a | b | c |\n|---|---|---|\n{row}\n")
    cells = [after.children or [] for token, after in itertools.pairwise(tokens) if token.type == "td_open"]
    assert len(cells) == 3
    assert "".join(_shown(cells[1]).split()) == "".join(one_line(source).split())
    assert _shown(cells[2]) == "end"
    _shown(cells[0])


@given(HOSTILE)
def test_code_is_shown_as_it_is(source: str) -> None:
    shown = _shown(_inline(MARKDOWN.parse(f"x {code(source)} y\n")))
    assert shown.split() == f"x {one_line(source)} y".split()


@given(HOSTILE)
def test_a_block_of_code_ends_where_it_ends(source: str) -> None:
    tokens = MARKDOWN.parse(f"{block(f'```{source}', 'python')}\n\nafter\n")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]


@given(HOSTILE)
def test_a_link_leads_to_its_page_only(path: str) -> None:
    parts = _inline(MARKDOWN.parse(link("page", f"https://docs.example/{path}")))
    assert [part.type for part in parts] == ["link_open", "text", "link_close"]
    assert str(parts[0].attrs["href"]).startswith("https://docs.example/")


def test_links_and_texts_contain_no_credentials() -> None:
    assert link("page", "https://user:secret@docs.example/x") == "[page](https://docs.example/x)"
    assert text("See ftp://user:secret@docs.example/x.") == "See ftp\\://docs.example/x."
    assert code("https://user:secret@api.example/v1") == "`https://api.example/v1`"


@pytest.mark.parametrize("source", ["javascript:alert(1)", "An e-mail of 2024", "https://", "//docs.example"])
def test_a_source_that_is_no_web_address_is_text(source: str) -> None:
    assert "](" not in link("page", source)


@pytest.mark.parametrize("prose", ["https://a.example", "HTTP://a.example", "www.a.example", "me@a.example"])
def test_addresses_in_prose_are_no_links(prose: str) -> None:
    assert "\\" in text(f"See {prose} first.")


def test_unprintable_characters_are_escaped() -> None:
    assert text("a\x1b[0m\u202eb") == "a\\\\x1b\\[0m\\\\u202eb"


def test_words_of_a_diagram_cannot_end_their_label() -> None:
    assert mermaid('a"]; click x "javascript:') == "a#34;#93;#59; click x #34;javascript#58;"


def test_anchors_are_those_of_code_hosts() -> None:
    anchors = Anchors()
    assert [anchors.add(each) for each in ("`list_tasks`", "Task type `TASK`", "List_Tasks", "a: b.c")] == [
        "list_tasks",
        "task-type-task",
        "list_tasks-1",
        "a-bc",
    ]
