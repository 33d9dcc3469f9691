"""Calls from outside the district's roads: filed all the same, unless they must be mistakes."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch_router.web.schemas.incidents import CorrectedReply, FiledReply
from tests.fake_roads import StraightRoads
from tests.web import Client, problem, small_app, small_service

NEIGHBOURS = {"lon": 106.62, "lat": 29.3}
"""Some 31 km east of the centre of the roads, which reach for 25 km."""


@pytest.fixture
def client() -> Client:
    return Client(small_app(small_service(roads=StraightRoads(reach_m=25_000.0))))


def filed(client: Client, **location: Any) -> Any:
    return client.post("/v1/incidents", json={"location": location, "type": "纠纷"})


def test_a_call_from_the_neighbours_is_filed_and_says_how_far_outside_it_lies(
    client: Client,
) -> None:
    answer = filed(client, **NEIGHBOURS)
    assert answer.status_code == 201, answer.text
    FiledReply.model_validate_json(answer.content)
    members = answer.json()
    advice = members["recommendation"]
    assert advice["degraded"] is True
    (notice,) = advice["notices"]
    assert notice["code"] == "outside_district"
    assert "6.0 km from the nearest" in notice["text"]
    assert "距最近的道路6.0公里" in notice["text_zh"]
    assert {each["basis"] for each in advice["candidates"]} == {"straight_line"}
    assert members["incident"]["zone_id"] is None
    listed = client.get("/v1/incidents").json()["items"]
    assert [each["id"] for each in listed] == [members["incident"]["id"]]


def test_a_unit_is_reserved_for_it_and_its_decision_is_made_again(client: Client) -> None:
    members = filed(client, **NEIGHBOURS).json()
    first, second = (each["unit_id"] for each in members["recommendation"]["candidates"][:2])
    path = f"/v1/incidents/{members['incident']['id']}/assignments"
    assert client.post(path, json={"unit_id": first}).status_code == 201
    other = filed(client, **NEIGHBOURS).json()["incident"]["id"]
    refused = client.post(
        f"/v1/incidents/{other}/assignments",
        json={"unit_id": first, "override_reason": "told to"},
    )
    assert problem(refused, 409, "unit_taken")["next_best"]["unit_id"] == second
    decision = members["recommendation"]["decision_id"]
    assert client.post(f"/v1/decisions/{decision}/replay").json()["identical"] is True


def test_an_incident_is_corrected_to_a_place_outside_and_back(client: Client) -> None:
    incident = filed(client, lon=106.29, lat=29.3).json()["incident"]["id"]
    for location, notices in ((NEIGHBOURS, ["outside_district"]), ({"place": "迎新村"}, [])):
        corrected = client.request(
            "PATCH", f"/v1/incidents/{incident}", json={"location": location}
        )
        assert corrected.status_code == 200, corrected.text
        CorrectedReply.model_validate_json(corrected.content)
        told = corrected.json()["recommendation"]["notices"]
        assert [each["code"] for each in told] == notices


@pytest.mark.parametrize("location", [{"lon": 0, "lat": 0}, {"lon": 29.3, "lat": 80}])
def test_a_place_that_must_be_a_mistake_is_noticed(
    client: Client, location: dict[str, float]
) -> None:
    problem(filed(client, **location), 404, "outside_district")
    incident = filed(client, lon=106.29, lat=29.3).json()["incident"]["id"]
    corrected = client.request("PATCH", f"/v1/incidents/{incident}", json={"location": location})
    problem(corrected, 404, "outside_district")


def test_a_mere_recommendation_is_refused_outside_as_before(client: Client) -> None:
    problem(client.recommend({"location": NEIGHBOURS}), 404, "outside_district")
