"""``/v1/assignments/{item_id}/hospitals`` over HTTP, and where somebody is taken."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from dispatch_router.web.schemas.incidents import AssignmentReply
from dispatch_router.web.schemas.onward import OnwardReply
from tests.memory_database import BreakableDatabase
from tests.web import Client, problem, small_app, small_service

CALL = {"location": {"lon": 106.29, "lat": 29.3}, "type": "纠纷", "response": "emergency"}


class Scene:
    """A unit that has arrived."""

    def __init__(self, database: BreakableDatabase) -> None:
        self.client = Client(small_app(small_service(database=database)))
        filed = self.client.post("/v1/incidents", json=CALL)
        self.incident = filed.json()["incident"]["id"]
        reserved = self.client.post(
            f"/v1/incidents/{self.incident}/assignments", json={"unit_id": "p1"}
        )
        self.path = f"/v1/assignments/{reserved.json()['id']}"
        for status in ("en_route", "on_scene"):
            self.moved(status=status)

    def moved(self, **step: Any) -> httpx.Response:
        return self.client.request("PATCH", self.path, json=step)

    def hospitals(self, query: str = "") -> httpx.Response:
        return self.client.get(f"{self.path}/hospitals{query}")


@pytest.fixture
def scene(http_database: BreakableDatabase) -> Scene:
    return Scene(http_database)


def test_the_hospitals_are_ranked_and_the_others_told(scene: Scene) -> None:
    answer = scene.hospitals()
    assert answer.status_code == 200
    onward = OnwardReply.model_validate_json(answer.content)
    assert [each.hospital_id for each in onward.hospitals] == ["town-h", "river-h"]
    assert [(each.hospital_id, each.reason) for each in onward.others] == [
        ("clinic", "lacks_capability")
    ]
    assert (onward.incident_id, onward.unit_id, onward.mode) == (scene.incident, "p1", "car")
    assert (onward.needs, onward.needs_from) == (["emergency_24h"], "policy")
    assert onward.response == "emergency", "as for the incident"
    first = onward.hospitals[0]
    assert first.time_to_hospital_s == first.drive_s + first.walk_s
    assert first.route is None
    assert answer.json()["at"].endswith("+08:00")


def test_it_can_be_asked_for_otherwise(scene: Scene) -> None:
    query = "?needs=eye,trauma&top=1&mode=motorcycle&response=routine&route=true&crs=gcj02"
    onward = OnwardReply.model_validate_json(scene.hospitals(query).content)
    (only,) = onward.hospitals
    assert (only.hospital_id, only.position.crs) == ("river-h", "gcj02")
    assert only.route is not None
    assert (onward.needs, onward.needs_from) == (["eye", "trauma"], "request")
    assert (onward.mode, onward.response) == ("motorcycle", "routine")


def test_where_none_is_suitable_each_says_what_it_lacks(scene: Scene) -> None:
    onward = scene.hospitals("?needs=psychiatry").json()
    assert onward["degraded"] is True
    assert [notice["code"] for notice in onward["notices"]] == ["none_suitable"]
    assert [(each["suitable"], each["missing"]) for each in onward["hospitals"]] == [
        (False, ["psychiatry"])
    ] * 3


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("needs=beds", "needs"),
        ("needs=", "needs"),
        ("needs=eye,", "needs"),
        ("needs=eye&needs=trauma", "needs"),
        ("needs=" + ",".join(["eye"] * 60), "needs"),
        ("top=0", "top"),
        ("top=21", "top"),
        ("top=1.0", "top"),
        ("mode=ambulance", "mode"),
        ("response=fast", "response"),
        ("route=1", "route"),
        ("crs=mars", "crs"),
        ("limit=1", "limit"),
    ],
)
def test_a_bad_query_says_which_parameter(scene: Scene, query: str, name: str) -> None:
    answer = problem(scene.hospitals(f"?{query}"), 422, "invalid_request")
    assert [error["path"] for error in answer["errors"]] == [name]


def test_an_assignment_that_is_not_there_is_unknown(scene: Scene) -> None:
    problem(scene.client.get("/v1/assignments/nope/hospitals"), 404, "unknown_assignment")


def test_where_somebody_is_taken_is_shown(scene: Scene) -> None:
    moved = scene.moved(status="transporting", hospital_id="river-h")
    AssignmentReply.model_validate_json(moved.content)
    assert moved.json()["hospital_id"] == "river-h"
    assert scene.client.get(scene.path).json()["hospital_id"] == "river-h"
    shown = scene.client.get(f"/v1/incidents/{scene.incident}").json()
    assert shown["assignments"][0]["hospital_id"] == "river-h"
    changed = scene.moved(status="transporting", hospital_id="town-h").json()
    assert changed["hospital_id"] == "town-h"
    assert changed["transporting_at"] == moved.json()["transporting_at"]


def test_a_hospital_that_is_not_there_or_not_gone_to_is_refused(scene: Scene) -> None:
    unknown = problem(
        scene.moved(status="transporting", hospital_id="nope"), 422, "unknown_hospital"
    )
    assert "/v1/hospitals" in unknown["detail"]
    wrong = problem(scene.moved(status="cleared", hospital_id="town-h"), 409, "illegal_transition")
    assert "hospital_id" in wrong["detail"]
    assert scene.client.get(scene.path).json()["status"] == "on_scene"
