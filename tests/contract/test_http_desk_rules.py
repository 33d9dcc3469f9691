"""What the desk wants a reason for, whom it calls busy, and what it adds of its own, over HTTP."""

from __future__ import annotations

import pytest

from dispatch_router.web.schemas.incidents import AssignmentReply, MergedReply
from tests.contract.test_http_incidents import NOON, Desk
from tests.memory_database import BreakableDatabase
from tests.web import problem


@pytest.fixture
def desk(http_database: BreakableDatabase) -> Desk:
    return Desk(http_database)


def test_a_hand_over_to_a_unit_that_cannot_go_needs_a_reason(desk: Desk) -> None:
    held = desk.reserved(desk.filed(), "p1")
    path = f"/v1/assignments/{held}/hand-over"
    desk.client.request("PUT", "/v1/units/t1/status", json={"status": "out_of_service"})
    refused = problem(desk.post(path, {"unit_id": "t1"}), 422, "override_reason_required")
    assert "t1 cannot go now (out_of_service)" in refused["detail"]
    assert "t1目前不能出警" in refused["detail_zh"]
    answer = desk.post(path, {"unit_id": "t1", "override_reason": "调度员已电话确认"})
    assert (answer.status_code, answer.json()["override_reason"]) == (201, "调度员已电话确认")
    assert desk.post(path, {"unit_id": "t2"}).status_code == 201, "it is only slower"


def test_a_unit_says_which_assignment_keeps_it_busy(desk: Desk) -> None:
    incident = desk.filed()
    held = desk.reserved(incident, "p1")
    unit = desk.client.get("/v1/units/p1").json()
    assert (unit["available"], unit["reason"]) == (False, "busy")
    assert incident in unit["what_would_change"]
    assert unit["assignment"] == {"id": held, "incident_id": incident, "status": "dispatched"}
    listed = {each["id"]: each["reason"] for each in desk.client.get("/v1/units").json()["items"]}
    assert listed == {"p1": "busy", "r1": None, "t1": None, "t2": None, "x1": None}
    stated = desk.client.request("PUT", "/v1/units/p1/status", json={"status": "in_service"})
    assert stated.json()["reason"] == "busy"
    metrics = desk.client.get("/metrics").text
    assert 'dispatch_router_units{state="busy"} 1' in metrics
    assert 'dispatch_router_units{state="available"} 4' in metrics
    desk.patch(f"/v1/assignments/{held}", {"status": "declined"})
    unit = desk.client.get("/v1/units/p1").json()
    assert (unit["available"], unit["assignment"]) == (True, None)


def test_a_step_that_was_filled_in_is_marked(desk: Desk) -> None:
    held = desk.reserved(desk.filed(), "p1")
    moved = desk.patch(f"/v1/assignments/{held}", {"status": "on_scene"})
    AssignmentReply.model_validate_json(moved.content)
    assert moved.json()["filled_in"] == ["en_route"]
    assert moved.json()["en_route_at"] == moved.json()["on_scene_at"] == NOON


def test_a_merge_says_what_became_more_urgent_and_who_should_go_now(desk: Desk) -> None:
    urgent = desk.filed(priority=1, response="emergency")
    routine = desk.filed(priority=3, response="routine")
    desk.reserved(urgent, "p1")
    answer = desk.post(f"/v1/incidents/{urgent}/merge", {"into": routine})
    MergedReply.model_validate_json(answer.content)
    merged = answer.json()
    assert (merged["id"], merged["priority"], merged["response"]) == (routine, 1, "emergency")
    assert (merged["changed"], merged["version"]) == (["priority", "response"], 2)
    assert merged["recommendation"]["decision_id"] == merged["decision_id"]
    assert [each["unit_id"] for each in merged["assignments"]] == ["p1"]
    nothing = desk.post(f"/v1/incidents/{desk.filed(priority=3)}/merge", {"into": routine}).json()
    assert (nothing["changed"], nothing["recommendation"], nothing["diversions"]) == ([], None, [])
