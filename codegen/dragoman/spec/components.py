"""Reader of component schemas: what depends on other components, such as null behind references and `allOf`.

The schemas have passed lint, so there are no error paths here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from attrs import evolve, frozen

from taskclients_core.json_pointer import escape, from_names

from .inheritance import Family, Schemas
from .schema import MISSING, Anything, Component, Map, Nullable, Object, Property, Shape, post_order
from .schema_reader import Secrets, default, enum_text, enumeration, reference, shape

_Properties: TypeAlias = Mapping[str, Property]


def read_components(schemas: Schemas) -> Iterator[Component]:
    """Yield the component schemas in the order of the file."""
    nullable = _nullable(schemas)
    objects = _Objects(schemas, nullable).read()
    for name, node in schemas.items():
        data: Mapping[str, Any] = node if isinstance(node, Mapping) else {}
        yield Component(
            name=name,
            pointer=from_names(("components", "schemas", name)),
            shape=objects.get(name) or (enumeration(data) if "enum" in data else shape(node)),
            nullable=name in nullable,
            spelling=data.get("x-name", ""),
            description=_description(data),
            assumed=(data.get("x-assumed") or "").strip(),
            deprecated=data.get("deprecated", False),
        )


def _description(node: Mapping[str, Any]) -> str:
    text: str = (node.get("description") or "").strip()
    listed = enum_text(node) if "enum" in node else ""
    return "\n\n".join(filter(None, (text, listed)))


def _nullable(schemas: Schemas) -> frozenset[str]:
    """Return the names of the components that accept null, through references too."""
    found: set[str] = set()
    for name in post_order(schemas, lambda name: [each for each in _alternatives(schemas[name]) if each in schemas]):
        if _accepts_null(schemas[name], found):
            found.add(name)
    return frozenset(found)


def _alternatives(node: Any) -> Iterator[str]:
    """Yield the components that a value of a schema may be itself, not in a list, a map or a property."""
    if not isinstance(node, Mapping):
        return
    if "$ref" in node:
        yield reference(node)
    for keyword in ("allOf", "oneOf", "anyOf"):
        for part in node.get(keyword, ()):
            yield from _alternatives(part)


def _accepts_null(node: Any, nullable: frozenset[str] | set[str]) -> bool:
    """Return True if null fits a schema; `nullable` has the components that accept it."""
    if not isinstance(node, Mapping):
        return True
    if "$ref" in node:
        return reference(node) in nullable
    if "const" in node:
        return node["const"] is None
    if "enum" in node:
        return None in node["enum"]
    types = node.get("type", ())
    if types and "null" not in ([types] if isinstance(types, str) else types):
        return False
    union = [part for keyword in ("oneOf", "anyOf") for part in node.get(keyword, ())]
    parts_accept = all(_accepts_null(part, nullable) for part in node.get("allOf", ()))
    return parts_accept and (not union or any(_accepts_null(part, nullable) for part in union))


@frozen
class _Whole:
    """Everything that an object has, with what it inherits."""

    properties: _Properties
    extra: Shape | None
    secret_extra: bool = False


class _Objects:
    """Reader of the objects of one spec."""

    def __init__(self, schemas: Schemas, nullable: frozenset[str]) -> None:
        self._schemas = schemas
        self._nullable = nullable
        self._is_secret = Secrets(schemas)
        self._family = Family(schemas)
        self._wholes: dict[str, _Whole] = {"": _Whole({}, None)}

    def read(self) -> Mapping[str, Object]:
        """Return the components that are objects with properties, bases first."""
        found: dict[str, Object] = {}
        for name in post_order(self._family.objects, self._family.parents):
            read = evolve(self._object(name), children=self._family.children(name))
            base = self._wholes[read.base]
            own = {each.name: each for each in read.properties}
            secret_extra = read.secret_extra or base.secret_extra
            self._wholes[name] = _Whole({**base.properties, **own}, read.extra or base.extra, secret_extra)
            found[name] = read
        return found

    def _object(self, name: str) -> Object:
        """Return an object. Of an `allOf`, one `$ref` becomes the base; other parts become its own properties."""
        base = self._family.base(name)
        whole = self._wholes[base]
        inherited, extra, secret = whole.properties, whole.extra, whole.secret_extra
        properties: dict[str, Property] = dict(inherited)
        for part in self._parts(name):
            properties |= part.properties
            extra = _narrower(extra, part.extra)
            secret = secret or part.secret_extra
        # A property is required if any part requires it, even if another part defines it.
        required = self._required(name)
        properties |= {key: evolve(properties[key], required=True) for key in _optional(properties, required)}
        tags = self._family.tags(name)
        if tags:
            properties = _kept(properties, inherited, tags)
            extra = whole.extra or extra
        elif base and (_is_retyped(properties, inherited) or (whole.extra is not None and extra != whole.extra)):
            # Type checkers refuse a subclass that changes the type of a field, so it repeats all fields instead.
            return Object(properties=tuple(properties.values()), extra=extra, secret_extra=secret)
        own = tuple(each for key, each in properties.items() if not _is_same(inherited.get(key), each))
        extra = None if extra == whole.extra else extra
        return Object(properties=own, base=base, extra=extra, secret_extra=secret)

    def _parts(self, name: str) -> Iterator[_Whole]:
        """Yield the parts of an object without its base: references first, its own properties last."""
        node = self._schemas[name]
        base = self._family.base(name)
        parts = [*node.get("allOf", ()), node]
        for target in (self._family.resolved(reference(part)) for part in parts if "$ref" in part):
            if target in self._wholes:
                whole, known = self._wholes[target], self._wholes[base].properties
                added = {k: p for k, p in whole.properties.items() if not _fits(known.get(k), p)}
                yield evolve(whole, properties=added)
            else:
                map_ = shape(self._schemas[target])
                map_ = map_.of if isinstance(map_, Nullable) else map_
                yield _Whole({}, map_.values if isinstance(map_, Map) else None, self._is_secret(self._schemas[target]))
        pointer = from_names(("components", "schemas", name))
        own = [f"{pointer}/allOf/{index}" for index in range(len(parts) - 1)] + [pointer]
        yield from (self._inline(part, place) for part, place in zip(parts, own, strict=True) if "$ref" not in part)

    def _required(self, name: str) -> frozenset[str]:
        """Return the names that a part of an object requires, whichever part defines them."""
        node = self._schemas[name]
        targets = [self._family.resolved(reference(part)) for part in node.get("allOf", ()) if "$ref" in part]
        inline = [part for part in [*node.get("allOf", ()), node] if "$ref" not in part]
        behind = [self._wholes[each].properties.values() for each in targets if each in self._wholes]
        return frozenset(each.name for part in behind for each in part if each.required).union(
            *(part.get("required", ()) for part in inline)
        )

    def _inline(self, node: Mapping[str, Any], pointer: str) -> _Whole:
        properties = {
            name: self._property(node, f"{pointer}/properties/{escape(name)}", name, entry)
            for name, entry in node.get("properties", {}).items()
        }
        secret = node.get("x-secret", False) or self._is_secret(node.get("additionalProperties"))
        return _Whole(properties, _extra(node), secret)

    def _property(self, owner: Mapping[str, Any], pointer: str, name: str, entry: Any) -> Property:
        whole = shape(entry)
        node = entry if isinstance(entry, Mapping) else {}
        return Property(
            name=name,
            pointer=pointer,
            shape=whole.of if isinstance(whole, Nullable) else whole,
            required=name in owner.get("required", ()),
            nullable=_accepts_null(entry, self._nullable),
            default=default(entry, self._schemas),
            spelling=node.get("x-name", ""),
            description=(node.get("description") or "").strip(),
            assumed=(node.get("x-assumed") or "").strip(),
            secret=owner.get("x-secret", False) or self._is_secret(entry),
            deprecated=node.get("deprecated", False),
            read_only=node.get("readOnly", False),
            write_only=node.get("writeOnly", False),
        )


def _optional(properties: _Properties, names: Iterable[str]) -> list[str]:
    return [name for name in names if name in properties and not properties[name].required]


def _extra(node: Mapping[str, Any]) -> Shape | None:
    values = node.get("additionalProperties", False)
    return None if values is False else shape(values)


def _narrower(one: Shape | None, other: Shape | None) -> Shape | None:
    """Return the shape of the other members of two parts: the one that says more."""
    return other if one is None or (one == Anything() and other is not None) else one


def _fits(known: Property | None, other: Property) -> bool:
    """Return True if each value of an inherited property also fits that of a further reference."""
    return known is not None and known.shape == other.shape and known.nullable <= other.nullable


def _kept(properties: _Properties, inherited: _Properties, tags: Mapping[str, tuple[str, ...]]) -> dict[str, Property]:
    """Return the properties of a child that a discriminator selects.

    It stays a subclass, so that a value of the base's type can be a child: its inherited properties keep their types,
    and its tag is a default.
    """
    kept = {key: inherited[key] if _changed(inherited.get(key), each) else each for key, each in properties.items()}
    for key, values in tags.items():
        value = values[0] if len(values) == 1 else MISSING
        if inherited[key].default != value:
            kept[key] = evolve(inherited[key], default=value, description="", assumed="")
        else:
            kept[key] = inherited[key]
    return kept


def _is_retyped(properties: _Properties, inherited: _Properties) -> bool:
    return any(_changed(inherited[key], each) for key, each in properties.items() if key in inherited)


def _is_same(before: Property | None, after: Property) -> bool:
    # Most properties of an object are the inherited values themselves.
    return before is after or before == after


def _changed(before: Property | None, after: Property) -> bool:
    """Return True if a property has another type or form than the inherited one, not only another description."""
    if before is after:
        return False
    described = before and evolve(
        before, description=after.description, assumed=after.assumed, deprecated=after.deprecated
    )
    return described is not None and described != after
