"""Readers of ServiceStack metadata pages: forms of types, routes and samples, contradictions, and hostile pages."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress

import pytest
from tests.unit.docs.operations import POST, place_of
from tests.unit.docs.operations import operation as written
from tests.unit.docs.writers.servicestack import Writer

from dragoman.docs.facts import Attribute, Facts, OperationFacts, Value
from dragoman.docs.page import Page, PageError
from dragoman.docs.readers import read

_INT: Mapping[str, Value] = {"type": ("integer",), "format": "int32", "nullable": True, "required": True}
_TIME: Mapping[str, Value] = {"type": ("string",), "format": "date-time", "nullable": False, "required": False}
_STATE: Mapping[str, Value] = {
    "schema": "ToyState",
    "type": ("string",),
    "values": ("Free", "Sold"),
    "nullable": False,
    "required": False,
}
_COLUMNS = "NameParameterData TypeRequiredDescription"
_AFTER = "To override the Content-type in your clients, use the HTTP Accept Header"


def _read(*lines: str) -> Facts:
    return read(Page("page.txt", "text", "\n".join(lines)))


def _stated(facts: Facts, place: str, index: int = 0) -> Mapping[str, Value]:
    part = facts.operations[index].part(place_of(place))
    assert part is not None, [str(each.place) for each in facts.operations[index].parts]
    return {name: each.value for name, each in part.stated.items()}


def _script(*lines: str, request: str = "{}", response: str = "{}", path: str = "/toys") -> Facts:
    sample = (f"POST {path} HTTP/1.1", "Host: a.example", request, "HTTP/1.1 200 OK", response)
    return _read("Toys", "<back to all web services", "MoveToys", *lines, _AFTER, *sample)


@pytest.mark.parametrize(
    ("row", "name", "stated"),
    [
        ("formatformstringNoForm", "format", {"type": ("string",), "required": False}),
        ("platformformint?YesNo form", "platform", _INT),
        ("bodybodystringYes", "body", {"type": ("string",), "required": True}),
        ("performedformboolNoYes", "performed", {"type": ("boolean",), "nullable": False, "required": False}),
        ("listbodyList<List<int>>NoIds", "list", {"type": ("array",), "required": False}),
        ("namesbodystring[]No", "names", {"type": ("array",), "required": False}),
        ("statebodyToyStateNo", "state", _STATE),
        ("mapbodyDictionary<string, decimal>Yes", "map", {"type": ("object",), "required": True}),
        ("blobbodybyte[]Yes", "blob", {"type": ("string",), "required": True}),
        ("atformDateTimeOffsetNoNotYet", "at", _TIME),
    ],
)
def test_glued_cells_are_cut_at_types_of_the_page(row: str, name: str, stated: Mapping[str, Value]) -> None:
    facts = _script("MoveToys Parameters:", _COLUMNS, row, "ToyState Enum:", "Free", "Sold")
    assert facts.unread == ()
    assert _stated(facts, f"request {name}") == stated


@pytest.mark.parametrize("row", ["toybodywoodenNo", "just a sentence", "abodyBformCYes", "nameformYes"])
def test_row_that_can_be_cut_in_no_way_or_in_several_is_not_read(row: str) -> None:
    facts = _script("MoveToys Parameters:", _COLUMNS, "shelfbodystringYes", row)
    assert facts.unread == (7,)
    assert [str(each.place) for each in facts.operations[0].parts] == ["operation", "request", "request shelf", "200"]


def _markdown(parts: Mapping[str, Mapping[Attribute, Value]]) -> OperationFacts:
    """Return what is read of a response whose tables have no names."""
    operation: dict[str, Mapping[Attribute, Value]] = {
        "": {"method": "GET", "path": "/toys", "authentication": True},
        "query shop": {"type": ("string",)},
        "200": {"type": ("object",)},
    }
    page = Writer("table", "markdown")(written("FindToys", operation | dict(parts))).page
    return read(page).operations[0]


def test_nameless_table_of_a_member_whose_names_the_response_has_too_is_that_of_the_member() -> None:
    found = _markdown(
        {
            "200 count": {"type": ("integer",), "format": "int64"},
            "200 part": {"type": ("object",), "schema": "ToyPart"},
            "200 part.count": {"type": ("string",), "format": "uuid"},
        }
    )
    types = {str(each.place): each.stated["type"].value for each in found.parts if each.place.names}
    assert (types["200 count"], types["200 part.count"]) == (("integer",), ("string",))


def test_nameless_enumerations_are_distinguished_by_what_only_one_of_them_has() -> None:
    first: Mapping[Attribute, Value] = {"type": ("string",), "schema": "Kind", "values": ("Free", "Sold")}
    between: Mapping[str, Mapping[Attribute, Value]] = {
        "200 kind": first,
        "200 part": {"type": ("object",), "schema": "ToyPart"},
        "200 part.id": {"type": ("string",)},
    }
    for values, expected in ((("Free", "Lost"), None), (("Lost", "Free"), ("Lost", "Free"))):
        state: Mapping[Attribute, Value] = {"type": ("string",), "schema": "State", "values": values}
        found = _markdown({**between, "200 part.state": state})
        part = found.part(place_of("200 part.state"))
        assert part is not None
        stated = part.stated.get("values")
        assert (stated and stated.value) == expected


def test_enumeration_with_a_line_that_is_not_read_has_no_certain_values() -> None:
    text = Writer("ts")(POST).page.text
    known = read(Page("page.txt", "text", text)).operations[0].part(place_of("request state"))
    assert known is not None
    assert known.stated["values"].value == ("Free", "Sold")
    found = read(Page("page.txt", "text", text.replace("Free = 'Free'", "Free = 'Free' | x"))).operations[0]
    part = found.part(place_of("request state"))
    assert part is not None
    assert "values" not in part.stated


def test_flags_and_enumerations_with_glued_columns_have_no_certain_values() -> None:
    rows = ("kindbodyToyKindYes", "ToyKind Enum:", "NameValue", "Red1", "Blue2")
    facts = _script("MoveToys Parameters:", _COLUMNS, *rows)
    assert _stated(facts, "request kind") == {"schema": "ToyKind", "nullable": False, "required": True}
    scripts = (
        "export enum ToyKind",
        "{",
        "Red = 1,",
        "Blue = 2,",
        "}",
        "export class MoveToys",
        "{",
        "kind: ToyKind;",
        "}",
    )
    assert "values" not in _stated(_script(*scripts), "request kind")
    assert facts.unread == ()


def test_generic_response_has_the_type_that_the_request_names() -> None:
    facts = _script(
        "// @DataContract",
        "export class Page<T, U> implements IMeta",
        "{",
        "    public results: T[] = [];",
        "    public byKey?: { [index:string]: U; };",
        "    public count: number;",
        "}",
        '// @Route("/toys", "POST")',
        "export class MoveToys extends Query<Toy> implements IReturn<Page<Toy, number>>, IPost",
        "{",
        "    public constructor(init?: Partial<MoveToys>) { super(init); (Object as any).assign(this, init); }",
        "    public getTypeName() { return 'MoveToys'; }",
        "    public getMethod() { return 'POST'; }",
        "    public createResponse() { return new Page<Toy, number>(); }",
        "}",
        "export class Query<T>",
        "{",
        "    public of: T;",
        "}",
        "export class Toy",
        "{",
        "    public name: string;",
        "}",
        request='{"of":{"name":"String"}}',
        response='{"results":[{"name":"String"}],"byKey":{"String":0},"count":0}',
    )
    assert facts.unread == ()
    assert facts.contradictions == ()
    assert _stated(facts, "200 results[]") == {"type": ("object",), "schema": "Toy"}
    assert _stated(facts, "200 results[].name") == {"type": ("string",)}
    assert _stated(facts, "200 byKey{}") == {"type": ("integer", "number"), "nullable": False}
    assert _stated(facts, "200 byKey") == {"type": ("object",), "nullable": True}
    assert _stated(facts, "request of.name") == {"type": ("string",)}


@pytest.mark.parametrize("response", ["Toy[]", "Array<Toy>", "List<Toy>"])
def test_response_that_is_a_list_has_items(response: str) -> None:
    request = (f"export class MoveToys implements IReturn<{response}>", "{", "}")
    facts = _script("export class Toy", "{", "public name: string;", "}", *request, response="[]")
    assert _stated(facts, "200") == {"type": ("array",)}
    assert _stated(facts, "200 [].name") == {"type": ("string",)}


def test_class_that_is_not_on_the_page_is_open_and_has_what_the_sample_shows() -> None:
    classes = (
        "export class MoveToysResponse",
        "{",
        "public status: ResponseStatus;",
        "}",
        "export class MoveToys",
        "{",
        "}",
    )
    facts = _script(*classes, response='{"status":{"code":"String","meta":{"String":"String"}}}')
    status = facts.operations[0].part(place_of("200 status"))
    assert status is not None
    assert not status.complete
    assert _stated(facts, "200 status.code") == {"type": ("string",)}
    assert facts.operations[0].part(place_of("200 status.meta.String")) is None


def test_each_route_is_an_operation_and_all_verbs_is_none() -> None:
    facts = _read(
        "Toys",
        "<back to all web services",
        "Hello",
        "The following routes are available for this service:",
        "All Verbs/hello",
        "GET/hello/{Name}Greet by name",
        "export class Hello {",
        "/** @type {string} */",
        "name;",
        "}",
        _AFTER,
        "POST /hello HTTP/1.1 Host: a.example Content-Length: length { name: String }",
        "HTTP/1.1 200 OK Content-Type: text/jsv Content-Length: length { result: String }",
    )
    assert facts.unread == ()
    assert _stated(facts, "") == {"path": "/hello", "authentication": False}
    assert _stated(facts, "request name") == {"type": ("string",)}
    assert _stated(facts, "", 1) == {"method": "GET", "authentication": False}  # where its path ends is not certain
    assert _stated(facts, "path Name", 1) == {"type": ("string",)}


def test_names_of_csharp_are_spelled_as_the_sample_shows() -> None:
    rows = ("URLOfToyquerystringNo", "MoveToysResponse Parameters:", _COLUMNS, "IdformintNo")
    head = ("Toys", "<back to all web services", "MoveToys", "The following routes are available for this service:")
    tail = (_AFTER, "GET /toys/{Shelf} HTTP/1.1", "HTTP/1.1 200 OK")
    page = (*head, "GET/toys/{Shelf}", "MoveToys Parameters:", _COLUMNS, "ShelfpathstringYes", *rows, *tail)
    sent = [str(each.place) for each in _read(*page, "{id: 0}").operations[0].parts]
    assert sent == ["operation", "path Shelf", "query urlOfToy", "200", "200 id"]
    kept = [str(each.place) for each in _read(*page, "{Id: 0}").operations[0].parts]
    assert kept == ["operation", "path Shelf", "query URLOfToy", "200", "200 Id"]


def test_class_in_an_object_of_the_sample_is_no_part_of_the_request() -> None:
    """A page can name a class that no member has, as those of AutoQuery do."""
    rows = ("MoveToysResponse Parameters:", _COLUMNS, "resultsformList<Other>No", "Toy Parameters:", _COLUMNS)
    tail = (_AFTER, "GET /toys HTTP/1.1", "HTTP/1.1 200 OK", "{results: [{name: String, size: 0}]}")
    facts = _read("MoveToys Parameters:", _COLUMNS, "shelfquerystringYes", *rows, "nameformstringYes", *tail)
    assert [each.place.names for each in facts.operations[0].parts if each.place.section == "query"] == [("shelf",)]


def test_row_that_lost_its_name_leaves_its_table_open() -> None:
    """Markdown copies lose cells such as `email`."""
    facts = _read(
        "| GET | /toys | |",
        "|---|",
        "| Name | Parameter | Data Type | Required | Description |",
        "|---|---|---|---|---|",
        "| shelf | query | string | No | Shelf |",
        "| query | string | No | Address of the owner | |",
        "| colour | query | string | No | Colour |",
        _AFTER,
        "GET /toys HTTP/1.1",
    )
    assert facts.unread == (6,)
    assert not facts.operations[0].parts[0].complete
    assert [str(each.place) for each in facts.operations[0].parts[1:]] == ["query shelf", "query colour"]


def test_tables_of_extended_classes_are_found_without_the_names_of_a_sample() -> None:
    """Samples in XML are not read; classes stand before and after the response that they belong to."""
    facts = _read(
        "Toys",
        "<back to all web services",
        "MoveToys",
        "The following routes are available for this service:",
        "POST/shops/{shop}/toys",
        *("MoveToys Parameters:", _COLUMNS, "toybodyintYes"),
        *("InShop Parameters:", _COLUMNS, "shopformstringYes"),
        *("Base<T> Parameters:", _COLUMNS, "traceformstringNo"),
        *("MoveToysResponse Parameters:", _COLUMNS, "moveformGuidYes"),
        *("Answer Parameters:", _COLUMNS, "codeformstringNo"),
        _AFTER,
        "POST /shops/{shop}/toys HTTP/1.1",
        "<MoveToys>",
        "</MoveToys>",
        "HTTP/1.1 200 OK",
        "<MoveToysResponse />",
    )
    assert facts.unread == ()
    places = [str(each.place) for each in facts.operations[0].parts]
    assert places[1:] == [
        *("path shop", "request", "request toy", "request shop", "request trace"),
        *("200", "200 move", "200 code"),
    ]


def test_parameter_in_the_path_of_one_route_is_in_the_query_of_another() -> None:
    facts = _read(
        *("Toys", "<back to all web services", "FindToys", "The following routes are available for this service:"),
        *("GET/toys", "GET/toys/{Id}"),
        *("FindToys Parameters:", _COLUMNS, "Idpathint?No", _AFTER, "GET /toys HTTP/1.1"),
    )
    assert [str(each.place) for each in facts.operations[0].parts] == ["operation", "query Id"]
    assert [str(each.place) for each in facts.operations[1].parts] == ["operation", "path Id"]


def test_list_of_a_class_that_differs_from_its_fields_contradicts_the_page() -> None:
    facts = _script(
        "export class MoveToys {",
        "/** @param {{shelf?:string,price?:number,extra?:{ [index:string]: string; }}} [init] */",
        "constructor(init) { Object.assign(this, init) }",
        "/** @type {string} */",
        "shelf;",
        "/** @type {?boolean} */",
        "price;",
        "}",
        request='{"shelf":"String","price":false}',
    )
    found = {str(each.place): (each.attribute, each.first.line, each.second.line) for each in facts.contradictions}
    assert found == {"request price": ("type", 5, 9), "request extra": (None, 5, 4)}


def test_sample_on_another_path_or_verb_contradicts_the_route() -> None:
    head = ("Toys", "<back to all web services", "A", "The following routes are available for this service:")
    tail = ("export class A {", "}", _AFTER)
    other = _read(*head, "GET/toys", *tail, "GET /dolls HTTP/1.1").contradictions
    assert [(each.attribute, each.first.line, each.second.line) for each in other] == [("path", 5, 9)]
    verb = _read(*head, "GET/toys", *tail, "PUT /toys HTTP/1.1").contradictions
    assert [(each.attribute, each.first.line, each.second.line) for each in verb] == [("method", 5, 9)]


@pytest.mark.parametrize("junk", ["Advertisement", "const x = 5;", "{ broken"])
def test_line_inside_the_classes_that_is_no_fact_is_listed(junk: str) -> None:
    assert _script("export class MoveToys {", junk, "}").unread == (5,)
    assert _script("export class MoveToys", "{", junk, "}").unread == (6,)
    assert _script("export class MoveToys {", "}", junk).unread == (6,)
    assert _script("MoveToys Parameters:", _COLUMNS, junk).unread == (6,)


def test_line_after_the_sample_is_listed() -> None:
    facts = _script("export class MoveToys {", "}", response="{}\nAccept all cookies")
    assert facts.unread == (12,)


def test_sample_that_cannot_be_read_states_nothing() -> None:
    facts = _script(
        "export class MoveToys {", "/** @type {string} */", "name;", "}", request='{"name":', response="<a/>"
    )
    assert _stated(facts, "request name") == {"type": ("string",)}
    assert facts.contradictions == ()


_MANY = 4_000
_HOSTILE: Mapping[str, str] = {
    "long chain of classes": "".join(
        f"export class A{n} extends A{n - 1} {{\n/** @type {{A{n - 1}}} */\na{n};\n}}\n" for n in range(_MANY)
    ),
    "classes that multiply": "".join(
        f"export class A{n} {{\n" + "".join(f"/** @type {{A{n + 1}}} */\nf{m};\n" for m in range(10)) + "}\n"
        for n in range(_MANY // 10)
    ),
    "deep types": "export class A {\n/** @type {" + "[]" * 250_000 + "} */\na;\n}\n",
    "deep generics": "export class A\n{\npublic a: " + "List<" * 100_000 + ";\n}\n",
    "long list of members": "export class A {\n/** @param {{" + "a?:string," * 50_000 + "}} [init] */\n}\n",
    "braces": "export class A {\n/** @type {" + "}" * 500_000 + " */\na;\n}\n",
    "open quotes": "export class A\n{\n// @ApiMember(" + 'a="\\' * 125_000 + "\npublic a: string;\n}\n",
    "many interfaces": "export class A implements " + "A," * 250_000 + "A\n{\n}\n",
    "many rows": f"A Parameters:\n{_COLUMNS}\n" + "".join(f"a{n}formstringYesx\n" for n in range(_MANY * 2)),
    "many cuts": f"{_COLUMNS}\n" + ("form" * 35 + "StringYes\n") * (_MANY // 4),
    "many tables": "".join(f"{_COLUMNS}\na{n}formA{n}Yesx\n" for n in range(_MANY)),
    "pipes": f"{_COLUMNS}\n" + "|" * 500_000,
    "many routes": "GET | /a/{b} | x\n" * (_MANY * 4) + "export class A {\n}\n",
    "deep sample": f"export class A {{\n}}\n{_AFTER}\nPOST /a HTTP/1.1\n" + "[" * 500_000,
    "long sample": f"export class A {{\n}}\n{_AFTER}\nPOST /a HTTP/1.1\n{{" + '"a":1,' * 83_000 + "}",
    "open quote in the sample": f"export class A {{\n}}\n{_AFTER}\nPOST /a HTTP/1.1\n" + '{"' + "\\" * 500_000,
    "noise": "export class A {\n}\n" + ("lorem ipsum " * 3 + "\n") * (_MANY * 4),
    "spaces": "export class A {\n}\n" + " " * 500_000 + "x",
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_hostile_page_is_read_in_linear_time(name: str) -> None:
    start = time.process_time()
    operations: tuple[OperationFacts, ...] = ()
    with suppress(PageError):  # nothing was found
        operations = read(Page("page.txt", "text", _HOSTILE[name])).operations
    assert sum(len(each.parts) for each in operations) < 20_000
    assert time.process_time() - start < 1  # half of it is the budget on a quiet machine


def test_page_with_the_lines_of_a_whole_service_is_refused() -> None:
    with pytest.raises(PageError, match="20,000"):
        _read(*["export class A {", "}"] * 10_001)
