"""Recommendations are made from the units as they are at that moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch_router.application.crews import Crews
from dispatch_router.application.recommend import Recommender
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.domain.call_types import CallType
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import UnknownCallType
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.names import Name
from dispatch_router.domain.recommendation import Recommendation
from dispatch_router.domain.unit_status import UnitStatus
from tests.fake_roads import StraightRoads
from tests.small_district import POLICY, SMALL_DISTRICT, CountedIds, small_district
from tests.units import Desk

# So exact that nobody has to know the zone.
YINGXIN = CallQuestion("迎新村", uncertainty_m=0.0)
ALL = sorted(unit.id for unit in SMALL_DISTRICT.units)


class Room:
    """A control room: the units report, and somebody calls."""

    def __init__(
        self, district: District = SMALL_DISTRICT, roads: StraightRoads | None = None
    ) -> None:
        self.in_use = RoadsInUse(roads or StraightRoads(), Crews(district))
        self.desk = Desk(district, move=self.in_use.move)
        self.recommender = Recommender(
            district, self.in_use, self.desk.clock, CountedIds(), units=self.desk.units
        )

    def ask(self, question: CallQuestion = YINGXIN, top: int = 5) -> Recommendation:
        answer = self.recommender.recommend(question, top=top)
        named = [each.unit.id for each in (*answer.candidates, *answer.not_recommended)]
        assert sorted(named) == ALL
        return answer

    def out(self, *unit_ids: str) -> None:
        for unit_id in unit_ids:
            self.desk.units.state(unit_id, UnitStatus.OUT_OF_SERVICE, None, "")


def order(answer: Recommendation) -> list[str]:
    return [each.unit.id for each in answer.candidates]


def reasons(answer: Recommendation) -> dict[str, str]:
    return {each.unit.id: each.reason.code for each in answer.not_recommended}


@pytest.fixture
def room() -> Room:
    return Room()


def test_a_patrol_that_comes_near_is_first_in_the_next_recommendation(room: Room) -> None:
    assert order(room.ask())[0] == "p1"
    room.desk.report("x1", 106.338, ago_s=4)
    first = room.ask().candidates[0]
    assert first.unit.id == "x1"
    assert first.departure.source == "reported"
    assert first.departure.age_ms == 4_000


def test_a_unit_of_a_post_sets_off_from_where_it_says_that_it_is(room: Room) -> None:
    room.desk.report("t2", 106.338)
    assert room.ask().candidates[0].unit.id == "t2"
    room.desk.units.forget_position("t2")
    assert room.ask().candidates[0].unit.id == "p1"


def test_a_unit_out_of_service_is_not_ranked_and_says_why(room: Room) -> None:
    room.out("p1")
    answer = room.ask()
    assert "p1" not in order(answer)
    assert reasons(answer) == {"p1": "out_of_service"}
    assert [each.rank for each in answer.candidates] == [1, 2, 3, 4]


def test_the_slower_stand_before_those_that_are_not_available(room: Room) -> None:
    room.out("p1")
    assert list(reasons(room.ask(top=2)).values()) == ["slower", "slower", "out_of_service"]


def test_the_baseline_is_what_the_station_could_send(room: Room) -> None:
    # t1 knows the zone of this call, and t2 does not.
    west = CallQuestion(LonLat(106.22, 29.31))
    before = room.ask(west).baseline
    room.out("t1")
    after = room.ask(west).baseline
    assert before is not None
    assert after is not None
    assert (before.unit.id, after.unit.id) == ("t1", "t2")
    room.out("t2")
    assert room.ask(west).baseline is None


def test_when_nobody_is_available_everybody_says_why(room: Room) -> None:
    room.out(*ALL)
    answer = room.ask()
    assert answer.candidates == ()
    assert set(reasons(answer).values()) == {"out_of_service"}


def test_when_nobody_is_available_a_notice_says_so_and_who_is_back_first(room: Room) -> None:
    assert room.ask().notices == ()
    room.desk.wait(hours=9)
    at = room.desk.clock.now()
    room.out("p1", "r1")
    room.desk.units.state("x1", UnitStatus.REST, at + timedelta(hours=1), "")
    (notice,) = room.ask().notices
    assert notice.code == "nobody_available"
    assert notice.text.startswith("No unit can be sent now: 2 off duty, 3 out of service. ")
    assert "The first that will be available again is x1 at 22:00. " in notice.text
    assert (
        "目前没有可派力量：2支未上勤、3支停止出警。最早恢复的是x1号（x1），22:00。"
        in notice.text_zh
    )
    room.out("x1")
    (notice,) = room.ask().notices
    assert "is t1 at 08:30 tomorrow" in notice.text


def test_who_rests_past_the_end_of_the_shift_is_back_with_the_next_one(room: Room) -> None:
    room.out("p1", "r1", "x1", "t2")
    at = room.desk.clock.now()
    room.desk.wait(hours=9)
    room.desk.units.state("t1", UnitStatus.REST, at + timedelta(hours=10), "")
    (notice,) = room.ask().notices
    assert "is t1 at 08:30 tomorrow" in notice.text


def test_where_nobody_is_known_to_come_back_the_notice_says_that(room: Room) -> None:
    room.out(*ALL)
    (notice,) = room.ask().notices
    assert "When one of them will be available again is not known." in notice.text
    assert "何时有力量恢复尚不确定" in notice.text_zh


def test_who_lacks_what_the_call_needs_is_not_waited_for() -> None:
    lift = CallType("lift", Name("电梯困人", "Lift"), frozenset({"tools"}))
    room = Room(small_district(policy=replace(POLICY, call_types=(lift,))))
    room.desk.wait(hours=9)
    (notice,) = room.ask(replace(YINGXIN, call_type="lift")).notices
    assert "2 off duty, 3 without what this type of call needs" in notice.text
    assert "is not known" in notice.text


def test_who_is_not_available_is_not_said_to_be_unreachable() -> None:
    room = Room(roads=StraightRoads(cut_off=[0, 1]))
    room.out("t1")
    assert reasons(room.ask()) == {"t1": "out_of_service", "t2": "unreachable"}


def test_at_night_the_day_shift_is_off_duty(room: Room) -> None:
    room.desk.wait(hours=9)
    answer = room.ask()
    assert reasons(answer) == {"t1": "off_duty", "t2": "off_duty"}
    (told, _) = (each.reason for each in answer.not_recommended)
    assert "back at 08:30 tomorrow" in told.what_would_change
    assert "明日08:30返岗" in told.what_would_change_zh


def test_the_older_a_position_the_less_sure_the_time(room: Room) -> None:
    def p90_ms() -> int:
        return next(each for each in room.ask().candidates if each.unit.id == "x1").p90_ms

    stated = p90_ms()
    room.desk.report("x1", 106.25)
    fresh = p90_ms()
    room.desk.wait(minutes=5)
    old = p90_ms()
    told = next(each for each in room.ask().candidates if each.unit.id == "x1")
    assert told.departure.stale
    assert "last heard of 5 min ago" in told.why
    assert stated == fresh < old
    room.desk.wait(minutes=11)
    assert reasons(room.ask())["x1"] == "stale_position"


def test_a_type_of_call_leaves_out_who_lacks_what_it_needs() -> None:
    lift = CallType("lift", Name("电梯困人", "Lift"), frozenset({"tools"}))
    units = tuple(
        replace(unit, capabilities=frozenset({"tools"}) if unit.id == "r1" else frozenset())
        for unit in SMALL_DISTRICT.units
    )
    room = Room(small_district(units=units, policy=replace(POLICY, call_types=(lift,))))
    answer = room.ask(replace(YINGXIN, call_type="lift"))
    assert order(answer) == ["r1"]
    assert set(reasons(answer).values()) == {"lacks_capability"}
    assert len(order(room.ask())) == 5
    with pytest.raises(UnknownCallType):
        room.recommender.recommend(replace(YINGXIN, call_type="fire"))


def test_new_roads_find_the_units_where_they_are(room: Room) -> None:
    room.desk.report("x1", 106.338)
    room.in_use.replace(StraightRoads())
    assert room.ask().candidates[0].unit.id == "x1"


def test_a_unit_that_moves_while_new_roads_are_made_ready_is_not_left_behind(room: Room) -> None:
    class SlowRoads(StraightRoads):
        def place_fleet(self, *arguments):  # type: ignore[no-untyped-def]
            fleet = super().place_fleet(*arguments)
            room.desk.report("x1", 106.338)
            return fleet

    room.in_use.replace(SlowRoads())
    assert room.ask().candidates[0].unit.id == "x1"


def test_a_rest_is_over_when_it_was_to_be(room: Room) -> None:
    until = room.desk.clock.at + timedelta(minutes=20)
    room.desk.units.state("p1", UnitStatus.REST, until, "")
    assert "p1" not in order(room.ask())
    room.desk.wait(minutes=20)
    assert order(room.ask())[0] == "p1"


def test_when_no_position_arrives_any_more_calls_are_answered_all_the_same(room: Room) -> None:
    for unit in SMALL_DISTRICT.units:
        room.desk.report(unit.id, 106.3)
    room.out("p1")
    room.desk.wait(minutes=20)
    answer = room.ask()
    assert answer.degraded
    assert sorted(order(answer)) == ["r1", "t1", "t2", "x1"]
    assert all(each.departure.stale for each in answer.candidates)
    assert reasons(answer) == {"p1": "out_of_service"}
    room.desk.report("x1", 106.3)
    answer = room.ask()
    assert not answer.degraded
    assert order(answer) == ["x1"]
