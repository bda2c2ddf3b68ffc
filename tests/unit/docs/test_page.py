"""Saved pages: kinds of files, lines, and pages that a server sent in place of documentation."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from dragoman.docs.page import MAX_BYTES, PageError, load, parse

PROSE = "A parcel is sent to the address of its label. " * 60


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("List Parcels\nGET\n/parcels\n", "page.txt", "text"),
        (f"<!DOCTYPE html>\n<html><body>{PROSE}</body></html>", "page", "html"),
        (f"<html><body>{PROSE}</body></html>", "page.txt", "html"),
        ('"use strict";(self.webpackChunkdocs=self.webpackChunkdocs||[]).push([[1],{}]);', "chunk.txt", "javascript"),
        ("window.onload = function() {}", "swagger-ui-init.js", "javascript"),
        ("\nlet options = {};\nSwaggerUIBundle(options)", "copied.txt", "javascript"),
        ('{"info": {}, "openapi": "3.0.3"}', "download", "json"),
        ("info:\n  title: Parcels\nopenapi: 3.0.3\n", "download", "yaml"),
        ("# ours\nopenapi: 3.1.0\n", "spec.yaml", "yaml"),
        ('{"parcel": 1}', "page.txt", "text"),
    ],
)
def test_kind_of_a_file_follows_from_its_content(text: str, name: str, kind: str) -> None:
    assert parse(text.encode(), name).kind == kind


def test_lines_are_those_of_an_editor() -> None:
    page = parse("a\r\nb\u2028b\rc\x0cc\nd\n".encode(), "page.txt")
    assert page.lines == ["a", "b\u2028b", "c\x0cc", "d"]


def test_text_in_utf_16_is_read() -> None:
    assert parse(codecs.BOM_UTF16_LE + "Größe".encode("utf-16-le"), "page.txt").text == "Größe"


LOGIN = '<html><head><title>{}</title></head><body><form><input name=p type="password"></form></body></html>'


@pytest.mark.parametrize(
    ("text", "check_id", "message"),
    [
        ("", "page-empty", "the file is empty"),
        (" \n\t\n", "page-empty", "the file is empty"),
        (LOGIN.format("Welcome"), "page-other", "this is a login page, not documentation"),
        ("<html><title>Sign in | Acme</title><body>Go on</body></html>", "page-other", "this is a login page"),
        (LOGIN.format("Log in") + PROSE, "page-other", "this is a login page"),
        ("Sign in\nEmail\nPassword\nForgot password?\n", "page-other", "this is a login page"),
        ("<html><title>Page Not Found | Acme</title><body>Sorry</body></html>", "page-other", "this is an error page"),
        (f"<html><title>404</title><body>{PROSE}</body></html>", "page-other", "this is an error page"),
        ("404: Not Found", "page-other", "this is an error page"),
        ("Not Found\n", "page-other", "this is an error page"),
        ("<html><title>Just a moment...</title></html>", "page-other", "the page of a server that refused the request"),
        ("From: <Saved by Blink>\nMIME-Version: 1.0\n", "page-other", "this is a web archive"),
        ("%PDF-1.7\0\n", "page-unreadable", "the file is not text"),
        ("a" * (MAX_BYTES + 1), "page-too-large", f"the file has more than {MAX_BYTES} bytes"),
    ],
)
def test_what_is_no_page_is_one_problem(text: str, check_id: str, message: str) -> None:
    with pytest.raises(PageError) as caught:
        parse(text.encode(), "page.txt")
    assert caught.value.problem.check_id == check_id
    assert message in caught.value.problem.message
    assert caught.value.problem.hint


@pytest.mark.parametrize(
    "text",
    [
        f"<html><head><title>Sign in | Acme API</title></head><body>{PROSE}</body></html>",
        f'<html><title>Parcels</title><body>{PROSE}<input type="password" placeholder="Bearer token"></body></html>',
        "Sign in\n" + "Parameter\n" * 50,
        "Parcels\n404 Not Found\n",
        "<html><title>Lost parcels that were not found</title><body>Text</body></html>",
    ],
)
def test_documentation_of_signing_in_and_of_errors_is_documentation(text: str) -> None:
    assert parse(text.encode(), "page.html").text == text


def test_bytes_that_are_not_utf_8_are_a_problem_in_their_line(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(b"a\nb \xff\n")
    with pytest.raises(PageError, match=r"page.txt:2:1: page-unreadable: the file is not UTF-8"):
        load(path)


def test_missing_file_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(PageError, match=r"page-unreadable: cannot be read: No such file"):
        load(tmp_path / "page.txt")
