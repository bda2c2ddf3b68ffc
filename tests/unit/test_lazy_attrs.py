"""`lazy_attrs`: classes whose attrs methods are made on first use behave like classes made at once."""

from __future__ import annotations

import copy
import inspect
import pickle
import subprocess
import sys
import weakref
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import ModuleType
from typing import Any, Final, Generic, TypeVar

import attrs
import pytest

from taskclients_core import lazy_attrs

T = TypeVar("T")


def _positive(_: object, attribute: attrs.Attribute[int], value: int) -> None:
    if value < 1:
        raise ValueError(attribute.name)


# Each test makes its classes anew with both, so that each test is the first use.
def made_by(maker: ModuleType) -> dict[str, Any]:
    @maker.define(kw_only=True)
    class Pet:
        """A pet."""

        name: str
        lives: int | None = attrs.field(default=None, repr=False, metadata={"wire": "livesLeft"})
        tags: list[str] = attrs.field(factory=list)

        def greet(self) -> str:
            return f"I am {self.name}"

    @maker.define(kw_only=True)
    class Cat(Pet):
        """A cat."""

        lives: int = 9
        indoors: bool = False

    @maker.frozen
    class Point:
        x: int = attrs.field(validator=_positive)
        y: int = attrs.field(default=0, converter=int)

    @maker.frozen(eq=False)
    class Box(Generic[T]):
        value: T

        def __repr__(self) -> str:
            return "a box"

    return {"Pet": Pet, "Cat": Cat, "Point": Point, "Box": Box}


def _raised(ask: Callable[[], object]) -> tuple[type[Exception], str]:
    with pytest.raises((TypeError, ValueError, AttributeError)) as caught:
        ask()
    return caught.type, str(caught.value)


def _blank(kind: type[Any], **state: object) -> Any:
    """Return an instance as pickle and JSON decoders make it."""
    blank = object.__new__(kind)
    for name, value in state.items():
        object.__setattr__(blank, name, value)
    return blank


def _matched(pet: object, kind: type[Any]) -> object:
    match pet:
        case kind(name=name):  # pyright: ignore[reportGeneralTypeIssues]
            return name
        case _:
            return None


QUESTIONS: Final[dict[str, Callable[[Any], object]]] = {
    "repr": lambda k: repr(k["Cat"](name="Tom")).rpartition(".")[2],
    "own repr": lambda k: repr(k["Box"](1)),
    "repr of a blank": lambda k: repr(_blank(k["Pet"], name="Tom", tags=[])).rpartition(".")[2],
    "method": lambda k: k["Cat"](name="Tom").greet(),
    "missing argument": lambda k: _raised(lambda: k["Pet"]()),
    "positional argument": lambda k: _raised(lambda: k["Pet"]("Tom")),
    "unknown attribute": lambda k: _raised(lambda: setattr(k["Pet"](name="Tom"), "nmae", "Jerry")),
    "assignment": lambda k: setattr(_blank(k["Pet"]), "name", "Tom"),
    "frozen": lambda k: _raised(lambda: setattr(_blank(k["Point"]), "x", 1)),
    "frozen too": lambda k: _raised(lambda: delattr(_blank(k["Point"], x=1), "x")),
    "validator": lambda k: _raised(lambda: k["Point"](0)),
    "converter": lambda k: k["Point"](1, "2").y,
    "equal": lambda k: k["Cat"](name="Tom") == k["Cat"](name="Tom"),
    "equal blanks": lambda k: _blank(k["Point"], x=1, y=2) == _blank(k["Point"], x=1, y=2),
    "unequal blanks": lambda k: _blank(k["Point"], x=1, y=2) != _blank(k["Point"], x=1, y=2),
    "equal to its base": lambda k: k["Cat"](name="Tom") == k["Pet"](name="Tom"),
    "equal by identity": lambda k: k["Box"](1) == k["Box"](1),
    "hash": lambda k: hash(_blank(k["Point"], x=1, y=2)) == hash(k["Point"](1, 2)),
    "no hash": lambda k: _raised(lambda: hash(_blank(k["Pet"]))),
    "hashable": lambda k: [issubclass(each, Hashable) for each in k.values()],
    "factory": lambda k: k["Pet"](name="Tom").tags is not k["Pet"](name="Tom").tags,
    "has": lambda k: [attrs.has(each) for each in k.values()],
    "fields": lambda k: [(f.name, f.default, f.kw_only, f.inherited, dict(f.metadata)) for f in attrs.fields(k["Cat"])],
    "field by name": lambda k: attrs.fields(k["Pet"]).lives.metadata["wire"],
    "asdict": lambda k: attrs.asdict(k["Cat"](name="Tom")),
    "evolve": lambda k: attrs.evolve(k["Point"](1), y=3).y,
    "copy": lambda k: copy.deepcopy(k["Pet"](name="Tom", tags=["grey"])).tags,
    "copy of a blank": lambda k: copy.copy(_blank(k["Point"], x=1, y=2)).y,
    "state of a blank": lambda k: _blank(k["Point"], x=1, y=2).__getstate__(),
    "weak reference": lambda k: weakref.ref(k["Pet"])() is k["Pet"] and weakref.ref(_blank(k["Cat"])) is not None,
    "no dict": lambda k: [hasattr(_blank(each), "__dict__") for each in k.values()],
    "slots": lambda k: [each.__slots__ for each in k.values()],
    "signature": lambda k: str(inspect.signature(k["Cat"])),
    "annotations": lambda k: k["Cat"].__annotations__,
    "match": lambda k: _matched(k["Cat"](name="Tom"), k["Pet"]),
    "match by place": lambda k: [each.__match_args__ for each in k.values()],
    "generic": lambda k: k["Box"][int](1).value,
    "doc": lambda k: [each.__doc__ for each in k.values()],
    "names": lambda k: [(each.__name__, each.__qualname__, each.__module__) for each in k.values()],
    "subclass": lambda k: type("Lion", (k["Cat"],), {})(name="Leo").lives,
    "subclass by attrs": lambda k: attrs.define(type("Lion", (k["Cat"],), {}))(name="Leo").lives,
    "subclass with a constructor": lambda k: _lion(k["Cat"]).name,
}


def _lion(cat: Any) -> Any:
    class Lion(cat):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(name="Leo")

    return Lion()


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_gets_the_result_of_attrs(question: str) -> None:
    ask = QUESTIONS[question]
    mine, theirs = made_by(lazy_attrs), made_by(attrs)
    assert ask(mine) == ask(theirs)
    assert ask(mine) == ask(theirs)


@lazy_attrs.define
class Stored:
    value: int


def test_what_was_pickled_elsewhere_can_be_read_before_anything_else() -> None:
    script = (
        "import pickle, sys, tests.unit.test_lazy_attrs as here; sys.stdout.buffer.write(pickle.dumps(here.Stored(7)))"
    )
    made = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True).stdout
    assert pickle.loads(made) == Stored(7)  # noqa: S301 - our own


def test_a_patched_method_stays_patched(monkeypatch: pytest.MonkeyPatch) -> None:
    pet = made_by(lazy_attrs)["Pet"]
    monkeypatch.setattr(pet, "__repr__", lambda _: "patched")
    assert repr(pet(name="Tom")) == "patched"


def test_many_threads_may_be_the_first() -> None:
    kinds = made_by(lazy_attrs)
    together = Barrier(8)

    def first(_: int) -> tuple[Any, Any]:
        together.wait()
        return attrs.fields(kinds["Cat"]), kinds["Cat"](name="Tom")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(first, range(8)))
    assert all(fields is found[0][0] and cat == found[0][1] for fields, cat in found)
