"""Random task types of the dialect: how tasks are polled, what their members mean, and what their result is."""

from __future__ import annotations

import random
from typing import Any, Final

from attrs import define, field

from . import words
from .schemas import Schema, Schemas, ref
from .task_objects import Part, duration, maybe

_IDS: Final[tuple[Schema, ...]] = (
    {"type": "string"},
    {"type": "string"},
    {"type": "string", "format": "uuid"},
    {"type": "string", "format": "x-guid-n"},
    {"type": "integer"},
    {"type": "integer", "format": "int64"},
    {"type": "string", "format": "int64"},
)
_LEVELS: Final = ("info", "warning", "error")


@define
class Kind:
    """A task type while it is written."""

    name: str
    id: Schema
    """Schema of its ids."""

    task: Part
    key: str
    """Pointer to the id in a task."""

    words: dict[str, str]
    """Phase of each status word."""

    listed: bool
    word: Schema = field(factory=dict[str, Any])
    """Schema of a status word."""

    page: Schema = field(factory=dict[str, Any])
    """Schema of the response of the poll."""

    node: Schema = field(factory=dict[str, Any])
    """Node under `x-task-types`; the calls in it are added later."""

    created: str | None = None
    """Pointer to the time at which a task was begun."""


class TaskTypes:
    """Writer of task types around the objects that they describe."""

    def __init__(self, rng: random.Random, schemas: Schemas) -> None:
        self.rng, self.schemas = rng, schemas

    def kind(self, name: str, *, listed: bool) -> Kind:
        """Write a task type without `poll`, calls and result."""
        rng = self.rng
        task, wire_id = Part(self.schemas), dict(rng.choice(_IDS))
        found = Kind(name, wire_id, task, task.place(wire_id, required=listed), self._words(), listed)
        task.fill(3)
        found.node = {
            "version": 1,
            **words.described(rng),
            **maybe(rng, 0.1, **{"x-assumed": "No page says so."}),
            "state": self._state(found),
            **self._progress(task),
            **maybe(rng, 0.4, messages=[self._messages(task) for _ in range(rng.randint(1, 2))]),
            "timing": self._timing(),
            **maybe(rng, 0.3, lifetime=self._lifetime()),
        }
        if "steps" in found.node.get("progress", {}).values() or rng.random() < 0.3:
            found.node["steps"] = self._steps(task)
        if rng.random() < 0.3:
            found.created = task.place({"type": "string", "format": "date-time"})
        return found

    def _words(self) -> dict[str, str]:
        """Return the status words, each with its phase."""
        rng = self.rng
        phases = ["succeeded"] if rng.random() < 0.93 else ["skipped"]
        for phase, share in (
            ("queued", 0.6),
            ("running", 0.85),
            ("failed", 0.75),
            ("cancelled", 0.4),
            ("needs-input", 0.35),
            ("skipped", 0.2),
            ("succeeded", 0.1),
            ("running", 0.2),
        ):
            phases += [phase] if rng.random() < share else []
        rng.shuffle(phases)
        found = words.distinct(rng, words.STATUSES, words.HOSTILE_VALUES, len(phases), set())
        found += [f"word {index}" for index in range(len(phases) - len(found))]
        return dict(zip(found, phases, strict=True))

    def _word_schema(self, several: dict[str, str]) -> Schema:
        """Return the schema of a status word: an enum of all of them, or text."""
        if self.rng.random() < 0.3:
            return {"type": "string"}
        name = self.schemas.fresh() or f"Words{len(self.schemas.components)}"
        enum: Schema = {"type": "string", "enum": list(several)}
        if self.rng.random() < 0.8 or not all(each.isascii() and any(map(str.isalnum, each)) for each in several):
            enum["x-enum-varnames"] = [f"W{index}_{'X' * index}A" for index in range(len(several))]
        self.schemas.components[name] = enum
        return ref(name)

    def _state(self, found: Kind) -> Schema:
        rng, task = self.rng, found.task
        schema = self._word_schema(found.words)
        if schema == {"type": "string"} and rng.random() < 0.2:
            schema = {"type": ["string", "null"]}
        found.word = {"type": "string"} if "type" in schema else schema
        at = task.place(schema, required=rng.random() < 0.5)
        fold = rng.random() < 0.2
        several = {word.swapcase() if fold and rng.random() < 0.5 else word: each for word, each in found.words.items()}
        if len({each.casefold() for each in several}) < len(found.words):
            fold, several = False, found.words
        return {
            "at": at,
            "phases": several,
            **({"fold": "case"} if fold else {}),
            **maybe(rng, 0.15, unknown={"as": rng.choice(("queued", "running")), "raiseAfter": duration(rng, 60, 900)}),
            **maybe(rng, 0.25, partial=self._condition(found)),
            **maybe(rng, 0.3, rules=[self._rule(found) for _ in range(rng.randint(1, 2))]),
        }

    def _rule(self, found: Kind) -> Schema:
        condition = self._condition(found)
        if self.rng.random() < 0.5:
            condition["phase"] = self.rng.sample(sorted(set(found.words.values())), 1)
        then = self.rng.choice(("running", "failed", "succeeded", "needs-input", "cancelled"))
        return {"if": condition, "then": then}

    def _condition(self, found: Kind) -> Schema:
        """Return a condition of a member of its own, so that a task of any phase may lack it."""
        rng, task = self.rng, found.task
        wanted = rng.random()
        if wanted < 0.25:
            return {"at": task.place({"type": rng.choice(("integer", "number"))}), "above": rng.choice((0, 10, -1))}
        if wanted < 0.4:
            return {"at": task.place({"type": "boolean"}), "is": [rng.random() < 0.5]}
        if wanted < 0.55:
            return {"at": task.place({"type": ["string", "null"]}), "is": [None]}
        if wanted < 0.75:
            return {"at": task.place({"type": "string"}), "is": rng.sample(["example", "x", "yes", ""], 2)}
        item = Part(self.schemas, depth=1)
        at = item.place({"type": "string"})
        return {"some": {"in": task.array(item.ref), "at": at, "is": [rng.choice(("example", "Error"))]}}

    def _progress(self, task: Part) -> Schema:
        rng = self.rng
        number: Schema = {"type": rng.choice(("integer", "number", "integer"))}
        wanted = rng.random()
        if wanted < 0.2:
            return {"progress": {"percent": task.place(number, required=rng.random() < 0.3)}}
        if wanted < 0.35:
            return {"progress": {"done": task.place(number), "total": task.place({"type": ["integer", "null"]})}}
        return {"progress": {"from": "steps"}} if wanted < 0.5 else {}

    def _steps(self, task: Part) -> Schema:
        rng, step = self.rng, Part(self.schemas, depth=1)
        several = {"wait": "queued", "busy": "running", "done": "succeeded", "bad": "failed"}
        if rng.random() < 0.3:
            del several[rng.choice(("wait", "busy", "bad"))]
        return {
            "at": task.array(step.ref),
            "key": step.place(dict(rng.choice(({"type": "string"}, {"type": "integer"})))),
            **maybe(rng, 0.5, name=step.place({"type": "string"})),
            **maybe(rng, 0.3, order=step.place({"type": "integer"})),
            "state": {"at": step.place(self._word_schema(several)), "phases": several},
        }

    def _messages(self, task: Part) -> Schema:
        rng = self.rng
        level: Schema = maybe(rng, 0.4, level=rng.choice(_LEVELS))
        if rng.random() < 0.3:
            return {"text": task.place({"type": ["string", "null"]}), **level}
        if rng.random() < 0.3:
            return {"in": task.array({"type": "string"}), "text": "", **level}
        message = Part(self.schemas, depth=1)
        if rng.random() < 0.4:
            several: dict[str, str] = dict(zip(("hint", "W", "fault"), rng.choices(_LEVELS, k=3), strict=True))
            level = {"level": {"at": message.place(self._word_schema(several)), "levels": several}}
        return {"in": task.array(message.ref), "text": message.place({"type": "string"}), **level}

    def _timing(self) -> Schema:
        rng = self.rng
        return {
            "min": duration(rng, 0.5, 4),
            "max": duration(rng, 5, 20),
            **maybe(rng, 0.3, first=duration(rng, 0.1, 10)),
            **maybe(rng, 0.2, factor=rng.choice((1, 1.5, 2))),
            **maybe(rng, 0.2, jitter=rng.choice((0, 0.2, 1))),
            **maybe(rng, 0.2, retryAfter=rng.random() < 0.5),
            **maybe(rng, 0.1, retryAfterMax=duration(rng, 60, 600)),
            **maybe(rng, 0.2, rate={"requests": rng.randint(1, 10), "per": duration(rng, 1, 10)}),
        }

    def _lifetime(self) -> Schema:
        rng = self.rng
        missing = maybe(rng, 0.5, polls=rng.randint(1, 6)) | maybe(rng, 0.5, grace=duration(rng, 10, 300))
        return {
            **maybe(rng, 0.5, visibleWithin=duration(rng, 1, 60)),
            **maybe(rng, 0.5, retention=duration(rng, 86400, 864000)),
            **maybe(rng, 0.5, missing=missing),
        }

    def result(self, found: Kind, *, secured: bool) -> Schema:
        """Return a result that is in the task: none, a member, or links."""
        rng, task = self.rng, found.task
        wanted = rng.random()
        if wanted < 0.25:
            return {"kind": "none"}
        if wanted < 0.6:
            named = self.schemas.name_of()
            schema = ref(named) if named and rng.random() < 0.5 else self.schemas.schema(1)
            return {"kind": "inline", "at": task.place(schema, required=rng.random() < 0.3)}
        hosts = rng.choice(([], ["files.example.com"], ["files.example.com", "*.cdn.example.com"]))
        return {
            "kind": "url",
            "urls": [self._link(task, secured) for _ in range(rng.randint(1, 2))],
            "hosts": hosts,
            **maybe(rng, 0.2, refresh=rng.choice(("poll", "never"))),
            **maybe(rng, 0.3, size=task.place({"type": "integer"})),
            **maybe(rng, 0.3, sha256=task.place({"type": "string"})),
            **maybe(rng, 0.2, md5=task.place({"type": ["string", "null"]})),
            **maybe(rng, 0.2, mediaType=rng.choice(("text/csv", "application/zip"))),
            **maybe(rng, 0.2, maxBytes=1_000_000),
        }

    def _link(self, task: Part, secured: bool) -> Schema:
        rng = self.rng
        schema: Schema = {"type": "string", **maybe(rng, 0.4, format="uri"), **maybe(rng, 0.2, **{"x-secret": True})}
        expires: Any = rng.choice(
            (None, None, {"after": duration(rng, 60, 900)}, task.place({"type": "string", "format": "date-time"}))
        )
        return {
            "at": task.place(schema),
            "auth": "api" if secured and rng.random() < 0.3 else "none",
            **({} if expires is None else {"expires": expires}),
        }
