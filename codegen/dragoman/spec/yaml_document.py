"""Reader of YAML files into a `Document`: the data, with file, line and column of every part. The first stage.

Many tools read a spec, and they do not understand YAML alike: `no` is false in one and text in another, a duplicate key
silently loses its first value, aliases can expand a kilobyte to a gigabyte. So this reader accepts only YAML that all
readers understand alike, and reports the rest with its place.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, cast

import yaml
from attrs import field, frozen

from taskclients_core.json_pointer import escape

from ..diagnostics import Problem, Source, SpecError, printable

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_DEPTH: Final = 100
MAX_NODES: Final = 1_000_000

_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
# Plain words and numbers that YAML 1.1 and YAML 1.2 readers take for different values.
_AMBIGUOUS: Final = re.compile(
    r"(?i:y|n|yes|no|on|off)"
    r"|\d{4}-\d{1,2}-\d{1,2}([Tt \t].*)?"
    r"|[-+]?0[0-9_]+|[-+]?0[xob][0-9a-fA-F_]+|[-+]?[0-9][0-9_]*_[0-9_.]*"
    r"|[-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?"
    r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)

_STYLE: Final = frozenset({"yaml-ambiguous", "yaml-duplicate-key", "yaml-tag"})
"""Problems of a spec that do not prevent reading it."""


@frozen
class Document:
    """Spec file: its data, and the place of each part."""

    path: Path
    data: Any = field(repr=False)
    _marks: Mapping[str, Source] = field(repr=False, eq=False)
    notes: dict[str, Any] = field(factory=dict[str, Any], init=False, repr=False, eq=False)
    """Results that readers of the document share, by subject, so that each is computed once."""

    def where(self, pointer: str) -> Source:
        """Return the place of the part at a JSON pointer, or of the nearest part that contains it.

        For a member of a mapping it is the place of its key, for an item of a list the place of the item.
        """
        while pointer not in self._marks:
            pointer = pointer.rpartition("/")[0]
        return self._marks[pointer]


def load(path: Path) -> Document:
    """Read a spec file.

    Raises:
        SpecError: the file is missing, not UTF-8, not YAML, or YAML that readers understand differently.
    """
    name = path.as_posix()
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SpecError(
            [_file_problem(name, f"cannot be read: {error.strerror}", "give the path of a YAML file")]
        ) from error
    return parse(raw, path)


def parse(raw: bytes, path: Path, *, strict: bool = True) -> Document:
    """Read the bytes of a spec file.

    Args:
        raw: Content of the file.
        path: Its path, for messages only.
        strict: False for a vendor's own document, in which words that readers understand differently are text.

    Raises:
        SpecError: as for `load`.
    """
    name = path.as_posix()
    if len(raw) > MAX_BYTES:
        message = f"the file has {len(raw)} bytes; at most {MAX_BYTES} are allowed"
        raise SpecError([_file_problem(name, message, "split the spec")])
    text = _text(raw, name)
    try:
        _refuse_depth(text, name)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise SpecError([_yaml_problem(error, name)]) from error
    except yaml.YAMLError as error:
        message = printable(str(error)).splitlines()[0]
        raise SpecError([_file_problem(name, f"not YAML: {message}", "save the file as plain UTF-8 YAML")]) from error
    except RecursionError as error:
        hint = f"nest at most {MAX_DEPTH} levels"
        raise SpecError([_file_problem(name, "nested too deeply", hint)]) from error
    if root is None:
        raise SpecError([_file_problem(name, "the file is empty", "start with: openapi: 3.1.0")])
    reader = _Reader(name)
    data = reader.read(root, "", 0)
    problems = [each for each in reader.problems if strict or each.check_id not in _STYLE]
    if problems:
        raise SpecError(problems)
    return Document(path, data, MappingProxyType(reader.marks))


class _Loader(yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):  # type: ignore[misc]
    """Loader that composes nodes only: `_Reader` resolves scalars, not YAML 1.1's resolver."""


_Loader.yaml_implicit_resolvers = {}


