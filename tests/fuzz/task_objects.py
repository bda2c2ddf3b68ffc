"""Objects of task specs: members at random places, in the object itself or in objects inside it."""

from __future__ import annotations

import random
from typing import Any, Final

from taskclients_core.json_pointer import escape

from . import words
from .schemas import Schema, Schemas, or_null, ref

_DEEPEST: Final = 2


class Part:
    """Writer of one object component. `place` returns the pointer of a new member."""

    def __init__(self, schemas: Schemas, *, depth: int = 0) -> None:
        self.schemas, self.rng, self.depth = schemas, schemas.rng, depth
        self.name = schemas.fresh() or f"Part{len(schemas.components)}"
        self.schema: Schema = {**words.described(self.rng), "type": "object", "properties": {}}
        schemas.components[self.name] = self.schema
        self.taken: set[str] = set()
        self.inner: list[tuple[str, bool, Part]] = []
        """Members that are objects: their pointers, whether they are always there, and their writers."""

    @property
    def ref(self) -> Schema:
        """Reference to the component."""
        return ref(self.name)

    def place(self, schema: Schema, *, required: bool = False, here: bool = False) -> str:
        """Add a member and return its pointer; `here` keeps it out of objects inside."""
        if not here and self.depth < _DEEPEST and self.rng.random() < 0.2:
            pointer, inner = self._inside(required=required)
            return pointer + inner.place(schema, required=required)
        return self._add(schema, required=required)

    def array(self, schema: Schema, *, required: bool = False) -> str:
        """Add an array, which may be nullable unless it is required, and return its pointer."""
        nullable = not required and self.rng.random() < 0.3
        return self.place({"type": ["array", "null"] if nullable else "array", "items": schema}, required=required)

    def fill(self, most: int) -> None:
        """Add members that mean nothing."""
        for _ in range(self.rng.randint(0, most)):
            self._add(self.schemas.schema(1, loose=True), required=False)

    def _add(self, schema: Schema, *, required: bool) -> str:
        found = words.distinct(self.rng, words.MEMBERS, words.HOSTILE_MEMBERS, 1, self.taken)
        name = found[0] if found else f"member{len(self.schema['properties'])}"
        if not (name.isascii() and any(map(str.isalnum, name))):
            name = f"member{len(self.schema['properties'])}"
        self.schema["properties"][name] = schema
        if required:
            self.schema.setdefault("required", []).append(name)
        return f"/{escape(name)}"

    def _inside(self, *, required: bool) -> tuple[str, Part]:
        fitting = [(pointer, part) for pointer, always, part in self.inner if always or not required]
        if fitting and self.rng.random() < 0.5:
            return self.rng.choice(fitting)
        part = Part(self.schemas, depth=self.depth + 1)
        always = required or self.rng.random() < 0.3
        schema = part.ref if always or self.rng.random() < 0.7 else or_null(part.ref, self.rng)
        pointer = self._add(schema, required=always)
        self.inner.append((pointer, always, part))
        return pointer, part


def duration(rng: random.Random, least: float, most: float) -> str:
    """Return a duration between two numbers of seconds."""
    seconds = rng.uniform(least, most)
    if seconds >= 86400:
        return f"P{round(seconds / 86400)}D"
    if seconds >= 60:
        return f"PT{int(seconds // 60)}M{round(seconds % 60)}S"
    return f"PT{seconds:.1f}S"


def maybe(rng: random.Random, share: float, **members: Any) -> dict[str, Any]:
    """Return members, with a probability, or else none."""
    return members if rng.random() < share else {}
