"""Writer of YAML: what is read back is what was written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dragoman.docs.draft.yaml_writer import written
from dragoman.spec.yaml_document import parse

TEXTS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=12) | st.sampled_from(
    ["no", "N", "1.0", "1.0.0", "a: b", "a #b", "- a", "{a}", "a, b", "'", "a:", "null", "2020-01-01", "", " a", "$ref"]
)
SHORT = TEXTS | st.booleans() | st.integers(-1000, 1000)
VALUES = st.recursive(
    SHORT | st.lists(SHORT, max_size=3),
    lambda inner: (
        st.dictionaries(TEXTS, inner, max_size=4)
        | st.lists(st.dictionaries(TEXTS, inner, min_size=1, max_size=4), max_size=3)
    ),
    max_leaves=15,
)


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4))
def test_written_text_is_read_as_the_same_data(data: dict[str, Any]) -> None:
    assert parse(written(data).encode(), Path("a.yaml")).data == data


def test_text_has_the_style_of_specs() -> None:
    data = {
        "paths": {"/a/{id}": {"tags": ["a"], "parameters": [{"name": "id", "in": "path"}], "responses": {"200": {}}}}
    }
    assert (
        written(data)
        == """\
paths:
  /a/{id}:
    tags: [a]
    parameters:
      - name: id
        in: path
    responses:
      '200': {}
"""
    )