@frozen
class _Reader:
    """Converter of YAML nodes to data, marks and problems."""

    name: str
    marks: dict[str, Source] = field(factory=dict)
    problems: list[Problem] = field(factory=list)
    _open: set[int] = field(factory=set)

    def read(self, node: yaml.Node, pointer: str, depth: int) -> Any:
        self.marks.setdefault(pointer, self._source(node))
        if id(node) in self._open:
            self._report(node, "yaml-alias", "an alias contains itself", "write the part out")
            return None
        if depth > MAX_DEPTH:
            self._report(node, "yaml-depth", f"nested deeper than {MAX_DEPTH} levels", "move parts to components")
            return None
        if len(self.marks) > MAX_NODES:
            # Report this once: unwinding a bomb must not cost as much as the bomb itself.
            if len(self.problems) == 0 or self.problems[-1].check_id != "yaml-size":
                self._report(node, "yaml-size", f"unfolds to more than {MAX_NODES} nodes", "use $ref, not aliases")
            return None
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                self._refuse_tag(node, "tag:yaml.org,2002:seq")
                return [self.read(item, f"{pointer}/{i}", depth + 1) for i, item in enumerate(node.value)]
            return self._mapping(node, pointer, depth)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: yaml.Node, pointer: str, depth: int) -> dict[str, Any]:
        self._refuse_tag(node, "tag:yaml.org,2002:map")
        data: dict[str, Any] = {}
        for key_node, value_node in self._pairs(node):
            key = self._key(key_node)
            if key is None:
                continue
            member = f"{pointer}/{escape(key)}"
            if key in data:
                first = self.marks[member]
                hint = f"remove one of the two; the first is at line {first.line}"
                self._report(key_node, "yaml-duplicate-key", f"the key '{key}' is written twice", hint)
                continue
            self.marks[member] = self._source(key_node)
            data[key] = self.read(value_node, member, depth + 1)
        return data

    @staticmethod
    def _pairs(node: yaml.Node) -> Iterator[tuple[yaml.Node, yaml.Node]]:
        yield from node.value

    def _key(self, node: yaml.Node) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self._report(node, "yaml-key", "a key is not plain text", "use a word as key")
            return None
        if not node.style and node.value == "<<":
            self._report(node, "yaml-merge", "merge keys are not part of YAML 1.2", "write the members out")
            return None
        if not node.style and _AMBIGUOUS.fullmatch(node.value):
            self._ambiguous(node)
        return str(node.value)

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        text: str = node.value
        self._refuse_tag(node, "tag:yaml.org,2002:str")
        if node.style:
            return text
        if text in _NULLS:
            return None
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        if _AMBIGUOUS.fullmatch(text):
            self._ambiguous(node)
            return text
        if _INTEGER.fullmatch(text):
            return int(text) if len(text) <= 400 else text
        if _FLOAT.fullmatch(text):
            number = float(text)
            if math.isinf(number):
                self._report(node, "yaml-ambiguous", f"the number {text} is too large", "quote it, if it is text")
            return number
        return text

    def _ambiguous(self, node: yaml.Node) -> None:
        message = f"plain {node.value} means different things to different YAML readers"
        self._report(
            node,
            "yaml-ambiguous",
            message,
            f"write '{node.value}' in quotes, or true, false or a plain number",
        )

    def _refuse_tag(self, node: yaml.Node, allowed: str) -> None:
        if node.tag not in (allowed, "!", None):
            self._report(node, "yaml-tag", f"the tag {node.tag} is not allowed", "remove it")

    def _source(self, node: yaml.Node) -> Source:
        mark = node.start_mark
        return Source(self.name, mark.line + 1, mark.column + 1)

    def _report(self, node: yaml.Node, rule: str, message: str, hint: str) -> None:
        self.problems.append(Problem(self._source(node), rule, "", message, hint))


def _text(raw: bytes, name: str) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8"
        problem = Problem(Source(name, line, column), "yaml-encoding", "", message, "save the file as UTF-8")
        raise SpecError([problem]) from error
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        before_nul = text[: text.index("\0")]
        line = before_nul.count("\n") + 1
        column = len(before_nul) - (before_nul.rfind("\n") + 1) + 1
        problem = Problem(Source(name, line, column), "yaml-encoding", "", "a NUL character", "remove it")
        raise SpecError([problem])
    return text


def _refuse_depth(text: str, name: str) -> None:
    """Refuse text that nests too deeply, before libyaml's composer recurses until the C stack overflows."""
    depth = 0
    events: Iterator[Any] = cast(Any, yaml).parse(text, Loader=_Loader)
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH + 1:
                mark: Any = event.start_mark
                source = Source(name, mark.line + 1, mark.column + 1)
                message = f"nested deeper than {MAX_DEPTH} levels"
                raise SpecError([Problem(source, "yaml-depth", "", message, "move parts to components")])
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _yaml_problem(error: yaml.MarkedYAMLError, name: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    source = Source(name, mark.line + 1, mark.column + 1) if mark else Source(name, 1, 1)
    message = printable(error.problem or error.context or "cannot be read").replace("\n", " ")
    hint = "indent with spaces" if "'\\t'" in message else "correct the YAML here or just above"
    return Problem(source, "yaml-syntax", "", message, hint)


def _file_problem(name: str, message: str, hint: str) -> Problem:
    return Problem(Source(name, 1, 1), "yaml-file", "", message, hint)
