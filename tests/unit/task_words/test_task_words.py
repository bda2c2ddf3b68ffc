"""Each word of task types changes what the client or the mock server does, or is refused by lint."""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from dragoman import build, lint, pipeline
from dragoman.generate import file_tree
from dragoman.spec import yaml_document
from taskclients_core.operation import Operation

from .changes import CHANGES, Change
from .document import Node, document, link, put, words
from .world import Player, Trace, ask

SHARED = frozenset({"poll", "state", "timing"})


@pytest.fixture(scope="module")
def player(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    """Return a client of the unchanged spec."""
    folder = tmp_path_factory.mktemp("task_words")
    spec = write(folder / "spec.yaml", document())
    file_tree.write(pipeline.assemble([spec]), folder / "task_words_package", owned=[PurePosixPath()])
    sys.path.insert(0, str(folder))
    try:
        generated = importlib.import_module("task_words_package.spec")
        works = importlib.import_module("task_words_package.spec.works")
        (folder / "files").mkdir()
        yield Player(generated, _operations(works), folder / "files")
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.startswith("task_words_package")]:
            del sys.modules[name]


def _operations(module: Any) -> Callable[[str], Operation[Any]]:
    found = {each.name: each for each in vars(module).values() if isinstance(each, Operation)}
    return lambda name: found[f"spec.{re.sub('([A-Z])', lambda upper: '_' + upper[1].lower(), name.partition('.')[2])}"]


def write(path: Path, spec: Node) -> Path:
    link(spec)
    path.write_text(json.dumps(spec))
    return path


def problems(path: Path) -> list[str]:
    return [str(each) for each in lint.errors(lint.check(yaml_document.load(path)))]


class Observer:
    """Observes what specs do, each of them once."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._known: dict[tuple[str, str, str], Trace] = {}

    def observe(self, path: Path, side: str, start: str) -> Trace:
        """Return what one side does with a spec."""
        key = (path.read_text(), side, start)
        if key not in self._known:
            self._known[key] = self._observe(path, side, start)
        return self._known[key]

    def _observe(self, path: Path, side: str, start: str) -> Trace:
        match side:
            case "client":
                return self._player.play(json.loads(path.read_text()), start)
            case "mock":
                return ask(path)
            case _:
                return [text for name, text in build(path).items() if name.name == "async_tasks.py"]


@pytest.fixture(scope="module")
def observer(player: Player) -> Observer:
    return Observer(player)


# What is tested does not depend on the HTTP library.
@pytest.mark.large
@pytest.mark.alike
@pytest.mark.parametrize("library", ["httpx"], indirect=True)
@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change.path}={change.value!r:.30}")
def test_a_word_changes_what_is_done_or_is_refused(change: Change, observer: Observer, tmp_path: Path) -> None:
    spec = document()
    for path, value in change.before.items():
        put(spec, path, value)
    before = write(tmp_path / "spec.yaml", spec)
    put(spec, change.path, change.value)
    (tmp_path / "changed").mkdir()
    after = write(tmp_path / "changed" / "spec.yaml", spec)
    if not change.sides:
        assert problems(after) != []
        return
    assert problems(after) == []
    start = change.path.partition(".")[0]
    start = {"work": "startWork", "job": "startJob"}.get(start, start)
    silent = [
        side for side in change.sides if observer.observe(before, side, start) == observer.observe(after, side, start)
    ]
    assert silent == []


def test_every_word_is_changed() -> None:
    changed = {_general(change.path) for change in CHANGES}
    assert {word for word in words() if not any(f"{path}.".startswith(f"{word}.") for path in changed)} == set()


@pytest.mark.large
def test_a_spec_that_is_changed_has_no_problems(tmp_path: Path) -> None:
    found: dict[str, list[str]] = {}
    for change in CHANGES:
        spec = document()
        for path, value in change.before.items():
            put(spec, path, value)
        text = json.dumps(spec, sort_keys=True)
        if text not in found:
            found[text] = problems(write(tmp_path / "spec.yaml", spec))
            assert found[text] == [], change.path


def _general(path: str) -> str:
    """Return the path of a change as `words` has it."""
    first, *names = path.split(".")
    general = ["start"] if first.startswith("start") else []
    for place, name in enumerate(names):
        own = names[place - 1] in ("parameters", "phases", "levels", "scope") if place else False
        general.append("*" if name.isdecimal() or own else name)
    return ".".join(general)
