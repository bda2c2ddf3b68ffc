"""What people install is the wheel, not the checkout: it must bring everything that it says it has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--wheel", "--outdir", str(out), str(ROOT))
    (built,) = out.glob("*.whl")
    return built


def test_a_library_user_gets_the_clients_and_little_else(wheel: Path, tmp_path: Path) -> None:
    python = _environment(tmp_path, str(wheel))
    listed = _run(
        python, "-c", "import importlib.metadata as m; print(*sorted(d.name.lower() for d in m.distributions()))"
    )
    ours = {"taskclients", "attrs", "httpx", "msgspec"}
    theirs = {"anyio", "certifi", "h11", "httpcore", "idna", "pip", "setuptools", "sniffio", "typing-extensions"}
    installed = {name.replace("_", "-") for name in listed.stdout.split()}
    assert ours <= installed <= ours | theirs
    code = (
        "from taskclients.lifepos import models; from taskclients.runtime import decode;"
        "print(decode(b'{}', models.SignInResult))"
    )
    assert "SignInResult(" in _run(python, "-c", code, cwd=tmp_path).stdout
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


def test_the_extras_generate_and_serve(wheel: Path, tmp_path: Path) -> None:
    python = _environment(tmp_path, f"{wheel}[codegen,sandbox]")
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    _run(python, "-m", "dragoman", "generate", "--out", "out", cwd=tmp_path)
    made = {f.relative_to(tmp_path / "out"): f.read_bytes() for f in (tmp_path / "out").rglob("*.py")}
    kept = {f.relative_to(ROOT / "generated"): f.read_bytes() for f in (ROOT / "generated").rglob("*.py")}
    assert made == kept
    server = subprocess.Popen(
        [python, "-m", "dragoman", "sandbox", "--port", "0"], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        line = next(line for line in server.stdout if "http://" in line)
        url = line[line.index("http://") :].split()[0]
        answer = httpx.get(f"{url}/booster/tasks", headers={"Authorization": "Bearer x"})
        assert answer.status_code == 200
        assert isinstance(answer.json(), list)
    finally:
        server.terminate()
        assert server.wait(timeout=15) == 0
        assert server.stdout is not None
        server.stdout.close()


def _environment(folder: Path, requirement: str) -> str:
    """Install a requirement into an empty environment and return its Python."""
    target = folder / "venv"
    python = target / ("Scripts" if os.name == "nt" else "bin") / "python"
    if uv := shutil.which("uv"):
        _run(uv, "venv", "--quiet", "--python", sys.executable, str(target))
        _run(uv, "pip", "install", "--quiet", "--python", str(python), requirement)
    else:
        _run(sys.executable, "-m", "venv", str(target))
        _run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement)
    return str(python)


def _run(*command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done
