"""Inheritance between the object schemas of a spec: bases by `allOf`, and children by a discriminator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from .schema import Discriminator, post_order
from .schema_reader import reference, target

Schemas: TypeAlias = Mapping[str, Any]


class Family:
    """Objects among the component schemas of one spec, with their bases and children."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._resolved: dict[str, str] = {}
        self._selecting: dict[str, dict[str, tuple[str, ...]]] = {}
        self._known: set[str] = set()
        for name in post_order(schemas, self._renamed):
            if self._is_object(name):
                self._known.add(name)
        self.objects = tuple(name for name in schemas if name in self._known)
        """Names of the objects with properties, in the order of the file."""

        self._parents = {name: self._find_parents(name) for name in self.objects}
        self._base: dict[str, str] = {}
        self._children: dict[str, list[str]] = {}
        selected: set[str] = set()
        for name in post_order(self.objects, self.parents):
            # A child must be a subclass of the base whose discriminator selects it.
            parents = self.parents(name)
            self._base[name] = next((each for each in parents if each in selected), parents[0] if parents else "")
            if self._property(name) or self._base[name] in selected:
                selected.add(name)
        for name in self.objects:
            self._children.setdefault(self._base[name], []).append(name)

    def resolved(self, name: str) -> str:
        """Return the component behind the references and nulls that consist of one component only."""
        passed: list[str] = []
        while name not in self._resolved and (behind := _alias(self._schemas[name])) is not None:
            passed.append(name)
            name = behind
        found = self._resolved.get(name, name)
        self._resolved.update(dict.fromkeys(passed, found))
        return found

    def parents(self, name: str) -> tuple[str, ...]:
        """Return the objects to which the `allOf` of an object refers."""
        return self._parents[name]

    def base(self, name: str) -> str:
        """Return the object that becomes the base class of an object, '' for none."""
        return self._base[name]

    def tags(self, name: str) -> Mapping[str, tuple[str, ...]]:
        """Return the values of discriminators that select an object, by the property of each."""
        line = self._line(name)[1:]
        return {found: self._tags(name, found) for each in line if (found := self._property(each))}

    def children(self, name: str) -> Discriminator | None:
        """Return the objects that extend an object, by the value that selects each; None without a discriminator."""
        own = next((found for each in self._line(name) if (found := self._property(each))), "")
        mapping = tuple((tag, each) for each in self._below(name, own) for tag in self._tags(each, own)) if own else ()
        return Discriminator(own, mapping) if mapping else None

    def _is_object(self, name: str) -> bool:
        """Return True if a schema is an object with properties; what it renames is known before it."""
        node = self._schemas[name]
        if not isinstance(node, Mapping) or "enum" in node:
            return False
        if "allOf" not in node:
            return "properties" in node
        return all(each in self._known for each in self._renamed(name))

    def _renamed(self, name: str) -> tuple[str, ...]:
        """Return the component of which a schema is another name by `allOf`: one reference with a description."""
        node = self._schemas[name]
        behind = _alias(node, all_of=True) if isinstance(node, Mapping) and "allOf" in node else None
        return () if behind is None else (self.resolved(behind),)

    def _find_parents(self, name: str) -> tuple[str, ...]:
        parts = self._schemas[name].get("allOf", ())
        found = (self.resolved(reference(part)) for part in parts if "$ref" in part)
        return tuple(dict.fromkeys(each for each in found if each in self._known))

    def _line(self, name: str) -> list[str]:
        """Return an object and its bases, nearest first."""
        line = [name]
        while base := self._base[line[-1]]:
            line.append(base)
        return line

    def _property(self, name: str) -> str:
        """Return the property of an object's own discriminator, '' for none."""
        found: str = self._schemas[name].get("discriminator", {}).get("propertyName", "")
        return found

    def _tags(self, name: str, property_: str) -> tuple[str, ...]:
        """Return the values of a property that select an object.

        An object below one with another discriminator is selected in two steps, and has the value of that one here.
        """
        line = self._line(name)
        root = max(index for index, each in enumerate(line) if self._property(each) == property_)
        other = [each for each in line[:root] if self._property(each) not in ("", property_)]
        chosen = other[-1] if other else name
        for each in line:
            if self._property(each) == property_:
                values = self._mapping(each).get(chosen)
                if values:
                    return values
        return (chosen,)

    def _mapping(self, name: str) -> Mapping[str, tuple[str, ...]]:
        """Return the values of an object's own discriminator by the component that they select."""
        if name not in self._selecting:
            found = self._selecting[name] = {}
            for value, entry in self._schemas[name]["discriminator"].get("mapping", {}).items():
                chosen = self.resolved(target(entry))
                found[chosen] = (*found.get(chosen, ()), value)
        return self._selecting[name]

    def _below(self, name: str, property_: str) -> Iterator[str]:
        waiting = [iter(self._children.get(name, ()))]
        while waiting:
            child = next(waiting[-1], None)
            if child is None:
                waiting.pop()
                continue
            yield child
            if self._property(child) in ("", property_):
                waiting.append(iter(self._children.get(child, ())))


def _alias(node: Any, *, all_of: bool = False) -> str | None:
    """Return the only component that a schema stands for besides null; None if it is anything else."""
    if not isinstance(node, Mapping):
        return None
    if "$ref" in node:
        return reference(node)
    keywords = ("allOf",) if all_of else ("oneOf", "anyOf")
    parts = [part for keyword in keywords for part in node.get(keyword, ()) if part != {"type": "null"}]
    bare = not {"properties", "required", "additionalProperties"} & node.keys()
    return reference(parts[0]) if bare and len(parts) == 1 and "$ref" in parts[0] else None
