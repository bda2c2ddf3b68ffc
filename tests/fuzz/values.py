"""Random JSON values of the schemas of a spec, and their comparison. Independent of lint, generator and codec."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from typing import Any, Final

from .schemas import PREFIX, Schema

_DEEP: Final = 4
_MORE: Final = frozenset({"properties", "required", "additionalProperties"})
_TEXTS: Final = ("", "a", "text", 'quote " \\ back', "line\nbreak\ttab", "ünï💥日本", "{{ x }}", "null", "1", " pad ")
_FORMATS: Final = {
    "uuid": ("16d1f9cd-4d1b-459b-9b8a-1f8f6e3bee3e", "00000000-0000-0000-0000-000000000000"),
    "date": ("2022-01-31", "1999-12-31", "0001-01-01"),
    "date-time": ("2022-01-01T00:00:00Z", "1970-01-01T23:59:59Z", "2024-02-29T12:30:00+02:00"),
    "decimal": ("12.50", "0.00", "-1", "100000000000000000000.01"),
    "uri": ("https://x.example/a?b=c#d", "urn:x"),
    "email": ("a@x.example",),
    "x-guid-n": ("16d1f9cd4d1b459b9b8a1f8f6e3bee3e",),
    "x-servicestack-date": ("/Date(1640995200000-0000)/", "/Date(0)/", "/Date(-1000+0200)/"),
    "ipv4": ("127.0.0.1",),
    "ipv6": ("::1",),
    "hostname": ("x.example",),
    "time": ("10:20:30", "23:59:59Z"),
    "duration": ("PT5M", "P1D"),
    "int64": ("42", "-1", "9007199254740993"),
    "regex": ("^a+$",),
    "idn-email": ("ü@x.example",),
}


class NoValueError(Exception):
    """A schema has no finite value."""


class Values:
    """Writer of random values, and their judge."""

    def __init__(self, document: Schema, rng: random.Random, *, newer: bool = True) -> None:
        """Write values of the schemas of a spec; `newer`: enums may have values that it does not list."""
        self.newer = newer
        self.schemas: dict[str, Schema] = document.get("components", {}).get("schemas", {})
        self.rng = rng

    def resolved(self, schema: Any) -> Schema:
        """Follow references and `allOf` of one reference, but not from a child to the base that selects it."""
        while "$ref" in schema or (len(schema.get("allOf", ())) == 1 and not _MORE & schema.keys()):
            if "$ref" not in schema:
                base = self.resolved(schema["allOf"][0])
                if (
                    "discriminator" in base
                    and "properties" in base
                    and any(schema is each for each in self.schemas.values())
                ):
                    break
                schema = schema["allOf"][0]
            schema = self.schemas[schema["$ref"].removeprefix(PREFIX)] if "$ref" in schema else schema
        found: Schema = schema
        return found

    # -- Values

    def value(self, schema: Any, depth: int = 0, **fixed: str) -> Any:
        """Return a value; `fixed` has members that the object must have.

        Raises:
            NoValueError: there is no finite value.
        """
        if depth > 14:
            raise NoValueError
        whole = {} if schema is True else self.resolved(schema)
        if "const" in whole:
            return whole["const"]
        if "enum" in whole:
            return self._enum(whole)
        members = whole.get("oneOf") or whole.get("anyOf")
        if members:
            return self._member(whole, members, depth, fixed)
        kinds = whole.get("type", ())
        kinds = [kinds] if isinstance(kinds, str) else list(kinds)
        if "null" in kinds and len(kinds) > 1 and not fixed and (depth > _DEEP or self.rng.random() < 0.3):
            return None
        if "properties" in whole or "allOf" in whole:
            return self._object(whole, depth, fixed)
        kind = self.rng.choice([each for each in kinds if each != "null"] or kinds or ["any"])
        if kind == "array" and "prefixItems" in whole:
            return [self.value(each, depth + 1) for each in whole["prefixItems"]]
        if kind == "array":
            return [self.value(whole["items"], depth + 1) for _ in range(self._count(depth))]
        if kind == "object":
            inner = whole.get("additionalProperties", {})
            return {self._key(index): self.value(inner, depth + 1) for index in range(self._count(depth))}
        return self.any(depth) if kind == "any" else self._scalar(kind, whole)

    def _count(self, depth: int) -> int:
        return 0 if depth > _DEEP else self.rng.choice((0, 1, 1, 2, 3))

    def _key(self, index: int) -> str:
        return self.rng.choice(("a", "Key", "with space", "ü", '"', "class", "")) + str(index)

    def any(self, depth: int = 0) -> Any:
        """Return any JSON value."""
        wanted = self.rng.random()
        if wanted < 0.7 or depth > _DEEP:
            return self.rng.choice((None, True, False, 0, -1, 1.5, 2**40, "", "text", "2022-01-01", [], {}))
        if wanted < 0.85:
            return [self.any(depth + 1) for _ in range(2)]
        return {self._key(index): self.any(depth + 1) for index in range(2)}

    def _scalar(self, kind: str, schema: Schema) -> Any:
        rng, format_ = self.rng, schema.get("format", "")
        if kind == "null":
            return None
        if kind == "boolean":
            return rng.random() < 0.5
        if kind == "integer":
            return rng.choice((0, 1, -1, 42, 2**31 - 1, *(() if format_ == "int32" else (2**53 + 1, -(2**63)))))
        if kind == "number":
            return rng.choice((0.5, -1.25, 1e10, 3, 0.1) if format_ != "decimal" else (0.5, 12.25, 3))
        if schema.get("x-milliseconds"):
            return rng.choice(("2022-01-01T00:00:00.000Z", "2024-02-29T12:30:00.125Z"))
        if format_ == "byte":
            return base64.b64encode(rng.choice((b"", b"x", b"\xff\x00bytes"))).decode()
        if format_ in _FORMATS:
            return rng.choice(_FORMATS[format_])
        return rng.choice(_TEXTS)

    def _enum(self, schema: Schema) -> Any:
        if self.newer and self.rng.random() < 0.1:  # newer than the spec
            known = [each for each in schema["enum"] if each is not None]
            if all(isinstance(each, str) for each in known):
                return "newer than the spec"
            if all(type(each) is int for each in known):
                return 987654
        return self.rng.choice(schema["enum"])

    def _member(self, schema: Schema, members: list[Schema], depth: int, fixed: dict[str, str]) -> Any:
        found = [each for each in members if each != {"type": "null"}]
        if len(found) < len(members) and not fixed and (depth > _DEEP or self.rng.random() < 0.3):
            return None
        discriminator = schema.get("discriminator")
        if discriminator is None:
            return self.value(self.rng.choice(found), depth + 1, **fixed)
        name, targets = discriminator["propertyName"], self._targets(discriminator, found)
        tags = [fixed[name]] if name in fixed else list(targets)
        tag = self.rng.choice(tags)
        return self.value(targets[tag], depth + 1, **{**fixed, name: tag})

    def _targets(self, discriminator: Schema, members: list[Schema]) -> dict[str, Schema]:
        mapping = {
            tag: {"$ref": target if target.startswith("#") else PREFIX + target}
            for tag, target in discriminator.get("mapping", {}).items()
        }
        mapped = [each["$ref"] for each in mapping.values()]
        named = {each["$ref"].removeprefix(PREFIX): each for each in members if each["$ref"] not in mapped}
        return {**mapping, **named}

    def _object(self, schema: Schema, depth: int, fixed: dict[str, str]) -> Any:
        child = self._child(schema, depth, fixed)
        if child is not None:
            return child
        properties, required, others = self.parts(schema)
        made: dict[str, Any] = {}
        for name, member in properties.items():
            if name in fixed:
                made[name] = fixed[name]
            elif name in required or (depth <= _DEEP and self.rng.random() < 0.5):
                made[name] = self.value(member, depth + 1)
        if others is not None and depth <= _DEEP:
            made |= {f"other {index}": self.value(others, depth + 1) for index in range(self.rng.randrange(3))}
        elif others is None and self.rng.random() < 0.1:
            made["undeclared"] = {"x": [1]}
        return made

    def _child(self, schema: Schema, depth: int, fixed: dict[str, str]) -> Any:
        discriminator = schema.get("discriminator")
        if discriminator is None or depth > _DEEP or fixed or self.rng.random() < 0.2:
            return None
        if "mapping" in discriminator:
            children = {tag: {"$ref": each} for tag, each in discriminator["mapping"].items()}
        else:
            children = {each: {"$ref": PREFIX + each} for each in self.below(schema)}
        if not children:
            return None
        tag = self.rng.choice(list(children))
        return self.value(children[tag], depth + 1, **{discriminator["propertyName"]: tag})

    def below(self, schema: Schema) -> list[str]:
        """Return the names of the components that extend one."""
        found = [name for name, each in self.schemas.items() if each is schema]
        for name, each in self.schemas.items():
            if any(part.get("$ref", "").removeprefix(PREFIX) in found for part in each.get("allOf", ())):
                found.append(name)
        return [name for name in found if self.schemas[name] is not schema]

    def parts(self, schema: Schema) -> tuple[dict[str, Schema], set[str], Any]:
        """Return the members of an object, those that are required, and the schema of others (None: ignored)."""
        properties: dict[str, Schema] = {}
        required: set[str] = set()
        others: Any = None
        for part in (*map(self.resolved, schema.get("allOf", ())), schema):
            if part is not schema:
                inner = self.parts(part)
                properties |= {name: self._narrower(properties.get(name), each) for name, each in inner[0].items()}
                required |= inner[1]
                others = self._fewer(others, inner[2])
                continue
            own = part.get("properties", {})
            properties |= {name: self._narrower(properties.get(name), each) for name, each in own.items()}
            required |= set(part.get("required", ()))
            found = part.get("additionalProperties", False)
            others = self._fewer(others, None if found is False else found)
        return properties, required, others

    def _narrower(self, one: Schema | None, other: Schema) -> Schema:
        """Return the schema of a member that two parts of an object describe."""
        if one is None or "const" in other:
            return other
        kinds, fewer = (each if isinstance(each, list) else [each] for each in (one.get("type"), other.get("type")))
        kept = one if "const" in one or ("null" in fewer and not set(fewer) <= set(kinds)) else other
        noted = {each: True for each in ("readOnly", "writeOnly") if one.get(each) or other.get(each)}
        return {**({"default": one["default"]} if "default" in one else {}), **kept, **noted}

    def _fewer(self, one: Any, other: Any) -> Any:
        """Return the schema of the undeclared members of an object of two parts."""
        if other is None or (other in (True, {}) and one is not None):
            return one
        # The clients keep the inherited schema; a format in it may be in a member of a union.
        inherited = self.resolved(one) if isinstance(one, dict) else {}
        union = "oneOf" in inherited or "anyOf" in inherited
        return one if union or ("format" in inherited and "format" not in other) else other

    # -- Comparison

    def difference(self, schema: Any, sent: Any, back: Any, path: str = "$") -> str:
        """Return the first difference that is not documented between a value and what it became; '' for none."""
        whole = {} if schema is True else self.resolved(schema)
        if isinstance(sent, dict) and isinstance(back, dict):
            return self._difference_of_objects(whole, sent, back, path)
        if isinstance(sent, list) and isinstance(back, list) and len(sent) == len(back):
            pairs = zip(self._items(whole), sent, back, strict=False)
            several = (self.difference(item, one, two, f"{path}[{i}]") for i, (item, one, two) in enumerate(pairs))
            return next(filter(None, several), "")
        same = sent == back and isinstance(sent, bool) == isinstance(back, bool)
        return "" if same else f"{path}: {sent!r} became {back!r}"

    def _items(self, schema: Schema) -> Iterator[Any]:
        yield from schema.get("prefixItems", ())
        while True:
            yield schema.get("items") or {"anyOf": self._alternatives(schema)}

    def _alternatives(self, schema: Schema) -> list[Schema]:
        """Return the items of the lists among the members of a union."""
        waiting, found = [schema], list[Schema]()
        while waiting:
            members = [self.resolved(each) for word in ("oneOf", "anyOf") for each in waiting[0].get(word, ())]
            found += [each["items"] for each in members if isinstance(each.get("items"), dict)]
            found += [item for each in members for item in each.get("prefixItems", ())]
            waiting = [*waiting[1:], *(each for each in members if "items" not in each)]
        return found

    def _difference_of_objects(self, schema: Schema, sent: Schema, back: Schema, path: str) -> str:
        members = schema.get("oneOf") or schema.get("anyOf")
        if members:
            several = [self.difference(each, sent, back, path) for each in members if each.get("type") != "null"]
            return "" if "" in several or not several else several[0]
        if schema.get("discriminator"):
            names = [name for name, each in self.schemas.items() if each is schema] + self.below(schema)
            several = [self._difference_of_members(self.schemas[each], sent, back, path) for each in names]
            return "" if "" in several else several[0]
        return self._difference_of_members(schema, sent, back, path)

    def _difference_of_members(self, schema: Schema, sent: Schema, back: Schema, path: str) -> str:
        properties, required, others = self.parts(schema)
        # A member that is sent one way is not required of the other.
        required -= {name for name, each in properties.items() if each.keys() & {"readOnly", "writeOnly"}}
        if "properties" not in schema and "allOf" not in schema:
            others = schema.get("additionalProperties", {})
        for name, value in sent.items():
            member = properties.get(name, others)
            where = f"{path}.{name}"
            if member is None:
                if name in back:
                    return f"{where}: an undeclared member was kept"
            elif name in back:
                found = self.difference(member, value, back[name], where)
                if found:
                    return found
            elif value is not None or name in required or name not in properties:
                return f"{where}: {value!r} was lost"
        for name in back.keys() - sent.keys():
            whole = properties.get(name, {})
            filled = whole.get("default", self.resolved(whole).get("const", ...))
            if filled is ... or self.difference(whole, filled, back[name], path):
                return f"{path}.{name}: {back[name]!r} came from nowhere"
        return ""
