"""The wheel that users install, apart from the checkout: it contains everything that it declares."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from tests.e2e.environments import environment, pip, run

ROOT = Path(__file__).parent.parent.parent
CONSOLE = re.compile(r"## The first CSV\n.*?`pip install '([^']+)'`.*?```console\n(.*?)```", re.DOTALL)
CALL = """
import asyncio, sys
from taskclients.booster import AsyncBoosterClient, BoosterClient

async def call():
    async with AsyncBoosterClient(sys.argv[1], auth="token") as client:
        return await client.list_tasks()

with BoosterClient(sys.argv[1], auth="token") as client:
    assert client.list_tasks()
assert asyncio.run(call())
print(*{"httpx", "httpx2"} & sys.modules.keys())
"""


@pytest.fixture
def trusted() -> None:
    """Trust the authorities of this machine: packages are downloaded."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT))
    (built,) = out.glob("*.whl")
    return built


def test_a_library_user_gets_the_clients_and_little_else(
    wheel: Path, tmp_path: Path, url: str, library: ModuleType
) -> None:
    python = environment(tmp_path, str(wheel))
    name = library.__name__
    below = {"certifi", "h11", "httpcore"}
    if name == "httpx2":  # codegen/guide/transport.md: "or install it without httpx"
        pip(python, "uninstall", "httpx", "httpcore")
        pip(python, "install", "httpx2")
        below = {"certifi", "h11", "httpcore2", "truststore"}
    listed = run(
        python, "-c", "import importlib.metadata as m; print(*sorted(d.name.lower() for d in m.distributions()))"
    )
    ours = {"taskclients", "attrs", name, "msgspec"}
    theirs = {"anyio", "idna", "pip", "setuptools", "sniffio", "typing-extensions", *below}
    installed = {name.replace("_", "-") for name in listed.stdout.split()}
    assert ours <= installed <= ours | theirs
    assert run(python, "-c", CALL, f"{url}/booster", cwd=tmp_path).stdout == f"{name}\n"
    refused = subprocess.run(
        [python, "-m", "dragoman", "generate"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 2
    assert "no spec" in refused.stderr
    shutil.copy(ROOT / "specs" / "mykaarma.yaml", tmp_path)
    refused = subprocess.run(
        [python, "-m", "dragoman", "generate", "mykaarma.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 2
    assert "taskclients[codegen]" in refused.stderr
    assert "Traceback" not in refused.stderr


TESTS = """
import pytest
from dragoman.testing import fault, vendors
from taskclients.booster import BoosterClient

def test_the_fixtures_are_there(taskclients_client, taskclients_clock):
    assert vendors() == ("booster", "lifepos", "mykaarma")
    late = fault("tasks.listTasks", "late", seconds=50)
    with taskclients_client(BoosterClient, faults=[late]) as booster:
        before = taskclients_clock.monotonic()
        assert booster.list_tasks()
        assert taskclients_clock.monotonic() - before == 50
"""


def test_the_fixtures_of_the_pytest_plugin_need_the_sandbox_extra(wheel: Path, tmp_path: Path) -> None:
    python = environment(tmp_path, str(wheel), "pytest")
    command = [python, "-m", "pytest", "-q", "-W", "error", "test_mine.py"]
    # Tests of users who do not load the plugin: their assertions are rewritten, not ours.
    (tmp_path / "conftest.py").write_text("import taskclients.booster\n", encoding="utf-8")
    (tmp_path / "test_mine.py").write_text("def test_mine(): import taskclients.lifepos\n", encoding="utf-8")
    assert "1 passed" in run(*command, cwd=tmp_path).stdout
    ours = ("taskclients", "taskclients_core", "dragoman")
    compiled = [path for package in ours for path in (tmp_path / "venv").rglob(f"{package}/**/*-pytest-*.pyc")]
    assert compiled == []
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["dragoman.testing.plugin"]\n', encoding="utf-8")
    for tests in ("def test_mine(taskclients_client): pass\n", TESTS):
        (tmp_path / "test_mine.py").write_text(tests, encoding="utf-8")
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert "is missing; run: pip install 'taskclients[sandbox]'" in done.stdout
    pip(python, "install", f"{wheel}[sandbox]")
    assert "1 passed" in run(*command, cwd=tmp_path).stdout


NEW = """
from acme_clients.acme import AcmeClient
from acme_clients.acme.models import Export, NewExport

def begin(client: AcmeClient) -> Export:
    task = client.begin_create_export(NewExport(shop="0042"))
    return task.wait(timeout=60).model

if __name__ == "__main__":
    import acme_clients
    print(AcmeClient(auth="token"), acme_clients.__version__)
"""


def check_a_new_project(python: str, folder: Path) -> None:
    """Check that a spec from `init` is clean, and that the project generated from it installs and type-checks."""
    printed = run(python, "-m", "dragoman", "init", "acme", cwd=folder).stdout
    lint, _, generate = (line.split()[1:] for line in printed.splitlines() if line.startswith("  dragoman "))
    assert run(python, "-m", "dragoman", *lint, "--strict", cwd=folder).stderr == ""
    run(python, "-m", "dragoman", *generate, cwd=folder)
    pip(python, "install", str(folder / "acme-clients"))
    (folder / "program.py").write_text(NEW, encoding="utf-8")
    assert run(python, "program.py", cwd=folder).stdout == "AcmeClient('https://api.acme.example.com') 0.1.0\n"
    types = [sys.executable, "-m", "mypy", "--strict", "--python-executable", python, "program.py"]
    assert "Success" in run(*types, cwd=folder).stdout
    (folder / "specs" / "acme.yaml").unlink()


def test_the_extras_generate_and_serve(wheel: Path, tmp_path: Path) -> None:
    python = environment(tmp_path, f"{wheel}[codegen,sandbox]")
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    run(python, "-m", "dragoman", "generate", "--fresh", "--out", "out", cwd=tmp_path)
    made = {f.relative_to(tmp_path / "out"): f.read_bytes() for f in (tmp_path / "out").rglob("*.py")}
    remaining = {f.relative_to(ROOT / "generated"): f.read_bytes() for f in (ROOT / "generated").rglob("*.py")}
    assert made == remaining
    check_a_new_project(python, tmp_path)
    server = subprocess.Popen(
        [python, "-m", "dragoman", "sandbox", "--port", "0"], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        line = next(line for line in server.stdout if "http://" in line)
        url = line[line.index("http://") :].split()[0]
        run(python, "-c", CALL, f"{url}/booster", cwd=tmp_path)
    finally:
        server.terminate()
        assert server.wait(timeout=15) == 0
        assert server.stdout is not None
        server.stdout.close()


def test_the_first_csv_takes_the_two_commands_of_the_readme(wheel: Path, tmp_path: Path) -> None:
    found = CONSOLE.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert found is not None
    commands = [command.strip() for command in found[2].replace("\\\n", " ").split("$ ") if command.strip()]
    python = environment(tmp_path, f"{wheel}{found[1].removeprefix('taskclients')}")
    with socket.socket() as free:  # another program may have the port of the README
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    serve, export = (command.replace("8000", port) for command in commands)
    path = {"PATH": f"{Path(python).parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path)}
    server = subprocess.Popen(
        [*serve.split(), "--port", port], cwd=tmp_path, env=path, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        assert any(line.startswith("listening on ") for line in iter(server.stdout.readline, ""))
        done = subprocess.run(
            ["bash", "-c", export], cwd=tmp_path, env=path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "customers.csv").read_text(encoding="utf-8").count("\n") > 1
    finally:
        server.terminate()
        server.wait(timeout=15)
        assert server.stdout is not None
        server.stdout.close()
