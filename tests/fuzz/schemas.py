"""Random component schemas of the dialect, of every shape. Nearly all are valid; lint decides."""

from __future__ import annotations

import random
from typing import Any, Final

from . import words

Schema = dict[str, Any]
PREFIX: Final = "#/components/schemas/"
STRING_FORMATS: Final = (
    *("", "", "", "uuid", "date", "date-time", "byte", "decimal", "password", "uri", "email"),
    *("x-guid-n", "x-servicestack-date", "ipv4", "hostname", "time", "duration", "regex", "idn-email"),
)
NUMBER_FORMATS: Final = ("", "", "float", "double", "decimal")
INTEGER_FORMATS: Final = ("", "", "int32", "int64")
_KINDS: Final = {
    "object": 9,
    "extension": 4,
    "enum": 3,
    "scalar": 2,
    "list": 2,
    "map": 2,
    "alias": 1,
    "union": 2,
    "tagged": 2,
    "base": 2,
    "anything": 0.5,
    "const": 0.5,
}


def ref(name: str) -> Schema:
    """Return a reference to a component."""
    return {"$ref": PREFIX + name}


def or_null(schema: Schema, rng: random.Random) -> Schema:
    """Return a schema that also allows null."""
    word = rng.choice(("anyOf", "oneOf"))
    return {word: [schema, {"type": "null"}] if rng.random() < 0.8 else [{"type": "null"}, schema]}


