"""Literals: text from a spec becomes one Python literal, whatever it contains."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.documentation import structure

from dragoman.generate import datamodel, lowering, render
from dragoman.generate.literals import WIDTH, docstring, entry, literal, sentence
from dragoman.spec import reader
from dragoman.spec.yaml_document import Document

HOSTILE = st.text(alphabet=st.sampled_from("\"\\'{}%#()\n\t\r\0 aN_;=\u202e\u2028é"), max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text() | HOSTILE,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.text() | HOSTILE, st.sampled_from([0, 4, 8]))
@example('"""', 4)
@example('\\"', 4)
@example('""" + __import__("os").system("x") + """', 4)
@example("ends with a backslash\\", 4)
def test_a_docstring_is_one_literal_with_the_same_text(text: str, indent: int) -> None:
    margin = " " * indent
    tree = ast.parse(f"{'if 1:' if indent else ''}\n{margin}{docstring(text, indent)}\n")
    body = tree.body[0].body if isinstance(tree.body[0], ast.If) else tree.body
    assert [type(node) for node in body] == [ast.Expr]
    value = ast.literal_eval(ast.unparse(body[0]))
    assert value.split() == text.split() or not text.isprintable()


@given(JSON)
def test_a_literal_is_the_value_itself(value: object) -> None:
    assert ast.literal_eval(literal(value)) == value


@given(st.text(alphabet="ab c.", max_size=400))
def test_lines_are_filled(text: str) -> None:
    longest = max(map(len, text.split()), default=0)
    assert all(len(line) <= max(WIDTH, longest + 20) for line in docstring(text).splitlines())


MARKDOWN = """Exports of customers, e.g. those of v1.2 and later.

Formats:
- `csv`, with a header that is long enough to be wrapped, because the description of a format says what it is for, and
  a line of its own
- `json`
  * nested
1. First.
10) Tenth.

| name | type |
|---|:-:|
| a | b |

name | type
--- | ---
a | b

```python
x = {"a":   1}

    y = "long line of code that is not wrapped, however long it may become, because code breaks otherwise, and stays"
```

# Heading
> Quotation
Hard break\\
next line."""


def _text(source: str) -> str:
    return inspect.cleandoc(ast.literal_eval(source))


def test_markdown_survives() -> None:
    found = _text(docstring(MARKDOWN)).splitlines()
    lost = [line for line in MARKDOWN.splitlines() if line not in found]
    assert [line[:7] for line in lost] == ["- `csv`"]
    assert found[found.index("Formats:") + 2].startswith("  "), "a wrapped item stays one item"


@pytest.mark.parametrize("word", ["-", "1.", "#", ">", "*"])
def test_no_wrapped_line_becomes_an_item(word: str) -> None:
    for width in range(90, 125):
        text = f"{'x' * (width - 4)} aa {word} bb {'y' * 30}"
        assert not any(line.startswith(word) for line in _text(docstring(text)).splitlines())


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Send one, e.g. A file. More" + " text" * 40, "Send one, e.g. A file."),
        ("Send one (i.e. Two). More" + " text" * 40, "Send one (i.e. Two)."),
        ("In v1.2 of the API. More" + " text" * 40, "In v1.2 of the API."),
        ("Made by J. Smith et al. In May. More" + " text" * 40, "Made by J. Smith et al. In May."),
        ("Versions 5 and 6. More" + " text" * 40, "Versions 5 and 6."),
        ("Is it so? More" + " text" * 40, "Is it so?"),
        ("Wait approx. two days. More" + " text" * 40, "Wait approx. two days."),
    ],
)
def test_a_headline_is_a_sentence(text: str, first: str) -> None:
    assert _text(docstring(text)).splitlines()[:2] == [first, ""]


def test_a_sentence_does_not_end_a_table_or_code() -> None:
    assert sentence("a") == "a."
    assert sentence("x\n\n```\ny\n```") == "x\n\n```\ny\n```"
    assert sentence("a | b\n- | -\nc | d") == "a | b\n- | -\nc | d"


def test_an_entry_is_one_line_or_keeps_its_lines() -> None:
    assert entry(["One\ntwo.", "", "Three."]) == "One two. Three."
    assert entry(["One\nof:\n\n- a\n- b", "Three."]) == "One of:\n    - a\n    - b\n    Three."
    assert entry(["```\na\n\nb\n```"]) == "\n    ```\n    a\n\n    b\n    ```"


BLOCKS = st.lists(
    st.sampled_from(
        ["some words", "- item", "2. item", "```\ncode   here\n\n  more\n```", "a|b\n-|-\nc|d", "~~~\n- no item\n~~~"]
    )
    | st.text(alphabet='ab. -#|`\\"', max_size=30).map(lambda each: each.replace("```", "")),
    max_size=8,
)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(BLOCKS, st.sampled_from([0, 4, 8]))
def test_lines_of_code_and_tables_stay(blocks: list[str], indent: int) -> None:
    found = ast.literal_eval(docstring("x\n\n" + "\n\n".join(blocks), indent))
    for block in blocks:
        if block.startswith(("```", "~~~", "a|b")):
            assert "\n".join(f"{' ' * indent}{line}".rstrip() for line in block.split("\n")) in found


def _spec(text: str) -> dict[str, Any]:
    colour = {"type": "string", "enum": ["red"], "x-enum-descriptions": [text], "description": text, "x-assumed": text}
    parameter = {"name": "a", "in": "query", "description": text, "x-assumed": text, "schema": {"type": "string"}}
    operation = {
        "operationId": "x.find",
        "tags": ["x"],
        "summary": text,
        "description": text,
        "x-assumed": text,
        "externalDocs": {"url": text},
        "parameters": [parameter],
        "requestBody": {"description": text, "content": {"application/json": {"schema": {"type": "string"}}}},
        "responses": {"200": {"description": text, "content": {"application/json": {"schema": {"type": "string"}}}}},
    }
    return {
        "info": {"title": text, "x-name": "Api", "description": text, "x-assumed": text},
        "servers": [{"url": text or "x", "description": text, "x-assumed": text}],
        "tags": [{"name": "x", "description": text}],
        "paths": {"/x": {"post": operation}},
        "components": {
            "schemas": {"Colour": colour, "Names": {"type": "array", "items": {"type": "string"}, "description": text}},
            "securitySchemes": {text or "x": {"type": "http", "scheme": "basic", "description": text}},
        },
    }


def _shapes(text: str) -> dict[str, str]:
    """Return the files of a spec with a text everywhere, without their strings and without the text of the page."""
    spec = reader.read(Document(Path("x.yaml"), _spec(text), {}))
    found = {}
    for path, source in render.render(lowering.lower(spec, datamodel.build(spec), "taskclients")).items():
        if path.suffix == ".md":
            found[path.name] = structure(source)
            continue
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                node.value = ""
        found[path.name] = ast.dump(tree)
    return found


HARMLESS = _shapes("A harmless text.")


SIGNS = r"""''' " ' \ \N{BULLET} \x41 \u0041 {{7}} {%raw%} {# %} }} ``` | # : ; f( ) x . os"""
WORDS = [
    *SIGNS.split(),
    *('"""', "\n", "\r", "\t", "\0", "\x1a", "\x0c", "\u2028", "\u202e", "\ufeff", "\ud800"),
    *("é", " ", "- ", "import os", "e.g. "),
]


@settings(max_examples=50, derandomize=True, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=12).map("".join))
@example('"""\nimport os\n"""')
@example("x\\")
def test_no_text_becomes_code(text: str) -> None:
    assert _shapes(f"x{text}") == HARMLESS
