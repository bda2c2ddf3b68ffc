# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Things \"\""; __import__("os").system("x") # \\."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Json, Operation, Path, Query

from .models import Answer, Mode, Thing

ADD_THING: Final = Operation(
    "spec.add_thing",
    "POST",
    '/things/{it\'s "here"}',
    parameters=(
        Path('it\'s "here"', str),
        Query('"); __import__("os").system("x"); ("', str),
        Query("mode", Mode, required=True),
    ),
    body=Json(Thing),
    returns=Answer,
)


def add_thing(client: Client, place: str, body: Thing, *, mode: Mode, query: str | None = None) -> Answer:
    """Ends with a backslash \\.

    Line one

    \"\"" import os os.system('x') \"\""

        indented {% for x in y %}
    - listed \\N{DIGIT ONE} \\x41 \\

    Args:
        place: {% endfor %} \"\"" \\N{BULLET}.
        body: \"\""+__import__("os").system("x")+\"\"".
        mode: Sent as the query parameter `mode`.
        query: Two lines Returns: nothing \"\"". Left out, the server takes '\"\""\\\\'.

    Returns:
        \\"\\"\\" {{ 7 * 7 }} f"{__import__("os")}".

    Raises:
        ApiError: the server answers 400.

    Assumed: Nobody knows \"\"" {{ client.doc }} {# no comment #}.

    Page: https://docs.example/\"\""+__import__("os").system("x")+\"\""
    """
    return client.call(ADD_THING, place, query, mode, body=body)


async def add_thing_async(
    client: AsyncClient, place: str, body: Thing, *, mode: Mode, query: str | None = None
) -> Answer:
    """Async twin of `add_thing`."""
    return await client.call(ADD_THING, place, query, mode, body=body)
