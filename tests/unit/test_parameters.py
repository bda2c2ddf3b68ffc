"""Parameters in path, query, headers and cookies, in every style of OpenAPI."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import unquote
from uuid import UUID

import pytest
from attrs import define, field
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taskclients_core import (
    Api,
    Client,
    Cookie,
    Header,
    InvalidArgumentError,
    Json,
    OpenStr,
    Operation,
    Path,
    Query,
    wire_member,
)
from taskclients_core.formats import GuidN
from taskclients_core.operation import PathStyle, QueryStyle
from taskclients_core.request.styles import DEFAULT_STYLES, STYLES, StyleName

if TYPE_CHECKING:
    from tests.unit.conftest import ReceivedRequest, WireServer

COLORS = ["blue", "black", "brown"]
RGB = {"R": 100, "G": 200, "B": 150}
ID = UUID("00112233-4455-6677-8899-aabbccddeeff")


class Status(OpenStr):
    DONE = "done"


@define(kw_only=True)
class Span:
    first: date
    up_to: date | None = field(default=None, metadata=wire_member("upTo"))


@define(kw_only=True)
class Filter:
    name: str | None = None
    span: Span | None = None
    tags: list[str] | None = None
    spans: list[Span] | None = None


class AnyClient(Client):
    api = Api("test")


@pytest.fixture
def client(server: WireServer) -> Iterator[AnyClient]:
    with AnyClient(server.url) as client:
        yield client


def send(client: AnyClient, server: WireServer, parameter: Any, value: object, path: str = "/x") -> ReceivedRequest:
    client.call(Operation("test.do", "GET", path, parameters=(parameter,)), value)
    return server.last


@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    [
        ("simple", False, "blue", "blue"),
        ("simple", False, COLORS, "blue,black,brown"),
        ("simple", False, RGB, "R,100,G,200,B,150"),
        ("simple", True, COLORS, "blue,black,brown"),
        ("simple", True, RGB, "R=100,G=200,B=150"),
        ("label", False, "blue", ".blue"),
        ("label", False, COLORS, ".blue,black,brown"),
        ("label", False, RGB, ".R,100,G,200,B,150"),
        ("label", True, COLORS, ".blue.black.brown"),
        ("label", True, RGB, ".R=100.G=200.B=150"),
        ("matrix", False, "", ";color"),
        ("matrix", False, "blue", ";color=blue"),
        ("matrix", False, COLORS, ";color=blue,black,brown"),
        ("matrix", False, RGB, ";color=R,100,G,200,B,150"),
        ("matrix", True, COLORS, ";color=blue;color=black;color=brown"),
        ("matrix", True, RGB, ";R=100;G=200;B=150"),
    ],
)
def test_path_styles_are_those_of_openapi(
    client: AnyClient, server: WireServer, style: Any, explode: bool, value: object, expected: str
) -> None:
    request = send(client, server, Path("color", Any, style=style, explode=explode), value, "/a/{color}/b")
    assert request.target == f"/a/{expected}/b"


@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    [
        ("form", None, "blue", "color=blue"),
        ("form", None, "", "color="),
        ("form", None, COLORS, "color=blue&color=black&color=brown"),
        ("form", None, RGB, "R=100&G=200&B=150"),
        ("form", False, COLORS, "color=blue,black,brown"),
        ("form", False, ["a,b", "c"], "color=a%2Cb,c"),
        ("form", False, RGB, "color=R,100,G,200,B,150"),
        ("spaceDelimited", None, COLORS, "color=blue%20black%20brown"),
        ("spaceDelimited", True, COLORS, "color=blue&color=black&color=brown"),
        ("spaceDelimited", None, RGB, "color=R%20100%20G%20200%20B%20150"),
        ("pipeDelimited", None, COLORS, "color=blue%7Cblack%7Cbrown"),
        ("pipeDelimited", None, RGB, "color=R%7C100%7CG%7C200%7CB%7C150"),
        ("deepObject", None, RGB, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
        ("form", None, [], ""),
        ("form", False, [], ""),
        ("pipeDelimited", None, [], ""),
        ("form", None, None, ""),
        ("deepObject", None, {}, ""),
    ],
)
def test_query_styles_are_those_of_openapi(
    client: AnyClient, server: WireServer, style: Any, explode: bool | None, value: object, expected: str
) -> None:
    request = send(client, server, Query("color", Any, style=style, explode=explode), value)
    assert request.query == expected
    assert ("?" in request.target) == bool(expected)


def test_a_deep_object_nests_repeats_and_numbers(client: AnyClient, server: WireServer) -> None:
    span = Span(first=date(2024, 1, 31), up_to=date(2024, 2, 1))
    value = Filter(name="a b", span=span, tags=["x", "y"], spans=[span, Span(first=date(2025, 1, 1))])
    assert send(client, server, Query("filter", Filter, style="deepObject"), value).pairs == [
        ("filter[name]", "a b"),
        ("filter[span][first]", "2024-01-31"),
        ("filter[span][upTo]", "2024-02-01"),
        ("filter[tags][]", "x"),
        ("filter[tags][]", "y"),
        ("filter[spans][0][first]", "2024-01-31"),
        ("filter[spans][0][upTo]", "2024-02-01"),
        ("filter[spans][1][first]", "2025-01-01"),
    ]


@pytest.mark.parametrize(
    ("explode", "value", "expected"),
    [(False, COLORS, "blue,black,brown"), (False, RGB, "R,100,G,200,B,150"), (True, RGB, "R=100,G=200,B=150")],
)
def test_header_styles_are_those_of_openapi(
    client: AnyClient, server: WireServer, explode: bool, value: object, expected: str
) -> None:
    assert send(client, server, Header("X-Color", Any, explode=explode), value).headers["x-color"] == expected


@pytest.mark.parametrize(
    ("explode", "value", "expected"),
    [
        (True, "blue; other=1", "color=blue%3B%20other%3D1"),
        (True, COLORS, "color=blue; color=black; color=brown"),
        (False, COLORS, "color=blue,black,brown"),
        (False, RGB, "color=R,100,G,200,B,150"),
    ],
)
def test_cookie_style_is_that_of_openapi(
    client: AnyClient, server: WireServer, explode: bool, value: object, expected: str
) -> None:
    assert send(client, server, Cookie("color", Any, explode=explode), value).headers["cookie"] == expected


@pytest.mark.parametrize(
    ("hint", "value", "expected"),
    [
        (bool, True, "true"),
        (int, -7, "-7"),
        (float, 1.5, "1.5"),
        (Decimal, Decimal("0.10"), "0.10"),
        (UUID, ID, "00112233-4455-6677-8899-aabbccddeeff"),
        (GuidN, ID, "00112233445566778899aabbccddeeff"),
        (date, date(2024, 1, 31), "2024-01-31"),
        (datetime, datetime(2024, 1, 31, 12, tzinfo=UTC), "2024-01-31T12:00:00Z"),
        (Status, Status.DONE, "done"),
        (Status, Status("brand new"), "brand new"),
        (str, "ünï/codé?&=+%", "ünï/codé?&=+%"),
    ],
)
def test_values_travel_in_their_wire_form(
    client: AnyClient, server: WireServer, hint: object, value: object, expected: str
) -> None:
    assert send(client, server, Query("q", hint), value).pairs == [("q", expected)]
    assert unquote(send(client, server, Path("p", hint), value, "/{p}").path) == f"/{expected}"


def test_items_of_a_list_travel_in_their_wire_form(client: AnyClient, server: WireServer) -> None:
    assert send(client, server, Query("q", list[GuidN]), [ID, ID]).pairs == [("q", ID.hex), ("q", ID.hex)]
    assert send(client, server, Query("q", list[Status], explode=False), [Status.DONE]).query == "q=done"


def test_content_json_sends_json_text(client: AnyClient, server: WireServer) -> None:
    value = Span(first=date(2024, 1, 31))
    json = '{"first":"2024-01-31"}'
    assert send(client, server, Query("q", Span, media_type="application/json"), value).pairs == [("q", json)]
    assert send(client, server, Header("X-Q", Span, media_type="application/json"), value).headers["x-q"] == json
    assert (
        unquote(send(client, server, Path("p", Span, media_type="application/json"), value, "/{p}").path) == f"/{json}"
    )


def test_allow_reserved_leaves_what_does_no_harm(client: AnyClient, server: WireServer) -> None:
    value = "http://h/p?a@b:c;d,e!*'()$=#[]&+% é"
    request = send(client, server, Query("q", str, allow_reserved=True), value)
    assert request.query == "q=http://h/p?a@b:c;d,e!*'()$=%23%5B%5D%26%2B%25%20%C3%A9"
    assert request.pairs == [("q", value)]


def test_several_parameters_come_in_their_order(client: AnyClient, server: WireServer) -> None:
    operation = Operation(
        "test.do",
        "GET",
        "/v1/{b}/{a}.json",
        parameters=(Path("a", str), Query("x", int), Path("b", str), Header("X-H", str), Query("y", int)),
    )
    client.call(operation, "A", 1, "B", "h", None)
    assert server.last.target == "/v1/B/A.json?x=1"
    assert server.last.headers["x-h"] == "h"


@pytest.mark.parametrize(
    "parameter",
    [
        Path("p", str),
        Path("p", str, media_type="application/json"),
        Query("p", str, required=True),
        Header("p", str, required=True),
        Cookie("p", str, required=True),
    ],
)
def test_a_required_parameter_needs_a_value(client: AnyClient, server: WireServer, parameter: Any) -> None:
    path = "/{p}" if isinstance(parameter, Path) else "/"
    with pytest.raises(
        InvalidArgumentError, match=r"test\.do: (path|query|header|cookie) parameter 'p': required, got None"
    ):
        send(client, server, parameter, None, path)
    assert server.requests == []


def test_a_required_list_needs_an_item(client: AnyClient, server: WireServer) -> None:
    with pytest.raises(InvalidArgumentError, match="required"):
        send(client, server, Query("q", list[str], required=True), [])


def test_optional_ones_that_are_none_are_not_sent(client: AnyClient, server: WireServer) -> None:
    operation = Operation("test.do", "GET", "/", parameters=(Query("q", str), Header("X-H", str), Cookie("c", str)))
    client.call(operation, None, None, None)
    assert server.last.target == "/"
    assert not {"x-h", "cookie"} & set(server.last.headers)


@pytest.mark.parametrize("value", [".", "..", "", [], {}])
@pytest.mark.parametrize("template", ["/a/{p}/b", "/a/{p}"])
def test_a_path_value_cannot_be_empty_or_dots(
    client: AnyClient, server: WireServer, value: object, template: str
) -> None:
    with pytest.raises(InvalidArgumentError, match="path parameter"):
        send(client, server, Path("p", Any), value, template)
    assert server.requests == []


@pytest.mark.parametrize("values", [(".", "."), ("", "..")])
def test_path_values_cannot_make_dots_together(client: AnyClient, values: tuple[str, str]) -> None:
    operation = Operation("test.do", "GET", "/a/{p}{q}/b", parameters=(Path("p", str), Path("q", str)))
    with pytest.raises(InvalidArgumentError, match="path parameter"):
        client.call(operation, *values)


def test_dots_within_a_value_are_fine(client: AnyClient, server: WireServer) -> None:
    assert send(client, server, Path("p", str), "...", "/a/{p}").target == "/a/..."
    assert send(client, server, Path("p", str), "../../etc", "/a/{p}").target == "/a/..%2F..%2Fetc"
    assert send(client, server, Path("p", str), "v1.2", "/.well-known/{p}").target == "/.well-known/v1.2"


@pytest.mark.parametrize("parameter", [Query("q", str), Header("q", str), Cookie("q", str), Query("q", Any)])
@pytest.mark.parametrize("value", ["\ud800", ["a", None], [["a"]]])
def test_what_has_no_text_is_refused(client: AnyClient, server: WireServer, parameter: Any, value: object) -> None:
    with pytest.raises(InvalidArgumentError, match=r"test\.do: .* parameter 'q'"):
        send(client, server, parameter, value)
    assert server.requests == []


@pytest.mark.parametrize(
    "value", ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b", "\x1b[0m", "xyz ", " xyz", "xyz\n", "中", "€"]
)
def test_a_header_takes_one_line_of_latin_1(client: AnyClient, server: WireServer, value: str) -> None:
    with pytest.raises(InvalidArgumentError, match="header parameter 'X-H': a header cannot") as caught:
        send(client, server, Header("X-H", str), value)
    assert value not in str(caught.value)
    assert server.requests == []


@pytest.mark.parametrize("value", ["", "plain", "a\tb c", "naïve ÿ", '"quoted", and; more=1'])
def test_a_header_arrives_as_it_is(client: AnyClient, server: WireServer, value: str) -> None:
    assert send(client, server, Header("X-H", str), value).headers["x-h"] == value


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        (Header("p", list[str]), ["a,b", "c"]),
        (Header("p", dict[str, str]), {"a": "b,c"}),
        (Query("p", list[str], style="spaceDelimited"), ["a b"]),
        (Query("p", list[str], style="pipeDelimited"), ["a|b"]),
    ],
)
def test_a_delimiter_inside_a_value_is_refused(client: AnyClient, parameter: Any, value: object) -> None:
    with pytest.raises(InvalidArgumentError, match="delimits"):
        client.call(Operation("test.do", "GET", "/", parameters=(parameter,)), value)


def test_the_wrong_number_of_arguments_is_refused(client: AnyClient) -> None:
    with pytest.raises(InvalidArgumentError, match=r"test\.do: takes 1 argument"):
        client.call(Operation("test.do", "GET", "/", parameters=(Query("q", str),)))


# -- Values from the body


@define(kw_only=True)
class Brand:
    code: str = field(metadata=wire_member("brandCode"))


@define(kw_only=True)
class Export:
    brand: Brand | None = field(default=None, metadata=wire_member("theBrand"))
    brands: list[Brand] = field(factory=list)


def test_a_path_value_can_come_from_the_body(client: AnyClient, server: WireServer) -> None:
    operation = Operation(
        "test.do",
        "POST",
        "/{brand}/{n}/export",
        parameters=(Path("brand", str, from_body="/theBrand/brandCode"), Path("n", int), Query("q", str)),
        body=Json(Export),
    )
    client.call(operation, 7, "x", body=Export(brand=Brand(code="a/b")))
    assert server.last.target == "/a%2Fb/7/export?q=x"
    assert server.last.body == b'{"theBrand":{"brandCode":"a/b"},"brands":[]}'
    with pytest.raises(InvalidArgumentError, match="path parameter 'brand': required"):
        client.call(operation, 7, "x", body=Export())


def test_the_pointer_goes_through_lists_and_mappings(client: AnyClient, server: WireServer) -> None:
    first = Operation(
        "test.do", "POST", "/{b}", parameters=(Path("b", str, from_body="/brands/0/brandCode"),), body=Json(Export)
    )
    client.call(first, body=Export(brands=[Brand(code="one")]))
    assert server.last.target == "/one"
    free = Operation(
        "test.do", "POST", "/{b}", parameters=(Path("b", str, from_body="/a~1b"),), body=Json(dict[str, str])
    )
    client.call(free, body={"a/b": "two"})
    assert server.last.target == "/two"


# -- Escaping: no value leaves its place

anything = st.text()
texts = st.text(st.characters(exclude_categories=["Cs"]))
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(value=anything)
def test_no_value_leaves_its_segment(client: AnyClient, server: WireServer, value: str) -> None:
    try:
        request = send(client, server, Path("p", str), value, "/a/{p}/b")
    except InvalidArgumentError:
        assert value in ("", ".", "..") or any("\ud800" <= character <= "\udfff" for character in value)
    else:
        before, a, middle, b = request.target.split("/")
        assert (before, a, b) == ("", "a", "b")
        assert unquote(middle) == value


@quick
@given(value=texts, style=st.sampled_from(["simple", "label", "matrix"]), explode=st.booleans())
def test_no_list_item_leaves_its_segment(
    client: AnyClient, server: WireServer, value: str, style: Any, explode: bool
) -> None:
    try:
        request = send(client, server, Path("p", Any, style=style, explode=explode), [value, "end"], "/a/{p}/b")
    except InvalidArgumentError:
        return
    assert request.target.count("/") == 3
    assert "?" not in request.target
    assert value in unquote(request.target)


@quick
@given(name=texts.filter(bool), value=texts, reserved=st.booleans())
def test_no_value_changes_the_structure_of_the_query(
    client: AnyClient, server: WireServer, name: str, value: str, reserved: bool
) -> None:
    operation = Operation(
        "test.do",
        "GET",
        "/",
        parameters=(Query(name, str, allow_reserved=reserved), Query("end", int)),
    )
    client.call(operation, value, 1)
    assert server.last.pairs == [(name, value), ("end", "1")]


@quick
@given(value=st.lists(texts, min_size=1), explode=st.booleans(), reserved=st.booleans())
def test_items_are_separated(
    client: AnyClient, server: WireServer, value: list[str], explode: bool, reserved: bool
) -> None:
    parameter = Query("q", list[str], explode=explode, allow_reserved=reserved)
    query = send(client, server, parameter, value).query
    parts = [pair[2:] for pair in query.split("&")] if explode else query[2:].split(",")
    assert [unquote(part) for part in parts] == value


@quick
@given(value=anything)
def test_a_header_is_refused_or_arrives(client: AnyClient, server: WireServer, value: str) -> None:
    try:
        request = send(client, server, Header("X-H", str), value)
    except InvalidArgumentError:
        return
    assert request.headers["x-h"] == value


@quick
@given(value=texts)
def test_a_cookie_stays_one_cookie(client: AnyClient, server: WireServer, value: str) -> None:
    name, _, text = send(client, server, Cookie("c", str), value).headers["cookie"].partition("=")
    assert (name, unquote(text)) == ("c", value)
    assert ";" not in text


def test_the_defaults_of_parameters_are_those_of_their_styles() -> None:
    assert set(STYLES) == set(get_args(StyleName)) == {*get_args(PathStyle), *get_args(QueryStyle)}
    assert Path("a", str).style == DEFAULT_STYLES["path"]
    assert Query("a", str).style == DEFAULT_STYLES["query"]
    explode = {name: STYLES[style].explode for name, style in DEFAULT_STYLES.items()}
    assert Path("a", str).explode is explode["path"]
    assert Header("a", str).explode is explode["header"]
    assert Cookie("a", str).explode is explode["cookie"]
