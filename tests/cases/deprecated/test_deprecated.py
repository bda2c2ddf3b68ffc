"""`deprecated`: noted in the docstring; the operation or field still works."""

from __future__ import annotations

import inspect
from typing import Any


def test_deprecation_is_documented(generated: Any, part: Any) -> None:
    doc = _lines(generated.ApiClient.get_thing)
    assert "Deprecated." in doc
    assert "    expand: Has no effect any more. Deprecated." in doc
    assert "Deprecated." in _lines(part("models").Thing)


def _lines(documented: Any) -> list[str]:
    return (inspect.getdoc(documented) or "").splitlines()


def test_a_deprecated_operation_works(client: Any, wire: Any, part: Any) -> None:
    wire.respond({"label": "a"})
    assert client.get_thing(1, expand=True) == part("models").Thing(label="a")
    assert wire.last.target == "/things/1?expand=true"
