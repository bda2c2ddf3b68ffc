"""Verdicts on changed packages: of mypy on calls written for the old one, of griffe on both, and of the diff."""

from __future__ import annotations

import copy
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final

import griffe
from attrs import evolve, field, frozen
from tests.diff_mutations.mutators import Mutant
from tests.diff_mutations.trial import passes, read
from tests.diff_mutations.usage import Data

from dragoman.diff import surface_of
from dragoman.diff.callers.effects import effects
from dragoman.diff.change import CallerEffect
from dragoman.generate import datamodel, ir
from dragoman.generate.fields import schema_usage
from dragoman.generate.lowering import lower
from dragoman.generate.render import render
from dragoman.generate.spelling import Speller
from dragoman.spec.model import Spec
from dragoman.spec.yaml_document import Document

from .call_sites import call_sites

CODEGEN: Final = Path(__file__).parents[2] / "codegen"
_ERROR: Final = re.compile(r"(?P<path>[^:]+):(?P<line>\d+): error: (?P<message>.*)")


@frozen
class Package:
    """Package in a folder, generated from a spec."""

    name: str
    spec: Spec
    client: ir.Client

    def write(self, folder: Path) -> None:
        """Write its files, without formatting them."""
        for path, text in render(self.client).items():
            target = folder / PurePosixPath(*path.parts)
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, encoding="utf-8")

    def calls(self, package: str) -> str:
        """Return code written for this package, which imports another one."""
        speller = Speller.of(self.spec)
        usage = schema_usage(self.spec)
        return call_sites(
            self.client,
            package,
            sent=frozenset(map(speller.class_name, usage.sent)),
            received=frozenset(map(speller.class_name, usage.received)),
        )


def package(name: str, document: Document, data: Data) -> Package | None:
    """Generate a package from a spec with other data; None if it is not valid."""
    if not passes(document, data):
        return None
    spec = read(evolve(document, path=Path(f"{name}.yaml")), data)
    return Package(name, spec, lower(spec, datamodel.build(spec), root="taskclients"))


def named(mutant: Mutant) -> str:
    """Return a mutant in words."""
    return f"{mutant.kind} at /{'/'.join(map(str, mutant.path))}"


@frozen
class Trial:
    """One mutated package, and the verdicts on it."""

    mutant: Mutant
    spec: str
    effects: tuple[CallerEffect, ...]
    griffe: tuple[str, ...]
    """Names of what griffe calls broken."""

    mypy: tuple[str, ...] = ()
    """Errors of mypy in code written for the old package, each with the names that its line uses."""

    @property
    def disputes(self) -> Iterator[tuple[str, str]]:
        """Differences between the diff and a judge: in words, and the effect or breakage that each is about."""
        for each in self.failing:
            text = f"{each.name} {each.text}"
            if each.type_check and not any(_is_about(error, each.name) for error in self.mypy):
                yield "mypy does not report it", text
            if not each.type_check and not self.griffe and not self.mypy:
                yield "no judge reports it", text
        checked = [each.name for each in self.failing if each.type_check]
        for error in self.mypy:
            # What is said of a model or an alias is not repeated at what uses it.
            if not any(_is_about(error, name) or name.isidentifier() for name in checked):
                yield "only mypy reports it", error
        if not self.failing:
            yield from (("only griffe reports it", breakage) for breakage in self.griffe)

    @property
    def failing(self) -> tuple[CallerEffect, ...]:
        """Effects that break callers."""
        return tuple(each for each in self.effects if each.type_check or each.run_time)

    def __str__(self) -> str:
        effects = "\n".join(f"    diff: {each.name} {each.text}" for each in self.failing)
        others = "\n".join(
            [*(f"    griffe: {each}" for each in self.griffe), *(f"    mypy: {each}" for each in self.mypy)]
        )
        return "\n".join(filter(None, (f"{self.spec}: {named(self.mutant)}", effects, others)))


