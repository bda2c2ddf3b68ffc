"""Parameter styles of OpenAPI on the wire."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest


def test_path_styles(client: Any, wire: Any) -> None:
    client.read_path([3, 4], ["red", "dark blue"], ["s", "m/l"])
    assert wire.last.target == "/simple/3,4/label/.red.dark%20blue/matrix/;sizes=s,m%2Fl"


def test_a_value_never_leaves_its_segment(client: Any, wire: Any, core: Any) -> None:
    client.read_path([1], ["a/../../b"], ["c?d#e"])
    assert wire.last.target == "/simple/1/label/.a%2F..%2F..%2Fb/matrix/;sizes=c%3Fd%23e"
    with pytest.raises(core.InvalidArgumentError, match="ids"):
        client.read_path([], ["x"], ["y"])


DAY = date(2024, 5, 1)


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        ({}, ""),
        ({"repeated": ["a", "b&c"]}, "repeated=a&repeated=b%26c"),
        ({"repeated": []}, ""),
        ({"comma_separated": ["a", "b,c"]}, "commaSeparated=a,b%2Cc"),
        ({"spaced": ["a", "b"]}, "spaced=a%20b"),
        ({"piped": ["a", "b"]}, "piped=a%7Cb"),
        ({"flag": False}, "flag=false"),
        ({"callback": "https://me.example/a?b=c"}, "callback=https://me.example/a?b=c"),
    ],
    ids=str,
)
def test_query_styles(client: Any, wire: Any, arguments: dict[str, Any], query: str) -> None:
    client.read_query(day=DAY, **arguments)
    assert wire.last.query == "&".join(filter(None, ["day=2024-05-01", query]))


@pytest.mark.parametrize(
    ("argument", "query"),
    [
        ("deep", "deep%5BminSize%5D=1&deep%5BmaxSize%5D=2"),
        ("range", "minSize=1&maxSize=2"),
        ("document", "document=%7B%22minSize%22%3A1%2C%22maxSize%22%3A2%7D"),
    ],
)
def test_objects_in_a_query(client: Any, wire: Any, part: Any, argument: str, query: str) -> None:
    limits = part("models").Range(min_size=1, max_size=2)
    client.read_query(day=DAY, **{argument: limits})
    assert wire.last.query == f"day=2024-05-01&{query}"


def test_required_means_required(client: Any, wire: Any, core: Any) -> None:
    with pytest.raises(TypeError, match="day"):
        client.read_query()
    with pytest.raises(core.InvalidArgumentError, match="day"):
        client.read_query(day=None)
    assert not wire.requests


def test_headers_and_cookies(client: Any, wire: Any) -> None:
    client.read_headers(
        x_ids=[1, 2], x_since=datetime(2024, 5, 1, tzinfo=UTC), session="s3ss10n", colors=["red", "blue"]
    )
    assert wire.last.header("X-Ids") == "1,2"
    assert wire.last.header("X-Since") == "2024-05-01T00:00:00Z"
    assert wire.last.header("Cookie") == "session=s3ss10n; colors=red,blue"


def test_a_value_never_starts_another(client: Any, wire: Any) -> None:
    client.read_headers(x_ids=[1], session="a; admin=1", colors=["a\r\nX-Evil: 1"])
    assert wire.last.header("Cookie") == "session=a%3B%20admin%3D1; colors=a%0D%0AX-Evil%3A%201"
    assert wire.last.header("X-Evil") is None


def test_objects_in_paths_headers_and_cookies(client: Any, wire: Any, part: Any) -> None:
    limits = part("models").Range(min_size=1, max_size=2)
    client.read_objects(
        limits, limits, limits, x_range=limits, x_exploded=limits, x_document=limits, range=limits, document=limits
    )
    assert wire.last.target == "/objects/minSize,1,maxSize,2/.minSize=1.maxSize=2/;minSize=1;maxSize=2"
    assert wire.last.header("X-Range") == "minSize,1,maxSize,2"
    assert wire.last.header("X-Exploded") == "minSize=1,maxSize=2"
    assert wire.last.header("X-Document") == '{"minSize":1,"maxSize":2}'
    cookies = wire.last.header("Cookie")
    assert cookies == "range=minSize,1,maxSize,2; document=%7B%22minSize%22%3A1%2C%22maxSize%22%3A2%7D"


@pytest.mark.parametrize(("given", "query"), [(5, "id=5"), ([5, 6], "id=5&id=6"), ("all", "id=all")])
def test_unions(client: Any, wire: Any, given: Any, query: str) -> None:
    client.read_unions(id=given, x_id=given if isinstance(given, int) else "x")
    assert wire.last.query == query
    assert wire.last.header("X-Id") in {"5", "x"}


@pytest.mark.parametrize(("argument", "value"), [("spaced", ["a b", "c"]), ("piped", ["a|b", "c"])])
def test_a_value_that_contains_the_delimiter_is_refused(
    client: Any, wire: Any, core: Any, argument: str, value: list[str]
) -> None:
    with pytest.raises(core.InvalidArgumentError, match=f"'{argument}'.*cannot be sent inside a value"):
        client.read_query(day=DAY, **{argument: value})
    assert not wire.requests
