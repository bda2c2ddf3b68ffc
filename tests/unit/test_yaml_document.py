"""YAML documents: ambiguous values are refused with file, line and column."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.diagnostics import SpecError
from dragoman.spec import yaml_document
from dragoman.spec.yaml_document import load, parse


def problems(raw: bytes) -> list[tuple[str, int, int]]:
    with pytest.raises(SpecError) as caught:
        parse(raw, Path("spec.yaml"))
    return [(each.check_id, each.source.line, each.source.column) for each in caught.value.problems]


def bomb(levels: int) -> bytes:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(b"a: 1\nb: 2\na: 3\n", [("yaml-duplicate-key", 3, 1)], id="duplicate key"),
        pytest.param(b"a: &a [*a]\n", [("yaml-alias", 1, 4)], id="alias of itself"),
        pytest.param(b"a: &a {b: {c: *a}}\n", [("yaml-alias", 1, 4)], id="alias of what is around it"),
        pytest.param(b"a:\n\tb: 1\n", [("yaml-syntax", 2, 1)], id="tab"),
        pytest.param(b"a: no\n", [("yaml-ambiguous", 1, 4)], id="plain no"),
        pytest.param(b"on: 1\n", [("yaml-ambiguous", 1, 1)], id="plain on, as a key"),
        pytest.param(b"a: 2020-01-01\n", [("yaml-ambiguous", 1, 4)], id="plain date"),
        pytest.param(
            b"a: 010\nb: 0x1F\nc: 1_000\nd: 1:30\n", [("yaml-ambiguous", n, 4) for n in (1, 2, 3, 4)], id="numbers"
        ),
        pytest.param(b"a: 1\nb: x\0y\n", [("yaml-encoding", 2, 5)], id="NUL"),
        pytest.param("a: 1\nb: Ж\n".encode("cp1251"), [("yaml-encoding", 2, 4)], id="not UTF-8"),
        pytest.param("a: 1\n".encode("utf-16"), [("yaml-encoding", 1, 1)], id="UTF-16"),
        pytest.param(b"", [("yaml-file", 1, 1)], id="empty"),
        pytest.param(b"# nothing\n", [("yaml-file", 1, 1)], id="only a comment"),
        pytest.param(b"a: 1\n---\nb: 2\n", [("yaml-syntax", 2, 1)], id="two documents"),
        pytest.param(b"a: !!python/object:os.system x\n", [("yaml-tag", 1, 4)], id="tag"),
        pytest.param(b"a: &a {b: 1}\nc: {<<: *a}\n", [("yaml-merge", 2, 5)], id="merge key"),
        pytest.param(b"? [a]\n: 1\n", [("yaml-key", 1, 3)], id="key that is a list"),
        pytest.param(b"a: 1e999\n", [("yaml-ambiguous", 1, 4)], id="endless number"),
        pytest.param(b"[" * 102 + b"]" * 102, [("yaml-depth", 1, 102)], id="one level too deep"),
        pytest.param(b"[" * 1_000_000, [("yaml-depth", 1, 102)], id="a million levels"),
        pytest.param(b"- " * 1_000_000, [("yaml-depth", 1, 203)], id="a million levels of block lists"),
        pytest.param(b"{a: " * 1_000_000, [("yaml-depth", 1, 405)], id="a million levels of maps"),
    ],
)
def test_traps(raw: bytes, expected: list[tuple[str, int, int]]) -> None:
    assert problems(raw) == expected


def test_an_alias_bomb_is_refused_before_it_is_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_document, "MAX_NODES", 10_000)
    assert problems(bomb(9)) == [("yaml-size", 1, 37)]


def test_all_problems_at_once() -> None:
    assert problems(b"a: no\nb: 1\nb: 2\n") == [("yaml-ambiguous", 1, 4), ("yaml-duplicate-key", 3, 1)]


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="cannot be read"):
        load(tmp_path / "no.yaml")


def test_folder(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="cannot be read"):
        load(tmp_path)


def test_file_too_large() -> None:
    assert problems(b"# " + b"x" * 16 * 1024 * 1024) == [("yaml-file", 1, 1)]


def test_quoted_scalars_are_strings_and_plain_ones_are_typed() -> None:
    text = b"a: 'no'\nb: \"2020-01-01\"\nc: true\nd: 3\ne: 1.5\nf:\ng: ~\nh: text\ni: '3'\n"
    data = parse(text, Path("spec.yaml")).data
    assert data == {
        "a": "no",
        "b": "2020-01-01",
        "c": True,
        "d": 3,
        "e": 1.5,
        "f": None,
        "g": None,
        "h": "text",
        "i": "3",
    }


def test_deepest_allowed() -> None:
    value = parse(b"[" * 101 + b"]" * 101, Path("spec.yaml")).data
    for _ in range(100):
        (value,) = value
    assert value == []


def test_a_byte_order_mark_is_no_text() -> None:
    assert parse("\ufeffa: 1\n".encode(), Path("spec.yaml")).data == {"a": 1}


@pytest.mark.parametrize(
    ("pointer", "line", "column"),
    [
        ("", 1, 1),
        ("/paths", 1, 1),
        ("/paths/~1a~0b", 2, 3),
        ("/paths/~1a~0b/0", 3, 7),
        ("/paths/~1a~0b/1", 4, 7),
        ("/paths/~1a~0b/1/missing", 4, 7),
        ("/nothing/at/all", 1, 1),
    ],
)
def test_where(pointer: str, line: int, column: int) -> None:
    document = parse(b"paths:\n  /a~b:\n    - one\n    - two\n", Path("spec.yaml"))
    source = document.where(pointer)
    assert (source.file, source.line, source.column) == ("spec.yaml", line, column)


@given(st.binary(max_size=60) | st.text(alphabet="ab:- []{}\"'&*!#|>%@?,\n\t", max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with suppress(SpecError):
        parse(raw, Path("spec.yaml"))
