"""Validation of the specs by third-party tools."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from openapi_spec_validator import validate

from dragoman import lint, pipeline
from dragoman.spec import yaml_document

ROOT = Path(__file__).parent.parent
SPECS = sorted((ROOT / "specs").glob("*.yaml"))


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_spec_is_valid_openapi(path: Path) -> None:
    validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_other_readers_of_yaml_see_the_same_data(path: Path) -> None:
    assert yaml.safe_load(path.read_text(encoding="utf-8")) == yaml_document.load(path).data


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_spec_obeys_the_rules(path: Path) -> None:
    assert not [str(problem) for problem in lint.check(yaml_document.load(path))]


def test_the_example_of_the_manual_is_a_spec(tmp_path: Path) -> None:
    manual = (ROOT / "specs" / "README.md").read_text(encoding="utf-8")
    example = manual.partition("```yaml\n")[2].partition("```")[0]
    path = tmp_path / "parcels.yaml"
    path.write_text(example, encoding="utf-8")
    assert not [str(problem) for problem in lint.check(yaml_document.load(path))]


def test_assumptions_are_listed_with_their_lines() -> None:
    documents = [yaml_document.load(path) for path in SPECS]
    listed = pipeline.table(documents)
    assert "/components/securitySchemes/bearerAuth" in listed
    assert "specs/mykaarma.yaml:" in listed
    assert "/v2~1asyncProcesses" in listed or "asyncProcesses" in listed
    assert f"{sum(path.read_text(encoding='utf-8').count('x-assumed:') for path in SPECS)} assumptions" in listed
