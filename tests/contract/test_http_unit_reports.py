"""Units report over HTTP where they are and whether they can be sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from dispatch_router.domain.crs import Crs, from_wgs84
from dispatch_router.domain.geo import LonLat
from dispatch_router.web.schemas.unit_requests import MAX_REPORTS
from dispatch_router.web.schemas.units import PositionTakenReply, UnitReply
from tests.small_district import NOON_IN_CHINA, StoppedClock
from tests.units import MemoryUnits
from tests.web import Client, problem, small_app, small_service

HERE = {"lon": 106.26, "lat": 29.3}
NOON = "2025-06-02T12:00:00+08:00"
LINES = {"content-type": "application/x-ndjson"}


class Post:
    """A service whose clock and store are at hand."""

    def __init__(self, state: Path | None = None) -> None:
        self.clock, self.store = StoppedClock(), MemoryUnits()
        self.service = small_service(clock=self.clock, state=state, units=self.store)
        self.client = Client(small_app(self.service))

    def unit(self, unit_id: str) -> dict[str, Any]:
        members: dict[str, Any] = self.client.get(f"/v1/units/{unit_id}").json()
        UnitReply.model_validate_json(json.dumps(members))
        return members

    def put(self, path: str, body: object) -> httpx.Response:
        return self.client.request("PUT", f"/v1/units/{path}", json=body)

    def report(self, *reports: object) -> dict[str, Any]:
        answer = self.client.post("/v1/positions", json=reports)
        assert answer.status_code == 200, answer.json()
        members: dict[str, Any] = answer.json()
        return members


@pytest.fixture
def post() -> Post:
    return Post()


def test_a_unit_reports_where_it_is(post: Post) -> None:
    answer = post.put("x1/position", {**HERE, "at": "2025-06-02T11:59:30+08:00"})
    taken = PositionTakenReply.model_validate_json(answer.content)
    assert (taken.accepted, taken.reason) == (True, None)
    expected = {**HERE, "crs": "wgs84", "source": "reported", "age_s": 30.0, "stale": False}
    assert answer.json()["position"] == expected
    assert post.unit("x1")["position"] == expected


def test_a_position_from_a_chinese_map_is_converted_and_told_in_its_own_coordinates(
    post: Post,
) -> None:
    lon, lat = from_wgs84(LonLat(106.26, 29.3), Crs("gcj02"))
    answer = post.put("x1/position", {"lon": lon, "lat": lat, "crs": "gcj02"}).json()
    assert answer["position"]["crs"] == "gcj02"
    assert answer["position"]["lon"] == pytest.approx(lon, abs=1e-7)
    assert post.unit("x1")["position"]["lon"] == pytest.approx(106.26, abs=1e-7)


def test_to_report_the_same_again_is_no_mistake_and_changes_nothing(post: Post) -> None:
    first = post.put("x1/position", {**HERE, "at": NOON})
    again = post.put("x1/position", {**HERE, "at": NOON})
    assert again.status_code == 200
    assert again.json()["reason"] == "duplicate"
    assert again.json()["detail_zh"] == "同一时刻的位置已上报。"
    assert again.json()["position"] == first.json()["position"]


def test_a_forgotten_position_leaves_the_beat(post: Post) -> None:
    post.put("x1/position", HERE)
    answer = post.client.request("DELETE", "/v1/units/x1/position")
    assert answer.json()["position"]["source"] == "beat"
    assert post.unit("x1")["position"]["age_s"] is None


def test_many_report_at_once_and_what_cannot_be_is_named(post: Post) -> None:
    taken = post.report(
        {"unit_id": "x1", **HERE},
        {"unit_id": "nobody", **HERE},
        {"unit_id": "x1", **HERE, "at": "2025-06-02T11:00:00+08:00"},
        {"unit_id": "t1", "lon": 106.2, "lat": 29.3, "at": "2025-06-02T12:01:00+08:00"},
    )
    assert (taken["accepted"], taken["refused"]) == (1, 3)
    assert taken["refused_by_reason"] == {"unknown_unit": 1, "too_old": 1, "future": 1}
    assert [(each["index"], each["unit_id"], each["reason"]) for each in taken["refusals"]] == [
        (1, "nobody", "unknown_unit"),
        (2, "x1", "too_old"),
        (3, "t1", "future"),
    ]
    assert all(each["detail"] and each["detail_zh"] for each in taken["refusals"])
    assert post.unit("t1")["position"]["source"] == "post"


def test_reports_may_come_line_by_line(post: Post) -> None:
    lines = [json.dumps({"unit_id": unit, **HERE}) for unit in ("x1", "nobody")]
    answer = post.client.post("/v1/positions", content="\n".join(lines) + "\n\n", headers=LINES)
    assert answer.json()["accepted"] == 1
    assert post.unit("x1")["position"]["source"] == "reported"


def test_a_bad_line_is_named_and_nothing_is_taken(post: Post) -> None:
    content = json.dumps({"unit_id": "x1", **HERE}) + "\n{"
    told = problem(
        post.client.post("/v1/positions", content=content, headers=LINES), 400, "malformed_json"
    )
    assert told["detail"].startswith("Line 2 of the body: ")
    assert told["detail_zh"].startswith("请求体第2行：")
    assert post.unit("x1")["position"]["source"] == "beat"


def test_thousands_are_taken_and_one_more_than_thousands_is_not(post: Post) -> None:
    report = {"unit_id": "nobody", "lon": 0, "lat": 0}
    taken = post.report(*[report] * MAX_REPORTS)
    assert taken["refused"] == MAX_REPORTS
    assert len(taken["refusals"]) == 200
    told = problem(
        post.client.post("/v1/positions", json=[report] * (MAX_REPORTS + 1)), 422, "invalid_request"
    )
    assert told["errors"][0]["message"] == f"must have {MAX_REPORTS} items or fewer"


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("x1/position", {"lon": 29.3, "lat": 106.26}, ""),
        ("x1/position", {"lon": 106.26}, "lat"),
        ("x1/position", {**HERE, "at": "2025-06-02T12:00:00"}, "at"),
        ("x1/position", {**HERE, "at": 1_750_000_000}, "at"),
        ("x1/position", {**HERE, "speed": 3}, "speed"),
        ("x1/position", {**HERE, "unit_id": "x1"}, "unit_id"),
        ("x1/position", [HERE], ""),
        ("x1/status", {"status": "asleep"}, "status"),
        ("x1/status", {"status": None}, "status"),
        ("x1/status", {"status": "rest", "until": NOON}, "until"),
        ("x1/status", {"status": "rest", "until": "2025-02-31T12:00:00Z"}, "until"),
        ("x1/status", {"status": "rest", "note": "\u202e"}, "note"),
        ("x1/status", {"status": "rest", "note": "x" * 201}, "note"),
        ("x1/status", {}, "status"),
    ],
)
def test_what_cannot_be_understood_is_named(
    post: Post, path: str, body: object, where: str
) -> None:
    told = problem(post.put(path, body), 422, "invalid_request")
    assert [error["path"] for error in told["errors"]] == [where]
    assert post.unit("x1")["available"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "position"), ("DELETE", "position"), ("PUT", "status")],
)
def test_a_unit_that_is_not_there_is_not_found(post: Post, method: str, path: str) -> None:
    bodies: dict[str, Any] = {"position": HERE, "status": {"status": "rest"}}
    body = {"json": bodies[path]} if method == "PUT" else {}
    answer = post.client.request(method, f"/v1/units/zz/{path}", **body)
    told = problem(answer, 404, "not_found")
    assert "GET /v1/units" in told["detail"]


def test_a_unit_says_that_it_cannot_be_sent_and_until_when(post: Post) -> None:
    until = "2025-06-02T13:00:00+08:00"
    answer = post.put("t1/status", {"status": "out_of_service", "until": until, "note": "爆胎"})
    assert answer.json()["service"] == {
        "status": "out_of_service",
        "since": NOON,
        "until": until,
        "note": "爆胎",
    }
    assert (answer.json()["available"], answer.json()["reason"]) == (False, "out_of_service")
    assert "爆胎" in answer.json()["what_would_change_zh"]
    assert post.unit("t1") == answer.json()
    post.put("t1/status", {"status": "in_service"})
    assert post.unit("t1")["available"]


def test_a_unit_says_when_it_is_on_duty(post: Post) -> None:
    assert post.unit("t1")["duty"] == {
        "on_duty": True,
        "away": False,
        "until": "2025-06-02T18:00:00+08:00",
        "back_at": None,
    }
    assert post.unit("p1")["duty"]["until"] is None
    post.clock.at = NOON_IN_CHINA.replace(hour=12)
    assert post.unit("t1")["duty"] == {
        "on_duty": False,
        "away": False,
        "until": None,
        "back_at": "2025-06-03T08:30:00+08:00",
    }
    assert post.unit("t1")["reason"] == "off_duty"


def test_a_status_that_cannot_be_kept_is_refused_and_does_not_hold(post: Post) -> None:
    post.store.fails = True
    answer = post.put("t1/status", {"status": "rest"})
    problem(answer, 503, "storage_unavailable")
    assert answer.headers["retry-after"] == "5"
    assert post.unit("t1")["available"]


def test_positions_are_taken_while_nothing_can_be_kept(post: Post) -> None:
    post.store.fails = True
    assert post.put("x1/position", HERE).json()["accepted"]
    assert post.unit("x1")["position"]["source"] == "reported"


def test_statuses_and_positions_are_there_after_a_restart(tmp_path: Path) -> None:
    first = Post(tmp_path)
    first.put("t1/status", {"status": "rest", "until": "2025-06-02T13:00:00+08:00", "note": "餐"})
    first.put("x1/position", {**HERE, "at": NOON})
    first.put("p1/position", {**HERE, "at": NOON})
    first.service.units.keep_positions()
    first.client.request("DELETE", "/v1/units/p1/position")
    first.service.units.keep_positions()
    told = {unit_id: first.unit(unit_id) for unit_id in ("t1", "x1", "p1")}
    first.service.close()
    again = Post(tmp_path)
    assert {unit_id: again.unit(unit_id) for unit_id in told} == told
    again.service.close()
