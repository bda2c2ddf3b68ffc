"""Findings as problems: place in the spec, line of the page, stable id, and what to write."""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen

from ..diagnostics import Problem
from ..spec.yaml_document import Document
from .changes import shown
from .compare import NOTES, OF_PAGE, Finding, Kind
from .facts import PARAMETERS, Attribute, Part, Place, Stated, Value, kind_of
from .lock import flow

_IDS: Final[dict[Kind, str]] = {
    "differs": "docs-differs",
    "only-on-page": "docs-only-on-page",
    "only-in-spec": "docs-only-in-spec",
    "confirms-assumption": "docs-assumption-confirmed",
    "contradicts-assumption": "docs-assumption-contradicted",
    "contradicts-itself": "docs-page-contradicts-itself",
    "contradiction-decided": "docs-contradiction-decided",
    "order": "docs-order",
    "stated-elsewhere": "docs-stated-elsewhere",
}
_NAMES: Final[dict[Attribute, str]] = {"method": "verb", "values": "enum", "mediaTypes": "media types"}


@frozen
class Reported:
    """A finding, with the page that it is about and the problem that is printed."""

    finding: Finding
    page: str
    problem: Problem

    @property
    def is_note(self) -> bool:
        """True if it asks for no change."""
        return self.finding.kind in NOTES

    def as_json(self) -> dict[str, Any]:
        """Return the finding as data."""
        finding, source = self.finding, self.problem.source
        return {
            "id": self.problem.check_id,
            "level": "note" if self.is_note else "finding",
            "file": source.file,
            "line": source.line,
            "column": source.column,
            "operations": list(finding.operations),
            "place": str(finding.place),
            "attribute": finding.attribute,
            "page": {"file": self.page, "line": finding.line, "value": finding.page.value if finding.page else None},
            "spec": finding.other.value if finding.other and finding.kind not in OF_PAGE else None,
            "message": self.problem.message,
            "hint": self.problem.hint,
            "urls": list(finding.urls),
        }


def report(finding: Finding, page: str, document: Document) -> Reported:
    """Return a finding in words."""
    problem = Problem(
        document.where(finding.pointer),
        _IDS[finding.kind],
        ", ".join(finding.operations),
        _message(finding, page),
        _hint(finding, page),
        "warning" if finding.kind in NOTES else "error",
    )
    return Reported(finding, page, problem)


def _message(finding: Finding, page: str) -> str:
    attribute = finding.attribute
    name = _NAMES.get(attribute, attribute) if attribute else ""
    about = f"{finding.place}: {name}" if name else str(finding.place)
    here = f"the page says {_shown(finding.page)} ({page}:{finding.line})" if finding.page else ""
    other = f"the spec says {_shown(finding.other)}" if finding.other else ""
    match finding.kind, attribute:
        case "differs", _:
            return f"{about}: {here}, {other}"
        case "only-on-page", None:
            return f"{about}: only the page has it ({page}:{finding.line})"
        case "only-on-page", _:
            return f"{about}: {here}, the spec has none"
        case "only-in-spec", None:
            return f"{about}: the page does not have it ({page}:{finding.line})"
        case "only-in-spec", _:
            return f"{about}: the page has none ({page}:{finding.line}), {other}"
        case "confirms-assumption", _:
            return f"{about}: the page confirms the assumption ({page}:{finding.line})"
        case "contradicts-assumption", None:
            return f"{about}: the page contradicts the assumption: it does not have this part ({page}:{finding.line})"
        case "contradicts-assumption", _:
            return f"{about}: the page contradicts the assumption: {here}, {other or 'the spec has none'}"
        case (("contradicts-itself" | "contradiction-decided"), _):
            lines = " and ".join(str(each.line) for each in (finding.other, finding.page) if each)
            where = f"{page}:{finding.line}, lines {lines} of the page"
            values = f"{_shown(finding.other)} and {_shown(finding.page)}"
            return f"{about}: the page contradicts itself ({where}): {values}"
        case "stated-elsewhere", _:
            urls = ", ".join(finding.urls)
            return f"{about}: {_further(finding)} is not on this page ({page}:{finding.line}), but on {urls}"
        case _:
            return f"{about}: the members are in another order than on the page ({page}:{finding.line})"


