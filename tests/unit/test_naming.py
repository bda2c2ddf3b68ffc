"""Naming: the Python names of names in a spec."""

from __future__ import annotations

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.spec import naming

WIRE = st.text(max_size=12) | st.from_regex(r"[A-Za-z0-9_.\- ]{0,12}", fullmatch=True)


@pytest.mark.parametrize(
    ("wire", "snake", "pascal"),
    [
        ("asyncTaskId", "async_task_id", "AsyncTaskId"),
        ("includeRSP", "include_rsp", "IncludeRSP"),
        ("RSP", "rsp", "RSP"),
        (
            "includeConsignmentNotAuthorizedPOS",
            "include_consignment_not_authorized_pos",
            "IncludeConsignmentNotAuthorizedPOS",
        ),
        ("use_barcodes_ean13", "use_barcodes_ean13", "UseBarcodesEan13"),
        ("X-LP-Client-OS-Name", "x_lp_client_os_name", "XLPClientOSName"),
        ("statusCallBackUrl", "status_call_back_url", "StatusCallBackUrl"),
        ("schedulerTimeIntervalInMins", "scheduler_time_interval_in_mins", "SchedulerTimeIntervalInMins"),
        ("revenueByPeriodsType", "revenue_by_periods_type", "RevenueByPeriodsType"),
        ("RevenueByPeriodsCSV", "revenue_by_periods_csv", "RevenueByPeriodsCSV"),
        ("GetCustomerInterest", "get_customer_interest", "GetCustomerInterest"),
        ("dealerUUIDs", "dealer_uuids", "DealerUUIDs"),
        ("HTTPServer", "http_server", "HTTPServer"),
        ("EAN13code", "ean13_code", "EAN13code"),
        ("TASK_STATUS", "task_status", "TaskStatus"),
        ("task.import list", "task_import_list", "TaskImportList"),
        ("don't", "dont", "Dont"),
        ("2fa", "x_2fa", "X2fa"),
        ("3D", "x_3d", "X3D"),
        ("_id", "id", "Id"),
        ("@type", "type", "Type"),
        ("", "", ""),
        ("…-!", "", ""),
        ("имя", "", ""),
        ("café", "", ""),
    ],
)
def test_spelling(wire: str, snake: str, pascal: str) -> None:
    assert (naming.snake(wire), naming.pascal(wire), naming.upper(wire)) == (snake, pascal, snake.upper())


@pytest.mark.parametrize(
    ("spelled", "expected"),
    [
        (naming.attribute("class"), "class_"),
        (naming.attribute("date"), "date_"),
        (naming.attribute("type"), "type"),
        (naming.attribute("id"), "id"),
        (naming.argument("client"), "client_"),
        (naming.argument("body"), "body_"),
        (naming.class_name("operation"), "Operation"),
        (naming.class_name("union"), "Union"),
        (naming.class_name("None"), "None_"),
        (naming.class_name("Task"), "Task"),
        (naming.function("import"), "import_"),
        (naming.function("listTasks"), "list_tasks"),
        (naming.module("import"), "import_"),
        (naming.module("async-tasks"), "async_tasks"),
        (naming.member("created_at_asc"), "CREATED_AT_ASC"),
        (naming.member("needs-input"), "NEEDS_INPUT"),
        (naming.member(3), "VALUE_3"),
        (naming.member(-3), "VALUE_MINUS_3"),
    ],
)
def test_reserved_names_are_left_free(spelled: str, expected: str) -> None:
    assert spelled == expected


@given(WIRE)
def test_every_spelling_is_an_identifier_or_nothing(wire: str) -> None:
    for spell in (naming.attribute, naming.argument, naming.class_name, naming.function, naming.member, naming.module):
        spelled = spell(wire)
        assert spelled == "" or (spelled.isidentifier() and spelled.isascii() and not keyword.iskeyword(spelled))
        assert not spelled.startswith("_")


@given(WIRE)
def test_spelling_twice_changes_nothing(wire: str) -> None:
    for spell in (naming.snake, naming.pascal, naming.upper):
        assert spell(spell(wire)) == spell(wire)


@given(WIRE)
def test_a_name_is_spellable_in_all_ways_or_in_none(wire: str) -> None:
    assert len({bool(spell(wire)) for spell in (naming.snake, naming.pascal, naming.upper)}) == 1


@given(st.text(st.sampled_from("abcYZ019"), min_size=1))
def test_all_letters_and_digits_remain(wire: str) -> None:
    assert naming.snake(wire).removeprefix("x_").replace("_", "") == wire.lower()


@given(st.integers())
def test_integers_are_members(value: int) -> None:
    assert naming.is_member(naming.member(value))
