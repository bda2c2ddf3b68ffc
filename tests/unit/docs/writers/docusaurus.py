"""Writers of pages as Docusaurus's OpenAPI theme shows them: flat text, spaced text and HTML of one operation."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from attrs import frozen


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


@frozen(kw_only=True)
class Operation:
    """Page of one operation."""

    title: str = "Look at crates"
    method: str = "POST"
    path: str = "/shops/{shop_id}/crates"
    parameters: Mapping[str, tuple[Member, ...]]
    request: tuple[Member, ...] = ()
    request_required: bool = True
    responses: Mapping[str, Response]


def sample(members: tuple[Member, ...]) -> Any:
    """Return the example of an object."""
    return {each.name: each.sample() for each in members if not each.deprecated}


def _colons(path: str) -> str:
    return path.replace("{", ":").replace("}", "")


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
) -> str:
    """Return the text as some browsers copy it: a row on a line, and the brackets of lists before the rows."""
    gap = "" if glued else " "

    def row(each: Member) -> Iterator[str]:
        flags = "".join(gap + word for word in each.flags())
        yield f"{each.name} {each.printed()}{flags}"
        limits = each.limits()
        if a_value_a_line and each.values:
            yield from limits.replace(", ", "\n, ").replace("]", "\n]").split("\n")
        elif limits:
            yield limits
        if each.prose:
            yield each.prose

    def rows(members: tuple[Member, ...]) -> Iterator[str]:
        for each in members:
            yield from row(each)
            if not collapsed:
                yield from rows(each.members)
                if each.map_of:
                    yield f"property name* {each.map_of}"

    def lists(members: tuple[Member, ...]) -> int:
        return sum((each.is_list and bool(each.members)) + lists(each.members) for each in members)

    def body(members: tuple[Member, ...], *, is_list: bool = False) -> Iterator[str]:
        if not members:
            return
        yield "Schema"
        if example:
            yield from ("Example (from schema)", "Schema")
        brackets = ["- Array [", "- ]"] * (lists(members) + is_list)
        found = list(rows(members))
        yield from brackets
        yield from ([f"- {found[0]}", *found[1:]] if bulleted else found)
        if example:
            value = sample(members)
            yield from (line.strip() for line in json.dumps([value] if is_list else value, indent=1).split("\n"))

    lines = [page.title]
    if endpoint:
        lines += [page.method, _colons(page.path)]
    for place, members in page.parameters.items():
        lines.append(f"{place.title()} Parameters")
        lines += [line for each in members for line in row(each)]
    if page.request:
        lines += ["application/json", "Body" + " required" * page.request_required]
        lines += list(body(page.request))
    lines.append("Responses")
    lines += [f"- {status}" for status in page.responses]
    for response in page.responses.values():
        lines.append(response.description)
        lines += response.media if response.members else ()
        lines += list(body(response.members, is_list=response.is_list))
    return "\n".join([*lines, "Loading..."]) + "\n"


# Spaced text


def spaced(page: Operation, *, nameless: bool = False, newer: bool = False) -> str:
    """Return the text as other browsers copy it: blank lines, brackets between the rows, and no example."""

    def row(each: Member, *, named: bool = True) -> Iterator[str]:
        words = "".join(each.flags())
        if each.members or each.map_of:
            yield from (each.name, "", each.printed(newer=newer), "")
            yield from (words, "") if words else ()
        elif named:
            yield f"    {each.name} {each.printed(newer=newer)}{words}"
        if each.limits():
            yield from ("", f"    {each.limits()}", "")
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
                yield f"    property name* {each.map_of}"

    lines = ["Skip to main content", "", page.title, "", f"{page.method} ", "", _colons(page.path), "", "Request", ""]
    for place, members in page.parameters.items():
        lines += [f"{place.title()} Parameters", ""]
        lines += [line for each in members for line in row(each, named=not nameless)]
        lines.append("")
    if page.request:
        lines += ["Body", "", *["required", ""] * page.request_required, *rows(page.request)]
    lines += ["Responses", ""]
    for response in page.responses.values():
        lines += [response.description, ""]
        if response.members:
            array = (["  • Array [", ""], ["  • ]", ""]) if response.is_list else ([], [])
            lines += ["Schema", "", *array[0], *rows(response.members), *array[1]]
    return "\n".join([*lines, "Loading..."]) + "\n"


# HTML


def html(page: Operation, *, minified: bool = False, newer: bool = True, closed: bool = True) -> str:
    """Return the page as a browser saves it."""

    def words(each: Member, *, member: bool) -> str:
        said = [word for word in each.flags() if member or word != "nullable"]
        return "".join(f'<span class="openapi-schema__{word}">{word}</span>\n' for word in said)

    def limits(each: Member) -> str:
        text = f"<div><p>{escape(each.limits())}</p></div>\n" if each.limits() else ""
        return text + (f"<p>{escape(each.prose)}</p>\n" if each.prose else "")

    def container(each: Member, *, member: bool = True) -> str:
        kind = "openapi-schema__name" if member else "openapi-schema__type"
        return (
            f'<span class="openapi-schema__container"><strong class="openapi-schema__property">{escape(each.name)}'
            f'</strong>\n<span class="{kind}"> {escape(each.printed(newer=newer))}</span>\n'
            f"{words(each, member=member)}</span>"
        )

    def item(each: Member) -> str:
        if not each.members and not each.map_of:
            return f'<div class="openapi-schema__list-item"><div>{container(each)}\n{limits(each)}</div></div>\n'
        inner = rows(each.members)
        if each.map_of:
            inner += item(Member(name="property name*", type=each.map_of))
        if each.is_list:
            inner = f"<li><div>Array [</div></li>\n{inner}<li><div>]</div></li>\n"
        return (
            '<div class="openapi-schema__list-item"><details class="openapi-markdown__details">'
            f"<summary>{container(each)}</summary>\n<div>{limits(each)}{inner}</div></details></div>\n"
        )

    def rows(members: tuple[Member, ...]) -> str:
        return "".join(map(item, members))

    def tabs(labels: list[str], panels: list[str], kind: str) -> str:
        items = "".join(
            f'<li role="tab" class="tabs__item" aria-selected="{str(not i).lower()}">{label}</li>\n'
            for i, label in enumerate(labels)
        )
        shown = "".join(f'<div role="tabpanel"{" hidden" * bool(i)}>{each}</div>\n' for i, each in enumerate(panels))
        return f'<div><ul role="tablist" class="openapi-tabs__{kind}-list-container tabs">{items}</ul></div>{shown}'

    def body(members: tuple[Member, ...], title: str, media: tuple[str, ...], *, is_list: bool = False) -> str:
        value = sample(members)
        lines = json.dumps([value] if is_list else value, indent=2).split("\n")
        code = "".join(f'<span class="token-line">{escape(line)}<br></span>' for line in lines)
        inner = f"<li><div>Array [</div></li>{rows(members)}<li><div>]</div></li>" if is_list else rows(members)
        schema = (
            f'<details class="openapi-markdown__details" open><summary><h3>{title}</h3></summary>\n'
            f"<ul>{inner}</ul></details>"
        )
        example = f'<pre class="prism-code"><code>{code}</code></pre>'
        both = tabs([title, "Example (from schema)"], [schema, example], "schema")
        return tabs(list(media), [both] * len(media), "mime")

    parts = [
        '<!doctype html><html><head><title>Crates</title></head><body><nav><a class="menu__link">Home</a></nav>',
        f'<main><article><div class="openapi-left-panel__container"><h1 class="openapi__heading">{page.title}</h1>',
        f'<pre class="openapi__method-endpoint"><span class="badge badge--success">{page.method}</span> ',
        f'<h2 class="openapi__method-endpoint-path">{_colons(page.path)}</h2></pre><p>All about crates.</p>',
    ]
    for place, members in page.parameters.items():
        items = "".join(
            f'<div class="openapi-params__list-item">{container(each, member=False)}{limits(each)}</div>\n'
            for each in members
        )
        parts.append(
            '<details class="openapi-markdown__details" open><summary><h3>'
            f"{place.title()} Parameters</h3></summary><ul>{items}</ul></details>"
        )
    if page.request:
        flag = '<strong class="openapi-schema__required">required</strong>' * page.request_required
        parts.append(body(page.request, "Body", ("application/json",)).replace("Body</h3>", f"Body{flag}</h3>"))
    panels = [
        f"<div><p>{each.description}</p></div>"
        + (body(each.members, "Schema", each.media, is_list=each.is_list) if each.members else "")
        for each in page.responses.values()
    ]
    parts.append(f"<div><h2>Responses</h2>{tabs(list(page.responses), panels, 'response')}</div>")
    parts.append('</div><div class="openapi-right-panel__container"><strong>shop_id</strong> path required</div>')
    parts.append("</article></main></body></html>\n" if closed else "")
    text = "\n".join(parts)
    if minified:
        text = text.replace("</li>", "").replace('role="tab" class="tabs__item"', "role=tab class=tabs__item")
        text = text.replace("</p>", "").replace("\n", "")
    return text
