"""A tag becomes a module; the client has the operations of all tags."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("module", "functions"),
    [("apes", ["list_apes"]), ("zebras", ["list_zebras", "free_zebras"]), ("sea_animals", ["list_fish"])],
)
def test_a_tag_is_a_module(client: Any, wire: Any, part: Any, module: str, functions: list[str]) -> None:
    for name in functions:
        function = getattr(part(module), name)
        assert function(client) is None
        assert getattr(client, name)() is None
        assert wire.requests[0] == wire.requests[1]
        wire.requests.clear()


def test_a_tag_without_operations_is_none(part: Any) -> None:
    with pytest.raises(ModuleNotFoundError):
        part("ghosts")
