"""Reader of OpenAPI documents inside pages: Redoc, Swagger UI, ReadMe, Scalar, Stoplight, and chunks of Docusaurus.

Such pages can contain a starter example instead of the API that they show. So a document must contain the operations
that the page names elsewhere: in its own data, in the ids of its sections, or behind the `#` of the URL from which a
browser saved it.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from typing import Any, Final, TypeAlias
from urllib.parse import unquote

from attrs import evolve, frozen

from ...lint.values import is_object
from ..facts import Facts, OperationFacts
from ..literals import LiteralError, Members, scan
from ..page import Page, PageError, problem
from .openapi import EXPRESSIBLE as EXPRESSIBLE
from .openapi import facts, literal, yaml_data

NAME: Final = "embedded"
MAX_UNPACKED: Final = 4 * 1024 * 1024
"""Bytes of a compressed operation, unpacked."""


@frozen
class _Found:
    """Document that a page contains."""

    data: Any
    line: int
    method: str = ""
    """Method of the page's operation, if the page shows a single one; '' otherwise."""

    path: str = ""


_Finder: TypeAlias = Callable[[Page, "re.Match[str]"], _Found | None]


@frozen
class _Family:
    """Family of pages that contain their document."""

    name: str
    sign: re.Pattern[str]
    """Text that only pages of the family contain, be their document inside or elsewhere."""

    forms: tuple[tuple[re.Pattern[str], _Finder], ...]
    """Text that precedes a document, and the function that reads it."""

    kinds: tuple[str, ...] = ("html", "javascript")


_DOCUMENT_URL: Final = re.compile(
    r"""(spec-url|data-url|apiDescriptionUrl|apidescriptionurl|["']?url["']?\s{0,3}:)\s{0,3}=?\s{0,3}["'](?P<url>[^"'\s<>]{1,500})["']"""
)
_SAVED_FROM: Final = re.compile(r"saved from url=\(\d+\)[^\s#]{1,2000}#(?P<fragment>[^\s>]{1,500})")
_SECTION_ID: Final = re.compile(r"""\bid=["']?(?:[^"'\s>]{0,200}/)?operation/(?P<id>[^"'\s>]{1,200})""")
_OPERATION_BLOCK: Final = re.compile(r"""\bid=["']?operations-(?P<tag>[^"'\s>-]{1,200})-(?P<id>[^"'\s>]{1,200})""")
_STOPLIGHT_PATH: Final = re.compile(r"/paths/(?P<path>.{1,500})/(?P<method>[a-z]+)")
_HEAD: Final = re.compile(r"""["']?\b(openapi|swagger)["']?\s{0,3}:""")
_METHOD: Final = re.compile(r"""\bmethod["']?\s{0,3}:""")
_METHODS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


def recognise(page: Page) -> str | None:
    """Return the reason why this page contains a document, or names one; None if it does not."""
    for family, found in _recognised(page):
        return f"line {page.line(found.start())} is of a page of {family.name}"
    return None


def _recognised(page: Page) -> Iterator[tuple[_Family, re.Match[str]]]:
    for family in _FAMILIES:
        found = family.sign.search(page.text) if page.kind in family.kinds else None
        if found:
            yield family, found


def read(page: Page) -> Facts:
    """Return the facts of the document in a page.

    Raises:
        PageError: the document is elsewhere, cannot be read, or does not contain the operation of the page.
    """
    found = next(_documents(page), None)
    if found is None:
        raise _no_document(page)
    whole = facts(found.data, page.source, NAME, line=found.line)
    operations = _shown(page, found, whole.operations)
    return evolve(whole, operations=operations)


def _documents(page: Page) -> Iterator[_Found]:
    for family, _ in _recognised(page):
        for marker, find in family.forms:
            for match in marker.finditer(page.text):
                found = find(page, match)
                if found is not None:
                    yield found


