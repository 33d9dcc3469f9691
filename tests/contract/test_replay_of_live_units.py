"""A decision is made again from where units were and what they said then, not from what is now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from dispatch_router.application.live_positions import UnitFix
from dispatch_router.domain.positions import Fix
from dispatch_router.domain.travel import NearestUnits
from dispatch_router.storage.decisions.encoding import Encoder, decode
from tests.contract.test_stored_decisions import as_it_is_read
from tests.fake_roads import StraightRoads
from tests.small_district import StoppedClock
from tests.web import Client, small_app, small_service

HERE = {"lon": 106.338, "lat": 29.3}


@dataclass
class InterruptedRoads(StraightRoads):
    """Straight roads that something else happens on after a search, before it is noticed."""

    interruptions: list[Callable[[], object]] = field(default_factory=list)

    def nearest(self, *arguments: Any, **options: Any) -> NearestUnits:
        found = super().nearest(*arguments, **options)
        if self.interruptions:
            self.interruptions.pop()()
        return found


class Place:
    def __init__(self, roads: StraightRoads | None = None) -> None:
        self.clock = StoppedClock()
        self.service = small_service(clock=self.clock, roads=roads)
        self.client = Client(small_app(self.service))

    def put(self, path: str, body: object) -> None:
        answer = self.client.request("PUT", f"/v1/units/{path}", json=body)
        assert answer.status_code == 200, answer.json()

    def wait(self, **time: float) -> None:
        self.clock.at += timedelta(**time)

    def is_made_again(self, decision_id: str) -> bool:
        replayed = self.client.post(f"/v1/decisions/{decision_id}/replay").json()
        return replayed["identical"] is True


@pytest.fixture
def place() -> Place:
    return Place()


def test_positions_and_statuses_of_then_count_whatever_is_now(place: Place) -> None:
    place.put("x1/position", HERE)
    place.put("t1/status", {"status": "out_of_service", "note": "爆胎"})
    place.put("r1/position", HERE)
    place.wait(seconds=70)
    place.put("r1/position", {**HERE, "lat": 29.301})
    made = place.client.recommend().json()
    sources = {each["unit_id"]: each["position"]["source"] for each in made["candidates"]}
    assert sources["x1"] == "reported"
    assert "t1" not in sources
    place.wait(hours=1)
    place.put("x1/position", {"lon": 106.2, "lat": 29.3})
    place.put("t1/status", {"status": "in_service"})
    assert place.client.recommend().json()["candidates"] != made["candidates"]
    assert place.is_made_again(made["decision_id"])


def test_units_that_were_lost_then_are_lost_again(place: Place) -> None:
    place.put("x1/position", HERE)
    place.wait(minutes=20, microseconds=500)
    made = place.client.recommend().json()
    (lost,) = made["not_recommended"]
    assert (lost["unit_id"], lost["reason"]) == ("x1", "stale_position")
    place.put("x1/position", HERE)
    assert place.is_made_again(made["decision_id"])


def test_who_was_off_duty_then_is_off_duty_again(place: Place) -> None:
    place.wait(hours=9)
    place.put("t1/status", {"status": "in_service", "until": "2025-06-02T23:00:00+08:00"})
    made = place.client.recommend().json()
    assert [each["unit_id"] for each in made["not_recommended"]] == ["t2"]
    place.wait(hours=-9)
    assert place.is_made_again(made["decision_id"])


def test_a_record_tells_where_each_unit_was(place: Place) -> None:
    place.put("x1/position", HERE)
    place.wait(seconds=5)
    made = place.client.recommend().json()
    units = place.client.get(f"/v1/decisions/{made['decision_id']}").json()["units"]
    told = {each["unit_id"]: each["position"] for each in units}
    assert (told["x1"]["source"], told["x1"]["age_s"]) == ("reported", 5.0)
    assert told["t1"]["source"] == "post"


def test_a_call_is_ranked_again_where_a_report_comes_in_between() -> None:
    roads = InterruptedRoads()
    place = Place(roads)
    units = place.service.units

    def report() -> None:
        units.report([UnitFix("x1", Fix(HERE["lon"], HERE["lat"], units.now_ms()))])

    roads.interruptions.append(report)
    made = place.client.recommend().json()
    assert roads.searches == 2
    sources = {each["unit_id"]: each["position"]["source"] for each in made["candidates"]}
    assert sources["x1"] == "reported"
    assert place.is_made_again(made["decision_id"])


def test_reports_that_never_cease_do_not_keep_a_call_waiting() -> None:
    roads = InterruptedRoads()
    place = Place(roads)
    units = place.service.units
    roads.interruptions += [partial(units.forget_position, "x1")] * 100
    assert place.client.recommend().status_code == 200
    assert roads.searches == 3


def test_while_nobody_reports_all_decisions_share_one_piece(place: Place) -> None:
    ids = [place.client.recommend().json()["decision_id"] for _ in range(2)]
    first, second = (place.service.decisions.find(each) for each in ids)
    assert first is not None
    assert second is not None
    assert first.units is second.units
    assert decode(*as_it_is_read(Encoder().encode(first))) == first
