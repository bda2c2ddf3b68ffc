"""Round trip of every example in the specs, including the documentation's own samples, through the models."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dragoman.generate.spelling import Speller
from dragoman.spec import reader, yaml_document
from dragoman.spec.reader import resolve
from dragoman.spec.schema import Array, Ref, Shape
from taskclients_core import decode, encode

SPECS = sorted((Path(__file__).parent.parent / "specs").glob("*.yaml"))


def _examples() -> Iterator[Any]:
    for path in SPECS:
        document = yaml_document.load(path)
        read = reader.read(document)
        speller = Speller.of(read)
        models = importlib.import_module(f"taskclients.{read.stem}.models")
        for operation in read.operations:
            node = document.data["paths"][operation.path][operation.method.lower()]
            parts = {"body": (node.get("requestBody"), operation.bodies)}
            parts |= {each.status: (node["responses"][each.status], each.contents) for each in operation.responses}
            for part, (entry, contents) in parts.items():
                for content in contents:
                    hint = _hint(content.shape, speller, models)
                    if hint is None or "json" not in content.media_type:
                        continue
                    media = resolve(document.data, entry)["content"][content.media_type]
                    for name, example in _named(media, document.data):
                        back = example if part == "body" else _without_null(example)
                        yield pytest.param(hint, example, back, id=f"{operation.id}-{part}-{name}")


def _named(media: Any, data: Any) -> Iterator[tuple[str, Any]]:
    if "example" in media:
        yield "example", media["example"]
    for name, example in media.get("examples", {}).items():
        yield name, resolve(data, example)["value"]


def _hint(shape: Shape, speller: Speller, models: Any) -> Any:
    match shape:
        case Ref(name):
            return getattr(models, speller.class_name(name))
        case Array(Ref(name)):
            return list[getattr(models, speller.class_name(name))]  # type: ignore[misc]
        case _:
            return None


def _without_null(value: Any) -> Any:
    """Drop nulls: absent and null are the same in a response; only a request tells them apart."""
    if isinstance(value, dict):
        return {key: _without_null(each) for key, each in value.items() if each is not None}
    return [_without_null(each) for each in value] if isinstance(value, list) else value


EXAMPLES = list(_examples())


@pytest.mark.parametrize(("hint", "example", "back"), EXAMPLES)
def test_an_example_comes_out_as_it_was(hint: Any, example: Any, back: Any) -> None:
    value = decode(json.dumps(example).encode(), hint)
    assert json.loads(encode(value)) == back


def test_all_vendors_have_examples() -> None:
    assert len(EXAMPLES) > 40
    assert {str(each.id).partition(".")[0] for each in EXAMPLES} >= {
        "tasks",
        "exports",
        "processes",
        "dealers",
        "imports",
    }
