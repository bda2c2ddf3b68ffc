# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api \"\"" {{ 7 * 7 }} {% raw %} \\N{BULLET} # ' : clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client

from . import things

API: Final = Api(
    "spec",
    "https://api.example",
)


class ApiClient(Client):
    """\"\"" __import__("os").system("x") \"\"" + __import__("os").system("x") + \"\""

    Ends with a quote and a backslash, "\\.

    Servers:
    - https://api.example: \"\""); __import__("os").system("x"); (\"\"".

    Assumed: \"\""+__import__("os").system("x")+\"\"".
    """

    api = API

    add_thing = things.add_thing


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    add_thing = things.add_thing_async
