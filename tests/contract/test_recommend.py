"""What the recommender promises, on roads that lead straight."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch_router.application.crews import Crews
from dispatch_router.application.recommend import Recommender
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import (
    InvalidDistrict,
    InvalidQuestion,
    OutsideDistrict,
    UnknownPlace,
)
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.recommendation import ReasonCode, Recommendation
from dispatch_router.domain.units import DepartureKind
from tests.fake_roads import StraightFleet, StraightRoads, metres_between
from tests.small_district import (
    POLICY,
    SMALL_DISTRICT,
    CountedIds,
    StoppedClock,
    small_district,
    unit,
)

PARK_GATE = LonLat(106.31, 29.30)


def recommender(
    district: District = SMALL_DISTRICT,
    roads: StraightRoads | None = None,
    at: datetime | None = None,
) -> Recommender[StraightFleet]:
    clock = StoppedClock() if at is None else StoppedClock(at)
    in_use = RoadsInUse(roads or StraightRoads(), Crews(district))
    return Recommender(district, in_use, clock, CountedIds())


def ids(answer: Recommendation) -> list[str]:
    return [candidate.unit.id for candidate in answer.candidates]


def test_the_zone_post_next_door_is_sent_before_the_station() -> None:
    answer = recommender().recommend(CallQuestion("迎新村"))
    assert ids(answer)[0] == "p1"
    assert answer.candidates[0].responsible
    assert answer.candidates[0].rank == 1
    assert answer.location.place_name is not None
    assert answer.location.place_name.zh == "迎新村"
    assert answer.location.zone_id == "east"
    assert answer.location.responsible_post_id == "park"


def test_time_to_person_is_turn_out_drive_walk_and_search() -> None:
    roads = StraightRoads(speed_m_s=10.0, walk_ms=7_000)
    answer = recommender(roads=roads).recommend(CallQuestion("迎新村"))
    first = answer.candidates[0]
    metres = metres_between(LonLat(106.30, 29.30), LonLat(106.34, 29.30))
    assert first.time.turn_out_ms == 60_000
    assert first.time.drive_ms == round(metres * 100)
    # 60 s for the door and 400 m of uncertainty at 2 m/s, for it knows the zone.
    assert first.time.locate_ms == 7_000 + 60_000 + 200_000
    assert first.distance_m == pytest.approx(metres)


def test_a_unit_that_does_not_know_the_zone_searches_longer() -> None:
    answer = recommender().recommend(CallQuestion("迎新村"))
    searched = {each.unit.id: each.time.locate_ms for each in answer.candidates}
    assert searched["p1"] == 260_000
    assert searched["t1"] == 860_000


def test_a_stated_uncertainty_outweighs_the_gazetteer_s() -> None:
    exact = recommender().recommend(CallQuestion("迎新村", uncertainty_m=0.0))
    assert exact.location.uncertainty_m == 0.0
    assert {each.time.locate_ms for each in exact.candidates} == {60_000}
    assert recommender().recommend(CallQuestion("迎新村")).location.uncertainty_m == 400.0


def test_a_bare_position_takes_the_policy_s_uncertainty() -> None:
    assert recommender().recommend(CallQuestion(PARK_GATE)).location.uncertainty_m == 30.0
    wide = replace(POLICY, locate=replace(POLICY.locate, default_uncertainty_m=75.0))
    answer = recommender(small_district(policy=wide)).recommend(CallQuestion(PARK_GATE))
    assert answer.location.uncertainty_m == 75.0


def test_the_night_rule_holds_at_night_in_the_district_s_own_time() -> None:
    at_night_in_china = datetime(2025, 6, 2, 13, 0, tzinfo=UTC)
    answer = recommender(at=at_night_in_china).recommend(CallQuestion("迎新村"))
    assert answer.at.isoformat() == "2025-06-02T21:00:00+08:00"
    turn_out = {each.unit.id: each.time.turn_out_ms for each in answer.candidates}
    assert turn_out["r1"] == 300_000
    assert turn_out["x1"] == 0


def test_the_saving_is_counted_against_the_station_s_own_unit_and_not_its_patrol() -> None:
    answer = recommender().recommend(CallQuestion("迎新村"))
    assert answer.baseline is not None
    assert answer.baseline.station_id == "town"
    assert answer.baseline.unit.id == "t1"
    for candidate in answer.candidates:
        assert candidate.saves_ms == answer.baseline.time.total_ms - candidate.time.total_ms
    saved = {each.unit.id: each.saves_ms for each in answer.candidates}
    assert saved["t1"] == 0
    assert "Town Station alone would have sent" in next(
        each.why for each in answer.candidates if each.unit.id == "t1"
    )


def test_outside_every_zone_the_fastest_station_is_the_baseline() -> None:
    answer = recommender().recommend(CallQuestion("双福"))
    assert answer.location.zone_id is None
    assert answer.location.responsible_post_id is None
    assert answer.baseline is not None
    assert answer.baseline.unit.id == "r1"
    assert not any(each.responsible or each.familiar for each in answer.candidates)


def test_a_station_that_cannot_come_leaves_no_baseline() -> None:
    answer = recommender(roads=StraightRoads(cut_off=(0, 1))).recommend(CallQuestion("迎新村"))
    assert answer.baseline is None
    assert {each.saves_ms for each in answer.candidates} == {None}


def test_no_unit_disappears() -> None:
    answer = recommender(roads=StraightRoads(cut_off=(4,))).recommend(CallQuestion("迎新村"), top=1)
    reasons = {each.unit.id: each.reason.code for each in answer.not_recommended}
    assert ids(answer) == ["p1"]
    assert reasons == {
        "t1": ReasonCode.SLOWER,
        "t2": ReasonCode.SLOWER,
        "x1": ReasonCode.SLOWER,
        "r1": ReasonCode.UNREACHABLE,
    }


def test_what_is_said_to_be_slower_is_slower() -> None:
    full = recommender().recommend(CallQuestion("迎新村"), top=5)
    total_ms = {each.unit.id: each.time.total_ms for each in full.candidates}
    short = recommender().recommend(CallQuestion("迎新村"), top=2)
    assert len(short.not_recommended) == 3
    for row in short.not_recommended:
        assert row.reason.at_least_ms is not None
        assert total_ms[row.unit.id] >= row.reason.at_least_ms


def test_where_nobody_can_come_everybody_is_listed_as_unreachable() -> None:
    answer = recommender(roads=StraightRoads(cut_off=range(5))).recommend(CallQuestion("迎新村"))
    assert answer.candidates == ()
    assert [each.reason.code for each in answer.not_recommended] == [ReasonCode.UNREACHABLE] * 5


def test_a_tie_goes_to_the_responsible_post_and_names_the_others() -> None:
    units = (
        unit("a1", DepartureKind.PATROL, "town", "east", beat=LonLat(106.3101, 29.30)),
        unit("z1", DepartureKind.PATROL, "park", "east", beat=LonLat(106.3090, 29.30)),
    )
    answer = recommender(small_district(units=units)).recommend(CallQuestion(PARK_GATE))
    first, second = answer.candidates
    assert (first.unit.id, second.unit.id) == ("z1", "a1")
    assert first.time.total_ms > second.time.total_ms
    assert (first.tie_with, second.tie_with) == (("a1",), ("z1",))
    assert "responsible" in first.why
    assert "Tied with the first" in second.why


def test_a_tie_that_the_list_cuts_still_names_the_one_left_out() -> None:
    units = tuple(
        unit(name, DepartureKind.PATROL, "park", beat=LonLat(106.311, 29.30)) for name in "abc"
    )
    answer = recommender(small_district(units=units)).recommend(CallQuestion(PARK_GATE), top=1)
    assert ids(answer) == ["a"]
    assert answer.candidates[0].tie_with == ("b", "c")
    assert [row.unit.id for row in answer.not_recommended] == ["b", "c"]


def test_a_stricter_priority_leaves_less_chance_to_be_on_time() -> None:
    chances = [
        recommender()
        .recommend(CallQuestion("迎新村", priority=priority))
        .candidates[0]
        .on_time_probability
        for priority in (1, 2, 3)
    ]
    assert 0.0 < chances[0] < chances[1] < chances[2] < 1.0


def test_p90_is_later_than_the_time_itself() -> None:
    answer = recommender().recommend(CallQuestion("迎新村"))
    assert all(each.p90_ms > each.time.total_ms for each in answer.candidates)


def test_routes_are_given_only_when_asked_for() -> None:
    asked = recommender().recommend(CallQuestion("迎新村"), with_routes=True)
    assert asked.candidates[0].route == (LonLat(106.30, 29.30), LonLat(106.34, 29.30))
    assert recommender().recommend(CallQuestion("迎新村")).candidates[0].route is None


def test_a_patrol_sets_off_from_its_beat_and_a_crew_from_its_post() -> None:
    answer = recommender().recommend(CallQuestion("迎新村"))
    sources = {each.unit.id: each.departure.source for each in answer.candidates}
    assert sources["x1"] == "beat"
    assert sources["p1"] == "post"


def test_every_decision_has_its_own_id() -> None:
    service = recommender()
    first = service.recommend(CallQuestion("迎新村"))
    second = service.recommend(CallQuestion("迎新村"))
    assert first.decision_id != second.decision_id
    assert first.graph_version == "0" * 64


def test_an_unknown_place_is_refused_before_the_roads_are_searched() -> None:
    roads = StraightRoads()
    with pytest.raises(UnknownPlace, match="迎新村"):
        recommender(roads=roads).recommend(CallQuestion("迎新材"))
    assert roads.searches == 0


def test_a_place_without_roads_is_outside_the_district() -> None:
    with pytest.raises(OutsideDistrict):
        recommender(roads=StraightRoads(reach_m=1000.0)).recommend(CallQuestion("迎新村"))


@pytest.mark.parametrize("top", [0, -1, 51, 1_000_000])
def test_a_list_of_no_sensible_length_is_refused(top: int) -> None:
    with pytest.raises(InvalidQuestion, match="top"):
        recommender().recommend(CallQuestion("迎新村"), top=top)


def test_a_minute_without_a_turn_out_rule_stops_the_start() -> None:
    gap = replace(POLICY, turn_out=POLICY.turn_out[:1] + POLICY.turn_out[2:])
    with pytest.raises(InvalidDistrict, match="00:00"):
        recommender(small_district(policy=gap))


@settings(max_examples=50)
@given(
    lon=st.floats(106.0, 106.6),
    lat=st.floats(29.1, 29.5),
    top=st.integers(1, 50),
    cut_off=st.sets(st.integers(0, 4)),
)
def test_every_unit_stands_in_the_answer_once_and_ranks_run_from_one(
    lon: float, lat: float, top: int, cut_off: set[int]
) -> None:
    answer = recommender(roads=StraightRoads(cut_off=cut_off)).recommend(
        CallQuestion(LonLat(lon, lat)), top=top
    )
    listed = ids(answer) + [row.unit.id for row in answer.not_recommended]
    assert sorted(listed) == ["p1", "r1", "t1", "t2", "x1"]
    assert [each.rank for each in answer.candidates] == list(range(1, len(answer.candidates) + 1))
    assert len(answer.candidates) == min(top, 5 - len(cut_off))
    for earlier, later in zip(answer.candidates, answer.candidates[1:], strict=False):
        assert later.time.total_ms >= earlier.time.total_ms - 30_000
