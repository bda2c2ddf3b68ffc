"""The source distribution: the repository as it is, so that the targets of the Makefile work in it."""

from __future__ import annotations

import sys
import tarfile
from pathlib import Path

import pytest
from tests.e2e.environments import run

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sdist")
    run(sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", str(out), str(ROOT))
    (archive,) = out.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(out, filter="data")
    return out / archive.name.removesuffix(".tar.gz")


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="only a repository knows its files")
def test_sdist_contains_the_files_of_the_repository(unpacked: Path) -> None:
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", cwd=ROOT).stdout.split("\0")
    contained = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert contained == {path for path in listed if (ROOT / path).is_file()} | {"PKG-INFO"}


def test_targets_find_what_they_need_in_an_unpacked_sdist(unpacked: Path) -> None:
    planned = run("make", "--dry-run", "setup", "test-versions", cwd=unpacked).stdout
    assert "--require-hashes -r .ci/requirements.txt" in planned
    run(sys.executable, "-m", "dragoman", "check", cwd=unpacked)
