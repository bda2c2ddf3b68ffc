"""The command line in child processes, with a server behind a socket: exit codes and output.

Most tests use a vendor that is not part of this project: its spec alone gives it all commands.
"""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from threading import Thread
from typing import Any, Final

import pytest
from attrs import define, field, frozen
from tests.raw_server import listening

from dragoman import pipeline
from dragoman.generate import file_tree
from dragoman.mock_server import Fault, Sandbox, fault, serving
from taskclients_core.tasks import TaskRef

ROOT: Final = Path(__file__).parents[3]
PARCELS: Final = Path(__file__).with_name("parcels.yaml")
SECRET: Final = "c4n4ry-s3cr3t"
PACK: Final = ("pack", "parcel", "--depot", "north", "--article-code", "A1")
ORGANIZATION: Final = "00000000-0000-4000-8000-000000000012"


@frozen
class Ended:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


@define
class Shell:
    """Runs a command of one vendor at one server."""

    package: str
    vendor: str
    environment: dict[str, str]
    seen: list[str] = field(factory=list[str])
    """All output so far."""

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", self.package, self.vendor, *arguments]

    def __call__(self, *arguments: str, give: str = "", **environment: str) -> Ended:
        found = subprocess.run(
            self.command(*arguments),
            capture_output=True,
            text=True,
            timeout=60,
            input=give,
            env=self.environment | environment,
            check=False,
        )
        self.seen += [found.stdout, found.stderr]
        assert "Traceback" not in found.stderr, found.stderr
        return Ended(found.returncode, found.stdout, found.stderr)


@contextmanager
def shell(package: str, vendor: str, spec: Path, *faults: Fault, **more: str) -> Generator[Shell]:
    """Return a shell whose vendor is the sandbox. No secret of it may ever be printed."""
    with serving(Sandbox([spec], speed=50.0, faults=faults)) as url:
        prefix = f"{package}_{vendor}".upper()
        environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "FORCE_COLOR")}
        environment |= {f"{prefix}_BASE_URL": f"{url}/{spec.stem}", "HOST": url.removeprefix("http://")}
        environment |= {f"{prefix}_{name}": value for name, value in more.items()}
        found = Shell(package, vendor, environment)
        yield found
    assert SECRET not in "".join(found.seen)


