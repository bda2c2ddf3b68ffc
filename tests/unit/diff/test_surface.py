"""Public Python surface of a generated package, and the types in it."""

from __future__ import annotations

import pytest
from tests.unit.diff.parcels import BASE, read

from dragoman.diff import surface_of
from dragoman.diff.callers.python_types import Fit, Named, Parser, Scope, Type, words
from dragoman.diff.callers.surface import Model, Surface

PARCELS = surface_of(read(BASE))
TREES = {"models.Tree": "str | list[models.Tree]", "models.Bush": "str | list[models.Bush]"}
CLASSES = Scope(
    {"models.Cat": (Named("models.Pet"),), "models.Color": (Named("str"),)},
    {name: Parser().parse(source) for name, source in TREES.items()},
)


def test_functions_have_parameters_with_types_and_defaults() -> None:
    read_, add = (next(each for each in PARCELS.functions if each.name == name) for name in ("read", "add"))
    assert [(each.name, words(each.type), each.default, each.positional) for each in read_.parameters] == [
        ("id", "str", "", True)
    ]
    assert [(each.name, words(each.type)) for each in add.parameters] == [("body", "NewParcel")]
    assert (add.module, words(add.returns)) == ("parcels", "Parcel")
    assert {status: words(type_) for status, type_ in add.errors.items()} == {"400": "Failure"}


def test_models_have_their_fields_in_order() -> None:
    fields = {each.name: (words(each.type), each.default) for each in model(PARCELS, "NewParcel").fields}
    assert fields == {
        "address": ("Address", ""),
        "fragile": ("bool | None", "None"),
        "state": ("State | None", "None"),
    }
    assert "NewParcel" in PARCELS.sent - PARCELS.received
    assert "Parcel" in PARCELS.received - PARCELS.sent


def test_enumerations_have_values_and_a_base() -> None:
    (state,) = PARCELS.enumerations
    assert (state.name, state.base, dict(state.members)) == (
        "State",
        "str",
        {"SENT": "'sent'", "HELD": "'held'", "LOST": "'lost'"},
    )


def test_clients_without_a_constructor_of_their_own_take_auth() -> None:
    assert [(each.name, words(each.type)) for each in PARCELS.constructor] == [("auth", "Auth | None")]


def model(surface: Surface, name: str) -> Model:
    return next(each for each in surface.models if each.name == name)


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("GuidN | None", "UUID | None"),
        ("Annotated[models.Cat | models.Dog, OneOf('kind', {'cat': models.Cat})]", "Cat | Dog"),
        ("Union[Annotated[str, SECRET], None]", "str | None"),
        ("None | Literal['a', 1] | int", "int | Literal['a', 1] | None"),
        ("tuple[int, *tuple[str, ...]]", "tuple[int, *tuple[str, ...]]"),
        ('list["models.Tree"]', "list[Tree]"),
    ],
)
def test_annotations_are_read_as_callers_see_them(annotation: str, expected: str) -> None:
    assert words(Parser().parse(annotation)) == expected


@pytest.mark.parametrize(
    ("value", "target", "checked", "at_run_time"),
    [
        ("int", "int | None", True, True),
        ("int | None", "int", False, False),
        ("bool", "int", True, True),
        ("int", "float", True, True),
        ("float", "int", False, False),
        ("datetime", "date", True, False),
        ("Any", "int", True, False),
        ("int", "Any", True, True),
        ("models.Cat", "models.Pet", True, True),
        ("models.Pet", "models.Cat", False, False),
        ("models.Color", "str", True, True),
        ("str", "models.Color", False, False),
        ("Literal['a']", "str", True, True),
        ("Literal['a', 'b']", "Literal['a']", False, False),
        ("list[int]", "list[int | None]", True, True),
        ("tuple[int, str, str]", "tuple[int, *tuple[str, ...]]", True, True),
        ("tuple[int, int]", "tuple[int, *tuple[str, ...]]", False, False),
        ("tuple[int, *tuple[str, ...]]", "tuple[int, str]", False, False),
        ("models.Tree", "models.Bush", True, True),
        ("models.Tree", "int | list[models.Tree]", False, False),
        ("handles.CancellableTaskHandle[models.Cat, None]", "handles.TaskHandle[models.Pet, None]", True, True),
        ("handles.TaskHandle[models.Cat, None]", "handles.CancellableTaskHandle[models.Cat, None]", False, False),
    ],
)
def test_code_that_reads_values(value: str, target: str, *, checked: bool, at_run_time: bool) -> None:
    assert fits(value, target, reading=True) == (checked, at_run_time)


@pytest.mark.parametrize(
    ("value", "target", "checked", "at_run_time"),
    [
        ("list[int]", "list[int | None]", False, True),
        ("dict[str, models.Cat]", "dict[str, models.Pet]", False, True),
        ("str", "models.Color", False, True),
        ("bool", "int", True, False),
        ("Auth | None", "AuthOr[models.Cat] | None", True, True),
    ],
)
def test_code_that_passes_values(value: str, target: str, *, checked: bool, at_run_time: bool) -> None:
    assert fits(value, target, reading=False) == (checked, at_run_time)


def fits(value: str, target: str, *, reading: bool) -> tuple[bool, bool]:
    one, other = parse(value), parse(target)
    checker = Fit(CLASSES, CLASSES, CLASSES, frozenset(), reading=reading)
    program = Fit(CLASSES, CLASSES, CLASSES, frozenset(), reading=reading, at_run_time=True)
    return not checker.refused(one, other), not program.refused(one, other)


def parse(source: str) -> Type:
    return Parser().parse(source)


def test_alias_fits_its_new_self_because_it_is_compared_on_its_own() -> None:
    old, new = (Scope({}, {"models.Amount": Named(each)}) for each in ("int", "str"))
    fit = Fit(new, old, new, frozenset(), reading=True)
    assert not fit.refused(Named("models.Amount"), Named("models.Amount"))
    assert fit.refused(Named("models.Amount"), Named("int")) == (Named("models.Amount"),)
