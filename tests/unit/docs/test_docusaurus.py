"""Pages of Docusaurus's OpenAPI theme: every rendering of one operation gives the same facts."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest
from attrs import evolve
from tests.unit.docs.docusaurus_page import ERROR, PAGE
from tests.unit.docs.writers.docusaurus import Member, Operation, Response, flat, html, spaced

from dragoman.docs.facts import Attribute, Facts, OperationFacts, Part, Place, Value
from dragoman.docs.nesting import from_tree
from dragoman.docs.page import PageError, parse
from dragoman.docs.readers import read


def facts(text: str, name: str = "page.txt") -> Facts:
    return read(parse(text.encode(), name))


def parts(found: Facts, tree: OperationFacts | None = None) -> dict[Place, Part]:
    """Return the parts of a page; a tree places the rows of a text without an example."""
    operation = found.operations[0]
    all_parts = [*operation.parts]
    for section, rows in operation.rows.items():
        known = {each.place: each for each in tree.parts if each.place.section == section} if tree else {}
        all_parts += from_tree(rows, section, known).parts
    return {each.place: each for each in all_parts}


def stated(found: Facts, tree: OperationFacts | None = None) -> dict[Place, dict[Attribute, Value]]:
    return {place: {key: each.value for key, each in part.stated.items()} for place, part in parts(found, tree).items()}


def place(text: str) -> Place:
    section, _, rest = text.partition(" ")
    return Place(section, tuple(rest.replace("[]", " []").split()) if rest else ())


RENDERINGS: dict[str, Callable[[Operation], str]] = {
    "flat": lambda page: flat(page),
    "glued": lambda page: flat(page, glued=True, bulleted=True, a_value_a_line=True),
    "spaced": lambda page: spaced(page),
    "spaced, newer": lambda page: spaced(page, newer=True),
    "html": lambda page: html(page),
    "html, older": lambda page: html(page, newer=False),
    "html, minified": lambda page: html(page, minified=True),
}


@pytest.mark.parametrize("name", RENDERINGS)
def test_renderings_of_one_operation_state_the_same(name: str) -> None:
    first = facts(html(PAGE))
    known = stated(first)
    found = facts(RENDERINGS[name](PAGE))
    assert found.unread == ()
    assert found.contradictions == ()
    assert found.lists == first.lists
    own = stated(found, first.operations[0])
    assert own.keys() == known.keys()
    for where, attributes in own.items():
        expected = {key: each for key, each in known[where].items() if key != "mediaTypes" or "spaced" not in name}
        assert attributes == expected, where
    assert all(each.complete for each in parts(found, first.operations[0]).values())


@pytest.mark.parametrize("name", [each for each in RENDERINGS if each != "html, minified"])
def test_facts_have_the_lines_that_state_them(name: str) -> None:
    text = RENDERINGS[name](PAGE)
    lines = text.splitlines()
    for where, part in parts(facts(text), facts(html(PAGE)).operations[0]).items():
        if part.place.names and where.names[-1] not in ("[]", "{}"):
            assert where.names[-1] in lines[part.line - 1], where


def test_types_are_read_as_the_theme_prints_them() -> None:
    rows: dict[str, dict[Attribute, Value]] = {
        "id uuid": {"type": ("string",), "format": "uuid"},
        "id string<uuid>": {"type": ("string",), "format": "uuid"},
        "id integer<int64>": {"type": ("integer",), "format": "int64"},
        "id Colours (string)": {"type": ("string",), "schema": "Colours"},
        "id Colours": {"type": ("boolean", "integer", "number", "string"), "schema": "Colours"},
        "id unix-time": {"type": ("boolean", "integer", "number", "string"), "format": "unix-time"},
        "id string | null": {"type": ("string",), "nullable": True},
        "id any": {},
        "id circular(Shop)": {"type": ("object",), "schema": "Shop"},
    }
    for row, expected in rows.items():
        text = f"T\nPath Parameters\n{row}\nResponses\n- 200\nOK\napplication/json\nSchema\nLoading...\n"
        assert stated(facts(text))[place("path id")] == expected | {"required": False}, row


def test_lists_state_the_types_of_their_items() -> None:
    text = "T\nQuery Parameters\nkinds Kinds[]\nPossible values: [A, B]\nResponses\n- 200\nOK\nSchema\nLoading...\n"
    found = stated(facts(text))
    assert found[place("query kinds")] == {"required": False, "type": ("array",)}
    assert found[place("query kinds[]")]["values"] == ("A", "B")


def test_a_constant_is_the_only_value() -> None:
    page = Operation(parameters={}, responses={"200": Response(description="OK", members=ERROR)})
    constant = flat(page).replace("reason string", "reason string\nConstant value: closed")
    assert stated(facts(constant))[place("200 reason")]["values"] == ("closed",)
    assert facts(constant).unread == ()


def test_prose_in_the_form_of_a_row_is_prose() -> None:
    member = Member(name="size", type="integer")
    for prose in ("Bad Request", "Any string", "the Shop", "Created date", "Serial number", "ISO date"):
        page = Operation(
            parameters={"path": (evolve(member, prose=prose),)},
            responses={"200": Response(description="OK", members=(evolve(member, prose=prose),))},
        )
        for text in (flat(page), flat(page, example=False), spaced(page), html(page)):
            found = facts(text)
            assert {each.names[0] for each in parts(found) if each.names} == {"size"}, prose
            assert found.unread == ()


def test_success_is_the_status_that_a_page_gives_as_a_word() -> None:
    page = Operation(parameters={}, responses={"200": Response(description="Success", members=ERROR)})
    assert Place("2XX") in parts(facts(spaced(page).replace("Request", "Path Parameters")))


def test_responses_without_a_body_keep_the_order_of_statuses() -> None:
    responses = {
        "202": Response(description="Taken", members=ERROR),
        "204": Response(description="No Content"),
        "409": Response(description="Shop is closed", members=ERROR),
    }
    page = Operation(parameters={}, responses=responses)
    for text in (flat(page), html(page)):
        found = parts(facts(text))
        assert place("202 reason") in found
        assert place("409 reason") in found
        assert Place("204") in found
        assert not [each for each in found if each.section == "204" and each.names]


def test_members_are_nullable_or_not_only_where_the_build_prints_it() -> None:
    plain = evolve(PAGE, responses={"200": Response(description="OK", members=ERROR)})
    found = facts(flat(plain))
    assert "nullable" not in found.expressible["member"]
    assert "nullable" not in stated(found)[place("200 code")]
    assert stated(facts(html(plain)))[place("200 code")]["nullable"] is False


def test_parameters_never_state_nullable() -> None:
    for render in RENDERINGS.values():
        found = stated(facts(render(PAGE)), facts(html(PAGE)).operations[0])
        assert not [each for each in found if each.section in ("path", "query", "header") and "nullable" in found[each]]


def test_the_root_of_a_body_may_be_a_list() -> None:
    page = Operation(parameters={}, responses={"200": Response(description="OK", members=ERROR, is_list=True)})
    assert stated(facts(html(page))).keys() == stated(facts(flat(page))).keys()
    assert stated(facts(html(page)))[Place("200")]["type"] == ("array",)
    assert place("200[] code") not in stated(facts(html(page)))
    assert Place("200", ("[]", "code")) in stated(facts(html(page)))


# Copies that lack something


def test_collapsed_members_are_not_shown_and_never_missing() -> None:
    found = facts(flat(PAGE, collapsed=True))
    assert found.contradictions == ()
    crates = parts(found)[place("200 crates")]
    assert not crates.complete
    assert place("200 crates[] crate_id") not in parts(found)
    assert parts(found)[Place("200")].complete


def test_a_copy_without_names_of_parameters_lists_no_parameters() -> None:
    found = facts(spaced(PAGE, nameless=True))
    assert not {"path", "query", "header"} & found.lists
    assert found.unread
    assert not [each for each in parts(found) if each.section in ("path", "query", "header")]


def test_every_cut_of_a_copy_leaves_open_what_may_follow() -> None:
    """Whatever the cut page says of a part, it does not say that the rest is missing."""
    for render in (flat, spaced):
        text = render(PAGE)
        whole = facts(text)
        tree = facts(html(PAGE)).operations[0]
        lines = text.splitlines()
        responses = lines.index("Responses") + 4
        for end in range(responses, len(lines) - 1):
            cut = facts("\n".join(lines[:end]) + "\n")
            found = parts(cut, tree)
            for each in parts(whole, tree):
                owner = found.get(each.parent)
                if each in found or owner is None or each.names[-1:] in (("[]",), ("{}",)):
                    continue
                shown = [other for other in found if other.names and other.parent == each.parent]
                if each.names:
                    assert not shown or not owner.complete, (render, end, str(each))
                else:
                    assert "responses" not in cut.lists or not each.section.isdigit(), (render, end, str(each))


def test_a_page_cut_before_its_responses_lists_what_comes_before_the_cut() -> None:
    lines = flat(PAGE).splitlines()
    cut = facts("\n".join([*lines[: lines.index("Header Parameters") + 2], "Schema"]), "page.txt")
    assert cut.lists == {"path", "query"}


def test_html_that_is_cut_off_is_incomplete() -> None:
    text = html(PAGE)
    found = facts(text[: text.index("harbour") - 60])
    assert "responses" not in found.lists or not parts(found)[Place("200")].complete
    assert not parts(found)[place("200 crates[] contents origin")].complete


def test_html_that_was_not_rendered_is_refused() -> None:
    text = '<html><body><article><div class="openapi-skeleton"></div></article></body></html>'
    with pytest.raises(PageError, match=r"page-unrendered: the page has no parameters"):
        facts(text)


def test_alternatives_of_a_union_are_not_read() -> None:
    text = flat(PAGE).replace("crate_id uuid", "oneOf\ncrate_id uuid")
    found = facts(text)
    assert found.unread
    assert not parts(found)[Place("200")].complete


def test_deprecated_rows_of_older_builds_do_not_say_that_they_are_optional() -> None:
    members = (Member(name="old", deprecated=True), Member(name="now"))
    page = Operation(parameters={}, responses={"200": Response(description="OK", members=members)})
    for text in (flat(page), html(page)):
        found = facts(text)
        assert stated(found)[place("200 old")]["deprecated"] is True
        assert "required" not in stated(found)[place("200 old")]
        assert found.contradictions == ()


# Statements made twice


@pytest.mark.parametrize("render", [flat, html])
@pytest.mark.parametrize(
    ("old", "new", "where", "attribute"),
    [
        ('"total"', '"sum"', "200 sum", None),
        ('"sealed": true', '"sealed": "yes"', "200 crates[] sealed", "type"),
        ('"unit": "kg"', '"unit": "st"', "200 crates[] contents unit", "values"),
    ],
)
def test_rows_are_compared_with_the_example(
    render: Callable[[Operation], str], old: str, new: str, where: str, attribute: Attribute | None
) -> None:
    from html import escape

    text = render(PAGE)
    changed = text.replace(old, new) if render is flat else text.replace(escape(old), escape(new))
    assert changed != text
    found = facts(changed).contradictions
    assert (place(where), attribute) in [(each.place, each.attribute) for each in found]


def test_escapes_of_an_example_are_read() -> None:
    members = (Member(name="size", values=('14"', "é")), Member(name="tab", values=("\u00e9",)))
    page = Operation(parameters={}, responses={"200": Response(description="OK", members=members)})
    for text in (flat(page), html(page)):
        assert facts(text).contradictions == ()


def test_a_verb_that_is_printed_twice_is_compared() -> None:
    text = flat(PAGE).replace("Loading...", "GET\n/shops/:shop_id/crates\nLoading...")
    (found,) = facts(text).contradictions
    assert found.attribute == "method"
    assert (found.first.value, found.second.value) == ("POST", "GET")


# Hostile pages

NOISE = 500_000
HOSTILE = {
    "noise": "lorem ipsum dolor\n" * (NOISE // 18),
    "brackets": "- ]\n" * (NOISE // 4),
    "objects": "a object\n" * (NOISE // 9),
    "open example": "{\n" * (NOISE // 2),
    "deep example": '{"a":' * (NOISE // 5),
    "values": "a string\nPossible values: [a\n" + ", b\n" * (NOISE // 4),
    "flags": "x string" + "required" * (NOISE // 8),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_take_no_time(name: str) -> None:
    head = "T\nPath Parameters\nid string required\nResponses\n- 200\nOK\napplication/json\nSchema\n"
    page = parse((head + HOSTILE[name]).encode(), "page.txt")
    started = process_time()
    try:
        read(page)
    except PageError as error:
        assert error.problem.check_id == "page-too-large"  # noqa: PT017
    assert process_time() - started < 2


@pytest.mark.parametrize("piece", ["<div>", "<!--", "<a b='", "<", "<summary>"])
def test_hostile_html_takes_no_time(piece: str) -> None:
    page = parse(f'<html><div class="openapi-schema__x">{piece * (NOISE // len(piece))}>'.encode(), "page.html")
    started = process_time()
    with pytest.raises(PageError):
        read(page)
    assert process_time() - started < 2


def test_members_inside_of_each_other_without_end_are_refused() -> None:
    details = '<details class="openapi-markdown__details"><summary>a</summary>' * 10_000
    with pytest.raises(PageError, match="page-too-deep"):
        facts(f"<html><body>{details}</body></html>", "page.html")
