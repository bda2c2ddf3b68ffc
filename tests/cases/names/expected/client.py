# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients."""

from __future__ import annotations

from typing import Final

from taskclients_core import Api, AsyncClient, Client

from . import import_
from . import search as _search

API: Final = Api(
    "spec",
    "https://api.example",
)


class ApiClient(Client):
    """Api.

    Servers:
    - https://api.example
    """

    api = API

    list_ = import_.list_
    read_response = import_.read_response
    client = import_.client
    none = import_.none
    str_ = import_.str_
    models_ = import_.models_
    uuid = import_.uuid
    errors = import_.errors
    url = import_.url

    search = _search.search
    find = _search.find


class AsyncApiClient(AsyncClient):
    """Async twin of `ApiClient`: the same methods, to be awaited."""

    api = API

    list_ = import_.list_async
    read_response = import_.read_response_async
    client = import_.client_async
    none = import_.none_async
    str_ = import_.str_async
    models_ = import_.models_async
    uuid = import_.uuid_async
    errors = import_.errors_async
    url = import_.url_async

    search = _search.search_async
    find = _search.find_async
