"""Files at a revision of a git repository, read with the command `git`."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path, PurePosixPath
from typing import Final

from attrs import frozen

_MAIN: Final = ("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master")
_LOCAL_MAIN: Final = ("refs/heads/main", "refs/heads/master")
_FILE_MODES: Final = frozenset({"100644", "100755"})


class RevisionError(Exception):
    """A revision cannot be read. The message has the form `<problem>; <what to do>`."""


@frozen
class Revision:
    """Commit, with the name by which people know it."""

    name: str
    """`v0.1.0`, or `merge base with origin/main`."""

    commit: str

    @property
    def short(self) -> str:
        """Return the abbreviated id of the commit, with which git finds it, too."""
        return self.commit[:10]

    def __str__(self) -> str:
        return self.short if self.commit.startswith(self.name) else f"{self.name} ({self.short})"


@frozen
class Repository:
    """Work tree of git."""

    root: Path
    """Its top folder, without symbolic links."""

    option: str
    """Option with which the user names a revision, for messages."""

    def revision(self, name: str) -> Revision:
        """Return the commit that a branch, a tag or an expression such as `HEAD~2` names.

        Raises:
            RevisionError: There is none.
        """
        commit = self._try("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if commit is None:
            raise RevisionError(
                f"{self.option}: {name!r} is not a revision of {self.root.as_posix()}; "
                f"give a branch, a tag or a commit, or fetch it first (git fetch origin {name})"
            )
        return Revision(name, commit)

    def merge_base(self) -> Revision:
        """Return the commit at which the checked-out branch left the main branch.

        The main branch is the remote's default branch, else `main` or `master`, of the remote first.

        Raises:
            RevisionError: There is no main branch, or no common commit.
        """
        if self._try("rev-parse", "--verify", "--quiet", "HEAD") is None:
            raise RevisionError(f"{self.root.as_posix()} has no commit yet; commit the specs first")
        main = next((ref for ref in (*_MAIN, *_LOCAL_MAIN) if self._try("rev-parse", "--verify", "--quiet", ref)), None)
        if main is None:
            raise RevisionError(
                "no main branch found (origin/HEAD, main, master, of origin or local); "
                f"name the revision to compare with by {self.option}"
            )
        # origin/HEAD is an alias: its target says more.
        full = self._try("symbolic-ref", "--quiet", main) or main
        name = full.removeprefix("refs/remotes/").removeprefix("refs/heads/")
        commit = self._try("merge-base", "HEAD", full)
        if commit is None:
            raise RevisionError(
                f"HEAD and {name} have no common commit; fetch the whole history (git fetch --unshallow), or name "
                f"the revision to compare with by {self.option}"
            )
        return Revision(f"merge base with {name}", commit)

    def last_tag(self) -> Revision:
        """Return the last tag before the checked-out commit.

        Raises:
            RevisionError: There is none.
        """
        name = self._try("describe", "--tags", "--abbrev=0")
        if name is None:
            raise RevisionError(
                f"HEAD has no tag before it; fetch the tags (git fetch --tags), or name the revision by {self.option}"
            )
        return self.revision(name)

    def specs(self, revision: Revision, folder: Path) -> dict[PurePosixPath, str]:
        """Return the YAML files in a folder (not below it) at a revision: paths from the root, ids of contents."""
        inside = self.relative(folder)
        tree = f"{revision.commit}:{'' if inside == PurePosixPath('.') else inside}"
        listed = self._try("ls-tree", "-z", "--end-of-options", tree) or ""
        found: dict[PurePosixPath, str] = {}
        for entry in filter(None, listed.split("\0")):
            facts, _, name = entry.partition("\t")
            mode, _, content = facts.split(" ")
            if mode in _FILE_MODES and name.endswith(".yaml"):
                found[inside / name] = content
        return found

    def content_id(self, revision: Revision, path: PurePosixPath) -> str | None:
        """Return the id of a file's content at a revision; None if it does not exist there."""
        return self._try("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision.commit}:{path}")

    def read(self, path: PurePosixPath, content: str) -> bytes:
        """Return the content with an id, which is that of a file's path.

        Raises:
            RevisionError: It is no file, or its content is not in a partial clone.
        """
        done = _git(self.root, "cat-file", "blob", content)
        if done.returncode:
            said = _complaint(done)
            raise RevisionError(f"{path}: cannot be read ({said}); fetch the whole history, or name another revision")
        return done.stdout

    def relative(self, path: Path) -> PurePosixPath:
        """Return the path of a file or folder from the root.

        Raises:
            RevisionError: It lies outside.
        """
        # Only its folder is resolved: the file may be a link, which git knows by its own name.
        whole = path.parent.resolve() / path.name if path.name else path.resolve()
        try:
            return PurePosixPath(whole.relative_to(self.root).as_posix())
        except ValueError:
            raise RevisionError(
                f"{path.as_posix()} is outside of the git repository {self.root.as_posix()}; "
                "run the command in the repository of the spec"
            ) from None

    def _try(self, *arguments: str) -> str | None:
        """Return what a command of git prints, None if it fails."""
        done = _git(self.root, *arguments)
        return None if done.returncode else done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")


def repository(folder: Path, option: str) -> Repository:
    """Return the work tree that contains a folder, which may be missing from it by now.

    Raises:
        RevisionError: It is in none, or git is not installed.
    """
    start = next(each for each in (folder.resolve(), *folder.resolve().parents) if each.is_dir())
    done = _git(start, "rev-parse", "--show-toplevel")
    if done.returncode:
        raise RevisionError(
            f"{folder.as_posix()}: no work tree of git ({_complaint(done)}); run the command in a clone, or compare "
            "two files with dragoman diff OLD NEW"
        )
    return Repository(Path(done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")).resolve(), option)


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    # A hook of git sets these, and git would take the folder for the top of their work tree.
    environment = {name: value for name, value in os.environ.items() if name not in ("GIT_DIR", "GIT_WORK_TREE")}
    command = ["git", "-C", str(folder), *arguments]
    try:
        # Arguments are a list, and names of revisions follow --end-of-options, so they are never options or shell text.
        return subprocess.run(command, capture_output=True, check=False, env=environment)  # noqa: S603
    except FileNotFoundError:
        raise RevisionError(
            "the command git is missing; install git, or compare two files with dragoman diff OLD NEW"
        ) from None


def _complaint(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ").partition("\n")[0]
