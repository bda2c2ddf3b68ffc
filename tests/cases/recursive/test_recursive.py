"""Schemas that refer to themselves."""

from __future__ import annotations

from typing import Any

import pytest


def test_objects(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    leaf = models.Node(name="leaf")
    wire.respond(
        {
            "name": "root",
            "parent": None,
            "children": [{"name": "twig", "children": [{"name": "leaf"}]}],
            "branches": {"left": {"to": {"name": "leaf"}}},
        }
    )
    assert client.grow_tree(1) == models.Node(
        name="root",
        children=[models.Node(name="twig", children=[leaf])],
        branches={"left": models.Branch(to=leaf)},
    )


@pytest.mark.parametrize("expression", [1, "x", [], ["+", 1, ["*", 2, ["x"]]]], ids=str)
def test_an_alias(client: Any, wire: Any, part: Any, core: Any, expression: Any) -> None:
    wire.respond({"name": "root"})
    client.grow_tree(expression)
    assert wire.last.json == expression
    assert core.decode(wire.last.body, part("models").Expression) == expression


def test_an_alias_is_checked_all_the_way_down(part: Any, core: Any) -> None:
    with pytest.raises(core.DecodeError) as caught:
        core.decode('["+", ["*", {"no": 1}]]', part("models").Expression)
    assert caught.value.path.startswith("$")
