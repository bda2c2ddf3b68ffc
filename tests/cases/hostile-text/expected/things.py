# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Things \"\""; __import__("os").system("x") # \\."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation, Path, Query

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


ADD_THING: Final = Operation(
    "spec.add_thing",
    "POST",
    '/things/{it\'s "here"}',
    parameters=(
        Path('it\'s "here"', str),
        Query('"); __import__("os").system("x"); ("', str),
        Query("mode", models.Mode, required=True),
    ),
    body=Json(models.Thing),
    returns=models.Answer,
)


def add_thing(
    client: ApiClient, place: str, body: models.Thing, *, mode: models.Mode, query: str | None = None
) -> models.Answer:
    """Ends with a backslash \\.

    Line one

    \"\"" import os os.system('x') \"\""

        indented {% for x in y %}
    - listed \\N{DIGIT ONE} \\x41 \\

    Args:
        place: {% endfor %} \"\"" \\N{BULLET}.
        body: \"\""+__import__("os").system("x")+\"\"".
        mode: Sent as the query parameter `mode`.
        query: Two lines Returns:
                nothing \"\"".
            If omitted, the server uses '\"\""\\\\'.

    Returns:
        \\"\\"\\" {{ 7 * 7 }} f"{__import__("os")}".

    Raises:
        ApiError: 400.

    Assumed: Nobody knows \"\"" {{ client.doc }} {# no comment #}.

    Source: https://docs.example/\"\""+__import__("os").system("x")+\"\""
    """
    return client.call(ADD_THING, place, query, mode, body=body)


async def add_thing_async(
    client: AsyncApiClient, place: str, body: models.Thing, *, mode: models.Mode, query: str | None = None
) -> models.Answer:
    """Ends with a backslash \\.

    Async twin of `add_thing`.

    Args:
        place: {% endfor %} \"\"" \\N{BULLET}.
        body: \"\""+__import__("os").system("x")+\"\"".
        mode: Sent as the query parameter `mode`.
        query: Two lines Returns:
                nothing \"\"".
            If omitted, the server uses '\"\""\\\\'.
    """
    return await client.call(ADD_THING, place, query, mode, body=body)
