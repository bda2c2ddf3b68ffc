"""Reader of Postman collections (version 2), which are behind the pages of Postman's documenter.

A collection consists of examples. So it states verbs, paths, names of parameters, statuses and media types; it does not
say which parameters are required, nor that there are no others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ...lint.values import is_list, is_object
from ..facts import REQUEST, Attribute, Collector, Facts, Place
from ..literals import Items, Members
from ..page import Page, problem
from .openapi import literal

NAME: Final = "postman"
EXPRESSIBLE: Final[Mapping[str, frozenset[Attribute]]] = {
    "operation": frozenset({"method", "path", "authentication"}),
    "parameter": frozenset(),
    "member": frozenset(),
    "body": frozenset({"mediaTypes"}),
}
"""Members are those of forms."""

_COLLECTION_URL: Final = re.compile(r"""https://documenter\.gw\.postman\.com/api/collections/[\w-]{1,80}/[\w-]{1,80}""")
_HOST: Final = re.compile(r"(?:\w+:)?//[^/?#]*|\{\{[^{}/?#]{1,200}\}\}(?=[/?#]|$)|[^/?#]*")
_VARIABLE: Final = re.compile(r"^:([\w-]{1,200})|\{\{([\w.-]{1,200})\}\}")
_FORMS: Final = {"urlencoded": "application/x-www-form-urlencoded", "formdata": "multipart/form-data"}
_LANGUAGES: Final = {"json": "application/json", "xml": "application/xml"}
_MEDIA_TYPE: Final = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}")
_NOT_PARAMETERS: Final = frozenset({"accept", "content-type", "authorization"})
"""Headers that OpenAPI does not count among the parameters."""


def recognise(page: Page) -> str | None:
    """Return the reason why this is such a page; None if it is not."""
    if page.kind == "collection":
        return "the file is a collection of Postman"
    found = _elsewhere(page)
    return f"line {page.line(found.start())} names a collection of Postman" if found else None


def read(page: Page) -> Facts:
    """Return the facts of a collection; requests with the same verb and path are one operation.

    Raises:
        PageError: the page is HTML; the collection is of another version, cannot be read, or has no requests.
    """
    elsewhere = _elsewhere(page)
    if elsewhere:
        message = f"the collection is not in the page: {elsewhere[0]}"
        hint = "save the JSON at that URL, and read it instead"
        raise problem(page.source, page.line(elsewhere.start()), "page-no-document", message, hint)
    data = literal(page, 0)
    whole = data.get("collection", data) if isinstance(data, Members) else data
    operations: dict[tuple[str, str], _Operation] = {}
    for item, line, auth in _requests(whole):
        request = item["request"]
        method = str(request.get("method", "GET")).upper()
        path = _path(request)
        operation = operations.setdefault((method, path), _Operation(item, line, method, path))
        operation.add(request, item, auth)
    if not operations:
        hint = "export it as a collection of version 2.1"
        raise problem(page.source, 1, "page-unsupported", "the collection has no requests", hint)
    return Facts(
        source=page.source,
        reader=NAME,
        expressible=EXPRESSIBLE,
        operations=tuple(each.collector.operation() for each in operations.values()),
    )


def _elsewhere(page: Page) -> re.Match[str] | None:
    return _COLLECTION_URL.search(page.text) if page.kind == "html" else None


def _requests(whole: Any) -> Iterator[tuple[Members, int, Any]]:
    """Yield the items with a request in their order, each with its line and the authentication of its folders."""
    waiting: list[tuple[Any, int, Any]] = [(whole, 1, None)]
    while waiting:
        item, line, auth = waiting.pop()
        if not isinstance(item, Members):
            continue
        if isinstance(item.get("request"), Members):
            yield item, line, auth
        inside = item.get("item")
        if isinstance(inside, Items):
            own = item.get("auth") or auth
            waiting += [(each, at, own) for each, at in zip(reversed(inside), reversed(inside.lines), strict=True)]


