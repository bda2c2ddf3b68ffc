"""Options of clients as `help`, IPython and `inspect` show them: by name, in signatures and in reprs."""

from __future__ import annotations

import pydoc
import re
from inspect import Parameter, signature
from typing import Any, Unpack

import pytest

from taskclients.booster import AsyncBoosterClient, BoosterClient
from taskclients.lifepos import AsyncLifePosClient, LifePosClient
from taskclients_core import AsyncClient, CallKwargs, Client, ClientOptions
from taskclients_core.config import AsyncClientOptions

OPTIONS = {
    BoosterClient: ClientOptions,
    LifePosClient: ClientOptions,
    AsyncBoosterClient: AsyncClientOptions,
    AsyncLifePosClient: AsyncClientOptions,
}


@pytest.mark.parametrize("client_class", OPTIONS, ids=lambda each: each.__name__)
def test_generated_clients_show_each_option_by_name(client_class: type[Client | AsyncClient]) -> None:
    shown = signature(client_class).parameters
    options = OPTIONS[client_class].__annotations__.keys()
    assert {"journal", "deadline", "poll"} <= options <= shown.keys()
    assert not {"options", "credential", "parameters", "variables", "self"} & shown.keys()
    assert all(parameter.kind is Parameter.KEYWORD_ONLY for name, parameter in shown.items() if name != "base_url")
    text = pydoc.plain(pydoc.render_doc(client_class))  # since Python 3.13 with one argument a line
    assert re.search(r"journal: 'Journal \| str \| PathLike\[str\]' = \.\.\.,[\s|]*account:", text)


def test_with_options_shows_the_options_of_calls() -> None:
    with BoosterClient("https://api.example", auth="token") as client:
        assert signature(client.with_options).parameters.keys() == CallKwargs.__annotations__.keys()
        with pytest.raises(TypeError, match="not a callable object"):
            signature(client)  # type: ignore[arg-type]


def test_the_signature_of_a_users_own_subclass_is_that_of_its_init() -> None:
    class Tenant(BoosterClient):
        def __init__(self, tenant: str, **options: Unpack[ClientOptions]) -> None:
            super().__init__(f"https://{tenant}.example", **options)

    class Loose(BoosterClient):
        def __init__(self, tenant: str, **options: Any) -> None:
            super().__init__(f"https://{tenant}.example", **options)

    assert signature(Tenant).parameters.keys() == {"tenant", *ClientOptions.__annotations__}
    assert list(signature(Loose).parameters) == ["tenant", "options"]
