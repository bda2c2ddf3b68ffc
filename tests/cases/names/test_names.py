"""Names that Python or the client uses get an underscore; a name that cannot be spelled has an `x-name`."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

ID = UUID("16d1f9cd-4d1b-459b-9b8a-1f8f6e3bee3e")


def test_parameters(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    wire.respond([{"class": "a", "field": "b", "self": 1}])
    body = models.Any(any={"x": None})
    found = client.list_("c", "d", "e", body, self_="f", body_="g", list_=["h"], sequence=9)
    assert wire.last.target == "/list/c/d/e?self=f&body=g&list=h"
    assert wire.last.header("X-Order") == "9"
    assert wire.last.json == {"any": {"x": None}}
    assert found == [models.Response(class_="a", field_="b", self_=1)]


def test_members(part: Any, core: Any) -> None:
    models = part("models")
    response = models.Response(
        class_="a",
        field_="b",
        self_=1,
        list_=[[models.Field(none=models.None_(any=models.Any(any=1)))]],
        str_="c",
        define_="d",
        wire="e",
        date_=date(2024, 5, 1),
        uuid=ID,
        x_2fa=True,
        id="f",
        naive=False,
        odata_type="g",
        next=models.SecondPage(number=2),
    )
    text = core.encode(response)
    assert core.decode(text, models.Response) == response
    assert core.decode(text, dict[str, Any]) == {
        "class": "a",
        "field": "b",
        "self": 1,
        "list": [[{"None": {"any": {"any": 1}}}]],
        "str": "c",
        "define": "d",
        "wire": "e",
        "date": "2024-05-01",
        "uuid": str(ID),
        "2fa": True,
        "_id": "f",
        "naïve": False,
        "@odata.type": "g",
        "next": {"number": 2},
    }


def test_operations(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    for call, body, expected in [
        (
            client.read_response,
            {"class": "a", "field": "b", "self": 1},
            models.Response(class_="a", field_="b", self_=1),
        ),
        (client.client, {"id": 1}, models.Client(id=1)),
        (client.none, {}, models.None_()),
        (client.str_, "text", "text"),
        (client.models_, {}, {}),
        (lambda: client.uuid(ID), [{}], [models.Field()]),
        (client.url, {"href": "a"}, models.URL(href="a")),
    ]:
        wire.respond(body)
        assert call() == expected
    assert client.errors() is None


def test_a_tag_that_is_a_keyword(part: Any) -> None:
    assert part("import_").str_.__name__ == "str_"


def test_a_tag_that_is_one_of_its_operations(client: Any, part: Any) -> None:
    assert (client.search.__func__, client.find.__func__) == (part("search").search, part("search").find)


def test_enumerations_keep_their_methods(part: Any) -> None:
    word = part("models").Str
    assert [each.name for each in word] == ["STR", "NAME", "VALUE", "MRO", "IS_KNOWN"]
    assert (word.NAME.name, word.NAME.value, word.NAME.is_known) == ("NAME", "name", True)
