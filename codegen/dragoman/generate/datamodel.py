"""Models of a spec as source code. The only module that imports datamodel-code-generator (the engine).

The engine gets a document in which every name is unique and valid (those of `spelling` with a prefix) and every special
format is a named type, so that it has nothing to guess; it returns the class bodies with their annotations.
What it cannot know (wire names, defaults, docstrings) reaches its template as `additions`; so do base classes, which
it would look up for each class again. Its imports are dropped:
our template writes those of `models.py`. It gets objects only: enumerations have no annotations to work out, and which
names an alias has to quote depends on the order of the file, which is ours. References are custom types.
"""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from attrs import evolve, frozen

from ..spec.keywords import json_type
from ..spec.model import Spec
from ..spec.schema import Array, Const, Enumeration, Map, Nullable, Object, Ref, Scalar, Shape, Tuple, Union
from .fields import Field, Model, models, schema_usage
from .folders import scratch
from .spelling import Speller, has_literal_type

TEMPLATES: Final = Path(__file__).parent / "templates" / "models"
_TUPLE: Final = re.compile(r"\bTuple_([0-9a-f]+)\b")
_PREFIX: Final = "#/components/schemas/"
# Before the names of classes and fields, so that the engine does not change them: it renames a class `Any`. What an
# annotation refers to has another prefix, for it is imported: looking up a class takes time that grows with the square
# of a chain of references.
_OWN: Final = "Own__"
_OTHER: Final = "Other__"
# What is a name in an annotation, and not a string.
_NAME: Final = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\w+""")
# Classes that `models.py` imports.
_IMPORTED: Final = frozenset(
    {
        *("Annotated", "Any", "Decimal", "Literal", "TypeAlias", "UNSET", "UUID", "Unset", "Upload"),
        *("Base64", "DateTimeMs", "DecimalNumber", "DecimalString", "GuidN", "IntString", "ServiceStackDate"),
        *("OneOf", "OpenFloat", "OpenInt", "OpenStr", "SECRET", "Scope", "TimeOfDay"),
    }
)


@frozen
class Models:
    """Contents of `models.py`."""

    hidden: frozenset[str]
    """Names that it imports as `_Any`, because it defines models with these names."""

    enumerations: tuple[Model, ...]
    text: str
    """Source of the classes and aliases below the enumerations."""


def build(spec: Spec) -> Models:
    """Return the models of a spec.

    Raises:
        RuntimeError: the engine renamed a class, which is a bug of this module.
    """
    components = {component.name: component for component in spec.components}
    plain = Speller(components)
    speller = Speller(components, hidden=_IMPORTED & {plain.class_name(name) for name in components})
    wanted = models(speller, schema_usage(spec))
    enumerations = tuple(each for each in wanted if isinstance(each.component.shape, Enumeration))
    classes = tuple(each for each in wanted if isinstance(each.component.shape, Object))
    bodies, named = _generate(classes, speller) if classes else ({}, {})
    expected = {f"{_PREFIX}{_OWN}{model.name}": f"{_OWN}{model.name}" for model in classes}
    if named != expected:
        raise RuntimeError(f"datamodel-code-generator renamed classes: {sorted(named.items() ^ expected.items())}")
    # The engine's order is alphabetical; ours is that of the page, and changes only with the page.
    alias = speller.imported("TypeAlias")
    bodies |= {each.name: f"{each.name}: {alias} = {each.alias}\n{each.doc}" for each in wanted if each.alias}
    return Models(
        speller.hidden, enumerations, "\n\n\n".join(bodies[each.name] for each in wanted if each.name in bodies) + "\n"
    )


def _generate(wanted: tuple[Model, ...], speller: Speller) -> tuple[dict[str, str], Mapping[str, str]]:
    # Imported here because it takes over a second, and most runs find an unchanged spec in the cache.
    from datamodel_code_generator import InputFileType, PythonVersion, generate
    from datamodel_code_generator.enums import DataModelType
    from datamodel_code_generator.format import DatetimeClassType
    from datamodel_code_generator.parser import LiteralType

    with scratch() as folder:
        metadata = folder / "models.json"
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
                        "additions": MappingProxyType(
                            {f"{_OWN}{each.name}": _additions(each, speller) for each in wanted}
                        ),
                        "final": partial(_final, speller),
                        "unset": speller.imported("Unset"),
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
    return _bodies(text), {model["source_ref"]: model["class_name"] for model in listed}


def _final(speller: Speller, annotation: str) -> str:
    """Return an annotation of the engine with the names that `models.py` has for models and imports."""

    def final(found: re.Match[str]) -> str:
        name = found[0]
        if name.startswith((_OWN, _OTHER)):
            return name.removeprefix(_OWN).removeprefix(_OTHER)
        # The engine imports these itself; other imports have their final name already.
        return speller.imported(name) if name in ("Any", "Literal") else name

    return _NAME.sub(final, annotation)


def _bodies(text: str) -> dict[str, str]:
    """Return the classes of a module by name, without the imports."""
    lines = text.splitlines()
    found: dict[str, str] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef):
            start = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            body = "\n".join(lines[start - 1 : node.end_lineno])
            found[node.name] = _TUPLE.sub(lambda name: bytes.fromhex(name[1]).decode(), body)
    return found


def _additions(model: Model, speller: Speller) -> Mapping[str, Any]:
    """Return the data that the templates add to the engine's annotations."""
    shape = model.component.shape
    return {
        "name": model.name,
        "base": speller.class_name(shape.base) if isinstance(shape, Object) and shape.base else "",
        "doc": model.doc,
        "children": model.children,
        "rename": model.rename,
        "fields": {
            f"{_OWN}{each.attribute}": {
                "name": each.attribute,
                "unset": each.unset,
                "right": each.right,
                "doc": each.doc,
            }
            for each in model.fields
        },
    }


