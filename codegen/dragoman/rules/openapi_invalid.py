"""The file is not an OpenAPI 3.1 document.

Every tool that reads the spec relies on the form that the OpenAPI specification gives it, ours included; rules about
meaning wait until the form is right. Other versions differ in their schemas (`nullable`, `exclusiveMinimum`), so
guessing would give wrong types.

Write `openapi: 3.1.0` (or a later 3.1), and mend what is reported at the place that is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from taskclients_core.json_pointer import escape

from ..problem import Problem
from ..source import Document
from .data import is_object
from .keywords import misshapen
from .validation import Finding, of_openapi
from .walk import nodes, report
from .wording import nearest, shown

ID: Final = "openapi-invalid"

_HINTS: Final = {"required": "add it", "enum": "write one of these"}
_HINT: Final = "see the OpenAPI 3.1 specification for what stands here"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each way in which the document departs from OpenAPI 3.1."""
    data = document.data
    if not is_object(data):
        yield report(document, ID, "", "the file does not hold an OpenAPI document", "start with: openapi: 3.1.0")
        return
    version = data.get("openapi", data.get("swagger"))
    if not isinstance(version, str) or not re.fullmatch(r"3\.1\.\d+", version):
        stated = "no version of OpenAPI is stated" if version is None else f"version {shown(version)} is not supported"
        place = "/openapi" if "openapi" in data else "/swagger"
        yield report(document, ID, place, stated, "write openapi: 3.1.0")
        return
    yield from _form(document)
    for schema in nodes(document, "schema"):
        for keyword, message, hint in misshapen(schema.data):
            yield report(document, ID, schema.at(keyword), message, hint)


def _form(document: Document) -> Iterator[Problem]:
    validate, known = of_openapi()
    findings = list(validate(document.data))
    for finding in findings:
        if finding.keyword != "unevaluatedProperties":
            hint = _HINTS.get(finding.keyword, _HINT)
            yield report(document, ID, finding.pointer, str(finding), hint)
            continue
        # Where anything inside an object is wrong, the validator calls its sound members unknown too.
        broken = any(other is not finding and _within(other, finding) for other in findings)
        for name in finding.names:
            if not (broken and name in known):
                where = f"{finding.pointer}/{escape(name)}"
                yield report(document, ID, where, f"'{name}' is not known here", nearest(name, known, "remove it"))


def _within(inner: Finding, outer: Finding) -> bool:
    return f"{inner.pointer}/".startswith(f"{outer.pointer}/")