def _path(request: Members) -> str:
    """Return the path of a request, with its variables in braces."""
    url = request.get("urlObject", request.get("url"))
    segments = url.get("path") if is_object(url) else None
    if is_list(segments):
        texts = [str(each.get("value", "")) if is_object(each) else str(each) for each in segments]
    else:
        raw = str(url.get("raw", "")) if is_object(url) else str(url or "")
        host = _HOST.match(raw)
        rest = raw[host.end() if host else 0 :]
        texts = re.split(r"[?#]", rest)[0].removeprefix("/").split("/")
    return "/" + "/".join(_VARIABLE.sub(lambda each: f"{{{each[1] or each[2]}}}", text) for text in texts)


class _Operation:
    """Operation of which a collection has one or more requests."""

    def __init__(self, item: Members, line: int, method: str, path: str) -> None:
        self.collector = Collector(item.lines.get("name", line), str(item.get("name", "")))
        request: Members = item["request"]
        self.collector.state(Place(), "method", method, request.lines.get("method", item.lines["request"]))
        self.collector.state(Place(), "path", path, request.lines.get("url", item.lines["request"]))
        for name in re.findall(r"\{([^{}]+)\}", path):
            self.collector.add(Place("path", (name,)), request.lines.get("url", line))

    def add(self, request: Members, item: Members, auth: Any) -> None:
        """Add what one request shows."""
        self._authentication(request.get("auth") or item.get("auth") or auth, item.lines["request"])
        url = request.get("urlObject", request.get("url"))
        for name, line in _keys(url.get("query") if is_object(url) else None):
            self.collector.add(Place("query", (name,)), line)
        for name, line in _keys(request.get("header")):
            if name.lower() not in _NOT_PARAMETERS:
                self.collector.add(Place("header", (name,)), line)
        self._request(request)
        responses = item.get("response")
        if isinstance(responses, Items):
            for each in responses:
                self._response(each)

    def _authentication(self, auth: Any, line: int) -> None:
        kind = auth.get("type") if is_object(auth) else None
        if isinstance(kind, str) and not self.collector.has(Place(), "authentication"):
            self.collector.state(Place(), "authentication", kind != "noauth", line)

    def _request(self, request: Members) -> None:
        body = request.get("body")
        mode = body.get("mode") if isinstance(body, Members) else None
        if not isinstance(body, Members) or mode not in body:
            return
        line = request.lines["body"]
        if mode == "raw" and not body["raw"]:
            return
        self.collector.add(Place(REQUEST), line)
        self.collector.leave_open(Place(REQUEST))
        options = _object(_object(body.get("options")).get("raw"))
        media_type, at = _media_type(request)
        if mode in _FORMS or not media_type:
            media_type, at = _FORMS.get(str(mode)) or _LANGUAGES.get(str(options.get("language")), ""), line
        if media_type and not self.collector.has(Place(REQUEST), "mediaTypes"):
            self.collector.state(Place(REQUEST), "mediaTypes", (media_type,), at)
        if mode in _FORMS:
            for name, at in _keys(body[mode]):
                self.collector.add(Place(REQUEST, (name,)), at)

    def _response(self, response: Any) -> None:
        code = response.get("code") if isinstance(response, Members) else None
        if not isinstance(code, int) or isinstance(code, bool):
            return
        place = Place(str(code))
        self.collector.add(place, response.lines["code"])
        self.collector.leave_open(place)
        media_type, at = _media_type(response)
        if media_type and response.get("body") and not self.collector.has(place, "mediaTypes"):
            self.collector.state(place, "mediaTypes", (media_type,), at)


def _keys(listed: Any) -> Iterator[tuple[str, int]]:
    """Yield the keys of parameters, each with its line."""
    if isinstance(listed, Items):
        for each, line in zip(listed, listed.lines, strict=True):
            key = each.get("key") if isinstance(each, Members) else None
            if isinstance(key, str) and key:
                yield key, each.lines.get("key", line)


def _media_type(message: Members) -> tuple[str, int]:
    """Return the media type in the headers of a request or response, and its line; '' for none."""
    headers = message.get("header")
    for each in headers if is_list(headers) else ():
        if isinstance(each, Members) and str(each.get("key", "")).lower() == "content-type":
            found = _MEDIA_TYPE.match(str(each.get("value", "")))
            return (found[0].lower(), each.lines["value"]) if found else ("", 0)
    return "", 0


def _object(value: Any) -> Mapping[str, Any]:
    return value if is_object(value) else {}
