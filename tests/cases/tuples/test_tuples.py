"""`prefixItems`: arrays with a type for each position are tuples."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
TEXT = (
    b'{"start":[1.5,2.0],"points":[[1.0,2.0],[3.0,4.0]],"log":["2024-05-01T12:00:00Z",["2024-05-01T12:00:00Z",null]],'
    b'"stops":["x",{"name":"a"},{"name":"b"}],"open":["00000000000000000000000000000001",true,{"k":[1]}],'
    b'"pair":[2,null],"choice":["a","b"]}'
)


def test_round_trip(part: Any, core: Any) -> None:
    models = part("models")
    route = core.decode(TEXT, models.Route)
    assert route == models.Route(
        start=(1.5, 2.0),
        points=[(1.0, 2.0), (3.0, 4.0)],
        log=(NOON, (NOON, None)),
        stops=("x", models.Stop(name="a"), models.Stop(name="b")),
        open=(UUID(int=1), True, {"k": [1]}),
        pair=(2, None),
        choice=["a", "b"],
    )
    assert core.encode(route) == TEXT
    assert core.decode('{"start": [1, 2]}', models.Route).pair == (1, "a")
    assert core.decode('{"start": [1, 2], "choice": [1, 2], "pair": [3.0, "b"]}', models.Route) == models.Route(
        start=(1.0, 2.0), choice=(1.0, 2.0), pair=(3, "b")
    )


@pytest.mark.parametrize(
    ("member", "message"),
    [
        ('"start": [1]', r"expected array of float, float, found array at \$.start"),
        ('"start": [1, 2, 3]', r"expected array of float, float, found array at \$.start"),
        ('"start": [1, "2"]', r"expected float, found str '2' at \$.start\[1\]"),
        ('"start": [1, 2], "points": [[1, 2], [1, null]]', r"expected float, found null at \$.points\[1\]\[1\]"),
        ('"start": [1, 2], "log": ["x", null]', r"found str 'x' at \$.log\[0\]"),
        ('"start": [1, 2], "stops": []', r"found array \(of length 0\) at \$.stops"),
        ('"start": [1, 2], "stops": ["x", {}]', r"expected a required member, found nothing at \$.stops\[1\].name"),
        ('"start": [1, 2], "open": ["1"]', r"found str '1' at \$.open\[0\]"),
        ('"start": [1, 2], "pair": {}', r"found object at \$.pair"),
    ],
)
def test_another_form_is_refused(part: Any, core: Any, member: str, message: str) -> None:
    with pytest.raises(core.DecodeError, match=message):
        core.decode(f"{{{member}}}", part("models").Route)


def test_lenient_reading_names_the_position(part: Any, core: Any) -> None:
    found: list[Any] = []
    read = core.codec.lenient_decoder(part("models").Route)
    route = read(b'{"start": ["1.5", null], "pair": ["2", 3], "stops": ["x", {"name": null}]}', found.append)
    assert (route.start, route.pair) == ((1.5, None), (2, "3"))
    assert [each.path for each in found] == ["$.start[0]", "$.start[1]", "$.pair[0]", "$.pair[1]", "$.stops[1].name"]


@pytest.mark.parametrize("start", [(1.0,), (1.0, 2.0, 3.0), (float("nan"), 1.0), 5])
def test_what_has_another_form_is_not_sent(part: Any, core: Any, start: Any) -> None:
    with pytest.raises(core.InvalidArgumentError, match=r"at \$.start"):
        core.encode(part("models").Route(start=start))


def test_parameters_and_responses_may_be_tuples(client: Any, wire: Any, part: Any) -> None:
    route = part("models").Route(start=(1.0, 2.0))
    wire.respond({"start": [1, 2]})
    assert client.add_route(route, range=(1, 2)) == route
    assert wire.last.query == "range=1&range=2&window=2024-01-01,7"
    wire.respond({"start": [1, 2]})
    client.add_route(route, window=(date(2025, 1, 1), 1))
    assert wire.last.query == "window=2025-01-01,1"
    wire.respond([1, 2.0])
    assert client.get_range() == (1, 2)


def test_the_mock_server_takes_and_gives_tuples(generated: Any, fake: Any, part: Any) -> None:
    route = part("models").Route(start=(1.0, 2.0))
    with fake.client(generated.ApiClient, auth=None) as client:
        assert isinstance(client.add_route(route, range=(1, 2)).start, tuple)

    async def call() -> Any:
        async with fake.client(generated.AsyncApiClient, auth=None) as client:
            return await client.get_range()

    assert [type(each) for each in asyncio.run(call())] == [int, int]
