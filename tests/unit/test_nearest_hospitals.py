"""Hospitals are ranked by the time from the scene; every other one comes with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest

from dispatch_router.application.crews import Crews
from dispatch_router.application.nearest_hospitals import NearestHospitals
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.domain.district import District
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.hospitals import HospitalCapability
from dispatch_router.domain.onward import (
    NeedsSource,
    OnwardLegs,
    OnwardNoticeCode,
    OnwardQuestion,
    OnwardReasonCode,
    time_ms,
)
from dispatch_router.domain.response import Response
from dispatch_router.domain.travel import Basis, WaysFrom
from dispatch_router.domain.units import UnitMode
from tests.fake_roads import StraightRoads
from tests.small_district import SMALL_DISTRICT, StoppedClock, small_district

C = HospitalCapability
SCENE = LonLat(106.30, 29.30)


@dataclass
class RoadsToSome(StraightRoads):
    """Straight roads, but none to places east of a meridian, and no map at all east of another."""

    roads_end: float = 180.0
    map_ends: float = 180.0

    def ways_from(
        self, start: LonLat, mode: UnitMode, ends: Sequence[LonLat], **how: Any
    ) -> WaysFrom:
        ways = super().ways_from(start, mode, ends, **how)
        legs = tuple(
            None
            if end.lon > self.map_ends
            else leg._replace(basis=Basis.STRAIGHT_LINE)
            if leg is not None and end.lon > self.roads_end
            else leg
            for end, leg in zip(ends, ways.legs, strict=True)
        )
        return replace(ways, legs=legs)


def ranked(
    *needs: HospitalCapability,
    top: int = 3,
    roads: StraightRoads | None = None,
    district: District = SMALL_DISTRICT,
    with_routes: bool = False,
) -> OnwardLegs:
    brought_up_to: list[datetime] = []
    in_use = RoadsInUse(roads or StraightRoads(), Crews(district))
    hospitals = NearestHospitals(district, in_use, StoppedClock(), brought_up_to.append)
    question = OnwardQuestion(
        SCENE, UnitMode.CAR, Response.ROUTINE, frozenset(needs), NeedsSource.REQUEST
    )
    legs = hospitals.rank(question, top=top, with_routes=with_routes)
    assert brought_up_to == [legs.at], "the roads are as they are at this time"
    named = [each.hospital.id for each in (*legs.hospitals, *legs.others)]
    assert sorted(named) == sorted(each.id for each in district.hospitals)
    return legs


def order(legs: OnwardLegs) -> list[str]:
    return [each.hospital.id for each in legs.hospitals]


def reasons(legs: OnwardLegs) -> dict[str, OnwardReasonCode]:
    return {each.hospital.id: each.reason for each in legs.others}


def test_the_soonest_is_first_and_the_time_is_the_drive_s() -> None:
    legs = ranked()
    assert order(legs) == ["clinic", "town-h", "river-h"]
    assert [each.rank for each in legs.hospitals] == [1, 2, 3]
    times = [time_ms(each.leg) for each in legs.hospitals]
    assert times == sorted(times)
    assert not legs.degraded
    assert legs.notices == ()
    assert legs.at.utcoffset() is not None


def test_a_nearer_one_that_lacks_what_is_needed_is_passed_over_and_told() -> None:
    legs = ranked(C.EMERGENCY_24H, top=1)
    assert order(legs) == ["town-h"]
    assert reasons(legs) == {
        "clinic": OnwardReasonCode.LACKS_CAPABILITY,
        "river-h": OnwardReasonCode.SLOWER,
    }
    lacks, slower = legs.others
    assert lacks.missing == (C.EMERGENCY_24H,)
    assert "emergencies day and night" in lacks.what_would_change
    assert "24小时急诊" in lacks.what_would_change_zh
    assert lacks.time_ms is not None
    assert slower.time_ms is not None
    assert lacks.time_ms < time_ms(legs.hospitals[0].leg) < slower.time_ms


def test_what_is_needed_has_to_be_all_there() -> None:
    assert order(ranked(C.TRAUMA, C.EYE)) == ["river-h"]


def test_where_none_is_suitable_all_are_ranked_and_that_is_said() -> None:
    legs = ranked(C.BURNS)
    assert order(legs) == ["clinic", "town-h", "river-h"]
    assert {each.is_suitable for each in legs.hospitals} == {False}
    assert legs.degraded
    (notice,) = legs.notices
    assert notice.code is OnwardNoticeCode.NONE_SUITABLE
    assert "burns" in notice.text
    assert "烧伤" in notice.text_zh


def test_no_estimate_is_ranked_beside_a_known_way() -> None:
    legs = ranked(roads=RoadsToSome(roads_end=106.325))
    assert order(legs) == ["town-h"]
    assert reasons(legs) == {
        "clinic": OnwardReasonCode.UNREACHABLE,
        "river-h": OnwardReasonCode.UNREACHABLE,
    }
    assert not legs.degraded


def test_where_no_road_leads_to_any_the_straight_line_is_estimated_and_said() -> None:
    legs = ranked(roads=RoadsToSome(roads_end=0.0, map_ends=106.40))
    assert order(legs) == ["clinic", "town-h"]
    assert {each.leg.basis for each in legs.hospitals} == {Basis.STRAIGHT_LINE}
    assert legs.degraded
    assert [notice.code for notice in legs.notices] == [OnwardNoticeCode.NO_ROAD]
    assert "straight line" in legs.hospitals[0].why
    assert "直线距离" in legs.hospitals[0].why_zh
    assert reasons(legs) == {"river-h": OnwardReasonCode.UNREACHABLE}


def test_a_district_without_hospitals_says_so() -> None:
    legs = ranked(district=small_district(hospitals=()))
    assert legs.hospitals == legs.others == ()
    assert [notice.code for notice in legs.notices] == [OnwardNoticeCode.NO_HOSPITALS]


def test_equally_near_hospitals_come_by_id() -> None:
    town = SMALL_DISTRICT.hospitals[0]
    twins = tuple(replace(town, id=name) for name in ("b", "a", "c"))
    legs = ranked(district=small_district(hospitals=twins))
    assert order(legs) == ["a", "b", "c"]


def test_why_says_how_far_how_long_and_for_whom() -> None:
    first, second = ranked(C.EMERGENCY_24H, top=2).hospitals
    assert first.why == (
        "Nearest in time: 12 min 56 s from the scene over 7.8 km; takes in emergencies day and "
        "night."
    )
    assert first.why_zh == "用时最短：从现场出发12分56秒，路程7.8公里；收治能力：24小时急诊。"
    assert second.why.startswith("16 min 10 s after the first: ")


@pytest.mark.parametrize("with_routes", [True, False])
def test_routes_are_given_only_when_asked_for(with_routes: bool) -> None:
    legs = ranked(with_routes=with_routes)
    assert {each.leg.route is not None for each in legs.hospitals} == {with_routes}
