"""Files at a revision of a real git repository."""

from __future__ import annotations

import os
import shutil
from pathlib import Path, PurePosixPath

import pytest
from tests.unit.diff.git import ENVIRONMENT, commit, git, new_repository

from dragoman.diff.revisions import Repository, Revision, RevisionError, repository


@pytest.fixture(autouse=True)
def _isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository on the branch `topic`, which left `main` after its first commit."""
    root = new_repository(tmp_path_factory.mktemp("template"))
    specs = root / "specs"
    specs.mkdir()
    (specs / "a.yaml").write_bytes(b"first\r\n")
    (specs / "notes.txt").write_text("notes")
    (specs / "b.yaml").symlink_to("a.yaml")
    commit(root, "first")
    git(root, "tag", "v0.1.0")
    git(root, "checkout", "--quiet", "-b", "topic")
    (specs / "a.yaml").write_text("second")
    commit(root, "second")
    git(root, "checkout", "--quiet", "main")
    git(root, "commit", "--quiet", "--allow-empty", "--message=later on main")
    git(root, "checkout", "--quiet", "topic")
    return root


@pytest.fixture
def repo(template: Path, tmp_path: Path) -> Repository:
    copy = shutil.copytree(template, tmp_path / "repo", symlinks=True)
    return repository(copy / "specs", "--against")


def test_the_merge_base_is_the_commit_at_which_the_branch_left_main(repo: Repository) -> None:
    found = repo.merge_base()
    assert found == Revision("merge base with main", repo.revision("v0.1.0").commit)
    assert str(found) == f"merge base with main ({found.commit[:10]})"


def test_the_default_branch_of_the_remote_is_the_main_branch(repo: Repository) -> None:
    git(repo.root, "update-ref", "refs/remotes/origin/develop", "topic")
    git(repo.root, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/develop")
    assert repo.merge_base().name == "merge base with origin/develop"
    assert repo.merge_base().commit == repo.revision("topic").commit


def test_files_are_read_byte_by_byte_and_links_are_no_specs(repo: Repository) -> None:
    revision = repo.revision("v0.1.0")
    found = repo.specs(revision, repo.root / "specs")
    assert list(found) == [PurePosixPath("specs/a.yaml")]
    assert repo.read(PurePosixPath("specs/a.yaml"), found[PurePosixPath("specs/a.yaml")]) == b"first\r\n"
    assert repo.content_id(revision, PurePosixPath("specs/a.yaml")) == found[PurePosixPath("specs/a.yaml")]
    assert repo.content_id(revision, PurePosixPath("specs/none.yaml")) is None


def test_a_folder_that_is_gone_is_still_read_at_the_revision(repo: Repository) -> None:
    git(repo.root, "mv", "specs", "apis")
    again = repository(repo.root / "specs", "--against")
    assert list(again.specs(again.revision("topic"), repo.root / "specs")) == [PurePosixPath("specs/a.yaml")]


def test_an_unknown_revision_is_an_error_that_names_the_option(repo: Repository) -> None:
    for name in ("none", "--help", "-h", "HEAD:specs", "", "a\nb", "$(touch x)"):
        with pytest.raises(RevisionError) as error:
            repo.revision(name)
        assert str(error.value).startswith(f"--against: {name!r} is not a revision of ")
        assert "; give a branch, a tag or a commit" in str(error.value)
    assert not (repo.root / "x").exists()


def test_the_last_tag_is_found_from_a_later_commit(repo: Repository) -> None:
    assert str(repo.last_tag()) == f"v0.1.0 ({repo.revision('v0.1.0').short})"
    git(repo.root, "tag", "--delete", "v0.1.0")
    with pytest.raises(RevisionError, match="HEAD has no tag before it; fetch the tags"):
        repo.last_tag()


def test_a_commit_is_named_once(repo: Repository) -> None:
    commit = repo.revision("HEAD").commit
    assert str(repo.revision(commit)) == commit[:10]


def test_a_repository_without_a_main_branch_is_an_error(repo: Repository) -> None:
    git(repo.root, "branch", "--quiet", "--move", "main", "trunk")
    with pytest.raises(RevisionError, match=r"no main branch found .*; name the revision to compare with by --against"):
        repo.merge_base()


def test_unrelated_histories_are_an_error(repo: Repository) -> None:
    git(repo.root, "checkout", "--quiet", "--orphan", "other")
    with pytest.raises(RevisionError, match="has no commit yet; commit the specs first"):
        repo.merge_base()
    git(repo.root, "commit", "--quiet", "--message=other")
    with pytest.raises(RevisionError, match="HEAD and main have no common commit; fetch the whole history"):
        repo.merge_base()


def test_a_folder_outside_of_git_is_an_error(repo: Repository, tmp_path: Path) -> None:
    with pytest.raises(
        RevisionError, match=r"no work tree of git \(not a git repository.*; run the command in a clone"
    ):
        repository(tmp_path, "--against")
    with pytest.raises(RevisionError, match=r"is outside of the git repository .*; run the command in the repository"):
        repo.relative(tmp_path / "a.yaml")


def test_the_folder_decides_even_in_a_hook_of_another_repository(
    repo: Repository, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(template / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(template))
    assert repository(repo.root / "specs", "--against").root == repo.root


def test_missing_git_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RevisionError, match="the command git is missing; install git"):
        repository(tmp_path, "--against")
