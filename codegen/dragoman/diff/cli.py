"""Commands `dragoman diff` and `dragoman changelog`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from ..bundled import spec_of, vendors
from .revisions import Repository, Revision, RevisionError, repository

if TYPE_CHECKING:
    from .comparison import Comparison, SpecDiff, SpecFile

_WORK_TREE: Final = "working tree"
_USAGE: Final = 2


def add_diff(parser: argparse.ArgumentParser, specs: Path) -> None:
    """Add the arguments of `diff`; `specs` is the folder of the specs."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="SPEC",
        help=f"spec files, or names of vendors (default: {specs.as_posix()}/*.yaml, there and here); two files that "
        f"are not both in {specs.as_posix()}/ are OLD and NEW: they are compared with each other, unless --against is "
        "given",
    )
    parser.add_argument(
        "--against",
        metavar="REF",
        help="branch, tag or commit of git to compare the working tree with (default: the commit at which HEAD left "
        "the main branch)",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--format",
        choices=("text", "github"),
        default="text",
        help="text, or annotations for GitHub Actions (default: text)",
    )
    form.add_argument("--markdown", action="store_true", help="print Markdown for a comment on a pull request")
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--html", action="store_true", help="print one HTML page, the old and the new spec side by side")
    parser.add_argument(
        "--fail-on",
        choices=("breaking", "any"),
        help="exit with status 1 if there is a breaking change (breaking), or any change (any)",
    )
    parser.set_defaults(run=lambda options, _: _guarded("diff", options, specs), extra="codegen")


def add_changelog(parser: argparse.ArgumentParser, specs: Path) -> None:
    """Add the arguments of `changelog`; `specs` is the folder of the specs."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="SPEC",
        help=f"spec files, or names of vendors (default: {specs.as_posix()}/*.yaml, there and here)",
    )
    parser.add_argument(
        "--since",
        metavar="REF",
        help="branch, tag or commit of the last release (default: the last tag before HEAD)",
    )
    parser.set_defaults(run=lambda options, _: _guarded("changelog", options, specs), extra="codegen")


def _guarded(command: str, options: argparse.Namespace, specs: Path) -> int:
    from .comparison import UnreadableSpecError

    try:
        return _diff(options, specs) if command == "diff" else _changelog(options, specs)
    except RevisionError as error:
        print(f"{command}: {error}", file=sys.stderr)
    except UnreadableSpecError as error:
        remedy = "name another revision or file" if error.old else "correct them"
        print(f"{command}: {error.file.name}: has errors, so it cannot be compared; {remedy}", file=sys.stderr)
        for problem in error.problems:
            print(problem, file=sys.stderr)
    return _USAGE


def _diff(options: argparse.Namespace, specs: Path) -> int:
    from .change import Severity
    from .comparison import Comparison

    paths = _paths(options.paths)
    if _are_old_and_new(paths, options, specs):
        old, new = paths
        diffs = _spec_diffs([(_on_disk(old, required=True), _on_disk(new, required=True))])
        comparison = Comparison(old=old.as_posix(), new=new.as_posix(), specs=diffs)
    else:
        repo = repository((paths or [specs / "any"])[0].parent, "--against")
        revision = repo.merge_base() if options.against is None else repo.revision(options.against)
        comparison = _since(repo, revision, paths, specs)
    print(_report(options, comparison), end="")
    counts = comparison.counts
    found = counts[Severity.BREAKING] if options.fail_on == "breaking" else counts.total()
    return 1 if options.fail_on and found else 0


def _changelog(options: argparse.Namespace, specs: Path) -> int:
    from .report.changelog import changelog

    paths = _paths(options.paths)
    repo = repository((paths or [specs / "any"])[0].parent, "--since")
    revision = repo.last_tag() if options.since is None else repo.revision(options.since)
    print(changelog(_since(repo, revision, paths, specs), revision.name), end="")
    return 0


def _report(options: argparse.Namespace, comparison: Comparison) -> str:
    # Each report is imported when it is asked for.
    if options.markdown:
        from .report.markdown import markdown

        return markdown(comparison)
    if options.json:
        from .report.data import data

        return data(comparison)
    if options.html:
        from .report.page import page

        return page(comparison)
    from .report.text import github, text

    return github(comparison) if options.format == "github" else text(comparison)


def _paths(given: Sequence[str]) -> list[Path]:
    try:
        return [spec_of(each) for each in given]
    except ValueError as error:
        raise RevisionError(f"{error}; give the path of a spec, or one of {', '.join(vendors())}") from None


def _are_old_and_new(paths: list[Path], options: argparse.Namespace, specs: Path) -> bool:
    """Return True for two files to compare with each other; names of vendors, and files in `specs`, are two specs."""
    if len(paths) != 2 or options.against is not None or [*map(Path, options.paths)] != paths:
        return False
    folder = specs.resolve()
    return any(each.resolve().parent != folder for each in paths)


def _since(repo: Repository, revision: Revision, paths: Sequence[Path], specs: Path) -> Comparison:
    """Compare specs at a revision with the working tree."""
    from .comparison import Comparison

    pairs = list(_given(repo, revision, paths) if paths else _all(repo, revision, specs))
    return Comparison(old=str(revision), new=_WORK_TREE, specs=_spec_diffs(pairs))


def _given(
    repo: Repository, revision: Revision, paths: Sequence[Path]
) -> Iterator[tuple[SpecFile | None, SpecFile | None]]:
    for path in paths:
        inside = repo.relative(path)
        content = repo.content_id(revision, inside)
        new = _on_disk(path, required=content is None)
        yield (_at(repo, revision, inside, content) if content else None), new


def _all(repo: Repository, revision: Revision, specs: Path) -> Iterator[tuple[SpecFile | None, SpecFile | None]]:
    """Yield the specs that exist in the folder at the revision, now, or both."""
    old = repo.specs(revision, specs)
    new = {repo.relative(path): path for path in specs.glob("*.yaml")}
    if not old and not new:
        folder = specs.as_posix()
        raise RevisionError(f"no spec: there is no {folder}/*.yaml here or at {revision}; give the path of a spec")
    for inside in sorted(old.keys() | new.keys()):
        before = _at(repo, revision, inside, old[inside]) if inside in old else None
        yield before, (_on_disk(new[inside], required=True) if inside in new else None)


def _at(repo: Repository, revision: Revision, path: PurePosixPath, content: str) -> SpecFile:
    from .comparison import SpecFile

    return SpecFile(f"{revision.short}:{path}", str(path), repo.read(path, content))


def _on_disk(path: Path, *, required: bool) -> SpecFile | None:
    from .comparison import SpecFile

    try:
        return SpecFile(_name(path), _name(path), path.read_bytes())
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not required:
            return None
        raise RevisionError(f"{path.as_posix()}: cannot be read: {error.strerror}; give the path of a spec") from None


def _name(path: Path) -> str:
    """Return a path as people write it: from the current folder, if it is inside."""
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()


def _spec_diffs(pairs: Sequence[tuple[SpecFile | None, SpecFile | None]]) -> tuple[SpecDiff, ...]:
    from . import compare
    from .comparison import spec_diffs

    return spec_diffs(pairs, compare)