def _document(wanted: tuple[Model, ...], speller: Speller) -> Mapping[str, Any]:
    schemas = {f"{_OWN}{model.name}": _definition(model, speller) for model in wanted}
    return {
        "openapi": "3.1.0",
        "info": {"title": "models", "version": "0"},
        "paths": {},
        "components": {"schemas": schemas},
    }


def _definition(model: Model, speller: Speller) -> Mapping[str, Any]:
    return {
        "type": "object",
        "properties": {f"{_OWN}{each.attribute}": _member(each, speller) for each in model.fields},
        # The engine sorts required fields first. To keep the order, all are required, and optional ones may be null.
        "required": [f"{_OWN}{each.attribute}" for each in model.fields],
    }


def _member(field: Field, speller: Speller) -> Mapping[str, Any]:
    schema = _schema(field.shape, speller)
    # None is written even if it is part of an alias: the codec reads it from the annotation of the field.
    none = (field.nullable or field.optional) and not speller.is_null(field.shape)
    return _or_null(schema) if schema and none else schema


def _schema(shape: Shape, speller: Speller) -> dict[str, Any]:
    match shape:
        case Ref(name):
            return _reference(name, speller)
        case Scalar():
            return _scalar(shape, speller)
        case Const(value):
            # The engine writes a `const` as a constant only where it stands alone; beside null it becomes a class.
            return {"type": json_type(value), "enum": [value]} if has_literal_type(value) else _plain(value)
        case Array(items):
            return {"type": "array", "items": _schema(items, speller)}
        case Tuple():
            # The engine has no tuples with further items, so it gets a name, which `_bodies` replaces.
            annotation = speller.annotation(shape, exact=True)
            return {"type": "string", "customTypePath": f"ours.Tuple_{annotation.encode().hex()}"}
        case Map(values):
            return {"type": "object", "additionalProperties": _schema(values, speller)}
        case Nullable(inner):
            schema = _schema(inner, speller)
            return _or_null(schema) if schema and not speller.is_null(inner) else schema
        case Union(members, _):
            return {"anyOf": [_schema(each, speller) for each in members]}
        case _:
            return {}


def _reference(name: str, speller: Speller) -> dict[str, Any]:
    component = speller.components[name]
    schema: dict[str, Any] = {"type": "string", "customTypePath": f"models.{_OTHER}{speller.class_name(name)}"}
    # An alias contains its own null.
    nullable_class = component.nullable and isinstance(component.shape, Object | Enumeration)
    return _or_null(schema) if nullable_class else schema


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _plain(value: Any) -> dict[str, Any]:
    """Return the schema of the type of a constant that has no literal type."""
    if value is None:
        return {"type": "null"}
    if isinstance(value, int | float):
        return {"type": "integer" if isinstance(value, int) else "number"}
    return {"type": "array", "items": {}} if isinstance(value, list) else {"type": "object", "additionalProperties": {}}


def _scalar(shape: Scalar, speller: Speller) -> dict[str, Any]:
    # The repr and messages of a class omit its secret fields, so their types need no mark.
    annotation = speller.annotation(evolve(shape, secret=False), exact=True)
    if annotation in {"str", "int", "float", "bool"}:
        return {"type": shape.type}
    return {"type": shape.type, "customTypePath": f"models.{annotation}"}
