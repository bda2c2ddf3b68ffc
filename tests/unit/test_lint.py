"""Lint checks: a valid spec has no problems, and invalid data never raises."""

from __future__ import annotations

import copy
import inspect
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dragoman.diagnostics import Problem
from dragoman.lint import CHECKS, DOCUMENT_CHECKS, check, examples, task_types, tasks
from dragoman.spec.yaml_document import parse

SPEC = """\
openapi: 3.1.0
info: {title: Pets, version: '1', x-name: Pets, x-assumed: because}
servers:
  - {url: 'https://{host}/v1', variables: {host: {default: api.example.com}}}
security: [{basicAuth: []}]
tags: [{name: pets}]
paths:
  /pets/{brand}:
    parameters:
      - {name: brand, in: path, required: true, x-from-body: /brand, schema: {type: string}}
    post:
      operationId: pets.addPet
      tags: [pets]
      externalDocs: {url: 'https://example.com/pets'}
      x-begins-task:
        type: adding
        id: $response.body#/id
        accepted: [200]
        scope: {brand: $request.body#/brand}
        idempotency: none
        reconcile: {match: [{item: /name, equals: $request.body#/name}], created: /born, unique: false}
      parameters: [{$ref: '#/components/parameters/Language'}]
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Cat'}
            examples: {tom: {$ref: '#/components/examples/Tom'}}
      responses:
        '200':
          description: Added.
          x-error-when: {filled: /errors, absent: /id}
          content: {application/json: {schema: {$ref: '#/components/schemas/Added'}}}
          links: {pet: {$ref: '#/components/links/Pet'}}
        4XX: {$ref: '#/components/responses/Refused'}
  /pets:
    get:
      operationId: pets.listPets
      tags: [pets]
      externalDocs: {url: 'https://example.com/pets'}
      x-pagination: {items: /items, token: /next, parameter: token}
      parameters:
        - $ref: '#/components/parameters/Language'
        - {name: token, in: query, schema: {type: string}}
        - {name: brand, in: query, required: true, schema: {type: string}}
        - {name: mood, in: query, schema: {type: array, items: {$ref: '#/components/schemas/Mood'}}}
        - {name: filter, in: query, style: deepObject, schema: {$ref: '#/components/schemas/Filter'}}
      responses:
        '200':
          description: A page.
          headers: {X-Total: {schema: {type: integer}, example: 3}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Page'}, example: {items: []}}}
    delete:
      operationId: pets.removePet
      tags: [pets]
      externalDocs: {url: 'https://example.com/pets'}
      parameters:
        - $ref: '#/components/parameters/Language'
        - {name: name, in: query, required: true, schema: {type: string}}
      responses: {'204': {description: Gone.}}
components:
  parameters:
    Language:
      {name: Accept-Language, in: header, required: true, x-client-parameter: true, schema: {type: string}, example: en}
  responses:
    Refused: {description: Refused., content: {application/json: {schema: {$ref: '#/components/schemas/Added'}}}}
  links:
    Pet: {operationId: pets.listPets, parameters: {brand: $request.body#/brand}}
  examples:
    Tom: {value: {kind: cat, name: Tom, brand: x}}
  securitySchemes:
    basicAuth: {type: http, scheme: basic}
    token: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://example.com', scopes: {read: Reads.}}}}
  x-task-types:
    adding:
      version: 1
      poll:
        operationId: pets.listPets
        shape: list
        parameters: {brand: $scope.brand}
        items: /items
        key: /name
        pages: {token: /next, parameter: token}
        filter: {parameter: mood, phases: [running]}
      state:
        at: /mood
        phases: {good: succeeded, bad: running}
        rules: [{if: {at: /age, above: 3}, then: needs-input}]
        partial: {some: {in: /friends, at: /mood, is: [bad]}}
      progress: {percent: /age}
      steps: {at: /friends, key: /name, state: {at: /mood, phases: {good: succeeded, bad: failed}}}
      messages: [{in: /friends, text: /name, level: {at: /mood, levels: {good: info, bad: error}}}]
      cancel: {operationId: pets.removePet, parameters: {name: $task.id}}
      input:
        answered: {at: /born, is: [null]}
        actions: {confirm: {operationId: pets.removePet, parameters: {name: $task.id}}}
      result: {kind: url, urls: [{at: /name, auth: api, expires: /born}], hosts: [example.com]}
      timing: {min: PT1S, max: PT1M, rate: {requests: 1, per: PT1S}}
      lifetime: {visibleWithin: PT1S, retention: P1D}
  schemas:
    Pet:
      type: object
      required: [kind, name]
      properties:
        kind: {type: string}
        name: {type: string, minLength: 1, pattern: '[A-Z].*', default: Tom, x-secret: true}
        born: {type: [string, 'null'], format: date, example: '2020-01-01'}
        mood: {$ref: '#/components/schemas/Mood', default: good}
        age: {type: integer}
        friends: {type: array, items: {$ref: '#/components/schemas/Pet'}}
    Cat:
      allOf:
        - $ref: '#/components/schemas/Pet'
        - type: object
          required: [brand]
          properties: {kind: {const: cat}, brand: {type: string}}
    Dog:
      allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {kind: {const: dog}}}]
    Any:
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
      discriminator: {propertyName: kind, mapping: {cat: '#/components/schemas/Cat', dog: Dog}}
    Mood:
      type: string
      enum: [good, bad]
      x-enum-varnames: [GOOD, BAD]
      x-enum-descriptions: [Purrs., Scratches.]
    Filter: {type: object, properties: {name: {type: string}}, additionalProperties: {type: integer}}
    Added:
      type: object
      properties:
        id: {anyOf: [{type: string, format: uuid}, {type: 'null'}]}
        errors: {type: array, items: {type: string}}
    Page:
      type: object
      properties:
        items: {type: array, items: {$ref: '#/components/schemas/Cat'}}
        any: {type: array, items: {$ref: '#/components/schemas/Any'}}
        next: {type: string}
"""
JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from(
        [
            "#/components/schemas/Any",
            "#/components/parameters/Language",
            "object",
            "array",
            "string",
            "query",
            "x-pagination",
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["$ref", "type", "properties", "allOf", "oneOf", "enum", "items", "in", "name", "x-from-body"]
            )
            | st.text(max_size=3),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


VALID: Any = yaml.safe_load(SPEC)
PARSED: Any = parse(SPEC.encode(), Path("spec.yaml"))


def positions(value: Any) -> list[tuple[Any, Any]]:
    """Return (container, key or index) for every member and item in a value."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [position for key in keys for position in ((value, key), *positions(value[key]))]


def test_valid_spec_has_no_problems() -> None:
    assert check(parse(SPEC.encode(), Path("spec.yaml"))) == ()


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_checks_never_raise(data: st.DataObject) -> None:
    spec = copy.deepcopy(VALID)
    for _ in range(data.draw(st.integers(1, 3))):
        found = positions(spec)
        container, key = found[data.draw(st.integers(0, len(found) - 1))]
        if data.draw(st.booleans()):
            del container[key]
        else:
            container[key] = data.draw(JUNK)
    broken = evolve(PARSED, data=spec)
    problems = check(broken)
    for problem in problems:
        assert "does not satisfy" not in problem.message, problem
        suggested = problem.hint.removeprefix("did you mean ").removesuffix("?")
        assert suggested == problem.hint or f"'{suggested}' is" not in problem.message, problem
    assert all(one.source <= other.source for one, other in pairwise(problems))
    # While the form of the document is invalid, `check` runs only the first checks: run the others by themselves.
    for each in CHECKS[len(DOCUMENT_CHECKS) :]:
        if each not in (examples.check_default_misfit, examples.check_example_misfit):
            problems += tuple(each(broken))
    assert all(isinstance(problem, Problem) for problem in problems)


@pytest.mark.parametrize(
    "text",
    [
        "null\n",
        "[]\n",
        "3\n",
        "openapi: 3.1.0\n",
        "openapi: 3.1.0\npaths: 3\n",
        "openapi: 3.1.0\ncomponents: {schemas: {A: {$ref: '#/components/schemas/A'}}}\n",
        "openapi: 3.1.0\ncomponents: {schemas: {A: " + "{items: " * 90 + "{}" + "}" * 90 + "}}\n",
    ],
)
def test_malformed_documents_have_problems(text: str) -> None:
    loaded = parse(text.encode(), Path("spec.yaml"))
    for each in CHECKS:
        if each not in (examples.check_default_misfit, examples.check_example_misfit):
            list(each(loaded))
    assert check(loaded)


def test_every_check_has_a_manual() -> None:
    for each in CHECKS:
        problem, _, manual = (inspect.getdoc(each) or "").partition("\n\n")
        assert problem.endswith("."), each.__name__
        assert "Write " in manual, each.__name__


@pytest.mark.parametrize(("position", "example"), task_types.EXAMPLES.items())
def test_examples_in_hints_are_valid(position: str, example: str) -> None:
    member, *inner = position.split(".")
    value = yaml.safe_load(f"{{{example}}}")
    assert list(value) == [inner[-1] if inner else member]
    begins = member in ("type", "id", "accepted", "scope", "idempotency", "reconcile")
    required = ("type", "id") if begins else ("version", "poll", "state", "timing")
    whole = yaml.safe_load("{" + ", ".join(task_types.EXAMPLES[each] for each in (*required, member)) + "}")
    target = whole
    for end, name in enumerate([member, *inner[:-1]], 1):
        held = yaml.safe_load(f"{{{task_types.EXAMPLES['.'.join([member, *inner][:end])]}}}")[name]
        target = target.setdefault(name, held)
        if isinstance(target, list):
            (target,) = target
        if not isinstance(target, dict) or name == "level":
            pytest.skip("another example shows the object")
    if inner:
        if inner[-1] == "clientId":
            target.clear()
        if member == "result" and inner[-1] in ("at", "operationId", "parameters") and len(inner) == 1:
            kind = "inline" if inner[-1] == "at" else "operation"
            whole |= yaml.safe_load(f"{{{task_types.RESULTS[kind]}}}")
            target = whole["result"]
        target.update(value)
    checked = whole if begins else {"orderImport": whole}
    assert list(tasks.form("submit" if begins else "definitions")(checked)) == []


def test_every_word_of_task_types_has_an_example() -> None:
    schema = tasks.schema_of_tasks()["$defs"]
    places = [*_words(schema["definition"], ()), *_words(schema["submit"], ())]
    assert [place for place in places if place not in task_types.EXAMPLES] == []


def _words(schema: Any, place: tuple[str, ...]) -> list[str]:
    """Return the paths of the members that a schema of task types defines itself, without its `$defs`."""
    found: list[str] = []
    parts = (schema.get("then"), schema.get("else"), schema.get("items"), *schema.get("allOf", ()))
    for part in parts:
        found += _words(part, place) if isinstance(part, dict) else []
    for name, each in schema.get("properties", {}).items():
        found += [".".join((*place, name)), *_words(each, (*place, name))] if each is not True else []
    return list(dict.fromkeys(found))