@pytest.fixture(scope="module")
def depot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generate a package whose only vendor has no hand-written code."""
    root = tmp_path_factory.mktemp("depot")
    file_tree.write(pipeline.assemble([PARCELS]), root / "depot", owned=[PurePosixPath()])
    return root


@pytest.fixture
def parcels(depot: Path, request: pytest.FixtureRequest) -> Iterator[Shell]:
    faults: tuple[Fault, ...] = getattr(request, "param", ())
    with shell("depot", "parcels", PARCELS, *faults, API_KEY=SECRET) as found:
        found.environment["PYTHONPATH"] = str(depot)
        yield found


def with_faults(*faults: Fault) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("parcels", [faults], indirect=True, ids=[faults[0].name])


# -- Exit codes


def test_a_new_vendor_gets_all_commands_from_its_spec(parcels: Shell, tmp_path: Path) -> None:
    """Exit code 0."""
    target = tmp_path / "parcel.csv"
    found = parcels(
        *PACK, "--article-code", "A2", "--urgent", "--receiver.name", "Ann", "--size", "small",
        "--download", str(target), "--download-host", parcels.environment["HOST"], "--allow-private-downloads",
    )  # fmt: skip
    assert found.code == 0, found.err
    token, path = found.lines
    assert token.startswith("t1.")
    assert path == str(target)
    assert target.read_text().startswith("number,name,email")
    help_ = parcels("pack", "parcel", "--help").out
    assert "Where it is packed. [required]" in help_
    assert "Name of the receiver." in help_
    assert "small|large" in help_


def test_results_are_printed(parcels: Shell) -> None:
    """Exit code 0. `sync` is a command of one word; a command `wait list` would hide the built-in `wait`."""
    found = parcels("sync", "--wait")
    assert (found.code, len(found.lines)) == (0, 2)
    assert int(found.lines[1]) >= 0
    assert parcels("wait-list", "--json").objects[0]["type"] == "begun"
    again = parcels("result", found.lines[0], "--json").objects
    assert [(each["type"], each["result"]) for each in again] == [("result", int(found.lines[1]))]


def test_wrong_values_name_their_option_and_send_nothing(parcels: Shell) -> None:
    """Exit code 1."""
    for arguments, message in {
        (*PACK, "--size", "huge"): "--size: expected one of small, large, found 'huge'",
        ("watch", "t1.bad"): "not a token of a task",
        (*PACK, "--nonsense"): "No such option",
    }.items():
        found = parcels(*arguments)
        assert found.code == 1, arguments
        assert message in found.err
        assert found.out == ""


def test_missing_credentials_name_the_environment_variable(parcels: Shell) -> None:
    """Exit code 1."""
    found = parcels(*PACK, DEPOT_PARCELS_API_KEY="")
    assert (found.code, found.out) == (1, "")
    assert "set DEPOT_PARCELS_API_KEY" in found.err


@with_faults(fault("parcels.packParcel", "ends", phase="failed"))
def test_a_failed_task_is_reported_with_its_token(parcels: Shell) -> None:
    """Exit code 2."""
    begun, error = parcels(*PACK, "--wait", "--json").objects
    assert (error["type"], error["exit_code"], error["error"]) == ("error", 2, "TaskFailedError")
    assert error["resume_token"] == begun["resume_token"]
    assert parcels("watch", begun["resume_token"]).code == 2
    assert parcels("wait", begun["resume_token"]).code == 2


@with_faults(
    fault("parcels.getParcel", "set", at="/damaged", value=1, times="always"),
    fault("parcels.getParcel", "set", at="/remarks", value=[{"text": "\x1b[31mdented"}], times="always"),
)
def test_partial_success_is_an_error_unless_accepted(parcels: Shell) -> None:
    """Exit code 3."""
    found = parcels(*PACK, "--wait")
    assert found.code == 3
    assert "dented" in found.err
    assert "\x1b" not in found.err, "what vendors say does nothing to a terminal"
    token = found.lines[0]
    assert parcels("result", token, "--accept-partial").code == 0
    assert parcels("wait", token, "--accept-partial").code == 0


@with_faults(fault("parcels.getParcel", "phase", phase="needs-input", times="always"))
def test_a_task_that_needs_input_is_an_error(parcels: Shell) -> None:
    """Exit code 4."""
    token = parcels(*PACK).lines[0]
    assert parcels("wait", token).code == 4
    assert parcels("result", token).code == 4
    assert parcels("watch", token, "--timeout", "5").code == 4


@with_faults(fault("parcels.getParcel", "phase", phase="running", times="always"))
def test_a_timeout_prints_the_token(parcels: Shell) -> None:
    """Exit code 5."""
    token = parcels(*PACK).lines[0]
    for arguments in (("wait", token), ("watch", token), ("result", token)):
        found = parcels(*arguments, "--timeout", "0.5")
        assert found.code == 5
        assert f"resume token: {token}" in found.err
    error = parcels("wait", token, "--timeout", "0.5", "--json").objects[-1]
    assert (error["exit_code"], error["error"], error["resume_token"]) == (5, "TaskTimeoutError", token)


@with_faults(fault("parcels.packParcel", "lost"))
def test_an_unknown_submission_stays_in_the_journal_and_can_be_resolved(parcels: Shell, tmp_path: Path) -> None:
    """Exit code 6."""
    journal = ("--journal", str(tmp_path / "depot.journal"))
    found = parcels(*PACK, *journal, "--idempotency-key", "monday", "--json")
    assert found.code == 6
    assert found.objects[-1]["error"] == "SubmissionUnknownError"
    assert found.objects[-1]["idempotency_key"] == "monday"
    kept = parcels("recover", *journal, "--json")
    assert kept.code == 6
    assert [(each["type"], each["idempotency_key"]) for each in kept.objects] == [("unresolved", "monday")]
    other = parcels(*PACK).lines[0]
    assert parcels("resolve", "monday", other, *journal).code == 0
    recovered = parcels("recover", *journal)
    assert (recovered.code, recovered.lines[0].partition("\t")[0]) == (0, other)
    assert parcels("discard", "missing", *journal).code == 1


@with_faults(fault("parcels.packParcel", "status", status=403))
def test_a_refused_request_is_an_error(parcels: Shell) -> None:
    """Exit code 7."""
    found = parcels(*PACK, "--json")
    assert found.code == 7
    assert found.objects[0]["error"] == "ForbiddenError"
    assert parcels(*PACK, "--base-url", "http://127.0.0.1:9").code == 7


@with_faults(fault("parcels.getParcel", "phase", phase="running", times="always"))
def test_ctrl_c_prints_the_tokens_and_leaves_the_tasks_running(parcels: Shell) -> None:
    """Exit code 130."""
    process = subprocess.Popen(
        parcels.command(*PACK, "--wait"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=parcels.environment,
    )
    assert process.stdout is not None
    token = process.stdout.readline().strip()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert out == ""
    assert "Interrupted" in err
    assert token in err
    assert "Traceback" not in err
    assert parcels("wait", token, "--timeout", "0.5").code == 5, "the task is not touched"


# -- Other commands


def test_the_whole_body_can_come_from_a_file_or_stdin(parcels: Shell, tmp_path: Path) -> None:
    file = tmp_path / "body.json"
    file.write_text('{"articleCodes": ["A1"], "size": "small"}')
    assert parcels("pack", "parcel", "--depot", "north", "--body", str(file), "--size", "large").code == 0
    assert parcels("pack", "parcel", "--depot", "north", "--body", "-", give='{"articleCodes": []}').code == 0
    found = parcels("pack", "parcel", "--depot", "north", "--body", "-", give='{"articleCodes": 3}')
    assert (found.code, found.out) == (1, "")
    assert "$.articleCodes" in found.err


def test_wait_any_ends_with_the_first_task(parcels: Shell) -> None:
    tokens = [parcels(*PACK).lines[0] for _ in range(2)]
    assert parcels("wait", "--any", *tokens).code == 0
    found = parcels("wait", "--all", *tokens, "--json")
    assert [(each["resume_token"], each["phase"]) for each in found.objects] == [(each, "succeeded") for each in tokens]


def test_a_journal_knows_the_tasks_that_no_list_shows(parcels: Shell, tmp_path: Path) -> None:
    journal = ("--journal", str(tmp_path / "depot.db"))
    token = parcels(*PACK, *journal, "--idempotency-key", "monday").lines[0]
    assert parcels(*PACK, *journal, "--idempotency-key", "monday").lines == [token], "the same start, once"
    shown = [each["resume_token"] for each in parcels("tasks", *journal, "--json").objects]
    assert token in shown


def test_a_file_can_go_to_stdout(parcels: Shell, tmp_path: Path) -> None:
    token = parcels(*PACK).lines[0]
    found = parcels("download", token, "-", "--allow-private-downloads", "--download-host", parcels.environment["HOST"])
    assert found.code == 0, found.err
    assert found.out.startswith("number,name,email")
    assert parcels("download", token, "-", "--json").code == 1
    refused = parcels("download", token, str(tmp_path / "parcel.csv"), "--allow-private-downloads")
    assert refused.code == 7
    assert f"--download-host {parcels.environment['HOST']}" in refused.err


def test_a_download_without_an_allowed_host_is_refused_before_the_task_begins(parcels: Shell, tmp_path: Path) -> None:
    found = parcels(*PACK, "--download", str(tmp_path / "parcel.csv"), "--allow-private-downloads")
    assert found.code == 1
    assert found.lines == []
    assert "--download: the spec of parcels.parcel names no host that files may come from" in found.err
    assert "--download-host" in found.err


def test_credentials_come_from_private_files_only(parcels: Shell, tmp_path: Path) -> None:
    file = tmp_path / "credentials.toml"
    file.write_text(f'[parcels]\napi_key = "{SECRET}"\n')
    file.chmod(0o644)
    found = parcels("tasks", "--credentials", str(file), DEPOT_PARCELS_API_KEY="")
    assert found.code == 1
    assert "chmod 600" in found.err
    file.chmod(0o600)
    assert parcels("tasks", "--credentials", str(file), DEPOT_PARCELS_API_KEY="").code == 0


def test_a_terminal_shows_a_live_bar(parcels: Shell) -> None:
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        parcels.command(*PACK, "--wait"),
        stdout=subprocess.PIPE,
        stderr=follower,
        env=parcels.environment | {"TERM": "xterm-256color", "COLUMNS": "100"},
    )
    os.close(follower)
    screen: list[bytes] = []

    def read() -> None:
        try:
            while piece := os.read(leader, 4096):
                screen.append(piece)
        except OSError:
            pass  # Linux reports this when no process has the pipe open for writing

    reader = Thread(target=read)
    reader.start()
    out, _ = process.communicate(timeout=30)
    reader.join(timeout=30)
    os.close(leader)
    shown = b"".join(screen).decode()
    assert process.returncode == 0, shown
    assert out.startswith(b"t1."), "results go to stdout, and nothing else does"
    assert "\x1b[" in shown
    assert "succeeded" in shown
    assert "Traceback" not in shown


# -- The vendors of this package


def test_booster_exports_a_file(tmp_path: Path) -> None:
    with shell("taskclients", "booster", ROOT / "specs/booster.yaml", TOKEN=SECRET) as booster:
        target = tmp_path / "out.csv"
        found = booster(
            "export", "customer", "--brand", "CAR", "--pos-code", "0042", "--download-request-id", "nightly",
            "--creation-date-from", "2026-01-31", "--download", str(target), "--json",
            "--allow-private-downloads", "--download-host", booster.environment["HOST"],
        )  # fmt: skip
        assert found.code == 0, found.err
        assert [each["type"] for each in found.objects] == ["begun", "download"]
        assert found.objects[1]["bytes"] == target.stat().st_size
        listed = booster("tasks", "--json").objects
        assert found.objects[0]["resume_token"] in [each["resume_token"] for each in listed]
        assert {each["phase"] for each in listed} >= {"succeeded", "failed", "running"}
        assert {each["model"]["type"] for each in listed} <= {"crm", "stock", "sellout"}
        header, row = booster("tasks", "--limit", "1").lines
        assert header.split()[:7] == ["ID", "PHASE", "STATUS", "PROGRESS", "TYPE", "REQUEST-DATE", "BRAND"]
        assert row.split()[0] == listed[0]["id"][:8]


def test_a_list_may_be_longer_than_a_client_reads_at_each_poll() -> None:
    others = [{"asyncTaskId": str(number), "status": "INP", "text": "x" * 1000} for number in range(9000)]
    body = json.dumps([*others, {"asyncTaskId": "a", "status": "COM"}]).encode()
    assert len(body) > 8 * 1024 * 1024
    with listening() as raw:
        raw.respond(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body), body)
        booster = Shell("taskclients", "booster", dict(os.environ))
        found = booster(
            "wait", TaskRef("booster", "task", "a").resume_token(), "--timeout", "30", "--base-url", raw.url,
            TASKCLIENTS_BOOSTER_TOKEN=SECRET,
        )  # fmt: skip
    assert found.code == 0, found.err


def test_mykaarma_shows_steps() -> None:
    spec = ROOT / "specs/mykaarma.yaml"
    with shell("taskclients", "mykaarma", spec, USERNAME="ann", PASSWORD=SECRET) as mykaarma:
        found = mykaarma("create", "dealer", "--name", "Example Motors", "--wait")
        assert found.code == 0, found.err
        assert "step 3/3" in found.err
        assert mykaarma("tasks").code == 1, "it lists none, and there is no journal"
        (seen,) = mykaarma("watch", found.lines[0], "--json").objects
        assert [step["phase"] for step in seen["steps"]] == ["succeeded"] * 3


def test_lifepos_signs_in_and_shows_messages(tmp_path: Path) -> None:
    remark = [{"type": "Warning", "message": "Row 3 was skipped"}]
    faults = fault("imports.listNomenclatureImportTasks", "set", at="/resolutions", value=remark, times="always")
    sheet = tmp_path / "goods.xlsx"
    sheet.write_bytes(b"goods")
    client = {"ACCEPT_LANGUAGE": "en-US", "CLIENT_IDENTIFIER": "till", "CLIENT_TYPE": "Service"}
    member = {"FULL_USERNAME": "ann.lee", "PASSWORD": SECRET}
    with shell("taskclients", "lifepos", ROOT / "specs/lifepos.yaml", faults, **client, **member) as lifepos:
        found = lifepos(
            "create", "nomenclature-import-task", "--org-guid", ORGANIZATION, "--body", str(sheet), "--wait",
        )  # fmt: skip
        assert found.code == 0, found.err
        assert "warning: Row 3 was skipped" in found.err
        assert lifepos("tasks").code == 1
        listed = lifepos("tasks", "--org-guid", ORGANIZATION, "--json").objects
        assert found.lines[0] in [each["resume_token"] for each in listed]
        refused = lifepos("tasks", "--org-guid", ORGANIZATION, "--client-type", "Robot")
        assert refused.code == 1
        assert "--client-type: expected one of" in refused.err


def test_the_vendors_are_listed_without_being_named_anywhere() -> None:
    command = [sys.executable, "-m", "taskclients", "vendors", "--json"]
    found = [json.loads(line) for line in subprocess.check_output(command, text=True).splitlines()]
    assert [each["vendor"] for each in found] == ["booster", "lifepos", "mykaarma"]
    assert "export customer" in found[0]["commands"]


def test_without_the_extra_the_error_names_it_and_clients_do_not_need_it() -> None:
    code = "import sys; sys.modules['typer'] = None; from taskclients_core.cli import main; sys.exit(main())"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert "taskclients[cli]" in found.stderr
    assert "Traceback" not in found.stderr
    code = (
        "import sys, taskclients.booster as b; b.BoosterClient; print(*{'typer', 'rich', 'click'} & sys.modules.keys())"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == ""
