"""`deprecated`: noted in the docstring; the operation or field still works."""

from __future__ import annotations

import inspect
from typing import Any


def test_it_says_so(generated: Any, part: Any) -> None:
    told = _lines(generated.ApiClient.get_thing)
    assert "Deprecated." in told
    assert "    expand: Has no effect any more. Deprecated." in told
    assert "Deprecated." in _lines(part("models").Thing)


def _lines(documented: Any) -> list[str]:
    return (inspect.getdoc(documented) or "").splitlines()


def test_it_works(client: Any, wire: Any, part: Any) -> None:
    wire.answer({"label": "a"})
    assert client.get_thing(1, expand=True) == part("models").Thing(label="a")
    assert wire.last.target == "/things/1?expand=true"
