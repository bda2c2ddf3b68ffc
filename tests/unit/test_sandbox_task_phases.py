"""Tasks of the mock server are read by clients in the phase that they have, whatever the conditions of the spec."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dragoman.mock_server import Call, Sandbox, fault
from taskclients_core.tasks.state import Observation, parse_observation

SPEC = """
openapi: 3.1.0
info: {title: Parcel, version: v1}
paths:
  /jobs:
    post:
      operationId: jobs.begin
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/New'}}}}
      responses:
        '200': {description: Begun., content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}
      x-begins-task: {type: job, id: $response.body#/number}
  /jobs/{number}:
    get:
      operationId: jobs.get
      parameters: [{name: number, in: path, required: true, schema: {type: string, format: int64}}]
      responses:
        '200': {description: A job., content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}
components:
  schemas:
    New:
      type: object
      properties: {size: {oneOf: [{$ref: '#/components/schemas/Size'}, {type: 'null'}]}}
    Size: {type: [string, 'null'], enum: [small, null]}
    Job:
      type: object
      required: [number]
      properties:
        id: {type: array, items: {type: string}}
        number: {type: string, format: int64}
        state: {type: string}
        answer: {type: string, enum: ['yes', 'no']}
        sealed: {type: [string, 'null']}
        refused: {type: integer, examples: [3]}
        notes: {type: array, items: {$ref: '#/components/schemas/Note'}}
        steps: {type: array, items: {$ref: '#/components/schemas/Step'}}
    Note: {type: object, properties: {kind: {type: string, examples: [fault]}}}
    Step: {type: object, required: [key, state], properties: {key: {type: integer}, state: {type: string}}}
  x-task-types:
    job:
      version: 1
      poll: {operationId: jobs.get, shape: item, parameters: {number: $task.id}}
      state:
        at: /state
        phases: {waiting: queued, busy: running, asking: needs-input, done: succeeded}
        rules:
          - {if: {phase: [succeeded], at: /sealed, is: [null]}, then: running}
          - {if: {some: {in: /notes, at: /kind, is: [fault]}}, then: failed}
        partial: {at: /refused, above: 0}
      steps: {at: /steps, key: /key, state: {at: /state, phases: {waits: queued, ended: succeeded}}}
      input:
        answered: {at: /answer, is: ['yes']}
        actions: {confirm: {operationId: jobs.get, parameters: {number: $task.id}}}
      timing: {min: PT1S, max: PT1M}
"""

Read = Callable[..., tuple[Observation, Any]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    path = tmp_path / "parcel.yaml"

    def read(phase: str, text: str = SPEC) -> tuple[Observation, Any]:
        path.write_text(text, encoding="utf-8")
        now = [1_800_000_000.0]
        faults = [fault("jobs.begin", "ends", phase=phase)] if phase else ()
        sandbox = Sandbox([path], clock=lambda: now[0], faults=faults)
        body = json.dumps({"size": None}).encode()
        headers = {"content-type": "application/json"}
        begun = sandbox.answer(Call(method="POST", path="/jobs", query="", headers=headers, body=body))
        now[0] += 60
        number = json.loads(begun.body)["number"]
        shown = sandbox.answer(Call(method="GET", path=f"/jobs/{number}", query="", headers={}, body=b""))
        task_type = sandbox.mounts["parcel"].roles.definitions[0].task_type
        return parse_observation(task_type, shown.body), json.loads(shown.body)

    return read


@pytest.mark.parametrize("phase", ["running", "needs-input", "succeeded", "failed"])
def test_conditions_result_in_the_phase_of_the_task(read: Read, phase: str) -> None:
    observation, _ = read(phase)
    assert (observation.phase, observation.partial) == (phase, False)


def test_ids_and_steps_have_the_types_of_the_spec(read: Read) -> None:
    observation, shown = read("succeeded")
    assert shown["number"].isdecimal(), "the format is that of integers"
    assert shown["id"] == ["example"], "a member with the name of an id is one only if its type fits"
    assert [step["key"] for step in shown["steps"]] == [1, 2, 3]
    assert {step.phase for step in observation.steps} == {"succeeded"}


def test_a_step_has_a_word_although_none_means_its_phase(read: Read) -> None:
    _, shown = read("failed")
    assert {step["state"] for step in shown["steps"]} <= {"waits", "ended"}


def test_a_task_that_cannot_succeed_is_skipped(read: Read) -> None:
    observation, _ = read("", SPEC.replace("done: succeeded", "done: skipped").replace("[succeeded]", "[running]"))
    assert observation.phase == "skipped"
