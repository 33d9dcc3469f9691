"""The hour and the closures are on the roads when they hold, and off them when they do not."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_router.application.road_conditions import PREPARED_AHEAD, RoadConditions
from dispatch_router.domain.closures import Closure, ClosureRecord, NamedRoad
from dispatch_router.domain.conditions import Conditions
from dispatch_router.domain.traffic import SpeedPeriod
from tests.closures import MORNING, closure
from tests.fake_roads import StraightRoads

CHINA = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
RUSH = SpeedPeriod(frozenset(range(5)), time(9, 30), time(10), {}, 600)
"""In China, a morning that begins half an hour after ``MORNING``, which is 9 o'clock there."""


class Counting(StraightRoads):
    """Roads that remember what they were told."""

    def __init__(self) -> None:
        super().__init__()
        self.adopted: list[Conditions] = []

    def adopt(self, conditions: Conditions) -> None:
        self.adopted.append(conditions)


class Preparing(Counting):
    def __init__(self) -> None:
        super().__init__()
        self.prepared: list[Conditions] = []

    def prepare(self, conditions: Conditions) -> None:
        self.prepared.append(conditions)


def road(closure_id: str, start: timedelta, end: timedelta | None = None) -> Closure:
    ends_at = None if end is None else MORNING + end
    return closure(NamedRoad("x"), id=closure_id, starts_at=MORNING + start, ends_at=ends_at)


def filed(*closures: Closure, at: datetime = LONG_AGO) -> list[ClosureRecord]:
    return [ClosureRecord(each, at) for each in closures]


def test_nothing_is_adopted_twice_while_it_holds() -> None:
    roads = Counting()
    conditions = RoadConditions(roads, [RUSH], CHINA)
    for minutes in (0, 1, 29):
        conditions.bring_up_to(MORNING + timedelta(minutes=minutes))
    assert roads.adopted == [Conditions(None, (), MORNING + HOUR / 2)]


def test_the_rush_hour_begins_and_ends_to_the_moment() -> None:
    roads = Counting()
    conditions = RoadConditions(roads, [RUSH], CHINA)
    moments = (HOUR / 2 - timedelta(microseconds=1), HOUR / 2, HOUR - timedelta(seconds=1), HOUR)
    for moment in moments:
        conditions.bring_up_to(MORNING + moment)
    assert [each.period for each in roads.adopted] == [None, RUSH, None]
    assert roads.adopted[2].valid_until == MORNING + 24.5 * HOUR


def test_a_closure_begins_and_ends_by_itself() -> None:
    roads = Counting()
    conditions = RoadConditions(roads, [], CHINA)
    held, coming = road("b", HOUR, 2 * HOUR), road("a", 1.5 * HOUR)
    conditions.replace_closures(filed(held, coming), MORNING)
    for moment in (HOUR, 1.5 * HOUR, 2 * HOUR, 3000 * HOUR):
        conditions.bring_up_to(MORNING + moment)
    assert roads.adopted == [
        Conditions(None, (), MORNING + HOUR),
        Conditions(None, (held,), MORNING + 1.5 * HOUR),
        Conditions(None, (coming, held), MORNING + 2 * HOUR),
        Conditions(None, (coming,), None),
    ]


def test_a_clock_that_is_set_back_brings_back_what_held_then() -> None:
    roads = Counting()
    conditions = RoadConditions(roads, [RUSH], CHINA)
    conditions.bring_up_to(MORNING + HOUR / 2)
    conditions.bring_up_to(MORNING)
    assert [each.period for each in roads.adopted] == [RUSH, None]


def test_a_clock_that_goes_back_opens_no_road_that_was_closed_at_once() -> None:
    roads = Counting()
    conditions = RoadConditions(roads, [], CHINA)
    at_once, coming = road("a", timedelta(), 2 * HOUR), road("b", HOUR)
    conditions.replace_closures(filed(at_once, coming, at=MORNING), MORNING)
    for moment in (-HOUR, HOUR / 2, HOUR, 2 * HOUR):
        conditions.bring_up_to(MORNING + moment)
    in_force = [[each.id for each in adopted.closures] for adopted in roads.adopted]
    assert in_force == [["a"], ["a"], ["a"], ["a", "b"], ["b"]]


def test_what_could_not_be_adopted_is_tried_again() -> None:
    class Failing(Counting):
        def adopt(self, conditions: Conditions) -> None:
            super().adopt(conditions)
            if len(self.adopted) == 1:
                raise RuntimeError("out of memory")

    roads = Failing()
    conditions = RoadConditions(roads, [], CHINA)
    with pytest.raises(RuntimeError):
        conditions.replace_closures(filed(road("a", -HOUR)), MORNING)
    conditions.bring_up_to(MORNING)
    conditions.bring_up_to(MORNING)
    assert [[each.id for each in adopted.closures] for adopted in roads.adopted] == [["a"], ["a"]]


def test_what_is_about_to_begin_is_prepared_once() -> None:
    roads = Preparing()
    conditions = RoadConditions(roads, [RUSH], CHINA)
    change = MORNING + HOUR / 2
    for before in (2 * PREPARED_AHEAD, PREPARED_AHEAD, timedelta(seconds=1)):
        conditions.tick(change - before)
    assert [each.period for each in roads.prepared] == [RUSH]
    conditions.tick(change)
    assert roads.adopted[-1] == roads.prepared[0]


def test_roads_that_prepare_nothing_are_only_told_what_holds() -> None:
    roads = Counting()
    conditions = RoadConditions(roads, [RUSH], CHINA)
    conditions.tick(MORNING + HOUR / 2 - timedelta(seconds=1))
    conditions.tick(MORNING + HOUR / 2)
    assert [each.period for each in roads.adopted] == [None, RUSH]


HOURS = st.integers(-8, 8).map(lambda quarters: quarters * HOUR / 4)
CLOSURES = st.lists(
    st.tuples(HOURS, st.none() | HOURS).filter(lambda span: span[1] is None or span[0] < span[1]),
    max_size=5,
).map(lambda spans: [road(f"c{index}", *span) for index, span in enumerate(spans)])


@given(closures=CLOSURES, moments=st.lists(HOURS, min_size=1, max_size=6))
def test_whatever_was_asked_for_before_the_roads_are_as_they_are_now(
    closures: list[Closure], moments: list[timedelta]
) -> None:
    roads = Counting()
    conditions = RoadConditions(roads, [RUSH], CHINA)
    conditions.replace_closures(filed(*closures), LONG_AGO)
    for moment in moments:
        at = MORNING + moment
        conditions.bring_up_to(at)
        assert roads.adopted[-1].closures == tuple(each for each in closures if each.holds_at(at))
        in_rush = time(9, 30) <= at.astimezone(CHINA).time() < time(10)
        assert roads.adopted[-1].period == (RUSH if in_rush else None)
