"""Text from a spec stays text in the generated client, whatever it contains."""

from __future__ import annotations

import ast
import re
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from tests.documentation import structure

from dragoman import build

SPEC = Path(__file__).parent / "spec.yaml"


def test_text_never_becomes_code(tmp_path: Path) -> None:
    """The same spec with harmless text gives the same code, except for string constants."""
    harmless = tmp_path / "spec.yaml"
    harmless.write_text(yaml.safe_dump(_Tamed().tame(yaml.safe_load(SPEC.read_text())), sort_keys=False))
    one, other = build(SPEC), build(harmless)
    assert _shapes(one) == _shapes(other)
    assert "__import__" in "".join(one.values()), "the hostile text is there"
    assert "__import__" not in "".join(other.values())


def test_values_survive(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    spec = yaml.safe_load(SPEC.read_text())
    assert [each.value for each in models.Mode] == spec["components"]["schemas"]["Mode"]["enum"]

    members = spec["components"]["schemas"]["Thing"]["properties"]
    texts = {each["x-name"]: f"{wire_name} ☃" for wire_name, each in members.items() if "x-name" in each}
    del texts["with_default"]
    wire.respond({"pet": {"type'": '"""cat\\'}, "map": {}})
    response = client.add_thing("a/b", models.Thing(**texts), mode=models.Mode.CALL, query="q")

    assert wire.last.json == {
        **{wire_name: f"{wire_name} ☃" for wire_name, each in members.items() if "x-name" in each},
        "default'": members["default'"]["default"],
        "kind": members["kind"]["const"],
    }
    parameters = spec["paths"]['/things/{it\'s "here"}']["post"]["parameters"]
    assert wire.last.target == (
        f"/things/a%2Fb?{quote(parameters[1]['name'], safe='')}=q&mode={quote(models.Mode.CALL.value, safe='')}"
    )
    assert response == models.Answer(pet=models.Cat(), map={})


@pytest.mark.parametrize("value", ['"""', "\\", "{{ 7 * 7 }}", "a\nb", "😀 é"])
def test_enumeration_values_are_exact(part: Any, core: Any, value: str) -> None:
    mode = core.decode(core.encode(value), part("models").Mode)
    assert mode.is_known
    assert (str(mode), core.decode(core.encode(mode), str)) == (value, value)


def test_defaults_are_exact(part: Any, core: Any) -> None:
    response = core.decode('{"pet": {"type\'": "{{ dog }}"}}', part("models").Answer)
    assert response.pet == part("models").Dog(type="{{ dog }}")
    assert response.map == {"'": '"""'}


class _Tamed:
    """Replaces every text that holds more than words; equal texts get equal replacements."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}

    def tame(self, node: Any) -> Any:
        match node:
            case dict():
                return {self.tame(key): self.tame(value) for key, value in node.items()}
            case list():
                return [self.tame(each) for each in node]
            case str() if node.startswith("/"):
                return re.sub(r"\{(.*)\}", lambda found: "{" + self.tame(found[1]) + "}", node)
            case str() if node.startswith(("http", "#/")):
                return re.sub(r'["()].*', "", node)
            case str() if not re.fullmatch(r"[\w ,.:/$<>=-]*", node, re.ASCII):
                return self.words.setdefault(node, f"word{len(self.words)}")
            case _:
                return node


def _shapes(tree: Any) -> dict[PurePosixPath, str]:
    return {path: (structure if path.suffix == ".md" else _shape)(text) for path, text in tree.items()}


def _shape(text: str) -> str:
    """Return a module's syntax without the text of its string constants, line numbers and comments."""
    module = ast.parse(text)
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value, node.kind = "", None
    return ast.dump(module)
