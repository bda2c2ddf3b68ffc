"""Starts of tasks: ids and scope from headers, nested members and the request; what the response says about polls."""

from __future__ import annotations

import time
from typing import Any

import pytest

PACKING = {"shift": {"number": 2}}
HEADERS = {"X-Pack": "p/1", "X-Line": "4"}


def begin_pack(client: Any, wire: Any, **headers: str) -> Any:
    wire.respond(PACKING, status=202, **HEADERS, **headers)
    return client.begin_create_pack("north")


def test_id_and_scope_come_from_headers_and_nested_members(client: Any, wire: Any) -> None:
    pack = begin_pack(client, wire)
    wire.respond({"state": "done", "sealed": "yes"})
    assert pack.wait(timeout=10).phase == "succeeded"
    assert wire.last.target == "/depots/north/packs/p%2F1?line=4&shift=2"


def test_the_mock_server_serves_ids_in_headers_and_nested_members(fake: Any, generated: Any) -> None:
    with fake.client(generated.ApiClient) as client:
        pack = client.begin_create_pack("north")
        snapshot = pack.wait(until=["running"], timeout=60)
        assert snapshot.model.meta.id == pack.ref.id
        assert set(pack.ref.scope) == {"depot", "line", "shift"}


def test_the_mock_server_cancels_a_task(fake: Any, generated: Any) -> None:
    with fake.client(generated.ApiClient) as client:
        pack, other = client.begin_create_pack("north"), client.begin_create_pack("north")
        assert pack.cancel().phase == "cancelled"
        fake.clock.sleep(60)
        assert pack.refresh().phase == "cancelled", "it stays so"
        assert other.wait(timeout=60).phase != "cancelled"
        stranger = client.tasks.resume(type(pack.ref)("spec", "pack", "unknown", pack.ref.scope))
        with pytest.raises(Exception, match="404"):
            stranger.cancel()


def test_an_absent_member_is_null_in_a_condition(client: Any, wire: Any) -> None:
    pack = begin_pack(client, wire)
    wire.respond({"state": "done"})
    wire.respond({"state": "done", "sealed": None})
    wire.respond({"state": "done", "sealed": "yes"})
    assert pack.wait(timeout=10).phase == "succeeded"
    assert len(wire.requests) == 4


def test_retry_after_of_a_start_delays_the_first_poll(client: Any, wire: Any, core: Any) -> None:
    pack = begin_pack(client, wire, **{"Retry-After": "1"})
    with pytest.raises(core.tasks.errors.TaskTimeoutError, match="the server asked for a pause of 1 s"):
        pack.wait(timeout=0.5)
    assert len(wire.requests) == 1
    begun = time.monotonic()
    wire.respond({"state": "done", "sealed": "yes"})
    assert pack.wait(timeout=10).phase == "succeeded"
    assert time.monotonic() - begun > 0.8


def test_a_start_that_names_an_ended_task_is_polled_again(client: Any, wire: Any) -> None:
    first = begin_pack(client, wire)
    wire.respond({"state": "gone"})
    assert first.wait(timeout=10).phase == "cancelled"
    second = begin_pack(client, wire)
    wire.respond({"state": "done", "sealed": "yes"})
    assert second.wait(timeout=10).phase == "succeeded"
    assert first.last.phase == "cancelled", "the handle of the first start keeps its end"
    assert second.ref == first.ref


def test_a_poll_that_reports_a_failure_in_its_body_ends_the_wait(client: Any, wire: Any, core: Any) -> None:
    pack = begin_pack(client, wire)
    wire.respond({"faults": ["The line has stopped."]})
    with pytest.raises(core.tasks.errors.PollingError, match="reports a failure in 'faults'"):
        pack.wait(timeout=10)
    wire.respond({"state": "done", "sealed": "yes"})
    assert pack.wait(timeout=10).phase == "succeeded", "the task is not lost"


def test_a_list_that_reports_a_failure_in_its_body_ends_the_wait(client: Any, wire: Any, part: Any, core: Any) -> None:
    wire.respond({"uuid": "u1", "state": "waiting"})
    label = client.begin_print_label(part("models").LabelOrder(uuid="u1", text="A"))
    wire.respond({"faults": ["The printer is out."]})
    with pytest.raises(core.tasks.errors.PollingError, match="reports a failure in 'faults'"):
        label.wait(timeout=10)


def test_an_id_of_the_request_names_the_task_unless_the_body_reports_a_failure(
    client: Any, wire: Any, part: Any, core: Any
) -> None:
    order = part("models").LabelOrder(uuid="u1", text="A")
    wire.respond({"faults": ["No paper."]})
    with pytest.raises(core.ApiError, match="reports a failure in 'faults'"):
        client.begin_print_label(order)
    wire.respond({"state": "waiting"})
    assert client.begin_print_label(order).ref.id == "u1"


def test_a_start_with_a_client_id_is_sent_again_and_one_without_is_not(
    generated: Any, wire: Any, part: Any, core: Any
) -> None:
    label = part("models").LabelOrder
    with generated.ApiClient(wire.url, retry=core.RetryPolicy(base=0.01)) as client:
        wire.respond(status=503)
        wire.respond({"state": "waiting"})
        assert client.begin_print_label(label(uuid="u1", text="A")).ref.id == "u1"
        assert [request.json["uuid"] for request in wire.requests] == ["u1", "u1"]
        wire.respond(status=503)
        with pytest.raises(core.ClientError):
            client.begin_print_label(label(text="A"))
        assert len(wire.requests) == 3


def test_the_mock_server_takes_the_id_of_the_client_and_recognises_it(fake: Any, generated: Any, part: Any) -> None:
    with fake.client(generated.ApiClient) as client:
        order = part("models").LabelOrder(uuid="u1", text="A")
        first, second = client.begin_print_label(order), client.begin_print_label(order)
        assert first.ref.id == second.ref.id == "u1"
        assert sum(label.uuid == "u1" for label in client.list_labels().labels) == 1
        assert first.wait(timeout=60).phase == "succeeded"


def test_a_long_id_has_a_resume_token(client: Any, wire: Any, core: Any) -> None:
    wire.respond(PACKING, status=202, **{**HEADERS, "X-Pack": "x" * 900})
    pack = client.begin_create_pack("north")
    resumed = client.tasks.resume(pack.resume_token())
    wire.respond({"state": "done", "sealed": "yes"})
    assert resumed.wait(timeout=10).phase == "succeeded"
    wire.respond(PACKING, status=202, **{**HEADERS, "X-Pack": "x" * 5000})
    with pytest.raises(core.ClientError, match="no task id of 1 to 2048 characters"):
        client.begin_create_pack("north")
