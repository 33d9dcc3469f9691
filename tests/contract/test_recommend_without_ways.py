"""A call is answered with whoever can be sent, also where only those who cannot have a way."""

from __future__ import annotations

from dispatch_router.application.crews import Crews
from dispatch_router.application.recommend import Recommender
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.recommendation import NoticeCode, ReasonCode
from dispatch_router.domain.travel import Basis
from dispatch_router.domain.unit_status import UnitStatus
from dispatch_router.domain.units import DepartureKind
from dispatch_router.routing.engine import RoadEngine
from tests.ascii_map import ascii_map
from tests.district_roads import roads_for_cars
from tests.drawn_questions import SNAP
from tests.naive.comparison import LOCATE
from tests.small_district import CountedIds, post, small_district, unit
from tests.units import Desk

TOWN = ascii_map("A---b      C---D")
CALL = CallQuestion(TOWN.at("D"))


def two_units(*out: str, with_hierarchy: bool) -> Recommender:  # type: ignore[type-arg]
    """One at A, whom no road leads from to D, and one at C; those named are out of service."""
    names = small_district().posts[0].name
    ends = [(name, TOWN.at(letter)) for name, letter in (("far", "A"), ("near", "C"))]
    district = small_district(
        posts=tuple(post(name, names, name, at.lon, at.lat) for name, at in ends),
        units=tuple(unit(name, DepartureKind.STATION, name) for name, _ in ends),
        zones=(),
        places=(),
        duty_plan=type(small_district().duty_plan)(),
    )
    engine = RoadEngine(roads_for_cars(TOWN.graph), SNAP, LOCATE, with_hierarchy=with_hierarchy)
    in_use = RoadsInUse(engine, Crews(district))
    desk = Desk(district, move=in_use.move)
    for name in out:
        desk.units.state(name, UnitStatus.OUT_OF_SERVICE, None, "")
    return Recommender(district, in_use, desk.clock, CountedIds(), units=desk.units)


def test_where_only_units_that_cannot_be_sent_have_roads_the_others_are_estimated() -> None:
    for with_hierarchy in (False, True):
        answer = two_units("near", with_hierarchy=with_hierarchy).recommend(CALL)
        (candidate,) = answer.candidates
        assert candidate.unit.id == "far"
        assert candidate.basis is Basis.STRAIGHT_LINE
        assert answer.degraded
        assert [notice.code for notice in answer.notices] == [NoticeCode.NO_ROAD]
        reasons = {each.unit.id: each.reason.code for each in answer.not_recommended}
        assert reasons == {"near": ReasonCode.OUT_OF_SERVICE}


def test_no_estimate_is_ranked_beside_somebody_who_can_be_sent_by_road() -> None:
    answer = two_units(with_hierarchy=False).recommend(CALL)
    assert [each.unit.id for each in answer.candidates] == ["near"]
    assert not answer.degraded
    assert [each.reason.code for each in answer.not_recommended] == [ReasonCode.UNREACHABLE]


def test_where_nobody_can_be_sent_everybody_has_the_reason() -> None:
    answer = two_units("near", "far", with_hierarchy=False).recommend(CALL)
    assert answer.candidates == ()
    assert {each.reason.code for each in answer.not_recommended} == {ReasonCode.OUT_OF_SERVICE}
    assert len(answer.not_recommended) == 2
