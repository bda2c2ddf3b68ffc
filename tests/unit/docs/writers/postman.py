"""Writer of Postman collections of one operation."""

from __future__ import annotations

import json
from typing import Any

from tests.unit.docs.operations import named_parts
from tests.unit.docs.writers.marks import Marks, Written

from dragoman.docs.facts import REQUEST, OperationFacts, Part, Place


def as_collection(known: OperationFacts) -> Written:
    """Return a collection: an operation as a request, with an example of each response."""
    mark = Marks()
    whole = known.parts[0].stated
    path = str(whole["path"].value).replace("{", ":").replace("}", "").split("/")[1:]
    names = {
        place: [each for each in known.parts if each.place.section == place] for place in ("path", "query", "header")
    }
    url = "".join(mark(each.place, None) for each in names["path"]) + mark(Place(), "path") + "url"
    request: dict[str, Any] = {
        mark(Place(), "method") + "method": whole["method"].value,
        "auth": {"type": "bearer" if whole["authentication"].value else "noauth"},
        "header": [_keyed(each, mark) for each in names["header"] if len(each.place.names) == 1],
        url: {"path": path, "query": [_keyed(each, mark) for each in names["query"] if len(each.place.names) == 1]},
    }
    body = known.part(Place(REQUEST))
    if body is not None:
        is_form = _media_type(body) == "multipart/form-data"
        key = mark(body.place, None) + "body"
        form = [_keyed(each, mark) for each in named_parts(known, body.place)] if is_form else []
        content_type = {"key": "Content-Type", "value": _media_type(body)}
        if not is_form:
            content_type = {"key": "Content-Type", mark(body.place, "mediaTypes") + "value": _media_type(body)}
        else:
            key = mark(body.place, "mediaTypes") + key
        request["header"].append(content_type)
        request[key] = {"mode": "formdata", "formdata": form} if is_form else {"mode": "raw", "raw": "{}"}
    responses = [
        {
            "name": "Example",
            mark(each.place, None) + "code": int(each.place.section),
            "header": [{"key": "Content-Type", mark(each.place, "mediaTypes") + "value": _media_type(each)}],
            "body": "{}",
        }
        for each in known.parts
        if each.place.section.isdecimal() and not each.place.names
    ]
    item = {
        mark(Place(), None) + "name": known.name,
        mark(Place(), "authentication") + "request": request,
        "response": responses,
    }
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    data = {"info": {"name": "Toys", "schema": schema}, "item": [item]}
    text = json.dumps(data, indent=1, ensure_ascii=False)
    return mark.written(text, "collection.json")


def _keyed(part: Part, mark: Marks) -> dict[str, str]:
    return {mark(part.place, None) + "key": part.place.names[-1], "value": ""}


def _media_type(part: Part) -> str:
    media = part.stated["mediaTypes"].value
    return media[0] if isinstance(media, tuple) else str(media)
