"""Command-line options become arguments and bodies of operations; an error names its option."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any
from uuid import UUID

import pytest
from attrs import define, field

from taskclients.booster import exports, models, tasks
from taskclients.lifepos import exports as lifepos_exports
from taskclients.lifepos import imports as lifepos_imports
from taskclients.lifepos.models import NomenclatureImportStrategies
from taskclients_core import InvalidArgumentError
from taskclients_core.cli.options import OperationOptions, Option, operation_options, with_unique_flags
from taskclients_core.cli.values import metavar, wire_value
from taskclients_core.formats import DateTimeMs, IntString, ServiceStackDate, TimeOfDay
from taskclients_core.model import OpenFloat, OpenInt, extra, undeclared_members
from taskclients_core.operation import Binary, Json, Multipart, Operation, Path, Query, Text, Upload

ORGANIZATION = "00000000-0000-4000-8000-000000000012"


@define
class Part:
    name: str


@define
class Whole:
    parts: dict[str, Part]
    others: dict[str, Any] = field(factory=dict, metadata=extra())


class Level(OpenInt):
    LOW = 1


class Rate(OpenFloat):
    HALF = 0.5


def given(found: OperationOptions, **values: Any) -> dict[str, Any]:
    """Return values by option as the command line passes them; keyword arguments are named like the flags."""
    names = {
        option.flag.removeprefix("--").replace("-", "_").replace(".", "__"): option.name for option in found.options
    }
    return {names[name]: value for name, value in values.items()}


def test_no_name_of_a_spec_hides_an_option() -> None:
    options = [
        Option(name="resume_token", flags=()),
        Option(name="json", flags=("--json",)),
        Option(name="client_json", flags=("--json",)),
        Option(name="client_help", flags=("--help",)),
    ]
    found = [option.flags for option in with_unique_flags(options, {"--help"})]
    assert found == [(), ("--json",), ("--parameter.json",), ("--parameter.help",)]


def test_members_of_a_body_are_options() -> None:
    found = operation_options(exports.EXPORT_CUSTOMER, {}, ())
    body = found.body(
        given(
            found,
            brand="CAR",
            pos_code=["0042", "0043"],
            download_request_id="nightly",
            creation_date_from="2026-01-31",
            client_spending_from="12.5",
            birthdate_month=["1", "12"],
            can_be_contacted_by_maison=False,
            interest=['{"interest": "Watches", "sapInterestId": "CA-1"}'],
        )
    )
    assert body == models.ExportCustomer(
        brand="CAR",
        pos_codes=["0042", "0043"],
        download_request_id="nightly",
        creation_date_from=datetime(2026, 1, 31),
        client_spending_from=12.5,
        birthdate_months=[1, 12],
        can_be_contacted_by_maison=False,
        interests=[models.GetCustomerInterest(interest="Watches", sap_interest_id="CA-1")],
    )
    assert found.arguments({}) == (), "the brand in the path is that of the body"


def test_lists_have_singular_names_and_their_own() -> None:
    flags = {option.flags for option in operation_options(exports.EXPORT_CUSTOMER, {}, ()).options}
    assert ("--pos-code", "--pos-codes") in flags
    assert ("--hobby", "--hobbies") in flags
    assert ("--customer-status",) in flags


def test_required_options_come_first_and_all_missing_ones_are_named() -> None:
    found = operation_options(exports.EXPORT_CUSTOMER, {}, ())
    assert [option.flag for option in found.options if option.required] == [
        "--brand",
        "--pos-code",
        "--download-request-id",
    ]
    with pytest.raises(InvalidArgumentError, match="--pos-code, --download-request-id: are required"):
        found.body(given(found, brand="CAR"))


@pytest.mark.parametrize(
    ("hint", "text", "wire"),
    [
        (ServiceStackDate, "2026-01-31", "2026-01-31"),
        (ServiceStackDate, "2026-01-31 08:00", "2026-01-31T08:00:00"),
        (ServiceStackDate, "/Date(0)/", "/Date(0)/"),
        (DateTimeMs, "2026-01-31", "2026-01-31T00:00:00+00:00"),
        (DateTimeMs, "2026-01-31T08:00", "2026-01-31T08:00:00+00:00"),
        (DateTimeMs, "20260131T080000+0200", "2026-01-31T08:00:00+02:00"),
        (datetime, "2026-01-31", "2026-01-31T00:00:00"),
        (date, "20260131", "2026-01-31"),
        (date | None, "2026-W05-6", "2026-01-31"),
        (TimeOfDay, "08:00", "08:00:00"),
    ],
)
def test_every_date_option_takes_iso_dates(hint: Any, text: str, wire: str) -> None:
    assert wire_value(text, hint, "--from") == wire
    with pytest.raises(InvalidArgumentError, match=r"--from: expected a (date|time)"):
        wire_value("31.01.2026", hint, "--from")


@pytest.mark.parametrize(
    ("option", "text", "message"),
    [
        (
            "creation_date_from",
            "yesterday",
            "--creation-date-from: expected a date and time such as .*, found 'yesterday'",
        ),
        ("birthdate_month", ["May"], "--birthdate-month: expected int, found 'May'"),
        ("client_spending_from", "much", "--client-spending-from: expected float, found 'much'"),
        ("client_spending_from", "NaN", "--client-spending-from: expected"),
        ("interest", ["Watches"], "--interest: expected JSON"),
        ("interest", ['{"interest": "Watches"}'], r"--interest: expected .* at \$\.sapInterestId"),
    ],
)
def test_a_wrong_value_names_its_option(option: str, text: Any, message: str) -> None:
    found = operation_options(exports.EXPORT_CUSTOMER, {}, ())
    with pytest.raises(InvalidArgumentError, match=message):
        found.body(given(found, **{option: text}))


def test_a_wrong_value_that_may_be_private_is_not_repeated() -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        wire_value("555-1234", int, "--phone", secret=True)
    assert "555" not in str(caught.value)


def test_an_undeclared_value_is_refused_as_an_option_and_accepted_in_a_body(tmp_path: FilePath) -> None:
    found = operation_options(exports.EXPORT_STOCK, {}, ())
    needed = given(found, brand="CAR", download_request_id="nightly")
    with pytest.raises(InvalidArgumentError, match="--type: expected one of standard, consigned, found 'lent'"):
        found.body(needed | given(found, type="lent"))
    file = tmp_path / "body.json"
    file.write_text('{"type": "lent"}')
    body = found.body(needed | {"body": str(file)})
    assert isinstance(body, models.ExportStock)
    assert str(body.type) == "lent"


def test_models_inside_of_bodies_are_dotted() -> None:
    found = operation_options(lifepos_exports.CREATE_REVENUE_EXPORT, {"org_guid": "Id of the organization."}, ())
    body: Any = found.body(given(found, attributes_for_export__include_outlet_name=True))
    assert body.attributes_for_export.include_outlet_name is True
    assert found.arguments(given(found, org_guid=ORGANIZATION)) == (UUID(ORGANIZATION),)
    assert found.options[0].help == "Id of the organization. [required]"
    with pytest.raises(InvalidArgumentError, match="--org-guid: is required"):
        found.arguments({})
    with pytest.raises(InvalidArgumentError, match="--org-guid: expected UUID, found 'north'"):
        found.arguments(given(found, org_guid="north"))


def test_parameters_and_a_file(tmp_path: FilePath) -> None:
    found = operation_options(lifepos_imports.CREATE_NOMENCLATURE_IMPORT_TASK, {}, ())
    strategy = next(iter(NomenclatureImportStrategies))
    values = given(found, org_guid=ORGANIZATION, import_strategy=str(strategy.value), use_good_name=True)
    assert found.arguments(values) == (UUID(ORGANIZATION), strategy, True, None, None)
    file = tmp_path / "goods.xlsx"
    with pytest.raises(InvalidArgumentError, match="cannot be read"):
        found.body({"body": str(file)})
    file.write_bytes(b"goods")
    assert found.body({"body": str(file)}) == file
    with pytest.raises(InvalidArgumentError, match="--body: is required"):
        found.body({})


def test_options_replace_the_values_of_the_file(tmp_path: FilePath, monkeypatch: pytest.MonkeyPatch) -> None:
    found = operation_options(tasks.REQUEST_IMPORT, {}, ())
    file = tmp_path / "body.json"
    file.write_text('{"brand": "CAR", "externalFileId": "7", "type": "Sellout"}')
    body = found.body({"body": str(file)} | given(found, brand="PAN"))
    assert body == models.ImportRequest(brand="PAN", external_file_id="7", type="Sellout")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'["no object"]')))
    with pytest.raises(InvalidArgumentError, match="expected an object"):
        found.body({"body": "-"} | given(found, brand="PAN"))
    file.write_text("not JSON")
    with pytest.raises(InvalidArgumentError, match="--body: expected"):
        found.body({"body": str(file)})


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"posCode": ["1"]}, r"--body: unknown member 'posCode' at \$; did you mean 'posCodes'\?"),
        ({"pos_codes": ["1"]}, r"unknown member 'pos_codes' at \$; did you mean 'posCodes'\?"),
        ({"zzz": 1}, r"unknown member 'zzz' at \$"),
        (
            {"productCategories": [{"grandCategoryId": "g", "masterCategory": "x"}]},
            r"unknown member 'masterCategory' at \$.productCategories\[0\]",
        ),
    ],
)
def test_a_misspelt_member_of_the_file_is_refused(tree: dict[str, Any], message: str, tmp_path: FilePath) -> None:
    found = operation_options(exports.EXPORT_STOCK, {}, ())
    whole = {"brand": "CAR", "posCodes": ["1"], "downloadRequestId": "d", **tree}
    file = tmp_path / "body.json"
    file.write_text(json.dumps(whole))
    with pytest.raises(InvalidArgumentError, match=message):
        found.body(given(found, body=str(file)))


def test_a_required_member_that_is_misspelt_is_called_so_and_not_missing(tmp_path: FilePath) -> None:
    found = operation_options(exports.EXPORT_STOCK, {}, ())
    file = tmp_path / "body.json"
    file.write_text('{"brand": "CAR", "downloadRequestID": "d"}')
    with pytest.raises(InvalidArgumentError, match=r"unknown member 'downloadRequestID' .*'downloadRequestId'"):
        found.body(given(found, body=str(file)))
    file.write_text("[]")
    with pytest.raises(InvalidArgumentError, match="found array at "):
        found.body(given(found, body=str(file)))


def test_members_that_a_class_keeps_or_a_map_has_are_not_misspelt() -> None:
    def ignored(tree: dict[str, Any]) -> list[tuple[str, str]]:
        value = Whole(parts={key: Part(name="") for key in tree["parts"]})
        return [(path, name) for path, name, _ in undeclared_members(value, tree)]

    assert ignored({"parts": {"any": {"name": "a"}}, "other": {"name": 1}}) == []
    assert ignored({"parts": {"any": {"nme": "a"}}, "other": 1}) == [("$.parts.any", "nme")]


def test_two_that_would_share_a_flag_do_not() -> None:
    operation = Operation(
        "x.y",
        "POST",
        "/{brand}",
        parameters=(Path("brand", str), Query("limit", int)),
        body=Json(models.ImportRequest),
        returns=None,
    )
    found = operation_options(operation, {}, {"--limit"})
    needed = [option.flag for option in found.options if option.required]
    assert needed == ["--brand", "--body.brand", "--external-file-id", "--type"]
    assert "--parameter.limit" in [option.flag for option in found.options]


def test_other_bodies(tmp_path: FilePath, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "text"
    file.write_text("words")
    text = operation_options(Operation("x.y", "POST", "/", body=Text(), returns=None), {}, ())
    assert text.body({"body": str(file)}) == "words"
    binary = operation_options(Operation("x.y", "POST", "/", body=Binary(), returns=None), {}, ())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\x00\xff")))
    assert binary.body({"body": "-"}) == b"\x00\xff"
    optional = operation_options(
        Operation("x.y", "POST", "/", body=Json(models.ImportRequest), body_required=False, returns=None), {}, ()
    )
    assert optional.body({}) is None
    anything = operation_options(Operation("x.y", "POST", "/", body=Json(list[int]), returns=None), {}, ())
    file.write_text("[1, 2]")
    assert anything.body({"body": str(file)}) == [1, 2]


@pytest.mark.parametrize(
    ("hint", "text", "expected"),
    [
        (str, "5", "5"),
        (str, "null", "null"),
        (int, "5", 5),
        (Decimal, "5.50", "5.50"),
        (date, "2026-01-31", "2026-01-31"),
        (int | str, "5", "5"),
        (Any, '{"a": 1}', {"a": 1}),
        (Any, "plain", "plain"),
        (dict[str, int], '{"a": 1}', {"a": 1}),
        (Level, "1", 1),
        (Rate, "0.5", 0.5),
        (IntString, "42", "42"),
        (time, "08:00:00", "08:00:00"),
        (tuple[int, str], '[1, "a"]', [1, "a"]),
    ],
)
def test_text_becomes_what_the_wire_has(hint: Any, text: str, expected: Any) -> None:
    assert wire_value(text, hint, "--it") == expected


def test_help_shows_the_expected_values() -> None:
    hints: tuple[Any, ...] = (str, int, float, UUID, datetime, date, models.StockType, dict[str, int], int | str)
    expected = ["TEXT", "INTEGER", "NUMBER", "UUID", "DATE-TIME", "DATE", "standard|consigned", "JSON", "TEXT"]
    assert [metavar(hint) for hint in hints] == expected


@define
class Sent:
    note: str
    pages: int
    file: Upload


def test_files_of_multipart_bodies_are_paths(tmp_path: FilePath) -> None:
    file = tmp_path / "a.txt"
    file.write_text("a")
    found = operation_options(Operation("x.y", "POST", "/", body=Multipart(Sent), returns=None), {}, ())
    body: Any = found.body(given(found, note="hello", pages="3", file=str(file)))
    assert (body.note, body.pages, body.file.content) == ("hello", 3, file)
    with pytest.raises(InvalidArgumentError, match="--file: is required"):
        found.body(given(found, note="hello", pages="3"))


def test_instants_keep_their_offset() -> None:
    assert wire_value("2026-01-31T08:00:00Z", datetime, "--it") == "2026-01-31T08:00:00Z"
    found = operation_options(exports.EXPORT_MOVEMENT, {}, ())
    body: Any = found.body(
        given(found, brand="C", pos_code=["1"], download_request_id="d", date_from="2026-01-31T08:00:00+01:00")
    )
    assert body.date_from.astimezone(UTC) == datetime(2026, 1, 31, 7, tzinfo=UTC)