def _no_document(page: Page) -> PageError:
    where = _DOCUMENT_URL.search(page.text)
    if where is None:
        message = "the page has no OpenAPI document, although its form has a place for one"
        return problem(page.source, 1, "page-no-document", message, "open the page in a browser, and copy its text")
    line = page.line(where.start())
    message = f"the OpenAPI document is not in the page: {where['url']:.200}"
    return problem(page.source, line, "page-no-document", message, "save the document at that URL, and read it instead")


def _shown(page: Page, found: _Found, known: tuple[OperationFacts, ...]) -> tuple[OperationFacts, ...]:
    """Return the operations that the page shows. Raises PageError if the document lacks them."""
    if found.path:
        own = tuple(each for each in known if _route(each) == (found.method, found.path))
        if own:
            return own
        raise _starter(page, found.line, f"{found.method} {found.path}")
    fragment = _SAVED_FROM.search(page.text)
    if fragment:
        named = unquote(fragment["fragment"])
        own = tuple(each for each in known if _is_named(each, named))
        if own:
            return own
        if _names_operation(named):
            raise _starter(page, page.line(fragment.start()), f"#{named}")
    shown = {
        unquote(match["id"]): match.start()
        for pattern in (_SECTION_ID, _OPERATION_BLOCK)
        for match in pattern.finditer(page.text)
    }
    if shown and not any(_is_among(each, shown) for each in known):
        first, start = next(iter(shown.items()))
        raise _starter(page, page.line(start), first)
    return known


def _starter(page: Page, line: int, operation: str) -> PageError:
    message = f"the document in the page does not contain the operation of the page: {operation}"
    return problem(
        page.source, line, "page-other-document", message, "copy the text of the page, and read that instead"
    )


def _route(operation: OperationFacts) -> tuple[str, str]:
    stated = operation.parts[0].stated
    return str(stated["method"].value), str(stated["path"].value)


def _is_among(operation: OperationFacts, ids: Mapping[str, int]) -> bool:
    method, path = _route(operation)
    block = f"{method.lower()}_{re.sub(r'[^A-Za-z0-9]', '_', path)}"  # Swagger UI's id of an operation without one
    return operation.name in ids or f"{path.replace('/', '~1')}/{method.lower()}" in ids or block in ids


def _is_named(operation: OperationFacts, fragment: str) -> bool:
    """Return True if the fragment of a URL leads to an operation, as in Redoc, Swagger UI, Scalar or Stoplight."""
    method, path = _route(operation)
    if fragment.rpartition("/")[2] == operation.name or fragment.endswith(f"/{method}{path}"):
        return True
    slug = _STOPLIGHT_PATH.fullmatch(fragment)
    return slug is not None and (slug["method"].upper(), _slug(slug["path"].replace("~1", "/"))) == (
        method,
        _slug(path),
    )


