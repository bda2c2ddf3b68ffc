"""Models of a spec as source code. The only module that imports datamodel-code-generator (the engine).

The engine gets a document in which every name is final (classes and attributes as `spelling` has them) and every
special format is a named type, so that it has nothing to guess; it returns the class bodies with their annotations.
What it cannot know (wire names, defaults, docstrings) reaches its templates as `additions`. Its imports are dropped:
our template writes those of `models.py`. Our template also writes enumerations: the engine's template for them gets no
`additions`, and they have no annotations to work out.
"""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen

from ..spec.model import Spec
from ..spec.schema import Anything, Array, Const, Enumeration, Map, Nullable, Object, Ref, Scalar, Shape, Union
from .fields import Field, Model, models, schema_usage
from .spelling import Speller

TEMPLATES: Final = Path(__file__).parent / "templates" / "models"
_PREFIX: Final = "#/components/schemas/"
# Before the name of a class that the engine must not look up: its time grows with the square of a chain of references.
# The templates remove it.
_MARK: Final = "__name_of__"
# Types that every `models.py` imports; the engine writes their names only.
_NATIVE: Final = {
    ("string", "uuid"): "uuid.UUID",
    ("string", "date"): "datetime.date",
    ("string", "date-time"): "datetime.datetime",
}


@frozen
class Models:
    """Contents of `models.py`."""

    enumerations: tuple[Model, ...]
    text: str
    """Source of the classes and aliases below the enumerations."""


def build(spec: Spec) -> Models:
    """Return the models of a spec.

    Raises:
        RuntimeError: the engine renamed a class, which is a bug of this module.
    """
    speller = Speller({component.name: component for component in spec.components})
    wanted = models(speller, schema_usage(spec))
    enumerations = tuple(each for each in wanted if isinstance(each.component.shape, Enumeration))
    rest = tuple(each for each in wanted if each not in enumerations)
    text, named = _generate(rest, speller) if rest else ("", {})
    expected = {f"{_PREFIX}{model.name}": model.name for model in rest}
    if named != expected:
        raise RuntimeError(f"datamodel-code-generator renamed classes: {sorted(named.items() ^ expected.items())}")
    return Models(enumerations, text)


def _generate(wanted: tuple[Model, ...], speller: Speller) -> tuple[str, Mapping[str, str]]:
    # Imported here because it takes over a second, and most runs find an unchanged spec in the cache.
    from datamodel_code_generator import InputFileType, PythonVersion, generate
    from datamodel_code_generator.enums import DataModelType
    from datamodel_code_generator.format import DatetimeClassType
    from datamodel_code_generator.parser import LiteralType

    with TemporaryDirectory() as folder:
        metadata = Path(folder) / "models.json"
        text = generate(
            json.dumps(_document(wanted, speller)),
            input_file_type=InputFileType.OpenAPI,
            output_model_type=DataModelType.DataclassesDataclass,
            target_python_version=PythonVersion.PY_311,
            output_datetime_class=DatetimeClassType.Datetime,
            custom_class_name_generator=str,
            custom_template_dir=TEMPLATES,
            # The engine copies dicts among these data deeply, for each model.
            extra_template_data=defaultdict(
                dict,
                {
                    "#all#": {
                        "additions": MappingProxyType({model.name: _additions(model) for model in wanted}),
                        "mark": _MARK,
                    }
                },
            ),
            emit_model_metadata=metadata,
            disable_timestamp=True,
            enum_field_as_literal=LiteralType.All,
            formatters=[],
            keep_model_order=True,
            use_standard_primitive_types=True,
            use_type_alias=True,
            use_typed_nullable_map_values=True,
            use_union_operator=True,
        )
        listed = json.loads(metadata.read_text(encoding="utf-8"))["models"]
    if not isinstance(text, str):
        raise TypeError(f"datamodel-code-generator returned {type(text).__name__} instead of one module")
    return _bodies(text, [model.name for model in wanted]), {
        model["source_ref"]: model["class_name"] for model in listed
    }


def _bodies(text: str, order: Sequence[str]) -> str:
    """Return the definitions of a module in the given order, each with the docstring below it, without the imports.

    The engine's order is alphabetical; the spec's order is that of the page, and changes only with the page.
    """
    lines = text.splitlines()
    bodies: dict[str, str] = {}
    name = ""
    for node in ast.parse(text).body:
        start = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
        source = "\n".join(lines[start - 1 : node.end_lineno])
        match node:
            case ast.ClassDef():
                name = node.name
                bodies[name] = source
            case ast.AnnAssign(target=ast.Name(id=name)):
                bodies[name] = source
            case ast.Expr():
                bodies[name] += f"\n{source}"
            case _:
                continue
    return "\n\n\n".join(bodies[each] for each in order) + "\n"


def _additions(model: Model) -> Mapping[str, Any]:
    """Return the data that the templates add to the engine's annotations."""
    return {
        "doc": model.doc,
        "tags": model.tags,
        "rename": model.rename,
        "fields": {
            each.attribute: {"unset": each.unset, "right": each.right, "doc": each.doc} for each in model.fields
        },
    }


def _document(wanted: tuple[Model, ...], speller: Speller) -> Mapping[str, Any]:
    schemas = {model.name: _definition(model, speller) for model in wanted}
    return {
        "openapi": "3.1.0",
        "info": {"title": "models", "version": "0"},
        "paths": {},
        "components": {"schemas": schemas},
    }


def _definition(model: Model, speller: Speller) -> Mapping[str, Any]:
    shape = model.component.shape
    if not isinstance(shape, Object):
        return _schema(shape, speller)
    own = {
        "type": "object",
        "properties": {each.attribute: _member(each, speller) for each in model.fields},
        # The engine sorts required fields first. To keep the order, all are required, and optional ones may be null.
        "required": [each.attribute for each in model.fields],
    }
    if not shape.base:
        return own
    return {"allOf": [{"$ref": f"{_PREFIX}{speller.class_name(shape.base)}"}, own]}


def _member(field: Field, speller: Speller) -> Mapping[str, Any]:
    return _schema(Nullable(field.shape) if field.nullable or field.optional else field.shape, speller)


def _schema(shape: Shape, speller: Speller) -> dict[str, Any]:
    match shape:
        case Ref(name) if isinstance(speller.components[name].shape, Enumeration | Object):
            return {"type": "string", "customTypePath": f"models.{_MARK}{speller.class_name(name)}"}
        case Ref(name):
            return {"$ref": f"{_PREFIX}{speller.class_name(name)}"}
        case Scalar():
            return _scalar(shape, speller)
        case Const(value):
            # The engine writes a `const` as a constant only where it stands alone; beside null it becomes a class.
            return {"type": _json_type(value), "enum": [value]} if isinstance(value, str | int) else {}
        case Array(items):
            return {"type": "array", "items": _schema(items, speller)}
        case Map(values):
            return {"type": "object", "additionalProperties": _schema(values, speller)}
        case Nullable(Anything()):
            return {}
        case Nullable(inner):
            return {"anyOf": [_schema(inner, speller), {"type": "null"}]}
        case Union(members, _):
            return {"anyOf": [_schema(each, speller) for each in members]}
        case _:
            return {}


def _json_type(value: str | int) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "integer"


def _scalar(shape: Scalar, speller: Speller) -> dict[str, Any]:
    annotation = speller.annotation(shape, exact=True)
    if annotation in {"str", "int", "float", "bool"}:
        return {"type": shape.type}
    return {
        "type": shape.type,
        "customTypePath": _NATIVE.get((shape.type, shape.format), f"taskclients_core.{annotation}"),
    }