def _further(finding: Finding) -> str:
    here = finding.page.value if finding.page else ()
    known = finding.other.value if finding.other else ()
    if not isinstance(here, tuple) or not isinstance(known, tuple):
        return ""
    return ", ".join(each for each in known if each not in here)


def _hint(finding: Finding, page: str) -> str:
    value = finding.page.value if finding.page else None
    match finding.kind, finding.attribute:
        case "only-on-page", None:
            return _addition(finding.place, finding.part)
        case "only-in-spec", None:
            return "remove it, or write beside it: x-assumed: <why it exists although the page does not show it>"
        case "only-in-spec", attribute:
            return f"remove {_keyword(attribute)}, or write beside it: x-assumed: <where it comes from>"
        case "confirms-assumption", _:
            return "remove what x-assumed says about it; the page states it now"
        case "contradicts-assumption", None:
            return "remove it with its x-assumed, or give a reason that this page does not contradict"
        case "contradicts-assumption", attribute if attribute is not None and value is not None:
            return f"{_remedy(attribute, value, finding.place)}, and remove what x-assumed says about it"
        case "contradicts-itself", _:
            return (
                "compare the lines with the page in a browser; write in the spec what the server does, and beside it: "
                f"x-assumed: The page contradicts itself{_about_part(finding)}. <why this is right>"
            )
        case (("stated-elsewhere" | "contradiction-decided"), _):
            return ""
        case "order", _:
            return f"list the members in the order of the page: {shown(value)}"
        case _, attribute if attribute is not None and value is not None:
            return _remedy(attribute, value, finding.place)
        case _:
            return f"compare the spec with {page}"


def _remedy(attribute: Attribute, value: Value, place: Place) -> str:
    name = place.names[-1] if place.names else ""
    match attribute:
        case "path":
            return f"write the path {value}"
        case "method":
            return f"write {str(value).lower()}: as the key of the operation"
        case "authentication":
            return "add a security scheme to security" if value else "write: security: []"
        case "mediaTypes":
            return f"add to content: {shown(value)}"
        case "required" if kind_of(place) == "member":
            return f"{'add' if value else 'remove'} {name} {'to' if value else 'from'} required"
        case "nullable":
            return (
                "add 'null' to its type, or write anyOf: [..., {type: 'null'}]"
                if value
                else "remove 'null' from its type"
            )
        case "values" if isinstance(value, tuple):
            return f"write: enum: {flow(value)}"
        case "type" if isinstance(value, tuple):
            return f"write: type: {flow(value[0] if len(value) == 1 else value)}"
        case _:
            return f"write: {_keyword(attribute)}: {shown(value)}"


def _keyword(attribute: Attribute | None) -> str:
    return "enum" if attribute == "values" else str(attribute)


def _addition(place: Place, part: Part | None) -> str:
    said = part.stated if part else {}
    kinds = said.get("type")
    type_ = kinds.value[0] if kinds and isinstance(kinds.value, tuple) else "string"
    further = [f"type: {type_}"]
    further += [f"format: {each.value}" for each in [said.get("format")] if each]
    values = said.get("values")
    if values and isinstance(values.value, tuple):
        further.append(f"enum: {flow(values.value)}")
    schema = f"{{{', '.join(further)}}}"
    required = said.get("required")
    if place.section in PARAMETERS:
        flag = ", required: true" if required and required.value else ""
        return f"add to parameters: - {{name: {flow(place.names[-1])}, in: {place.section}{flag}, schema: {schema}}}"
    if kind_of(place) == "member":
        flag = f", and {place.names[-1]} to required" if required and required.value else ""
        return f"add to properties: {flow(place.names[-1])}: {schema}{flag}"
    return f"add the body {place.section}" if place.section == "request" else f"add to responses: '{place.section}'"


def _about_part(finding: Finding) -> str:
    """Return the name of a part whose assumption stands at another one, because the spec does not have it."""
    return f" about {finding.place.names[-1]}" if finding.attribute is None and finding.place.names else ""


def _shown(stated: Stated | None) -> str:
    return shown(stated.value) if stated else "nothing"