def _slug(path: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-")


def _names_operation(fragment: str) -> bool:
    names = fragment.split("/")
    return "operation" in names[:-1] or (len(names) == 3 and not names[0]) or any(n.lower() in _METHODS for n in names)


def _literal(page: Page, match: re.Match[str]) -> _Found | None:
    """Return the document that follows a marker; None for another object, such as one with code in it."""
    if not _HEAD.search(page.text, match.end(), match.end() + 5000):
        return None
    data = literal(page, match.end())
    return _Found(data, page.line(match.end())) if _is_document(data) else None


def _redoc(page: Page, match: re.Match[str]) -> _Found | None:
    line = page.line(match.end())
    state = _parsed(page, match) if match["parse"] else literal(page, match.end())
    spec = state.get("spec") if is_object(state) else None
    data = spec.get("data") if is_object(spec) else None
    return _Found(data, line) if _is_document(data) else None


def _stoplight(page: Page, match: re.Match[str]) -> _Found | None:
    """Return the document that an element of Stoplight has, as JSON or YAML in an attribute or assigned by a script."""
    line = page.line(match.end())
    quote = match["quote"]
    if quote:
        raw = page.text[match.end() : page.text.find(quote, match.end())]
        text = unescape(raw)
        fixed = text.count("\n") != raw.count("\n")
    else:
        text, fixed = literal(page, match.end()), True
    if isinstance(text, str):
        data = _scanned(page, text, line, fixed=fixed) if text.lstrip().startswith("{") else None
        data = data or yaml_data(text, page.source, line, fixed=fixed)
    else:
        data = text
    return _Found(data, line) if _is_document(data) else None


def _readme(page: Page, match: re.Match[str]) -> _Found | None:
    """Return the document in the properties of a ReadMe page, with the operation of the page."""
    line = page.line(match.end())
    attribute = match.groupdict().get("quote")
    if attribute:
        end = page.text.find(attribute, match.end())
        state = _scanned(page, unescape(page.text[match.end() : end]), line)
    else:
        state = literal(page, match.end())
    documents = [each for each in _objects(state) if _is_document(each)]
    if not documents:
        return None
    shown = state.get("document", state.get("doc"))
    api = shown.get("api") if is_object(shown) else None
    method, path = (api.get("method"), api.get("path") or api.get("url")) if is_object(api) else (None, None)
    if isinstance(method, str) and isinstance(path, str) and path:
        return _Found(documents[0], line, method.upper(), path)
    return _Found(documents[0], line)


def _objects(data: Any) -> Iterator[Members]:
    """Yield the objects inside data, from the outside in."""
    waiting = [data]
    for each in waiting:
        if isinstance(each, Members):
            yield each
        if isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each


def _packed(page: Page, match: re.Match[str]) -> _Found:
    """Return the document of a chunk whose operation is compressed."""
    line = page.line(match.start())
    try:
        packed = base64.b64decode(match["data"], validate=True)
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(packed, MAX_UNPACKED)
    except (binascii.Error, zlib.error) as error:
        message = f"the compressed operation cannot be read: {error}"
        raise problem(page.source, line, "page-unreadable", message, "save the file again") from None
    if unpacker.unconsumed_tail:
        message = f"the compressed operation has more than {MAX_UNPACKED} bytes"
        raise problem(page.source, line, "page-too-large", message, "copy the text of the page, and read that instead")
    if not unpacker.eof:
        raise problem(
            page.source, line, "page-unreadable", "the compressed operation is cut off", "save the file again"
        )
    text = raw.decode("utf-8", "replace")
    return _of_operation(page, _scanned(page, text, line), line)


def _plain(page: Page, match: re.Match[str]) -> _Found | None:
    """Return the document of a chunk whose operation is an object, as before September 2023."""
    if not _METHOD.search(page.text, match.end()):
        return None
    data = literal(page, match.end())
    return _of_operation(page, data, page.line(match.end())) if _is_operation(data) else None


def _front_matter(page: Page, match: re.Match[str]) -> _Found | None:
    """Return the document of a chunk whose front matter is a JSON text."""
    line = page.line(match.end())
    state = _parsed(page, match)
    operation = next(filter(_is_operation, _objects(state)), None)
    return _of_operation(page, operation, line) if operation is not None else None


def _of_operation(page: Page, data: Any, line: int) -> _Found:
    """Return a document with the operation of a Docusaurus page, in which references are resolved already."""
    method, path = (data.get("method"), data.get("path")) if isinstance(data, Members) else (None, None)
    if not isinstance(method, str) or method.lower() not in _METHODS or not isinstance(path, str):
        message = f"the data of the page is not that of an operation: {method!s:.20} {path!s:.80}"
        raise problem(page.source, line, "page-unsupported", message, "save the page of an operation")
    document, paths, item = Members(), Members(), Members()
    item.put(method.lower(), data, line)
    paths.put(path, item, line)
    document.put("openapi", "3.0.0", line)
    document.put("paths", paths, line)
    return _Found(document, line, method.upper(), path)


def _parsed(page: Page, match: re.Match[str]) -> Any:
    """Return the value of `JSON.parse('...')`, whose argument begins behind a match."""
    line = page.line(match.end())
    text = literal(page, match.end())
    return _scanned(page, text, line) if isinstance(text, str) else None


def _scanned(page: Page, text: str, line: int, *, fixed: bool = True) -> Any:
    try:
        return scan(text, 0, line, fixed=fixed)[0]
    except LiteralError as error:
        message = f"the document cannot be read: {error}"
        raise problem(page.source, line, "page-unreadable", message, "save the whole page again") from None


def _is_operation(data: Any) -> bool:
    return isinstance(data, Members) and {"method", "path", "responses"} <= data.keys()


def _is_document(data: Any) -> bool:
    return isinstance(data, Members) and ("openapi" in data or "swagger" in data) and is_object(data.get("paths"))


_PACKED: Final = re.compile(r"""\bapi["']?\s{0,3}:\s{0,3}["']?(?P<data>e[AFJN][A-Za-z0-9+/]{8,}+={0,2})""")
_PACKED_SIGN: Final = re.compile(r"""\bapi["']?\s{0,3}:\s{0,3}["']?e[AFJN]""")
_OBJECT: Final = re.compile(r"""\bapi["']?:\s{0,3}(?=\{)""")
_FRONT_MATTER: Final = re.compile(r"""\bJSON\.parse\((?=["']\{\\?["'](?:unversionedId|id|title|type)\b)""")
_SCRIPT: Final = r"""<script\s(?:[^<>]{0,200}\s)?id=["']?"""

_STOPLIGHT: Final = r"\bapi(?:D|d)escription(?:D|d)ocument"

_FAMILIES: Final = (
    _Family(
        "Stoplight Elements",
        re.compile(rf"<elements-api\b|{_STOPLIGHT}\s{{0,9}}=|\bapi(?:D|d)escription(?:U|u)rl="),
        (
            (re.compile(rf"""\s{_STOPLIGHT}=(?P<quote>["'])"""), _stoplight),
            (
                re.compile(rf"\.{_STOPLIGHT}\s{{0,9}}=\s{{0,9}}(?:JSON\.parse\(\s{{0,9}})?(?P<quote>)(?=[{{\"'])"),
                _stoplight,
            ),
        ),
        ("html",),
    ),
    _Family(
        "Redoc",
        re.compile(r"__redoc_state\s{0,9}=|<redoc\s|\bRedoc\.init\("),
        ((re.compile(r"__redoc_state\s{0,9}=\s{0,9}(?P<parse>JSON\.parse\(\s{0,9})?"), _redoc),),
    ),
    _Family(
        "Docusaurus",
        re.compile("|".join(each.pattern for each in (_PACKED_SIGN, _FRONT_MATTER, _OBJECT))),
        ((_PACKED, _packed), (_FRONT_MATTER, _front_matter), (_OBJECT, _plain)),
        ("javascript",),
    ),
    _Family(
        "Swagger UI",
        re.compile(r"\bSwaggerUIBundle\("),
        ((re.compile(r"""\b(?:swaggerDoc|spec)["']?\s{0,3}:\s{0,9}(?=\{)"""), _literal),),
    ),
    _Family(
        "ReadMe",
        re.compile(rf"{_SCRIPT}ssr-props\b|\bdata-initial-props="),
        (
            (re.compile(rf"{_SCRIPT}ssr-props\b[^<>]{{0,500}}>\s{{0,99}}(?=\{{)"), _readme),
            (re.compile(r"""\bdata-initial-props=(?P<quote>["'])(?=\{|&)"""), _readme),
        ),
    ),
    _Family(
        "Scalar",
        re.compile(rf"{_SCRIPT}api-reference\b|\bcreateApiReference\("),
        (
            (re.compile(rf"{_SCRIPT}api-reference\b[^<>]{{0,5000}}>\s{{0,99}}(?=\{{)"), _literal),
            (re.compile(r"""\bcontent["']?\s{0,3}:\s{0,9}(?=\{)"""), _literal),
        ),
    ),
)
