"""Reader of ServiceStack metadata pages with TypeScript classes (`lang=typescript`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from attrs import evolve

from ...facts import Attribute, Facts, Stated
from ...page import Page
from .classes import ClassText, Field
from .code import METHOD, SAMPLED, Block, blocks, expressible, response_of, states_nothing
from .operation import facts, lines_of
from .page import surroundings
from .types import Type, parse

NAME: Final = "servicestack_ts"
EXPRESSIBLE: Final[Mapping[str, frozenset[Attribute]]] = expressible(required=True)

_START: Final = re.compile(r"export (abstract )?(class|interface|enum|type) \w+")
_MARK: Final = re.compile(r"export (abstract )?(class \w[^{]*|interface \w[^{]*|enum \w+)")
"""Without a brace on the same line, which is how pages of JavaScript have it."""

_UNION: Final = re.compile(r"export type (?P<name>\w+) = (?P<values>'.*');?")
_HEAD: Final = re.compile(r"export (abstract )?(?P<kind>class|interface|enum) (?P<rest>[^{]*)\{?")
_VALUE: Final = re.compile(r"(?P<name>\w+)( = ('(?P<text>[^']*)'|-?\d+))?,?")
_ARGUMENT: Final = re.compile(r'(?<!\w)(\w+)=(?:"((?:[^"\\]|\\.)*)"|(\w+))')
_SECTIONS: Final[Mapping[str, str]] = {"path": "path", "query": "query", "header": "header", "body": "body"}


def recognise(page: Page) -> str | None:
    """Return the reason why this is such a page; None if it is not."""
    if page.kind != "text":
        return None
    for number, raw in enumerate(page.lines, 1):
        line = raw.strip()
        if _MARK.fullmatch(line) or _UNION.fullmatch(line) or line.startswith("public constructor(init?: Partial<"):
            return f"line {number} is of a class of TypeScript, as on metadata pages of ServiceStack"
    return None


def read(page: Page) -> Facts:
    """Return the facts of a page."""
    lines = lines_of(page)
    used: set[int] = set()
    found = list(blocks(lines, _START))
    classes = [each for block in found if (each := _block(lines, block, used)) is not None]
    body = range(found[0].start, found[-1].stop) if found else range(len(lines) + 1, len(lines) + 1)
    inside = {number for block in found for number in range(block.start, block.stop)}
    start = body.start
    while start > 1 and _is_comment(lines[start - 2].strip()):
        start -= 1
    used.update(n for n in range(start, body.stop) if n not in inside and _is_comment(lines[n - 1].strip()))
    around = surroundings(lines, range(start, body.stop))
    return facts(page, NAME, EXPRESSIBLE, SAMPLED, classes, around, frozenset(used))


def _is_comment(line: str) -> bool:
    return not line or line.startswith(("//", "/**", "*"))


def _block(lines: list[str], block: Block, used: set[int]) -> ClassText | None:
    line = lines[block.start - 1].strip()
    union, head = _UNION.fullmatch(line), _HEAD.fullmatch(line)
    if union:
        used.add(block.start)
        values = tuple(each.strip().strip("'") for each in union["values"].split("|"))
        return ClassText(union["name"], block.start, values=values)
    if head is None:
        return None
    used.add(block.start)
    if head["kind"] == "enum":
        return _enumeration(lines, block, head["rest"].strip(), used)
    return _class(lines, block, head["rest"], used)


def _enumeration(lines: list[str], block: Block, name: str, used: set[int]) -> ClassText:
    values: list[str] = []
    is_certain = block.is_closed
    for number in range(block.start + 1, block.stop):
        line = lines[number - 1].strip()
        value = _VALUE.fullmatch(line)
        if value:
            values.append(value["text"] if value["text"] is not None else value["name"])
            is_certain = is_certain and (value["text"] is not None or " = " not in line)  # flags are numbers
        elif line not in ("", "{", "}") and not _is_comment(line):
            is_certain = False
            continue
        used.add(number)
    return ClassText(name, block.start, values=tuple(values) if is_certain else ())


def _class(lines: list[str], block: Block, rest: str, used: set[int]) -> ClassText | None:
    own, _, implemented = rest.partition(" implements ")
    own, _, base = own.partition(" extends ")
    name = parse(own)
    if name is None:
        return None
    response = _returned(implemented)
    fields: list[Field] = []
    required: Stated | None = None
    section = ""
    method: Stated | None = None
    in_comment = False
    for number in range(block.start + 1, block.stop):
        line = lines[number - 1].strip()
        plain = line.removeprefix("public ")
        if in_comment or line.startswith("/**"):
            in_comment = not line.endswith("*/")
        elif line.startswith("// @"):
            required, section = _annotated(line, number, required, section)
        elif verb := METHOD.fullmatch(line):
            method = Stated(verb["verb"], number)
        elif field := _field(plain, number):
            fields.append(evolve(field, required=required, section=section))
            required, section = None, ""
        elif states_nothing(plain):
            response = response or response_of(line)
        elif not line.startswith("//"):
            continue
        used.add(number)
    return ClassText(
        name.name,
        block.start,
        tuple(fields),
        base=parse(base) if base.strip() else None,
        parameters=tuple(each.name for each in name.arguments),
        response=response,
        method=method,
        is_complete=block.is_closed,
    )


def _returned(implemented: str) -> Type | None:
    """Return the type in `IReturn<…>` among the interfaces of a class."""
    found = parse(f"implemented<{implemented}>") if implemented.strip() else None
    return (
        next((each.arguments[0] for each in found.arguments if each.name == "IReturn" and each.arguments), None)
        if (found)
        else None
    )


def _annotated(line: str, number: int, required: Stated | None, section: str) -> tuple[Stated | None, str]:
    """Return what an annotation says about the field after it: whether it is required, and its section."""
    if line.startswith(("// @Required", '// @Validate(Validator="NotEmpty"', '// @Validate(Validator="NotNull"')):
        return Stated(value=True, line=number), section
    if not line.startswith("// @ApiMember("):
        return required, section
    said = {found[1]: found[2] if found[2] is not None else found[3] for found in _ARGUMENT.finditer(line)}
    if required is None or not required.value:
        required = Stated(value=said.get("IsRequired") == "true", line=number)
    return required, _SECTIONS.get(said.get("ParameterType", ""), section)


def _field(line: str, number: int) -> Field | None:
    """Return the field of a line such as `name?: string[] = [];`."""
    name, colon, kind = line.removesuffix(";").partition(":")
    plain = name.removesuffix("?")
    if not line.endswith(";") or not colon or not plain.replace("$", "_").isidentifier():
        return None
    type_ = parse(kind.partition(" = ")[0])
    if type_ and plain != name:
        type_ = evolve(type_, nullable=True)
    return Field(plain, type_, number)
