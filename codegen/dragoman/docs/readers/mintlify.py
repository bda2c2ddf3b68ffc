"""Reader of Mintlify's pages in Markdown, which have their OpenAPI document in a fence: the page's URL with `.md`.

The first line of the fence names the operation. Documents of pages built before the autumn of 2025 have a form of their
own, with lists of schemas; they are brought into the form of OpenAPI. A file may contain several pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from attrs import frozen

from ...lint.values import is_list
from ..facts import PARAMETERS, Facts, OperationFacts
from ..literals import Items, Members
from ..page import MARKDOWN_FENCE, Page, problem
from .openapi import EXPRESSIBLE as EXPRESSIBLE
from .openapi import LISTS, facts, yaml_data

NAME: Final = "mintlify"
MAX_DOCUMENTS: Final = 20

_HTML: Final = re.compile(r"""<meta\s[^<>]{0,100}\bcontent=["']?Mintlify\b""", re.IGNORECASE)
_BY_HAND: Final = re.compile(r"\s{0,99}<(ParamField|ResponseField)\b")
_PLACEHOLDER: Final = "_mintlify/placeholder"
"""Media type of a response without a body."""


@frozen
class _Fence:
    """Document in a page."""

    line: int
    """Line of its start, which names the operation."""

    end: int
    """Line of its end; 0 if the copy lacks it."""

    method: str
    path: str
    text: str


def recognise(page: Page) -> str | None:
    """Return the reason why this is such a page; None if it is not."""
    signs = {"markdown": MARKDOWN_FENCE, "html": _HTML}
    found = signs[page.kind].search(page.text) if page.kind in signs else None
    return f"line {page.line(found.start())} is of a page of Mintlify" if found else None


def read(page: Page) -> Facts:
    """Return the facts of a page.

    Raises:
        PageError: the page is HTML; its document is cut off or invalid, or lacks the operation of the page; or the file
            has too many documents.
    """
    if page.kind == "html":
        message, hint = "the OpenAPI document is not in the HTML", "save the page at its URL with .md behind it"
        raise problem(page.source, 1, "page-no-document", message, hint)
    fences = list(_fences(page))
    if len(fences) > MAX_DOCUMENTS:
        message = f"the file has more than {MAX_DOCUMENTS} documents"
        raise problem(page.source, fences[MAX_DOCUMENTS].line, "page-too-large", message, "save one page a file")
    inside = {number for each in fences for number in range(each.line, each.end + 1)}
    return Facts(
        source=page.source,
        reader=NAME,
        expressible=EXPRESSIBLE,
        operations=tuple(_operation(page, each) for each in fences),
        lists=LISTS,
        unread=tuple(n for n, line in enumerate(page.lines, 1) if n not in inside and _BY_HAND.match(line)),
    )


def _fences(page: Page) -> Iterator[_Fence]:
    lines = page.lines
    at = 0
    while at < len(lines):
        found = MARKDOWN_FENCE.match(lines[at])
        start, at = at, at + 1
        if found is None:
            continue
        while at < len(lines) and lines[at].rstrip() != found["fence"]:
            at += 1
        end = at + 1 if at < len(lines) else 0
        text = "\n".join(lines[start + 1 : at]) + "\n"
        yield _Fence(start + 1, end, found["method"].upper(), found["path"], text)


def _operation(page: Page, fence: _Fence) -> OperationFacts:
    """Return the operation of a document that its fence names."""
    if not fence.end:
        message = "the document is cut off"
        raise problem(page.source, fence.line, "page-unreadable", message, "save the whole page again")
    data = yaml_data(fence.text, page.source, fence.line + 1)
    if isinstance(data, Members) and data.get("security") == []:
        del data["security"]  # written for every document without one, so it says nothing
    paths = data.get("paths") if isinstance(data, Members) else None
    if isinstance(paths, Members) and isinstance(paths.get("method"), str) and isinstance(paths.get("path"), str):
        data = _modern(data, paths)
    for each in facts(data, page.source, NAME, line=fence.line).operations:
        stated = each.parts[0].stated
        if (stated["method"].value, stated["path"].value) == (fence.method, fence.path):
            return each
    message = f"the document in the page does not contain the operation of the page: {fence.method} {fence.path:.200}"
    raise problem(page.source, fence.line, "page-other-document", message, "save the page again")


