"""Errors name the next step: the table in the guide is complete, and each message in the source names a remedy."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import taskclients_core
from taskclients_core import DecodeError, Headers, SentRequest, tasks
from taskclients_core.cli.output import cli_message
from taskclients_core.errors import ClientError, error_class, problem_of
from taskclients_core.tasks.errors import SubmissionUnknownError
from taskclients_core.transport.retry_policy import is_transient

ROOT: Final = Path(taskclients_core.__file__).parent
GUIDE: Final = ROOT.parent / "guide" / "errors.md"

PUBLIC: Final = {
    name: kind
    for module in (taskclients_core, tasks)
    for name in module.__all__
    if isinstance(kind := getattr(module, name), type) and issubclass(kind, ClientError)
}
MADE_BY_A_SUBCLASS: Final = {"ApiError", "ClientError", "TaskError", "TransportError"}

STEP: Final = re.compile(r"; [a-z`{]")
"""The remedy follows the last semicolon."""

ACCEPTED: Final = re.compile(r"; |\b(?:expected|required|must|cannot|can only|requires|takes|allowed|not a)\b")
"""An invalid argument is also remedied by a message that says what is accepted, or what is not."""

FORWARDED: Final = re.compile(r"\{\}|the client \{\}|(?:\{\}|[a-z_ ]+)(?: parameter \{\})?: (?:.*: )?\{\}(?:\{\})?")
"""Message of another error, which names the step itself, after the name of an operation or option."""


def rows() -> dict[str, list[str]]:
    """Return the rows of the tables in the guide by the names of the errors in their first cells."""
    found: dict[str, list[str]] = {}
    for line in GUIDE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) >= 3:
            for name in re.findall(r"`(\w+Error)`", cells[0]):
                found[name] = cells[1:]
    return found


def test_the_guide_lists_every_public_error_with_meaning_and_remedy() -> None:
    listed = rows()
    assert listed.keys() - {"CoreMismatchError", "TimeoutError"} == PUBLIC.keys()
    assert [name for name, cells in listed.items() if not all(cells)] == []


def test_every_public_error_has_a_docstring() -> None:
    assert [name for name, kind in PUBLIC.items() if not kind.__doc__] == []


def raised() -> Iterator[tuple[str, str, str]]:
    """Yield place, class and message of each error that the core makes; parts that vary are `{}`."""
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for scope in ast.walk(tree):
            if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            texts = {
                target.id: node.value
                for node in ast.walk(scope)
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for node in ast.walk(scope):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in PUBLIC
                    and node.args
                ):
                    given = node.args[0]
                    given = texts.get(given.id, given) if isinstance(given, ast.Name) else given
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node.func.id, text_of(given)


def text_of(node: ast.expr) -> str:
    """Return a text in the source with `{}` for parts that vary."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) for part in node.values)
    if isinstance(node, ast.FormattedValue) and "did_you_mean(" in ast.unparse(node):
        return "; {}"
    return "{}"


def test_each_message_names_a_remedy() -> None:
    messages = dict.fromkeys(raised())
    assert len(messages) > 150
    without = [
        f"{place}: {kind}: {message}"
        for place, kind, message in messages
        if not FORWARDED.fullmatch(message)
        and not (ACCEPTED if kind == "InvalidArgumentError" else STEP).search(message)
    ]
    assert without == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", [*range(300, 309), *range(400, 430), *range(500, 512), 200, 600])
def test_each_status_has_a_remedy(status: int, method: str) -> None:
    request = SentRequest(method, "https://api.example/v2/tasks/1", ())
    error = error_class(status)(operation="a.b", status=status, request=request, reason="stop; now")
    assert STEP.search(str(error).partition(f"({method} /v2/tasks/1)")[2])


def test_a_retry_is_recommended_for_each_status_that_is_retried_and_no_other() -> None:
    request = SentRequest("GET", "https://api.example/", ())
    errors = {
        status: error_class(status)(operation="a.b", status=status, request=request) for status in range(200, 600)
    }
    recommended = [status for status, error in errors.items() if "RetryPolicy" in str(error)]
    assert recommended == [status for status in errors if is_transient(status)]


def test_a_retry_is_not_recommended_for_a_request_that_may_act_twice() -> None:
    request = SentRequest("POST", "https://api.example/v2/tasks", ())
    assert "RetryPolicy" not in str(error_class(503)(operation="a.b", status=503, request=request))


@pytest.mark.parametrize(
    ("path", "expected", "lenient", "remedy"),
    [
        ("$.a[3]", "int", False, "pass lenient=True, or correct the spec"),
        ("$.a[3]", "int", True, "report it to the vendor, or correct the spec"),
        ("row 1", "6 cells", False, "report it to the vendor, or correct the spec"),
        ("row 2, column 'id'", "CSV", False, "report it to the vendor, or correct the spec"),
        ("header, column 'id'", "a required column", False, "pass lenient=True, or correct the spec"),
        ("header", "a CSV header", False, "check base_url, or report it to the vendor"),
        ("$", "JSON", True, "check base_url, or report it to the vendor"),
    ],
)
def test_a_lenient_call_is_recommended_only_where_it_may_help(
    path: str, expected: str, lenient: bool, remedy: str
) -> None:
    error = DecodeError(path=path, expected=expected, found="another", raw=b"")
    error.operation, error.lenient = "a.b", lenient
    assert str(error).partition("; ")[2] == remedy


def test_an_error_of_the_callers_own_code_is_described_with_its_class() -> None:
    assert problem_of(KeyError("token")) == "KeyError: 'token'"
    assert problem_of(ClientError("a.b: stopped; try again")) == "a.b: stopped"


@pytest.mark.parametrize("request_id", ["req_011CSHoEeqs5C35K2UUqR7Fy", "JKJaXmPLvHcESHA9zQ4TYw=="])
def test_a_request_id_is_shown_as_the_log_of_the_server_has_it_unless_it_holds_a_secret(request_id: str) -> None:
    request = SentRequest("GET", "https://api.example/v2/tasks", ())
    headers = Headers([(b"X-Request-Id", request_id.encode())])
    for secrets, shown in (["another"], request_id), ([request_id[4:]], "***"), (None, "***"):
        error = error_class(500)(operation="a.b", status=500, request=request, headers=headers, secrets=secrets)
        assert f"{shown});" in str(error)
        assert (request_id in str(error)) == (shown == request_id)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("a.b: expected int, found str at $.a; pass lenient=True, or correct the spec", "$.a; report it to whom"),
        (
            "a.b: expected 6 cells, found 1 at row 1; report it to the vendor, or correct the spec",
            "1; report it to whom",
        ),
        ("a.b: 401 Unauthorized (GET /); pass valid credentials as auth=", "give valid credentials with --credentials"),
        ("a.b: 503 (GET /); try again later, or pass retry=RetryPolicy()", "(GET /); try again later"),
        ("a.b: 404 (GET /); check the ids in the call and base_url", "check the ids in the call and --base-url"),
        ("it continues, wait again or resume it with its resume_token", "run `wait` with its resume token"),
        ("the task needs input; call confirm()", "run `confirm`"),
        ("call `tasks.discard(key)` or `tasks.resolve(key, candidate)`", "`discard KEY` or `resolve KEY RESUME-TOKEN`"),
        ("the link has expired; call download again, which continues", "run `download` again"),
    ],
)
def test_the_command_line_names_its_own_commands(message: str, expected: str) -> None:
    assert expected in cli_message(SubmissionUnknownError(message, key="k", sent_at=None))  # type: ignore[arg-type]
