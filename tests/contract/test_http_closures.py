"""``/v1/closures``: roads are closed, listed, drawn and opened again."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from dispatch_router.application import close_roads
from dispatch_router.domain.crs import Crs, from_wgs84
from dispatch_router.domain.geo import LonLat
from dispatch_router.web.schemas.closures import ClosureMapReply, ClosureReply
from tests.fake_roads import StraightRoads
from tests.memory_database import MemoryDatabase
from tests.small_district import StoppedClock
from tests.web import Client, problem, small_app, small_service

ROAD = {"road": "直路", "reason": "塌方"}
OUTLINE = [[106.24, 29.29], [106.26, 29.29], [106.26, 29.31], [106.24, 29.29]]
AREA = {"area": {"type": "Polygon", "coordinates": [OUTLINE]}, "reason": "集市"}
LINE = {
    "line": {"type": "LineString", "coordinates": [[106.25, 29.30], [106.30, 29.30]]},
    "reason": "施工",
}
NOON = "2025-06-02T12:00:00+08:00"


class Place:
    """A service with its roads and its clock at hand."""

    def __init__(self, state: Path | None = None, clock: StoppedClock | None = None) -> None:
        self.roads, self.clock = StraightRoads(), clock or StoppedClock()
        self.database = MemoryDatabase()
        kept = {"state": state, "database": self.database}
        self.service = small_service(roads=self.roads, clock=self.clock, **kept)
        self.client = Client(small_app(self.service))

    def close(self, body: object = ROAD, **options: Any) -> httpx.Response:
        return self.client.post("/v1/closures", json=body, **options)

    def made(self, body: object = ROAD) -> dict[str, Any]:
        answer = self.close(body)
        assert answer.status_code == 201, answer.json()
        members: dict[str, Any] = answer.json()
        return members

    def listed(self, query: str = "") -> list[str]:
        items = self.client.get(f"/v1/closures{query}").json()["items"]
        return [item["id"] for item in items]

    def on_the_roads(self) -> list[str]:
        return [closure.id for closure in self.roads.conditions.closures]


@pytest.fixture
def place() -> Place:
    return Place()


def test_a_road_is_closed_by_its_name_until_that_is_lifted(place: Place) -> None:
    assert place.made() == {
        "id": "d1",
        "area": None,
        "line": None,
        "within_m": None,
        "road": "直路",
        "along_line": False,
        "heading_deg": None,
        "reason": "塌方",
        "speed_factor": 0.0,
        "modes": ["car", "motorcycle"],
        "from": NOON,
        "until": None,
        "in_force": True,
        "length_m": pytest.approx(29_090, abs=10),
        "road_names": [{"zh": "直路", "en": "Straight Road"}],
        "created_at": NOON,
        "lifted_at": None,
    }
    assert place.on_the_roads() == ["d1"]


def test_an_area_and_a_line_are_echoed_in_wgs84(place: Place) -> None:
    shifted = [[*from_wgs84(LonLat(*each), Crs.GCJ02)] for each in OUTLINE]
    area = place.made(
        {**AREA, "area": {"type": "Polygon", "coordinates": [shifted]}, "crs": "gcj02"}
    )
    assert area["area"] == {"type": "Polygon", "coordinates": [OUTLINE]}
    line = place.made({**LINE, "within_m": 20, "along_line": True, "heading_deg": 90})
    assert line["line"] == LINE["line"]
    assert (line["within_m"], line["along_line"], line["heading_deg"]) == (20.0, True, 90.0)


def test_a_slowdown_names_what_is_left_of_the_speed(place: Place) -> None:
    assert place.made({**ROAD, "speed_factor": 0.335})["speed_factor"] == 0.335
    (closure,) = place.roads.conditions.closures
    assert closure.speed_permille == 335
    assert place.made({**ROAD, "speed_factor": 1e-9})["speed_factor"] == 0.001
    assert place.made({**ROAD, "speed_factor": 0.99999})["speed_factor"] == 0.999


def test_a_closure_begins_and_ends_by_itself(place: Place) -> None:
    times = {"from": "2025-06-02T13:00:00+08:00", "until": "2025-06-02T06:00:00Z"}
    made = place.made({**ROAD, **times})
    assert (made["from"], made["until"]) == (times["from"], "2025-06-02T14:00:00+08:00")
    assert made["in_force"] is False
    assert (place.listed(), place.listed("?in_force=true")) == (["d1"], [])
    place.clock.at += timedelta(hours=1)
    assert place.listed("?in_force=true") == ["d1"]
    place.clock.at += timedelta(hours=1)
    assert place.listed() == []
    read = place.client.get("/v1/closures/d1").json()
    assert (read["in_force"], read["lifted_at"]) == (False, None)


def test_a_closure_is_lifted_and_lifting_it_again_is_no_mistake(place: Place) -> None:
    place.made()
    place.clock.at += timedelta(minutes=5)
    lifted = place.client.request("DELETE", "/v1/closures/d1").json()
    assert (lifted["lifted_at"], lifted["in_force"]) == ("2025-06-02T12:05:00+08:00", False)
    assert place.on_the_roads() == []
    assert place.listed() == []
    place.clock.at += timedelta(minutes=5)
    again = place.client.request("DELETE", "/v1/closures/d1")
    assert again.json() == lifted == place.client.get("/v1/closures/d1").json()


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_closure_that_nobody_made_is_not_found(place: Place, method: str) -> None:
    problem(place.client.request(method, "/v1/closures/d9"), 404, "not_found")


def test_many_closures_are_made_together(place: Place) -> None:
    batch = {"closures": [ROAD, AREA, LINE]}
    answer = place.client.post("/v1/closures:batch", json=batch)
    assert answer.status_code == 201
    assert [item["id"] for item in answer.json()["items"]] == ["d1", "d2", "d3"]
    assert place.on_the_roads() == ["d1", "d2", "d3"]


def test_of_many_closures_with_one_mistake_none_is_made_and_the_mistake_is_named(
    place: Place,
) -> None:
    late = {**ROAD, "until": "2025-06-02T11:00:00+08:00"}
    answer = place.client.post("/v1/closures:batch", json={"closures": [ROAD, late]})
    assert problem(answer, 422, "invalid_request")["errors"][0]["path"] == "closures.1.until"
    unknown = place.client.post(
        "/v1/closures:batch", json={"closures": [ROAD, {**ROAD, "road": "x"}]}
    )
    assert problem(unknown, 404, "closes_nothing")["detail"].startswith("closures.1: ")
    assert place.listed() == place.on_the_roads() == []


def test_a_closure_of_no_road_is_refused(place: Place) -> None:
    for body in (
        {**ROAD, "road": "无名路"},
        {**ROAD, "modes": ["foot"]},
        {**LINE, "line": {"type": "LineString", "coordinates": [[10, 10], [10.1, 10]]}},
    ):
        problem(place.close(body), 404, "closes_nothing")


def test_lists_come_in_pages(place: Place) -> None:
    for _ in range(3):
        place.made()
    first = place.client.get("/v1/closures?limit=2").json()
    assert ([each["id"] for each in first["items"]], first["next_cursor"]) == (["d1", "d2"], "d2")
    second = place.client.get("/v1/closures?limit=2&cursor=d2").json()
    assert ([each["id"] for each in second["items"]], second["next_cursor"]) == (["d3"], None)


def test_closures_are_drawn_as_geojson(place: Place) -> None:
    made = place.made()
    drawn = place.client.get("/v1/closures.geojson").json()
    ClosureMapReply.model_validate_json(json.dumps(drawn))
    (feature,) = drawn["features"]
    assert feature["id"] == made["id"]
    assert feature["geometry"]["coordinates"] == [[[106.2, 29.3], [106.5, 29.3]]]
    assert feature["properties"] == {
        member: made[member]
        for member in (
            "reason", "speed_factor", "modes", "from", "until", "in_force", "length_m",
            "road_names",
        )
    }  # fmt: skip


def test_a_page_of_the_map_ends_where_its_roads_are_many(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch_router.web.routes_closures.MAX_MAP_POINTS", 3)
    for _ in range(3):
        place.made()
    first = place.client.get("/v1/closures.geojson").json()
    assert [each["id"] for each in first["features"]] == ["d1", "d2"]
    second = place.client.get(f"/v1/closures.geojson?cursor={first['next_cursor']}").json()
    assert [each["id"] for each in second["features"]] == ["d3"]
    assert second["next_cursor"] is None


def test_a_request_that_is_sent_again_closes_nothing_twice(place: Place) -> None:
    key = {"Idempotency-Key": "a1"}
    first = place.close(headers=key)
    again = place.close(
        {"reason": "塌方", "road": "直路", "modes": ["car", "motorcycle"]}, headers=key
    )
    assert again.status_code == 201
    assert again.json() == first.json()
    assert place.listed() == ["d1"]
    assert place.close(headers={"Idempotency-Key": "a2"}).json()["id"] == "d2"


def test_a_key_that_was_used_for_another_request_is_refused(place: Place) -> None:
    place.close(headers={"Idempotency-Key": "a1"})
    other = place.close({**ROAD, "reason": "施工"}, headers={"Idempotency-Key": "a1"})
    problem(other, 422, "idempotency_key_reused")
    batch = place.client.post(
        "/v1/closures:batch", json={"closures": [ROAD]}, headers={"Idempotency-Key": "a1"}
    )
    problem(batch, 422, "idempotency_key_reused")


@pytest.mark.parametrize("key", ["", "a b", "a" * 101])
def test_a_key_that_is_none_is_refused(place: Place, key: str) -> None:
    refused = problem(place.close(headers={"Idempotency-Key": key}), 422, "invalid_request")
    assert refused["errors"][0]["path"] == "Idempotency-Key"


def test_too_many_closures_are_refused_until_some_are_over(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(close_roads, "MAX_OPEN", 2)
    place.made({**ROAD, "until": "2025-06-02T13:00:00+08:00"})
    problem(
        place.client.post("/v1/closures:batch", json={"closures": [ROAD, ROAD]}),
        409,
        "too_many_closures",
    )
    place.clock.at += timedelta(hours=1)
    batch = place.client.post("/v1/closures:batch", json={"closures": [ROAD, ROAD]})
    assert batch.status_code == 201


def test_a_disk_that_fails_is_told_and_changes_nothing(place: Place) -> None:
    place.made()
    place.database.broken = True
    refused = place.close()
    problem(refused, 503, "storage_unavailable")
    assert refused.headers["retry-after"] == "5"
    problem(place.client.request("DELETE", "/v1/closures/d1"), 503, "storage_unavailable")
    assert place.listed() == place.on_the_roads() == ["d1"]


def test_closures_and_keys_survive_a_restart_and_expire_meanwhile(tmp_path: Path) -> None:
    before = Place(tmp_path)
    kept = before.close(headers={"Idempotency-Key": "a1"}).json()
    before.close({**ROAD, "until": "2025-06-02T13:00:00+08:00"})
    before.service.close()

    two_hours_later = StoppedClock()
    two_hours_later.at += timedelta(hours=2)
    after = Place(tmp_path, two_hours_later)
    assert after.listed() == after.on_the_roads() == ["d1"]
    again = after.close(headers={"Idempotency-Key": "a1"})
    assert again.json() == kept == after.client.get("/v1/closures/d1").json()
    assert after.client.get("/v1/closures/d2").json()["in_force"] is False
    after.service.close()


@pytest.mark.parametrize(
    "query", ["?in_force=1", "?in_force=True", "?limit=0", "?x=1", "?in_force=true&in_force=true"]
)
def test_a_query_that_means_nothing_is_refused(place: Place, query: str) -> None:
    problem(place.client.get(f"/v1/closures{query}"), 422, "invalid_request")
    problem(place.client.get(f"/v1/closures.geojson{query}"), 422, "invalid_request")


def test_a_batch_may_be_longer_than_other_bodies() -> None:
    client = Client(small_app(max_body_bytes=2000, max_batch_bytes=100_000))
    batch = {"closures": [ROAD] * 100}
    assert client.post("/v1/closures:batch", json=batch).status_code == 201
    problem(client.post("/v1/closures", json={**ROAD, "reason": "x" * 3000}), 413, "body_too_large")
    longer = {"closures": [ROAD] * 5000}
    problem(client.post("/v1/closures:batch", json=longer), 413, "body_too_large")


def test_more_than_a_batch_is_refused(place: Place) -> None:
    batch = {"closures": [ROAD] * 501}
    answer = place.client.post("/v1/closures:batch", json=batch)
    assert problem(answer, 422, "invalid_request")["errors"][0]["path"] == "closures"


def test_replies_are_what_the_schema_says(place: Place) -> None:
    for body in (ROAD, AREA, LINE):
        ClosureReply.model_validate_json(place.close(body).content)
    assert datetime.fromisoformat(place.made()["from"]).utcoffset() == timedelta(hours=8)