def _modern(data: Members, old: Members) -> Members:
    """Return a document of the older form as OpenAPI; its schemas are changed in place."""
    request = _object(old.get("request"))
    operation = _Object(old.lines["method"])
    if request.get("security"):
        operation.put("security", [{"token": []}])
    operation.put("parameters", Items())
    for section in PARAMETERS:
        of_section = _object(_object(request.get("parameters")).get(section))
        for name, each in of_section.items():
            line = of_section.lines[name]
            schemas = _schemas(_object(each).get("schema"))
            parameter = _Object(line, name=name, schema=_either(schemas, line), **{"in": section})
            parameter.put("required", any(_flag(schema, "required") for schema in schemas))
            operation["parameters"].put(parameter.data, line)
    body = _object(request.get("body"))
    if body:
        line = request.lines["body"]
        contents = _contents(body, line)
        whole = _Object(line, content=contents)
        schemas = [each for media in body.values() for each in _schemas(_object(media).get("schemaArray"))]
        whole.put("required", any(_flag(schema, "required") for schema in schemas))
        operation.put("requestBody", whole.data)
    responses = _object(old.get("response"))
    answers = Members()
    for status, each in responses.items():
        line = responses.lines[status]
        answers.put(status, _Object(line, content=_contents(_object(each), line)).data, line)
    operation.put("responses", answers)
    line = old.lines["path"]
    item = _Object(line, **{old["method"].lower(): operation.data})
    paths = _Object(line, **{old["path"]: item.data})
    _plain(data)
    return _Object(line, openapi="3.1.0", paths=paths.data, components=data.get("components", Members())).data


class _Object:
    """Object that is built, with one line for all of its members."""

    def __init__(self, line: int, **members: Any) -> None:
        self.line = line
        self.data = Members()
        for name, value in members.items():
            self.put(name, value)

    def __getitem__(self, name: str) -> Any:
        return self.data[name]

    def put(self, name: str, value: Any) -> None:
        """Add a member."""
        self.data.put(name, value, self.line)


def _contents(body: Mapping[str, Any], line: int) -> Members:
    contents = Members()
    for media_type, each in body.items():
        if media_type != _PLACEHOLDER:
            schema = _either(_schemas(_object(each).get("schemaArray")), line)
            contents.put(media_type, _Object(line, schema=schema).data, line)
    return contents


def _plain(data: Any) -> None:
    """Write the words of the older form as JSON Schema, and take schemas out of lists of one."""
    waiting = [data]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Members):
            _plain_words(each)
            waiting += each.values()
        elif isinstance(each, Items):
            waiting += each


def _plain_words(schema: Members) -> None:
    inner = schema["allOf"] if schema.keys() == {"allOf"} else None
    if isinstance(inner, Items) and len(inner) == 1 and isinstance(inner[0], Members):
        (only,) = inner
        schema.clear()
        for name, value in only.items():
            schema.put(name, value, only.lines[name])
    kind = schema.get("type")
    if isinstance(kind, str) and kind.startswith("enum<"):
        schema["type"] = kind[len("enum<") : -1]
    elif kind == "any":
        del schema["type"]
    if is_list(schema.get("requiredProperties")):
        schema.put("required", schema["requiredProperties"], schema.lines["requiredProperties"])
        del schema["requiredProperties"]


def _either(schemas: Iterable[Members], line: int) -> Members:
    found = list(schemas)
    if len(found) == 1:
        return found[0]
    several = Items()
    for each in found:
        several.put(each, line)
    return _Object(line, anyOf=several).data if found else Members()


def _schemas(value: Any) -> list[Members]:
    return [each for each in value if isinstance(each, Members)] if is_list(value) else []


def _flag(schema: Members, name: str) -> bool:
    return schema.get(name) is True


def _object(value: Any) -> Members:
    return value if isinstance(value, Members) else Members()