class Schemas:
    """Writer of the component schemas of one spec.

    A component that a value must contain is written before: so every schema has a finite value.
    """

    def __init__(self, rng: random.Random, count: int | None = None) -> None:
        """Write `count` components, or three to nine."""
        self.rng = rng
        self.taken: set[str] = {"apiclient", "asyncapiclient"} if rng.random() < 0.98 else set()
        self.components: dict[str, Schema] = {}
        self.kinds: dict[str, str] = {}
        """Kind of each component."""
        self.members: dict[str, dict[str, Schema]] = {}
        """Members of each object, inherited ones too."""
        self.tags: dict[str, tuple[str, dict[str, str]]] = {}
        """Property and mapping of each union with a discriminator."""
        names = words.distinct(rng, words.SCHEMAS, words.HOSTILE_SCHEMAS, count or rng.randint(3, 9), self.taken)
        self.planned = {name: rng.choices(list(_KINDS), list(_KINDS.values()))[0] for name in names}
        for name, kind in self.planned.items():
            getattr(self, f"_{kind}")(name)

    def _add(self, name: str, kind: str, schema: Schema) -> None:
        self.kinds[name] = kind
        if self.rng.random() < 0.03 and "x-name" not in schema and "$ref" not in schema:
            schema = {**schema, "x-name": f"Renamed{len(self.components)}"}
        self.components[name] = {**words.described(self.rng), **schema}

    def fresh(self) -> str | None:
        """Return a name for another component; None if the words are used up."""
        return next(iter(words.distinct(self.rng, words.SCHEMAS, words.HOSTILE_SCHEMAS, 1, self.taken)), None)

    def name_of(self, *kinds: str) -> str | None:
        """Return the name of a component that is written already, of one of some kinds."""
        found = [name for name, kind in self.kinds.items() if not kinds or kind in kinds]
        return self.rng.choice(found) if found else None

    def scalar(self, *, format_: bool = True) -> Schema:
        """Return a string, number, integer or boolean."""
        rng = self.rng
        type_ = rng.choices(("string", "integer", "number", "boolean"), (6, 3, 2, 2))[0]
        formats = {"string": STRING_FORMATS, "number": NUMBER_FORMATS, "integer": INTEGER_FORMATS}.get(type_, ("",))
        schema: Schema = {"type": type_}
        if format_ and (found := rng.choice(formats)):
            schema["format"] = found
        if schema.get("format") == "date-time" and rng.random() < 0.3:
            schema["x-milliseconds"] = True
        if schema == {"type": "string"} and rng.random() < 0.1:
            schema |= {"x-secret": True} if rng.random() < 0.5 else {"maxLength": 1000}
        return schema

    def schema(self, depth: int = 0, *, loose: bool = False) -> Schema:
        """Return any schema that may be inline; `loose` if a value may do without it."""
        rng = self.rng
        named = self.name_of()
        if loose and rng.random() < 0.3:
            named = rng.choice(list(self.planned))
        wanted = rng.random() * (0.76 if depth > 2 else 1)
        if wanted < 0.36 or named is None:
            scalar = self.scalar()
            if rng.random() < 0.2:
                scalar["type"] = [scalar["type"], "null"] if rng.random() < 0.8 else ["null", scalar["type"]]
            return scalar
        if wanted < 0.58:
            return ref(named)
        if wanted < 0.68:
            return or_null(ref(named), rng)
        if wanted < 0.76:
            return rng.choice(self._small)(self)
        type_, word = ("array", "items") if wanted < 0.9 else ("object", "additionalProperties")
        inner = self.schema(depth + 1, loose=True)
        return {"type": [type_, "null"] if rng.random() < 0.15 else type_, word: inner}

    def _fixed(self) -> Schema:
        return {"const": self.rng.choice(("x", "", "it's", 1, 0, -7, True, False, None, 1.5, '"""', [], {"a": [1]}))}

    def _fixed_or_null(self) -> Schema:
        return or_null({"const": self.rng.choice(("x", 3, False))}, self.rng)

    def _any(self) -> Schema:
        return {}

    def _several_scalars(self) -> Schema:
        found = self.rng.sample(("string", "integer", "boolean", "null"), self.rng.randint(2, 4))
        return {"type": found} if set(found) != {"null"} else {"type": "string"}

    def _choice(self) -> Schema:
        return {self.rng.choice(("oneOf", "anyOf")): self.alternatives(named=False)}

    _small: Final = (_fixed, _fixed_or_null, _any, _any, _several_scalars, _choice)

    def alternatives(self, *, named: bool = True) -> list[Schema]:
        """Return members of a union without a discriminator, of different JSON types; `named`: components too."""
        rng = self.rng
        found: list[Schema] = []
        if rng.random() < 0.6:
            found.append(self.scalar())
        used = {each["type"] for each in found}
        if "boolean" not in used and rng.random() < 0.3:
            found.append({"type": "boolean"})
        if not used & {"integer", "number"} and rng.random() < 0.4:
            found.append({"type": rng.choice(("integer", "number"))})
        if rng.random() < 0.4:
            found.append({"type": "array", "items": self.schema(2)})
        object_ = self.name_of("object", "extension", "map")
        if named and object_ and rng.random() < 0.6:
            found.append(ref(object_))
            other = self.name_of("object", "extension", "variant")
            if other and other != object_ and rng.random() < 0.2:
                found.append(ref(other))
        elif rng.random() < 0.3:
            found.append({"type": "object", "additionalProperties": self.scalar()})
        enum = self.name_of("enum")
        if named and enum and "string" not in used and self.components[enum].get("type") == "string":
            found.append(ref(enum))
        while len(found) < 2:
            found.append(
                {"type": "string"} if {"type": "string"} not in found and "string" not in used else {"type": "null"}
            )
        rng.shuffle(found)
        return found[:4]

    def properties(self, count: int, taken: set[str]) -> tuple[dict[str, Schema], list[str]]:
        """Return members and the names of those that are required."""
        rng = self.rng
        found: dict[str, Schema] = {}
        required: list[str] = []
        for name in words.distinct(rng, words.MEMBERS, words.HOSTILE_MEMBERS, count, taken):
            needed = rng.random() < 0.4
            found[name] = self._annotated(self.schema(loose=not needed))
            if not (name.isascii() and any(map(str.isalnum, name))):
                found[name] = {**found[name], "x-name": f"spelled_{len(found)}"}
            if needed:
                required.append(name)
        return found, required

    def _annotated(self, schema: Schema) -> Schema:
        rng = self.rng
        extra: Schema = words.described(rng, 0.25)
        for word, share in (("deprecated", 0.04), ("readOnly", 0.04), ("writeOnly", 0.04)):
            if rng.random() < share:
                extra[word] = True
                break
        if "$ref" not in schema and rng.random() < 0.05:
            extra["x-assumed"] = words.pick(rng, words.SENTENCES, words.HOSTILE_SENTENCES)
        if "$ref" not in schema and rng.random() < 0.03:
            extra["x-name"] = rng.choice(("renamed", "spelled", "class_", "other_name", "x"))
        return {**schema, **extra}

    def object(self, count: int, taken: set[str]) -> Schema:
        """Return an object with members."""
        rng = self.rng
        found, required = self.properties(count, taken)
        schema: Schema = {"type": [*rng.sample(["object", "null"], 2)] if rng.random() < 0.08 else "object"}
        if required:
            schema["required"] = required
        schema["properties"] = found
        if rng.random() < 0.25:
            schema["additionalProperties"] = rng.choice((True, False, self.schema(1, loose=True), {"type": "string"}))
        return schema

    def _object(self, name: str) -> None:
        schema = self.object(self.rng.randint(0, 7), set())
        self.members[name] = dict(schema["properties"])
        self._add(name, "object", schema)

    def _extension(self, name: str) -> None:
        base = self.name_of("object", "extension", "base")
        if base is None:
            return self._object(name)
        rng = self.rng
        inherited = dict(self.members[base])
        parts: list[Schema] = [ref(base)]
        other = self.name_of("object")
        if other and other != base and rng.random() < 0.15:
            parts.append(ref(other))
            inherited |= self.members[other]
        own, required = self.properties(rng.randint(0, 4), {"".join(filter(str.isalnum, n.lower())) for n in inherited})
        for member, schema in inherited.items():
            if rng.random() < 0.08:
                required.append(member)
            narrowed = self._narrowed(schema)
            if narrowed is not None and rng.random() < 0.15:
                own[member] = narrowed
        inline: Schema = {"type": "object", "properties": own}
        if required:
            inline["required"] = required
        if rng.random() < 0.12:
            inline["additionalProperties"] = rng.choice((True, {"type": "string"}, self.scalar()))
        where = rng.random()
        if where < 0.6:
            whole: Schema = {"allOf": [*parts, inline]}
        elif where < 0.8:
            whole = {"allOf": [inline, *parts]}
        else:
            whole = {"type": "object", "allOf": parts, **inline}
        self.members[name] = inherited | own
        return self._add(name, "extension", whole)

    def _narrowed(self, schema: Schema) -> Schema | None:
        """Return a schema of fewer values; None if there is no simple one."""
        type_ = schema.get("type")
        if isinstance(type_, list) and "null" in type_ and len(type_) == 2:
            return {**schema, "type": next(each for each in type_ if each != "null")}
        if type_ == "string" and schema.keys() <= {"type", "description"}:
            return {"const": self.rng.choice(("x", "y"))}
        if "$ref" in schema or type_ in ("integer", "boolean"):
            return dict(schema)
        return None

    def _enum(self, name: str) -> None:
        rng = self.rng
        values: list[Any]
        if rng.random() < 0.7:
            type_, values = "string", words.distinct(rng, words.VALUES, words.HOSTILE_VALUES, rng.randint(1, 5), set())
        else:
            type_, values = "integer", rng.sample((0, 1, 2, 3, -1, 10, 404, 2**40), rng.randint(1, 4))
        if rng.random() < 0.06:
            kinds: dict[str, list[Any]] = {"boolean": [True, False], "number": [0.5, 1, 3.25], "": ["auto", 1, 2.5]}
            type_ = rng.choice(list(kinds))
            values = kinds[type_]
        nullable = rng.random() < 0.2
        if nullable:
            at = rng.randrange(len(values) + 1)
            values = [*values[:at], None, *values[at:]]
        schema: Schema = {"type": [type_, "null"] if nullable else type_, "enum": values}
        if not type_:  # the values say it
            del schema["type"]
        unspellable = any(isinstance(v, str) and not any(c.isascii() and c.isalnum() for c in v) for v in values)
        unspellable |= any(isinstance(v, str) and not v.isascii() for v in values)
        if unspellable or rng.random() < 0.2:
            schema["x-enum-varnames"] = [f"V{index}_{'X' * index}A" for index in range(len(values))]
        if rng.random() < 0.2:
            schema["x-enum-descriptions"] = [words.pick(rng, words.SENTENCES, words.HOSTILE_SENTENCES) for _ in values]
        self._add(name, "enum", schema)

    def _scalar(self, name: str) -> None:
        scalar = self.scalar()
        if self.rng.random() < 0.25:
            scalar["type"] = [scalar["type"], "null"]
        self._add(name, "scalar", scalar)

    def _list(self, name: str) -> None:
        type_ = ["array", "null"] if self.rng.random() < 0.2 else "array"
        schema: Schema = {"type": type_, "items": self.schema(1, loose=True)}
        if self.rng.random() < 0.08:
            schema |= {"prefixItems": [self.schema(2), self.scalar()], "items": False}
        self._add(name, "list", schema)

    def _map(self, name: str) -> None:
        type_ = ["object", "null"] if self.rng.random() < 0.2 else "object"
        self._add(name, "map", {"type": type_, "additionalProperties": self.schema(1, loose=True)})

    def _alias(self, name: str) -> None:
        target = self.name_of()
        if target is None:
            return self._scalar(name)
        form = self.rng.random()
        schema = (
            ref(target) if form < 0.4 else {"allOf": [ref(target)]} if form < 0.6 else or_null(ref(target), self.rng)
        )
        return self._add(name, "alias", schema)

    def _union(self, name: str) -> None:
        members = self.alternatives()
        if self.rng.random() < 0.4:  # recursive, through a list or a map
            members = [each for each in members if each.get("type") not in ("array", "object")]
            members.append({"type": "array", "items": self.rng.choice((ref(name), or_null(ref(name), self.rng)))})
            members += [{"type": "boolean"}] if len(members) < 2 else []
        self._add(name, "union", {self.rng.choice(("oneOf", "anyOf")): members})

    def _anything(self, name: str) -> None:
        self._add(name, "anything", {})

    def _const(self, name: str) -> None:
        self._add(name, "const", self._fixed())

    def _tagged(self, name: str) -> None:
        """Write a union with a discriminator, and its members."""
        rng = self.rng
        explicit = rng.random() < 0.7
        property_ = rng.choice(("kind", "type", "@type", "class"))
        mapping: dict[str, str] = {}
        members: list[Schema] = []
        inner = self.name_of("tagged")
        if explicit and inner and rng.random() < 0.3:
            property_, tags = self.tags[inner]
            members.append(ref(inner))
            mapping |= dict.fromkeys(tags, inner)
        for child in [each for each in [self.fresh() for _ in range(rng.randint(1, 3))] if each]:
            tag = (
                f"{words.pick(rng, ('cat', 'dog', 'x.y', 'A'), words.HOSTILE_VALUES)}{len(mapping)}"
                if explicit
                else child
            )
            schema = self.object(rng.randint(0, 3), {"".join(filter(str.isalnum, property_))})
            schema["type"] = "object"
            fixed = {"const": tag} if explicit and rng.random() < 0.6 else {"type": "string"}
            schema["properties"] = {property_: fixed, **schema["properties"]}
            schema["required"] = [property_, *schema.get("required", [])]
            self.members[child] = dict(schema["properties"])
            self._add(child, "variant", schema)
            mapping[tag] = child
            members.append(ref(child))
        discriminator: Schema = {"propertyName": property_}
        if explicit:
            discriminator["mapping"] = {
                tag: rng.choice((PREFIX + each, PREFIX + each, each)) for tag, each in mapping.items()
            }
        if rng.random() < 0.2:
            members.append({"type": "null"})
        self.tags[name] = (property_, mapping)
        self._add(name, "tagged", {rng.choice(("oneOf", "anyOf")): members, "discriminator": discriminator})

    def _base(self, name: str) -> None:
        """Write an object with a discriminator, and the objects that extend it."""
        rng = self.rng
        property_ = rng.choice(("kind", "petType", "@type"))
        explicit = rng.random() < 0.6
        schema = self.object(rng.randint(0, 3), {"".join(filter(str.isalnum, property_.lower()))})
        schema["type"] = "object"
        schema["properties"] = {property_: {"type": "string"}, **schema["properties"]}
        schema["required"] = [property_, *schema.get("required", [])]
        discriminator: Schema = {"propertyName": property_}
        schema["discriminator"] = discriminator
        self.members[name] = dict(schema["properties"])
        self._add(name, "base", schema)
        inherited = {"".join(filter(str.isalnum, each.lower())) for each in self.members[name]}
        parents = [name]
        for index, child in enumerate(filter(None, (self.fresh() for _ in range(rng.randint(0, 3))))):
            parent = rng.choice(parents)
            taken = inherited | {"".join(filter(str.isalnum, each.lower())) for each in self.members[parent]}
            own = self.object(rng.randint(0, 3), taken)
            own["type"] = "object"
            if explicit:
                discriminator.setdefault("mapping", {})[f"tag{index}"] = PREFIX + child
            self.members[child] = self.members[parent] | own["properties"]
            self._add(child, "child", {"allOf": [ref(parent), own]})
            parents.append(child)
