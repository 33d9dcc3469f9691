"""Other roads are taken over only when they have nothing left to do at the first call."""

from __future__ import annotations

from typing import Any

from dispatch_router.application.crews import Crews
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.domain.conditions import Conditions
from dispatch_router.domain.response import Response
from dispatch_router.domain.travel import NearestUnits
from tests.closures import box, closure
from tests.fake_roads import StraightFleet, StraightRoads
from tests.small_district import SMALL_DISTRICT


class WatchedRoads(StraightRoads):
    """Notes what was asked, under which closures, and whether everybody else could ask already."""

    def __init__(self, in_use: RoadsInUse[StraightFleet], **options: Any) -> None:
        super().__init__(**options)
        self.in_use = in_use
        self.asked: list[tuple[Response, int, bool]] = []

    def nearest(self, *arguments: Any, **options: Any) -> NearestUnits:
        closures = len(self.conditions.closures)
        self.asked.append((options["response"], closures, self.in_use.current().roads is self))
        return super().nearest(*arguments, **options)


def test_roads_are_asked_under_every_rule_before_they_are_in_use() -> None:
    in_use = RoadsInUse(StraightRoads(), Crews(SMALL_DISTRICT))
    in_use.adopt(Conditions(closures=(closure(box(106.2, 29.2, 106.4, 29.4)),)))
    roads = WatchedRoads(in_use)
    in_use.replace(roads)
    assert roads.asked == [(response, 1, False) for response in Response]
    assert in_use.current().roads is roads


def test_a_unit_that_is_near_no_road_does_not_keep_them_from_being_used() -> None:
    in_use = RoadsInUse(StraightRoads(), Crews(SMALL_DISTRICT))
    roads = WatchedRoads(in_use, reach_m=0.0)
    in_use.replace(roads)
    assert len(roads.asked) == len(Response)
    assert in_use.current().roads is roads
