"""Change of a page in words."""

from __future__ import annotations

import pytest
from tests.unit.docs.parcels import PAGE, SPEC
from tests.unit.docs.test_compare import operation, parsed

from dragoman.docs import page, readers
from dragoman.docs.changes import describe, lost_share

ERRORS = PAGE + "\nNot Found\n\nSchema\n\n    code int32\n"


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("[Packed, Sent]", "[Packed, Lost]", ["state gained Lost", "state lost Sent"]),
        ("note string", "note stringrequired", ["note became required"]),
        ("note string", "remark string", ["remark is new", "note was removed"]),
        ("weight int32nullable", "weight int32", ["items[].weight cannot be null"]),
        ("weight int32nullable", "weight int64nullable", ["items[].weight changed its format from int32 to int64"]),
        ("label string", "label boolean", ["items[].label changed its type from string to boolean"]),
        ("<= 20", "<= 30", ["items[].label changed its maxLength from 20 to 30"]),
        ("/rest/parcels", "/rest/v2/parcels", ["operation changed its path from /rest/parcels to /rest/v2/parcels"]),
        ("\nGET\n", "\nPOST\n", ["operation changed its method from GET to POST"]),
    ],
)
def test_a_change_is_one_line(old: str, new: str, lines: list[str]) -> None:
    known = operation(parsed(SPEC)[0])
    before = readers.read(page.parse(PAGE.encode(), "page.txt")).operations[0]
    after = readers.read(page.parse(PAGE.replace(old, new, 1).encode(), "page.txt")).operations[0]
    assert list(describe(before, after, known)) == lines
    assert describe(before, before, known) == ()


def test_a_new_body_is_one_line() -> None:
    known = operation(parsed(SPEC)[0])
    before = readers.read(page.parse(PAGE.encode(), "page.txt")).operations[0]
    after = readers.read(page.parse(ERRORS.encode(), "page.txt")).operations[0]
    assert describe(before, after, known)[0].startswith("404")
    assert lost_share(before, after, known) == 0
    assert 0 < lost_share(after, before, known) < 1
