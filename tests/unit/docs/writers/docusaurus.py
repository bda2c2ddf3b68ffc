"""Writers of pages as Docusaurus's OpenAPI theme shows them: flat text, spaced text and HTML of one operation."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from attrs import frozen
from tests.unit.docs.operations import is_set, named_parts, type_of
from tests.unit.docs.writers.marks import Marks, Written

from dragoman.docs.facts import ITEMS, PARAMETERS, REQUEST, VALUES, Attribute, OperationFacts, Part, Place

Mark: TypeAlias = Callable[..., str]
"""Returns the mark of a statement; see `Marks`."""


_PROSE: Final = ("", "Bad Request", "Any integer", "The state of crates, as printed")
"""Descriptions, of which some have the form of a row."""


def _unmarked(*_: object) -> str:
    return ""


@frozen(kw_only=True)
class Member:
    """Parameter, or member of a body."""

    name: str
    type: str = "string"
    format: str = ""
    title: str = ""
    is_list: bool = False
    required: bool = False
    nullable: bool = False
    deprecated: bool = False
    values: tuple[str, ...] = ()
    longest: int = 0
    members: tuple[Member, ...] = ()
    map_of: str = ""
    prose: str = ""
    place: Place | None = None

    def marks(self, mark: Mark) -> str:
        """Return the marks of what a row states."""
        if self.place is None:
            return ""
        own: list[Attribute | None] = [None, "type"]
        if self.required or not self.deprecated:
            own.append("required")
        if self.deprecated:
            own.append("deprecated")
        if self.place.section not in PARAMETERS:
            own.append("nullable")
        named: list[Attribute] = ["format"] if self.format else ["schema"] if self.title else []
        if self.is_list:
            return mark(self.place, *own) + mark(self.place.inside(ITEMS), None, "type", *named)
        return mark(self.place, *own, *named)

    def marks_of_limits(self, mark: Mark) -> str:
        """Return the marks of possible values."""
        limits: tuple[tuple[Attribute, object], ...] = (("values", self.values), ("maxLength", self.longest))
        says = [attribute for attribute, value in limits if value]
        place = self.place.inside(ITEMS) if self.place and self.is_list else self.place
        return mark(place, *says)

    def marks_of_map(self, mark: Mark) -> str:
        """Return the marks of the row for the values of a map."""
        return mark(self.place and self.place.inside(VALUES), None, "type")

    def printed(self, *, newer: bool = False) -> str:
        """Return the type as the theme prints it."""
        base = self.format or (f"{self.title} ({self.type})" if self.title else self.type)
        if newer and self.format:
            base = f"{self.type}<{self.format}>"
        return base + "[]" * self.is_list

    def flags(self) -> list[str]:
        """Return the words behind the type."""
        words = {"nullable": self.nullable, "required": self.required, "deprecated": self.deprecated}
        return [word for word, said in words.items() if said]

    def limits(self) -> str:
        """Return the possible values, '' for none."""
        groups = [f"[{', '.join(self.values)}]"] if self.values else []
        groups += [f"<= {self.longest} characters"] if self.longest else []
        return f"Possible values: {', '.join(groups)}" if groups else ""

    def sample(self) -> Any:
        """Return the value that the theme generates as an example."""
        samples: dict[str, Any] = {"integer": 0, "number": 0.5, "boolean": True, "string": "string", "object": {}}
        value = sample(self.members) if self.members else samples[self.type]
        if self.values:
            value = self.values[0]
        return [value] if self.is_list else value


@frozen(kw_only=True)
class Response:
    """Response with a body."""

    description: str
    members: tuple[Member, ...] = ()
    media: tuple[str, ...] = ("application/json",)
    is_list: bool = False
    scalar: str = ""
    """Type of a body that is no object."""

    def marks(self, mark: Mark, place: Place) -> str:
        """Return the marks of what the members as a whole state."""
        if not self.members:
            return ""
        return mark(place, "type") + (mark(place.inside(ITEMS), None, "type") if self.is_list else "")


@frozen(kw_only=True)
class Operation:
    """Page of one operation."""

    title: str = "Look at crates"
    method: str = "POST"
    path: str = "/shops/{shop_id}/crates"
    parameters: Mapping[str, tuple[Member, ...]]
    request: tuple[Member, ...] = ()
    request_required: bool = True
    request_media: tuple[str, ...] = ("application/json",)
    request_is_list: bool = False
    request_scalar: str = ""
    responses: Mapping[str, Response]
    authentication: bool = False

    @property
    def request_body(self) -> Response:
        """The body of the request."""
        return Response(
            description="",
            members=self.request,
            media=self.request_media,
            is_list=self.request_is_list,
            scalar=self.request_scalar,
        )


def sample(members: tuple[Member, ...]) -> Any:
    """Return the example of an object."""
    return {each.name: each.sample() for each in members if not each.deprecated}


def _colons(path: str) -> str:
    return path.replace("{", ":").replace("}", "")


def _endpoint(page: Operation, mark: Mark) -> tuple[str, str]:
    """Return the verb and the path."""
    return page.method + mark(Place(), "method"), _colons(page.path) + mark(Place(), "path")


# From facts


def page_of(known: OperationFacts) -> Operation:
    """Return the page of an operation."""
    whole = known.parts[0].stated
    request = _body_of(known, known.part(Place(REQUEST)))
    return Operation(
        title=known.name,
        method=str(whole["method"].value),
        path=str(whole["path"].value),
        authentication=bool(whole["authentication"].value),
        parameters={each: found for each in PARAMETERS if (found := _members_of(known, Place(each)))},
        request=request.members,
        request_required=is_set(known.part(Place(REQUEST)), "required"),
        request_media=request.media,
        request_is_list=request.is_list,
        request_scalar=request.scalar,
        responses={
            each.place.section: _body_of(known, each)
            for each in known.parts
            if each.place.section.isdecimal() and not each.place.names
        },
    )


def writer(render: Callable[..., str], name: str, **options: bool) -> Callable[..., Written]:
    """Return the writer of pages from facts; its second argument is the operation in the examples."""

    def write(known: OperationFacts, shown: OperationFacts | None = None) -> Written:
        prints_nullable = render is html or any(is_set(each, "nullable") for each in known.parts if each.place.names)
        mark = Marks(silent=frozenset() if prints_nullable else frozenset({"nullable"}))
        examples = page_of(shown) if shown else None
        return mark.written(render(page_of(known), mark=mark, examples=examples, **options), name)

    return write


def _body_of(known: OperationFacts, part: Part | None) -> Response:
    if part is None:
        return Response(description="", media=())
    phrase = HTTPStatus(int(part.place.section)).phrase if part.place.section.isdecimal() else ""
    media = part.stated["mediaTypes"].value
    kind = type_of(part)
    is_list = kind == "array"
    members = _members_of(known, part.place.inside(ITEMS) if is_list else part.place)
    return Response(
        description=phrase,
        members=members,
        media=media if isinstance(media, tuple) else (),
        is_list=is_list,
        scalar=kind if kind not in ("object", "array") else "",
    )


def _members_of(known: OperationFacts, owner: Place) -> tuple[Member, ...]:
    return tuple(_member(known, each) for each in named_parts(known, owner))


def _member(known: OperationFacts, part: Part) -> Member:
    items, values = known.part(part.place.inside(ITEMS)), known.part(part.place.inside(VALUES))
    said = items or part
    kind = type_of(said)
    listed, longest = said.stated.get("values"), said.stated.get("maxLength")
    return Member(
        name=part.place.names[-1],
        type=kind,
        format=str(said.stated["format"].value) if "format" in said.stated else "",
        title=str(said.stated["schema"].value) if "schema" in said.stated and kind != "object" else "",
        is_list=items is not None,
        required=is_set(part, "required"),
        nullable=is_set(part, "nullable"),
        deprecated=is_set(part, "deprecated"),
        values=listed.value if listed and isinstance(listed.value, tuple) else (),
        longest=int(str(longest.value)) if longest else 0,
        members=_members_of(known, said.place),
        map_of=type_of(values) if values else "",
        prose=_PROSE[len(part.place.names[-1]) % len(_PROSE)],
        place=part.place,
    )


# Flat text


def flat(
    page: Operation,
    *,
    example: bool = True,
    collapsed: bool = False,
    a_value_a_line: bool = False,
    glued: bool = False,
    bulleted: bool = False,
    endpoint: bool = True,
    mark: Mark = _unmarked,
    examples: Operation | None = None,
) -> str:
    """Return the text as some browsers copy it: a row on a line, and the brackets of lists before the rows."""
    gap = "" if glued else " "

    def row(each: Member) -> Iterator[str]:
        flags = "".join(gap + word for word in each.flags())
        yield f"{each.name} {each.printed()}{flags}{each.marks(mark)}"
        limits = each.limits()
        if a_value_a_line and each.values:
            first, *rest = limits.replace(", ", "\n, ").replace("]", "\n]").split("\n")
            yield from [first + each.marks_of_limits(mark), *rest]
        elif limits:
            yield limits + each.marks_of_limits(mark)
        if each.prose:
            yield each.prose

    def rows(members: tuple[Member, ...]) -> Iterator[str]:
        for each in members:
            yield from row(each)
            if not collapsed:
                yield from rows(each.members)
                if each.map_of:
                    yield f"property name* {each.map_of}{each.marks_of_map(mark)}"

    def lists(members: tuple[Member, ...]) -> int:
        return sum((each.is_list and bool(each.members)) + lists(each.members) for each in members)

    def body(known: Response, shown: Response, place: Place) -> Iterator[str]:
        if known.members or known.scalar:
            yield "Schema"
        if known.scalar:
            yield known.scalar + mark(place, "type")
        if not known.members:
            return
        if example:
            yield from ("Example (from schema)", "Schema")
        brackets = ["- Array [", "- ]"] * (lists(known.members) + known.is_list)
        found = list(rows(known.members))
        yield from brackets
        yield from ([f"- {found[0]}", *found[1:]] if bulleted else found)
        if example:
            value = sample(shown.members)
            yield from (line.strip() for line in json.dumps([value] if shown.is_list else value, indent=1).split("\n"))

    shown = examples or page
    lines = [page.title]
    if endpoint:
        lines += _endpoint(page, mark)
    for section, members in page.parameters.items():
        lines.append(f"{section.title()} Parameters")
        lines += [line for each in members for line in row(each)]
    request = page.request_body
    if request.members or request.scalar:
        media, *rest = request.media
        lines += [media + mark(Place(REQUEST), "mediaTypes"), *rest]
        heading = "Body" + " required" * page.request_required
        lines.append(heading + mark(Place(REQUEST), None, "required") + request.marks(mark, Place(REQUEST)))
        lines += list(body(request, shown.request_body, Place(REQUEST)))
    lines.append("Responses")
    lines += [f"- {status}" for status in page.responses]
    for status, response in page.responses.items():
        place = Place(status)
        lines.append(response.description + mark(place, None) + response.marks(mark, place))
        if response.members or response.scalar:
            media, *rest = response.media
            lines += [media + mark(place, "mediaTypes"), *rest]
        lines += list(body(response, shown.responses.get(status, response), place))
    if page.authentication:
        lines.append("Authorization: Bearer" + mark(Place(), "authentication"))
    return "\n".join([*lines, "Loading..."]) + "\n"


# Spaced text


def spaced(
    page: Operation,
    *,
    nameless: bool = False,
    newer: bool = False,
    mark: Mark = _unmarked,
    examples: Operation | None = None,  # the copies have none
) -> str:
    """Return the text as other browsers copy it: blank lines, brackets between the rows, and no example."""

    def row(each: Member, *, named: bool = True) -> Iterator[str]:
        words = "".join(each.flags())
        if each.members or each.map_of:
            yield from (each.name + each.marks(mark), "", each.printed(newer=newer), "")
            yield from (words, "") if words else ()
        elif named:
            yield f"    {each.name} {each.printed(newer=newer)}{words}{each.marks(mark)}"
        if each.limits():
            yield from ("", f"    {each.limits()}{each.marks_of_limits(mark)}", "")
        if each.prose:
            yield from ("", f"    {each.prose}", "")

    def rows(members: tuple[Member, ...]) -> Iterator[str]:
        for each in members:
            yield from row(each)
            if each.is_list and each.members:
                yield from ("  • Array [", "")
                inner = list(rows(each.members))
                yield f"  • {inner[0].strip()}"
                yield from inner[1:]
                yield from ("  • ]", "")
            else:
                yield from rows(each.members)
            if each.map_of:
                yield f"    property name* {each.map_of}{each.marks_of_map(mark)}"

    def body(known: Response, place: Place) -> Iterator[str]:
        if known.scalar:
            yield from (f"    {known.scalar}{mark(place, 'type')}", "")
        array = (["  • Array [", ""], ["  • ]", ""]) if known.is_list else ([], [])
        yield from (*array[0], *rows(known.members), *array[1])

    verb, path = _endpoint(page, mark)
    lines = ["Skip to main content", "", page.title, "", f"{verb} ", "", path, "", "Request", ""]
    for section, members in page.parameters.items():
        lines += [f"{section.title()} Parameters", ""]
        lines += [line for each in members for line in row(each, named=not nameless)]
        lines.append("")
    request = page.request_body
    if request.members or request.scalar:
        lines += ["Body" + mark(Place(REQUEST), None, "required") + request.marks(mark, Place(REQUEST)), ""]
        lines += [*["required", ""] * page.request_required, *body(request, Place(REQUEST))]
    lines += ["Responses", ""]
    for status, response in page.responses.items():
        place = Place(status)
        lines += [response.description + mark(place, None) + response.marks(mark, place), ""]
        if response.members or response.scalar:
            lines += ["Schema", "", *body(response, place)]
    if page.authentication:
        lines += ["Authorization: Bearer" + mark(Place(), "authentication"), ""]
    return "\n".join([*lines, "Loading..."]) + "\n"


# HTML


def html(
    page: Operation,
    *,
    minified: bool = False,
    newer: bool = True,
    closed: bool = True,
    mark: Mark = _unmarked,
    examples: Operation | None = None,
) -> str:
    """Return the page as a browser saves it."""

    def words(each: Member, *, member: bool) -> str:
        said = [word for word in each.flags() if member or word != "nullable"]
        return "".join(f'<span class="openapi-schema__{word}">{word}</span>\n' for word in said)

    def limits(each: Member) -> str:
        text = f"<div><p>{escape(each.limits())}{each.marks_of_limits(mark)}</p></div>\n" if each.limits() else ""
        return text + (f"<p>{escape(each.prose)}</p>\n" if each.prose else "")

    def container(each: Member, *, member: bool = True) -> str:
        kind = "openapi-schema__name" if member else "openapi-schema__type"
        return (
            f'<span class="openapi-schema__container"><strong class="openapi-schema__property">{escape(each.name)}'
            f'{each.marks(mark)}</strong>\n<span class="{kind}"> {escape(each.printed(newer=newer))}</span>\n'
            f"{words(each, member=member)}</span>"
        )

    def item(each: Member) -> str:
        if not each.members and not each.map_of:
            return f'<div class="openapi-schema__list-item"><div>{container(each)}\n{limits(each)}</div></div>\n'
        inner = rows(each.members)
        if each.map_of:
            inner += each.marks_of_map(mark) + item(Member(name="property name*", type=each.map_of))
        if each.is_list:
            inner = f"<li><div>Array [</div></li>\n{inner}<li><div>]</div></li>\n"
        return (
            '<div class="openapi-schema__list-item"><details class="openapi-markdown__details">'
            f"<summary>{container(each)}</summary>\n<div>{limits(each)}{inner}</div></details></div>\n"
        )

    def rows(members: tuple[Member, ...]) -> str:
        return "".join(map(item, members))

    def tabs(labels: list[str], panels: list[str], kind: str, marks: str = "") -> str:
        items = "".join(
            f'<li role="tab" class="tabs__item" aria-selected="{str(not i).lower()}">{label}</li>\n'
            for i, label in enumerate(labels)
        )
        shown = "".join(f'<div role="tabpanel"{" hidden" * bool(i)}>{each}</div>\n' for i, each in enumerate(panels))
        head = f'<div>{marks}<ul role="tablist" class="openapi-tabs__{kind}-list-container tabs">'
        return f"{head}{items}</ul></div>{shown}"

    def body(known: Response, shown: Response, title: str, place: Place) -> str:
        value = sample(shown.members)
        lines = json.dumps([value] if shown.is_list else value, indent=2).split("\n")
        code = "".join(f'<span class="token-line">{escape(line)}<br></span>' for line in lines)
        inner = rows(known.members)
        inner = f"<li><div>Array [</div></li>{inner}<li><div>]</div></li>" if known.is_list else inner
        schema = (
            f'<details class="openapi-markdown__details" open><summary><h3>{title}</h3></summary>\n'
            f"<ul>{inner}</ul></details>"
        )
        schema = schema.replace(f"{title}</h3>", f"{title}{known.marks(mark, place)}</h3>")
        example = f'<pre class="prism-code"><code>{code}</code></pre>'
        both = tabs([title, "Example (from schema)"], [schema, example], "schema")
        return tabs(list(known.media), [both] * len(known.media), "mime", mark(place, "mediaTypes"))

    verb, path = _endpoint(page, mark)
    parts = [
        '<!doctype html><html><head><title>Crates</title></head><body><nav><a class="menu__link">Home</a></nav>',
        f'<main><article><div class="openapi-left-panel__container"><h1 class="openapi__heading">{page.title}</h1>',
        f'<pre class="openapi__method-endpoint"><span class="badge badge--success">{verb}</span> ',
        f'<h2 class="openapi__method-endpoint-path">{path}</h2></pre><p>All about crates.</p>',
    ]
    for section, members in page.parameters.items():
        items = "".join(
            f'<div class="openapi-params__list-item">{container(each, member=False)}{limits(each)}</div>\n'
            for each in members
        )
        parts.append(
            '<details class="openapi-markdown__details" open><summary><h3>'
            f"{section.title()} Parameters</h3></summary><ul>{items}</ul></details>"
        )
    other = examples or page
    if page.request:
        flag = '<strong class="openapi-schema__required">required</strong>' * page.request_required
        whole = body(page.request_body, other.request_body, "Body", Place(REQUEST))
        marks = mark(Place(REQUEST), None, "required")
        parts.append(re.sub(r"Body([^<]*)</h3>", rf"Body{flag}{marks}\1</h3>", whole))
    panels = [
        f"<div><p>{each.description}</p></div>"
        + (body(each, other.responses.get(status, each), "Schema", Place(status)) if each.members else "")
        for status, each in page.responses.items()
    ]
    marks = "".join(mark(Place(status), None) for status in page.responses)
    parts.append(f"<div><h2>Responses</h2>{tabs(list(page.responses), panels, 'response', marks)}</div>")
    parts.append('</div><div class="openapi-right-panel__container"><strong>shop_id</strong> path required')
    if page.authentication:
        summary = '<summary class="openapi-security__summary-container"><h4>Authorization: Bearer</h4></summary>'
        parts.append(f"<details>{mark(Place(), 'authentication')}{summary}</details>")
    parts.append("</div>")
    parts.append("</article></main></body></html>\n" if closed else "")
    text = "\n".join(parts)
    if minified:
        text = text.replace("</li>", "").replace('role="tab" class="tabs__item"', "role=tab class=tabs__item")
        text = text.replace("</p>", "").replace("\n", "")
    return text
