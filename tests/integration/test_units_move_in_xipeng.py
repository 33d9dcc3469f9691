"""Both searches rank the units of the bundled district where they are, and only who can be sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dispatch_router.application.crews import Crews
from dispatch_router.application.live_positions import UnitFix
from dispatch_router.application.recommend import Recommender
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.recommendation import Recommendation
from dispatch_router.domain.unit_status import UnitStatus
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.fleet import Fleet
from dispatch_router.storage.district_files import load_district
from tests.small_district import CountedIds
from tests.units import Desk
from tests.xipeng import XIPENG, committed_roads

# So exact that nobody has to know the zone.
YINGXIN = CallQuestion("迎新村", uncertainty_m=0.0)


class Xipeng:
    def __init__(self, *, with_hierarchy: bool) -> None:
        district = load_district(XIPENG)
        policy = district.policy
        engine = RoadEngine(
            committed_roads(), policy.snap, policy.locate, with_hierarchy=with_hierarchy
        )
        in_use: RoadsInUse[Fleet] = RoadsInUse(engine, Crews(district))
        self.unit_ids = sorted(unit.id for unit in district.units)
        self.desk = Desk(district, move=in_use.move)
        self.recommender = Recommender(
            district, in_use, self.desk.clock, CountedIds(), units=self.desk.units
        )

    def order(self, top: int = 50) -> list[str]:
        answer = self.ask(top)
        return [each.unit.id for each in answer.candidates]

    def ask(self, top: int = 50) -> Recommendation:
        answer = self.recommender.recommend(YINGXIN, top=top)
        named = [each.unit.id for each in (*answer.candidates, *answer.not_recommended)]
        assert sorted(named) == self.unit_ids
        return answer


@pytest.fixture(params=[False, True], ids=["bounded", "hierarchy"])
def xipeng(request: pytest.FixtureRequest) -> Iterator[Xipeng]:
    return Xipeng(with_hierarchy=request.param)


def test_without_the_first_the_others_keep_their_order(xipeng: Xipeng) -> None:
    everybody = xipeng.order()
    first, *others = everybody
    xipeng.desk.units.state(first, UnitStatus.OUT_OF_SERVICE, None, "")
    assert xipeng.order() == others
    assert xipeng.order(top=1) == others[:1]


def test_when_only_the_last_can_be_sent_it_is_the_one(xipeng: Xipeng) -> None:
    *others, last = xipeng.order()
    for unit_id in others:
        xipeng.desk.units.state(unit_id, UnitStatus.OUT_OF_SERVICE, None, "")
    answer = xipeng.ask()
    assert [each.unit.id for each in answer.candidates] == [last]
    assert {each.reason.code for each in answer.not_recommended} == {"out_of_service"}


def test_nobody_to_send_is_an_answer_too(xipeng: Xipeng) -> None:
    for unit_id in xipeng.unit_ids:
        xipeng.desk.units.state(unit_id, UnitStatus.REST, None, "")
    assert xipeng.order() == []


def test_a_patrol_beside_the_village_is_there_first(xipeng: Xipeng) -> None:
    village = xipeng.ask().location.position
    assert xipeng.order()[0] != "patrol-town"
    there = xipeng.desk.fix(village.lon, village.lat)
    xipeng.desk.units.report([UnitFix("patrol-town", there)])
    first = xipeng.ask().candidates[0]
    assert (first.unit.id, first.departure.source) == ("patrol-town", "reported")