def _is_about(error: str, name: str) -> bool:
    """Return True if an error is at a line that uses a name, or what contains it, or if it mentions the name.

    A member has the same name in classes that inherit it. Lines of hand-written calls do not say what they use.
    """
    used, _, message = error.partition(": ")
    if not used:
        return True
    whole = name.partition("(")[0]
    last = re.findall(r"\w+", name)[-1]
    lines = {*used.split(", "), *(each.rpartition(".")[2] for each in used.split(", "))}
    return not {whole, whole.rpartition(".")[0], last}.isdisjoint(lines) or bool(re.search(rf"\b{last}\b", message))


@frozen
class Judges:
    """Judges of mutated packages, which lie side by side in a folder."""

    folder: Path
    trials: dict[str, Trial] = field(factory=dict)
    crashed: list[str] = field(factory=list)

    def hear(self, spec: str, document: Document, chosen: Iterable[Mutant], calls: str = "") -> None:
        """Generate a package for each mutant that is valid, and let griffe and the diff judge it.

        Args:
            spec: Name of the spec.
            document: The spec.
            chosen: Mutants of it.
            calls: More code written for the package `taskclients.<spec>`.
        """
        prefix = re.sub(r"\W", "_", spec)
        old = package(f"old_{prefix}", document, document.data)
        if old is None:
            raise ValueError(f"{spec}: not a valid spec")
        old.write(self.folder)
        before = surface_of(old.spec)
        known = _load(old.name, self.folder)
        self._write_calls(old.name, old, spec, calls)
        for i, mutant in enumerate(chosen):
            name = f"new_{prefix}_{i}"
            data = copy.deepcopy(document.data)
            mutant.edit(data)
            try:
                new = package(name, document, data)
            except Exception as error:
                self.crashed.append(f"{spec}: {named(mutant)}: {type(error).__name__}: {error}")
                continue
            if new is None:
                continue
            new.write(self.folder)
            self._write_calls(name, old, spec, calls)
            breakages = griffe.find_breaking_changes(known, _load(name, self.folder))
            self.trials[name] = Trial(
                mutant,
                spec,
                effects(before, surface_of(new.spec)),
                tuple(dict.fromkeys(_breakage(each) for each in breakages)),
            )

    def _write_calls(self, name: str, old: Package, spec: str, more: str) -> None:
        (self.folder / f"calls_{name}.py").write_text(old.calls(name), encoding="utf-8")
        if more:
            text = more.replace(f"taskclients.{spec}", name)
            (self.folder / f"more_{name}.py").write_text(text, encoding="utf-8")

    def check_types(self) -> None:
        """Let mypy judge all packages in one run."""
        found: dict[str, list[str]] = {}
        for path, line, message in _mypy(self.folder):
            file = Path(path)
            kind, _, name = file.stem.partition("_")
            if kind not in ("calls", "more") or name not in self.trials or message.endswith("[syntax]"):
                raise RuntimeError(f"mypy: {path}:{line}: {message}")
            # `assert_type` asks for one type exactly, so that it fails for a type that is narrower.
            if not message.endswith("[assert-type]"):
                used = (self.folder / file).read_text(encoding="utf-8").splitlines()[line - 1].partition("  # ")[2]
                found.setdefault(name, []).append(f"{used}: {message}")
        for name, errors in found.items():
            self.trials[name] = evolve(self.trials[name], mypy=tuple(errors))


def _load(name: str, folder: Path) -> griffe.Object | griffe.Alias:
    return griffe.load(name, search_paths=[folder], allow_inspection=False)


def _breakage(breakage: griffe.Breakage) -> str:
    return f"{breakage.obj.path.partition('.')[2]}: {breakage.kind.value}"


def _mypy(folder: Path) -> Iterator[tuple[str, int, str]]:
    command = ["-m", "mypy", "--config-file=", "--strict", "--python-version=3.11", "--explicit-package-bases"]
    done = subprocess.run(
        [sys.executable, *command, f"--cache-dir={folder.parent / 'mypy'}", "."],
        cwd=folder,
        env=os.environ | {"MYPYPATH": str(CODEGEN)},
        capture_output=True,
        text=True,
        check=False,
    )
    found = [each for each in map(_ERROR.match, done.stdout.splitlines()) if each]
    if done.returncode and not found:
        raise RuntimeError(f"mypy failed:\n{done.stdout}{done.stderr}")
    for each in found:
        yield each["path"], int(each["line"]), each["message"]
