"""`x-from-body`: a value in the body and in the path is given once."""

from __future__ import annotations

from typing import Any

import pytest


def test_a_parameter_from_the_body_is_sent_in_both(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    client.start_export("stock", models.Export(brand="C/A", place=models.Place(point_number=7)))
    assert wire.last.target == "/brands/C%2FA/points/7/exports/stock"
    assert wire.last.json == {"brand": "C/A", "place": {"pointNumber": 7}}


def test_without_a_value_there_is_no_path(client: Any, wire: Any, part: Any, core: Any) -> None:
    models = part("models")
    with pytest.raises(core.InvalidArgumentError, match="brand"):
        client.start_export("stock", models.Export(brand="", place=models.Place(point_number=7)))
    assert not wire.requests
