"""Calls that strict type checkers accept."""

from __future__ import annotations

from datetime import date

from cases.tuples import ApiClient, models


def tuples(client: ApiClient) -> None:
    stops = ("x", models.Stop(name="a"), models.Stop(name="b"))
    route = client.add_route(models.Route(start=(1.0, 2), stops=stops), window=(date(2024, 1, 1), 7), range=(1, 2))
    x, y = route.start
    number, text = route.pair
    total: float = x + y + number + len(text or "")
    for point in route.points or []:
        total += point[0]
    first, last = client.get_range()
    span: range = range(first, last)
    print(total, span)
