"""Speed of encoding an ExportCustomer with all its members, compared with the same model in pydantic v2.

    python tests/bench/export_customer.py

The pydantic model is made from the fields of our model, so both have the same members. pydantic is measured twice: with
dates in the server's format (`/Date(ms-0000)/`, written by the same function as ours) and with its own date format.
"""

from __future__ import annotations

import json
import time
import typing
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Union, get_args, get_origin

import attrs
import msgspec
from pydantic import AliasGenerator, BaseModel, ConfigDict, PlainSerializer, create_model
from pydantic.alias_generators import to_camel

from taskclients.booster import models
from taskclients_core import UNSET, decode, encode
from taskclients_core.formats import ServiceStackDate

ROUNDS = 40
CALLS = 1000

DAY = "/Date(1640995200000-0000)/"
CATEGORY = dict.fromkeys(
    ["brandCategoryId", "grandCategoryId", "masterCategoryId", "categoryId", "subCategoryId"], "A1"
)
WHOLE: dict[str, Any] = {
    "downloadRequestId": "nightly-2026-11-22",
    "brand": "CAR",
    "posCodes": ["0042", "0043", "0044"],
    "searchKey": "example",
    "phoneNumber": "5550100",
    "email": "someone@example.com",
    "locationCountryIds": ["it", "en"],
    "clientSpendingFrom": 100.5,
    "clientSpendingTo": 50000.5,
    **dict.fromkeys(["creationDateFrom", "creationDateTo", "transactionDateFrom", "transactionDateTo"], DAY),
    "canBeContactedByMaison": True,
    "birthdateMonths": [1, 6, 12],
    "interests": [{"interest": "Cars", "sapInterestId": "CA-1"}],
    "hobbies": [{"hobby": "Art", "sapHobbyId": "ART"}],
    "productCollections": [{"productCollection": "Classic", "sapProductCollectionId": "CA-1"}],
    "customerStatus": ["Prospect", "Client"],
    "boosterCustomerIds": [1234567, 1231231],
    "hasSapCrmError": False,
    "productCategories": [CATEGORY],
    "saleRepresentativeEmails": ["someone@example.com"],
}


def peer(cls: type[Any], date: Any) -> type[BaseModel]:
    """Return the same model in pydantic, with dates of type `date`."""
    hints = typing.get_type_hints(cls)
    fields: dict[str, Any] = {}
    for field in attrs.fields(cls):
        required = field.default is attrs.NOTHING
        fields[field.name] = (_type(hints[field.name], date), ... if required else None)
    config = ConfigDict(alias_generator=AliasGenerator(alias=to_camel), populate_by_name=True)
    return create_model(cls.__name__, __config__=config, **fields)


def _type(hint: Any, date: Any) -> Any:
    if attrs.has(hint):
        return peer(hint, date)
    if hint is datetime:
        return date
    if get_origin(hint) is list:
        return list[_type(get_args(hint)[0], date)]  # type: ignore[misc]
    alternatives = tuple(_type(each, date) for each in get_args(hint) if each is not msgspec.UnsetType)
    return Union[alternatives] if alternatives else hint  # noqa: UP007 - the members are known at run time only


def _plain(value: Any) -> Any:
    if attrs.has(type(value)):
        pairs = ((field.name, getattr(value, field.name)) for field in attrs.fields(type(value)))
        return {name: _plain(each) for name, each in pairs if each is not UNSET}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def best(functions: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the microseconds of a call of each: the best of some rounds, in turns."""
    times: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(ROUNDS):
        for name, function in functions.items():
            started = time.perf_counter()
            for _ in range(CALLS):
                function()
            times[name].append((time.perf_counter() - started) / CALLS * 1e6)
    return {name: min(taken) for name, taken in times.items()}


def main() -> None:
    """Measure and print."""
    ours = decode(json.dumps(WHOLE).encode(), models.ExportCustomer)
    render = get_args(ServiceStackDate)[1].render
    same = peer(models.ExportCustomer, Annotated[datetime, PlainSerializer(render)])(**_plain(ours))
    iso = peer(models.ExportCustomer, datetime)(**_plain(ours))
    assert json.loads(encode(ours)) == WHOLE == json.loads(same.model_dump_json(by_alias=True))
    rows = best(
        {
            "taskclients": lambda: encode(ours),
            "pydantic v2, the same JSON": lambda: same.model_dump_json(by_alias=True),
            "pydantic v2, dates in its own form": lambda: iso.model_dump_json(by_alias=True),
        }
    )
    print(f"an ExportCustomer with all {len(WHOLE)} members")
    for name, time_ in rows.items():
        print(f"  {name:<36}{time_:>8.1f} us{time_ / rows['taskclients']:>8.2f}")


if __name__ == "__main__":
    main()
