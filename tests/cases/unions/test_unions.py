"""Unions without a discriminator: the member that fits best is chosen, never silently the first."""

from __future__ import annotations

from typing import Any

import pytest


def test_the_best_fit_wins(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    wire.respond([{"width": 2}, {"width": 2, "height": 3}, {"height": 3, "width": 2, "color": "red"}, {"radius": 1.5}])
    assert client.list_shapes() == [
        models.Square(width=2),
        models.Rectangle(width=2, height=3),
        models.Rectangle(width=2, height=3),
        models.Circle(radius=1.5),
    ]


@pytest.mark.parametrize("wanted", [{"height": 3}, {}, "square", None])
def test_what_fits_none_is_an_error(client: Any, wire: Any, core: Any, wanted: Any) -> None:
    wire.respond([{"width": 2}, wanted])
    with pytest.raises(core.DecodeError) as caught:
        client.list_shapes()
    assert caught.value.path.startswith("$[1]")


def test_each_member_can_be_sent(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    for like, sent in [
        (models.Circle(radius=1.5), {"radius": 1.5}),
        ("the big one", "the big one"),
        ([1, 2], [1, 2]),
    ]:
        wire.respond({"width": 2})
        client.find_shape(models.Wanted(like=like, size=3))
        assert wire.last.json == {"like": sent, "size": 3}


def test_scalars_keep_their_type(part: Any, core: Any) -> None:
    wanted = part("models").Wanted
    assert core.decode('{"like": [1], "size": 3}', wanted) == wanted(like=[1], size=3)
    assert core.decode('{"like": "1", "size": "3"}', wanted) == wanted(like="1", size="3")


def test_members_that_fit_no_class_are_reported(generated: Any, wire: Any, part: Any) -> None:
    models = part("models")
    events: list[Any] = []
    wire.respond([{"width": 2, "radius": 1.5}, {"width": 2, "height": 3}])
    with generated.ApiClient(wire.url, on_event=events.append) as client:
        assert client.list_shapes() == [models.Square(width=2), models.Rectangle(width=2, height=3)]
    assert [(each.path, each.detail) for each in events if each.kind == "deviation"] == [
        (
            "$",
            "no class of Square object | Rectangle object | Circle object has all members of an object;"
            " dropped 'radius'",
        )
    ]
