"""``/v1/incidents`` and ``/v1/assignments`` over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from dispatch_router.web.schemas.incidents import (
    AssignmentReply,
    CorrectedReply,
    DiversionsReply,
    FiledReply,
    IncidentPageReply,
    ReservedReply,
    ShownIncidentReply,
)
from tests.memory_database import BreakableDatabase
from tests.small_district import StoppedClock
from tests.web import Client, problem, small_app, small_service

CALL = {"location": {"lon": 106.29, "lat": 29.3}, "type": "纠纷", "external_id": "110-17"}
NOON = "2025-06-02T12:00:00+08:00"


class Desk:
    """A client with short words for what is done at the desk."""

    def __init__(self, database: BreakableDatabase) -> None:
        self.database, self.clock = database, StoppedClock()
        service = small_service(database=self.database, clock=self.clock)
        self.client = Client(small_app(service))

    def post(self, path: str, body: object, key: str | None = None) -> httpx.Response:
        headers = {} if key is None else {"Idempotency-Key": key}
        return self.client.post(path, json=body, headers=headers)

    def patch(self, path: str, body: object) -> httpx.Response:
        return self.client.request("PATCH", path, json=body)

    def filed(self, **changes: Any) -> str:
        answer = self.post("/v1/incidents", CALL | {"external_id": None} | changes)
        assert answer.status_code == 201, answer.text
        incident_id: str = answer.json()["incident"]["id"]
        return incident_id

    def reserved(self, incident: str, unit: str, **changes: Any) -> str:
        body = {"unit_id": unit, "override_reason": "told to"} | changes
        answer = self.post(f"/v1/incidents/{incident}/assignments", body)
        assert answer.status_code == 201, answer.text
        ReservedReply.model_validate_json(answer.content)
        assignment_id: str = answer.json()["id"]
        return assignment_id


@pytest.fixture
def desk(http_database: BreakableDatabase) -> Desk:
    return Desk(http_database)


def test_a_call_is_filed_and_answered_with_who_should_go(desk: Desk) -> None:
    answer = desk.post("/v1/incidents", CALL | {"description": "两人争吵\n已动手", "top": 2})
    assert answer.status_code == 201
    FiledReply.model_validate_json(answer.content)
    filed = answer.json()
    assert [c["unit_id"] for c in filed["recommendation"]["candidates"]] == ["p1", "x1"]
    assert filed["duplicates"] == []
    assert filed["incident"] == {
        "id": filed["incident"]["id"],
        "location": {"lon": 106.29, "lat": 29.3, "crs": "wgs84"},
        "place": None,
        "uncertainty_m": None,
        "type": "纠纷",
        "priority": 2,
        "response": "routine",
        "reported_at": NOON,
        "filed_at": NOON,
        "external_id": "110-17",
        "description": "两人争吵\n已动手",
        "status": "open",
        "version": 1,
        "zone_id": "west",
        "responsible_post_id": "town",
        "closed_at": None,
        "outcome": None,
        "merged_into": None,
    }


def test_positions_are_read_and_answered_in_the_callers_coordinates(desk: Desk) -> None:
    location = {"lon": 106.2937, "lat": 29.2973, "crs": "gcj02"}
    answer = desk.post("/v1/incidents", CALL | {"location": location}).json()
    assert answer["incident"]["location"] == pytest.approx(location, abs=1e-6)
    read = desk.client.get(f"/v1/incidents/{answer['incident']['id']}").json()
    assert read["location"]["crs"] == "wgs84"
    assert read["location"]["lon"] == pytest.approx(106.29, abs=1e-3)


def test_a_retry_is_answered_with_the_same_bytes_and_files_nothing(desk: Desk) -> None:
    first = desk.post("/v1/incidents", CALL, "key")
    again = desk.post("/v1/incidents", dict(reversed(CALL.items())), "key")
    assert (again.status_code, again.content) == (201, first.content)
    page = desk.client.get("/v1/incidents").json()
    assert len(page["items"]) == 1
    problem(
        desk.post("/v1/incidents", CALL | {"priority": 1}, "key"), 422, "idempotency_key_reused"
    )
    assert desk.post("/v1/incidents", CALL, "another").json()["duplicates"][0]["same_external_id"]


def test_a_key_is_for_one_incident_alone(desk: Desk) -> None:
    incident, other = desk.filed(), desk.filed()
    first = desk.post(f"/v1/incidents/{incident}/assignments", {"unit_id": "p1"}, "key")
    assert first.status_code == 201
    second = desk.post(f"/v1/incidents/{other}/assignments", {"unit_id": "p1"}, "key")
    problem(second, 422, "idempotency_key_reused")
    repeated = desk.post(f"/v1/incidents/{incident}/assignments", {"unit_id": "p1"}, "key")
    assert repeated.content == first.content


def test_a_correction_says_what_has_changed(desk: Desk) -> None:
    incident = desk.filed()
    answer = desk.patch(f"/v1/incidents/{incident}", {"location": {"place": "双福"}, "priority": 1})
    CorrectedReply.model_validate_json(answer.content)
    corrected = answer.json()
    assert corrected["changed"] == ["location", "priority"]
    assert corrected["first_before"]["unit_id"] == "p1"
    assert corrected["recommendation"]["candidates"][0]["unit_id"] == "r1"
    assert desk.patch(f"/v1/incidents/{incident}", {}).json()["changed"] == []
    for bad in ({"priority": None}, {"type": ""}, {"location": None}, {"reported_at": NOON}):
        problem(desk.patch(f"/v1/incidents/{incident}", bad), 422, "invalid_request")


def test_an_incident_is_listed_read_merged_and_closed(desk: Desk) -> None:
    first, second = desk.filed(), desk.filed()
    page = desk.client.get("/v1/incidents?limit=1&status=open")
    IncidentPageReply.model_validate_json(page.content)
    assert page.json()["next_cursor"] == first
    merged = desk.post(f"/v1/incidents/{second}/merge", {"into": first})
    assert merged.json()["id"] == first
    closed = desk.post(f"/v1/incidents/{first}/close", {"outcome": "调解"})
    ShownIncidentReply.model_validate_json(closed.content)
    assert (closed.json()["status"], closed.json()["outcome"]) == ("closed", "调解")
    read = desk.client.get(f"/v1/incidents/{second}").json()
    assert (read["status"], read["merged_into"]) == ("merged", first)
    assert desk.client.get("/v1/incidents?status=open").json()["items"] == []
    problem(desk.patch(f"/v1/incidents/{first}", {"priority": 1}), 409, "incident_not_open")


def test_a_unit_that_is_taken_is_refused_with_the_next_best(desk: Desk) -> None:
    incident = desk.filed()
    held = desk.reserved(incident, "p1")
    refused = desk.post(f"/v1/incidents/{desk.filed()}/assignments", {"unit_id": "p1"})
    members = problem(refused, 409, "unit_taken")
    assert members["held_by"] == held
    assert members["next_best"]["unit_id"] == "x1"
    problem(desk.post(f"/v1/incidents/{incident}/close", {}), 409, "incident_in_use")


def test_a_reservation_that_cannot_be_is_refused_with_the_reason(desk: Desk) -> None:
    incident = desk.filed()
    path = f"/v1/incidents/{incident}/assignments"
    problem(desk.post(path, {"unit_id": "t1"}), 422, "override_reason_required")
    problem(desk.post(path, {"unit_id": "none"}), 422, "unknown_unit")
    problem(desk.post(path, {"unit_id": "p1", "decision_id": "x"}), 422, "unknown_decision")
    problem(desk.post("/v1/incidents/x/assignments", {"unit_id": "p1"}), 404, "unknown_incident")


def test_an_assignment_is_moved_along_and_every_step_has_its_time(desk: Desk) -> None:
    assignment = desk.reserved(desk.filed(), "p1")
    path = f"/v1/assignments/{assignment}"
    for status in ("en_route", "on_scene", "transporting", "cleared", "cleared"):
        moved = desk.patch(path, {"status": status})
        assert (moved.status_code, moved.json()["status"]) == (200, status)
    read = desk.client.get(path)
    AssignmentReply.model_validate_json(read.content)
    times = ("dispatched_at", "en_route_at", "on_scene_at", "transporting_at", "ended_at")
    assert {read.json()[name] for name in times} == {NOON}
    problem(desk.patch(path, {"status": "en_route"}), 409, "illegal_transition")
    problem(desk.patch(path, {"status": "expired"}), 422, "invalid_request")
    problem(desk.patch("/v1/assignments/x", {"status": "cleared"}), 404, "unknown_assignment")


def test_a_unit_is_diverted_at_the_price_that_was_offered(desk: Desk) -> None:
    left = desk.filed()
    held = desk.reserved(left, "p1")
    urgent = desk.filed(priority=1, type="火警")
    offered = desk.client.get(f"/v1/incidents/{urgent}/diversions")
    DiversionsReply.model_validate_json(offered.content)
    (offer,) = offered.json()["items"]
    assert (offer["unit_id"], offer["assignment_id"]) == ("p1", held)
    diverted = desk.post(
        f"/v1/incidents/{urgent}/assignments",
        {"unit_id": "p1", "divert": True, "override_reason": "火警优先"},
    )
    assert diverted.json()["price"] == offer["price"]
    assert diverted.json()["diverted_from"] == held
    back = {"unit_id": "p1", "divert": True, "override_reason": "x"}
    problem(desk.post(f"/v1/incidents/{left}/assignments", back), 409, "not_divertible")


def test_the_responsible_post_takes_over(desk: Desk) -> None:
    quick = desk.reserved(desk.filed(), "p1")
    refused = desk.post(f"/v1/assignments/{quick}/hand-over", {"unit_id": "r1"})
    problem(refused, 422, "not_responsible")
    relief = desk.post(f"/v1/assignments/{quick}/hand-over", {"unit_id": "t1"}, "key")
    assert (relief.status_code, relief.json()["relieves"]) == (201, quick)
    again = desk.post(f"/v1/assignments/{quick}/hand-over", {"unit_id": "t1"}, "key")
    assert again.content == relief.content


def test_while_the_database_is_away_nothing_is_dropped_in_silence(desk: Desk) -> None:
    incident = desk.filed()
    desk.database.broken = True
    for answer in (
        desk.post("/v1/incidents", CALL),
        desk.post(f"/v1/incidents/{incident}/assignments", {"unit_id": "p1"}),
        desk.client.get(f"/v1/incidents/{incident}"),
        desk.client.get("/v1/incidents"),
    ):
        problem(answer, 503, "storage_unavailable")
        assert int(answer.headers["retry-after"]) > 0
    assert desk.client.recommend().status_code == 200
    desk.database.broken = False
    assert desk.post("/v1/incidents", CALL).status_code == 201


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"type": None}, "type"),
        ({"type": "x" * 51}, "type"),
        ({"priority": 0}, "priority"),
        ({"response": "fast"}, "response"),
        ({"reported_at": "2025-06-02T12:00:00"}, "reported_at"),
        ({"reported_at": "2025-06-03T12:00:00Z"}, "reported_at"),
        ({"description": "a\x00b"}, "description"),
        ({"description": " "}, "description"),
        ({"external_id": "a\nb"}, "external_id"),
        ({"caller_phone": "13800000000"}, "caller_phone"),
        ({"location": {"place": "迎新", "lon": 1}}, "location"),
    ],
)
def test_a_mistake_in_a_call_is_named_and_nothing_is_filed(
    desk: Desk, changes: dict[str, object], path: str
) -> None:
    members = problem(desk.post("/v1/incidents", CALL | changes), 422, "invalid_request")
    assert [error["path"] for error in members["errors"]] == [path]
    assert desk.client.get("/v1/incidents").json()["items"] == []


@pytest.mark.parametrize("bad", ["a%00b", "%E4%BA%BA", "a b", "x" * 101])
def test_an_id_that_nothing_can_have_is_unknown(desk: Desk, bad: str) -> None:
    answer = desk.client.get(f"/v1/incidents/{bad}")
    assert answer.status_code in {404, 422}
    problem(desk.patch(f"/v1/incidents/{bad}", {"priority": 1}), 404, "unknown_incident")
    problem(desk.post(f"/v1/incidents/{bad}/close", {}), 404, "unknown_incident")
