"""The demo, as new users run it: without a terminal, and with honest failures."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "tests.demo"]
LIMIT = 60


def test_the_demo_takes_less_than_a_minute() -> None:
    done = subprocess.run(COMMAND, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    for line in (
        "export: succeeded 100 %",
        "the first 5 of 12 rows",
        "step 3, Invite the users: COMPLETED",
        "2 tasks seen, 1 page fetched",
        "8 tasks on 3 pages",
        "def export_customers(client: BoosterClient",
        "demo done",
    ):
        assert line in done.stdout
    assert "\x1b" not in done.stdout


def test_an_interrupt_leaves_no_sandbox_behind() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen(COMMAND, cwd=ROOT, text=True, stdout=pipe, stderr=pipe) as demo:
        assert demo.stdout is not None
        assert demo.stderr is not None
        port = ""
        for line in demo.stdout:
            if "the sandbox listens on" in line:
                port = line.strip().rpartition(":")[2]
                break
        assert port
        demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=10) == 130
        assert demo.stdout.read().endswith("interrupted\n")
        assert demo.stderr.read() == ""
    assert not _listens(int(port))


ELSEWHERE = """
import sys
from pathlib import Path
from tests.demo import __main__ as demo, environment
environment.ROOT = Path(sys.argv[1])
sys.exit(demo.main())
"""


def test_a_failed_demo_prints_one_line_and_no_traceback(tmp_path: Path) -> None:
    # There are no specs in that folder, so nothing can be generated.
    command = [sys.executable, "-c", ELSEWHERE, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("demo failed: dragoman generate ended with status 2")
    assert "Traceback" not in done.stderr


def _listens(port: int) -> bool:
    time.sleep(0.1)
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
