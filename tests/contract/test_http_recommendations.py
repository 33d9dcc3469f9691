"""``POST /v1/recommendations`` answers as documented."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from dispatch_router.domain.crs import Crs, from_wgs84
from dispatch_router.domain.geo import LonLat
from dispatch_router.web.schemas.recommendation import RecommendationReply
from tests.fake_roads import StraightRoads
from tests.small_district import SMALL_DISTRICT
from tests.web import RECOMMENDATIONS, YINGXIN, Client, small_app, small_service

PARK_GATE = {"lon": 106.31, "lat": 29.30}


def test_a_call_by_place_name_is_answered_with_every_unit() -> None:
    response = Client().recommend(YINGXIN)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    answer = response.json()
    assert answer["location"]["place_name"] == {"zh": "迎新村", "en": "Yingxin Village"}
    assert answer["location"]["uncertainty_m"] == 400.0
    rows = answer["candidates"] + answer["not_recommended"]
    assert sorted(row["unit_id"] for row in rows) == sorted(u.id for u in SMALL_DISTRICT.units)
    assert answer["candidates"][0]["unit_id"] == "p1"


@pytest.mark.parametrize("cut_off", [(), (2,), (0, 1, 2, 3, 4)])
@pytest.mark.parametrize("route", [False, True])
@pytest.mark.parametrize("crs", ["wgs84", "gcj02", "bd09"])
@pytest.mark.parametrize("top", [1, 50])
def test_every_answer_is_what_the_documentation_says(
    cut_off: tuple[int, ...], route: bool, crs: str, top: int
) -> None:
    service = small_service(roads=StraightRoads(cut_off=cut_off))
    body = {"location": {**PARK_GATE, "crs": crs}, "route": route, "top": top}
    response = Client(small_app(service)).recommend(body)
    answer = RecommendationReply.model_validate_json(response.content)
    assert len(answer.candidates) == min(top, 5 - len(cut_off))
    assert all((c.route is not None) == route for c in answer.candidates)


def test_the_parts_add_up_to_the_time_to_person() -> None:
    for candidate in Client().recommend().json()["candidates"]:
        total_s = sum(candidate["parts"].values())
        assert candidate["time_to_person_s"] == pytest.approx(total_s, abs=1e-9)
        assert re.fullmatch(r"\d+\.\d{1,3}", str(candidate["time_to_person_s"]))


def test_the_time_of_the_answer_has_the_offset_of_the_district() -> None:
    at = Client().recommend().json()["at"]
    assert at == "2025-06-02T12:00:00.000+08:00"
    assert datetime.fromisoformat(at).utcoffset() is not None


@pytest.mark.parametrize("crs", list(Crs))
def test_coordinates_come_back_in_the_system_they_were_sent_in(crs: Crs) -> None:
    lon, lat = from_wgs84(LonLat(**PARK_GATE), crs)
    sent = {"lon": round(lon, 8), "lat": round(lat, 8), "crs": crs}
    answer = Client().recommend({"location": sent}).json()
    assert {name: answer["location"][name] for name in ("lon", "lat", "crs")} == sent
    first = answer["candidates"][0]["position"]
    lon, lat = from_wgs84(LonLat(106.30, 29.30), crs)
    assert first["crs"] == crs
    assert (first["lon"], first["lat"]) == pytest.approx((lon, lat), abs=1e-8)


def test_a_place_can_be_asked_for_in_the_coordinates_of_the_map_that_shows_it() -> None:
    answer = Client().recommend({"location": {"place": "迎新村", "crs": "gcj02"}}).json()
    lon, lat = from_wgs84(LonLat(106.34, 29.30), Crs.GCJ02)
    assert (answer["location"]["lon"], answer["location"]["lat"]) == pytest.approx((lon, lat))


def test_a_route_is_wgs84_whatever_the_call_speaks() -> None:
    body = {"location": {"place": "迎新村", "crs": "bd09"}, "route": True}
    route = Client().recommend(body).json()["candidates"][0]["route"]
    assert route == {"type": "LineString", "coordinates": [[106.3, 29.3], [106.34, 29.3]]}


def test_routes_are_left_out_unless_asked_for() -> None:
    assert "route" not in Client().recommend().json()["candidates"][0]


def test_the_priority_chooses_the_target() -> None:
    client = Client()
    chances = [
        client.recommend({**YINGXIN, "priority": p}).json()["candidates"][0]["on_time_probability"]
        for p in (1, 2, 3)
    ]
    assert chances == sorted(chances)
    assert chances[0] < chances[2]


def test_what_is_left_out_is_as_documented() -> None:
    def told(body: dict[str, object]) -> object:
        answer = Client().recommend(body).json()
        return [answer["candidates"], answer["not_recommended"], answer["location"]]

    plain = {"location": {**PARK_GATE}}
    full = {
        "location": {**PARK_GATE, "crs": "wgs84"},
        "uncertainty_m": None,
        "priority": 2,
        "response": "routine",
        "top": 5,
        "route": False,
    }
    assert told(plain) == told(full)


def test_a_unit_that_no_road_leads_from_is_named_with_what_would_change() -> None:
    service = small_service(roads=StraightRoads(cut_off=(2,)))
    rows = Client(small_app(service)).recommend().json()["not_recommended"]
    (row,) = [row for row in rows if row["unit_id"] == "p1"]
    assert row["reason"] == "unreachable"
    assert row["at_least_s"] is None
    assert row["what_would_change"]
    assert row["what_would_change_zh"]


def test_the_baseline_is_what_the_saving_is_counted_from() -> None:
    answer = Client().recommend().json()
    baseline, first = answer["baseline"], answer["candidates"][0]
    assert baseline["station_id"] == "town"
    saved_s = baseline["time_to_person_s"] - first["time_to_person_s"]
    assert first["saves_s"] == pytest.approx(saved_s, abs=1e-9)


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", 'APPLICATION/JSON;charset="UTF-8"'],
)
def test_json_may_say_that_it_is_utf8(content_type: str) -> None:
    content = '{"location":{"place":"迎新村"}}'.encode()
    response = Client().post(
        RECOMMENDATIONS, content=content, headers={"content-type": content_type}
    )
    assert response.status_code == 200


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert len(Client().recommend({**YINGXIN, "top": 2.0}).json()["candidates"]) == 2
