"""The units as they are now: positions, statuses and who can be ranked."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dispatch_router.application.live_positions import UnitFix
from dispatch_router.domain.call_types import CallType
from dispatch_router.domain.errors import StorageUnavailable
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.names import Name
from dispatch_router.domain.unit_status import UnitStatus
from tests.small_district import POLICY, SMALL_DISTRICT, small_district
from tests.units import Desk, MemoryUnits, one_by_one

OUT, REST, IN = UnitStatus.OUT_OF_SERVICE, UnitStatus.REST, UnitStatus.IN_SERVICE
ALL = [unit.id for unit in SMALL_DISTRICT.units]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_before_anything_is_reported_everybody_is_where_the_files_say(desk: Desk) -> None:
    assert desk.units.now().mask.all()
    assert desk.place("p1") == (LonLat(106.30, 29.30), "post", None, False)
    assert desk.place("x1") == (LonLat(106.25, 29.30), "beat", None, False)


def test_a_reported_position_counts_and_grows_old(desk: Desk) -> None:
    assert desk.report("x1", 106.26, ago_s=3) is None
    assert desk.place("x1") == (LonLat(106.26, 29.3), "reported", 3_000, False)
    desk.wait(seconds=58)
    assert desk.place("x1")[2:] == (61_000, True)
    assert desk.reason("x1") is None


def test_a_unit_that_was_not_heard_of_for_long_is_left_out(desk: Desk) -> None:
    desk.report("x1", 106.26)
    desk.wait(minutes=17)
    assert desk.reason("x1") == "stale_position"
    english, chinese = desk.words("x1")
    assert english.startswith("Last heard of 17 min ago, longer than the 15 min")
    assert chinese.startswith("最近一次位置上报在17分钟前，超过规定的15分钟。")
    desk.report("x1", 106.27)
    assert desk.reason("x1") is None


def test_a_deleted_position_sends_the_unit_back_to_its_beat() -> None:
    moved: list[tuple[int, LonLat]] = []
    desk = Desk(move=one_by_one(lambda index, position: moved.append((index, position))))
    desk.report("x1", 106.26)
    desk.units.forget_position("x1")
    assert desk.place("x1")[1] == "beat"
    assert moved == [(3, LonLat(106.26, 29.3)), (3, LonLat(106.25, 29.3))]


def test_reports_that_come_together_are_judged_one_by_one(desk: Desk) -> None:
    taken = desk.units.report(
        [
            UnitFix("x1", desk.fix(106.26, ago_s=5)),
            UnitFix("x1", desk.fix(106.26, ago_s=9)),
            UnitFix("zz", desk.fix(106.26)),
            UnitFix("t1", desk.fix(106.21, ago_s=1)),
            UnitFix("x1", desk.fix(106.26, ago_s=5)),
        ]
    )
    assert taken.accepted == 2
    assert [(each.number, each.unit_id, each.reason) for each in taken.refused] == [
        (1, "x1", "older"),
        (2, "zz", "unknown_unit"),
        (4, "x1", "duplicate"),
    ]
    counts = desk.units.positions.counts()
    assert {key: count for key, count in counts.items() if count} == {
        "accepted": 2,
        "older": 1,
        "unknown_unit": 1,
        "duplicate": 1,
    }


def test_only_what_is_believed_moves_a_unit() -> None:
    moved: list[int] = []
    desk = Desk(move=one_by_one(lambda index, _: moved.append(index)))
    desk.report("x1", 106.26)
    assert desk.report("x1", 106.27, ago_s=4) == "older"
    assert moved == [3]


def test_positions_are_kept_in_one_batch_and_only_the_newest(desk: Desk) -> None:
    desk.report("x1", 106.26, ago_s=2)
    desk.report("x1", 106.261, ago_s=1)
    desk.report("t1", 106.21)
    desk.units.keep_positions()
    assert set(desk.store.kept_positions) == {"x1", "t1"}
    assert desk.store.kept_positions["x1"].lon == 106.261
    desk.units.forget_position("x1")
    desk.units.keep_positions()
    assert set(desk.store.kept_positions) == {"t1"}


def test_positions_that_cannot_be_kept_are_kept_when_it_is_possible_again(desk: Desk) -> None:
    desk.report("x1", 106.26, ago_s=2)
    desk.report("t1", 106.21, ago_s=2)
    desk.store.fails = True
    with pytest.raises(StorageUnavailable):
        desk.units.keep_positions()
    desk.report("x1", 106.261)
    desk.store.fails = False
    desk.units.keep_positions()
    assert desk.store.kept_positions["x1"].lon == 106.261
    assert desk.store.kept_positions["t1"].lon == 106.21


def test_after_a_restart_units_are_where_they_were_unless_that_was_long_ago() -> None:
    desk, moved = Desk(), []
    store = MemoryUnits()
    store.kept_positions = {
        "x1": desk.fix(106.26, ago_s=600),
        "t1": desk.fix(106.21, ago_s=901),
        "gone": desk.fix(106.21),
    }
    again = Desk(
        store=store, move=one_by_one(lambda index, position: moved.append((index, position.lon)))
    )
    assert again.place("x1") == (LonLat(106.26, 29.3), "reported", 600_000, True)
    assert again.place("t1")[1] == "post"
    assert moved == [(3, 106.26)]


def test_a_unit_out_of_service_is_left_out_until_it_says_otherwise(desk: Desk) -> None:
    desk.units.state("t1", OUT, None, "flat tyre")
    desk.wait(hours=1)
    assert desk.reason("t1") == "out_of_service"
    english, chinese = desk.words("t1")
    assert english == (
        "Out of service since 12:00 (flat tyre); it is ranked again once its status says "
        "in_service."
    )
    assert chinese == "自12:00起停止出警（flat tyre），状态改为in_service后重新参与排序。"
    desk.units.state("t1", IN, None, "")
    assert desk.reason("t1") is None


def test_a_rest_ends_by_itself(desk: Desk) -> None:
    desk.units.state("t1", REST, desk.clock.at + timedelta(minutes=30), "")
    assert desk.reason("t1") == "out_of_service"
    assert desk.words("t1")[0].startswith("At rest since 12:00; in service again at 12:30")
    desk.wait(minutes=30)
    assert desk.reason("t1") is None
    assert desk.units.one("t1", desk.units.now()).status is IN


def test_a_status_that_cannot_be_kept_does_not_count(desk: Desk) -> None:
    desk.store.fails = True
    with pytest.raises(StorageUnavailable):
        desk.units.state("t1", OUT, None, "")
    assert desk.reason("t1") is None


def test_a_status_is_there_after_a_restart(desk: Desk) -> None:
    desk.units.state("t1", OUT, None, "")
    desk.store.kept_statuses["gone"] = desk.store.kept_statuses["t1"]
    assert Desk(store=desk.store).reason("t1") == "out_of_service"


def test_in_the_evening_a_unit_is_off_duty_and_says_when_it_is_back(desk: Desk) -> None:
    desk.wait(hours=7)
    assert desk.reason("t1") == "off_duty"
    english, chinese = desk.words("t1")
    assert english == "Off duty, as its roster says; back at 08:30 tomorrow."
    assert chinese == "按勤务安排未上勤，明日08:30返岗。"
    assert desk.reason("p1") is None


def test_who_stays_in_service_past_the_end_of_the_shift_is_ranked_until_then(desk: Desk) -> None:
    desk.units.state("t1", IN, desk.clock.at + timedelta(hours=8), "overtime")
    desk.wait(hours=7)
    assert desk.reason("t1") is None
    desk.wait(hours=1)
    assert desk.reason("t1") == "off_duty"


def test_a_crew_that_visits_homes_is_left_out_unless_it_says_where_it_is(desk: Desk) -> None:
    desk.wait(days=1, hours=3)
    assert desk.reason("t1") == "off_duty"
    assert desk.words("t1")[0] == (
        "Away from where it sets off, as its roster says; back at 16:30. A position that it "
        "reports from where it is lets it be ranked sooner."
    )
    desk.report("t1", 106.21)
    assert desk.reason("t1") is None
    desk.wait(seconds=61)
    assert desk.reason("t1") == "off_duty"


def test_a_call_that_needs_more_than_a_unit_can_do_leaves_it_out() -> None:
    lift = CallType("lift", Name("电梯困人", "Lift"), frozenset({"tools", "english"}))
    talk = CallType("talk", Name("纠纷", "Quarrel"), frozenset())
    units = tuple(
        replace(unit, capabilities=frozenset({"tools"}) if unit.id == "t1" else frozenset())
        for unit in SMALL_DISTRICT.units
    )
    policy = replace(POLICY, call_types=(lift, talk))
    desk = Desk(small_district(units=units, policy=policy))
    at = desk.units.availability.at(desk.clock.at, "lift")
    assert not at.mask.any()
    reason = at.reason(0)
    assert reason is not None
    assert reason.code == "lacks_capability"
    assert reason.what_would_change.startswith("This type of call needs english, which")
    assert desk.units.availability.at(desk.clock.at, "talk").mask.all()
    assert desk.units.availability.at(desk.clock.at, "unheard of").mask.all()


def test_a_busy_unit_says_with_what(desk: Desk) -> None:
    at = desk.units.availability.at(desk.clock.at, busy={"p1": "i7", "gone": "i8"})
    assert [(ALL[index], reason.code) for index, reason in at.unavailable()] == [("p1", "busy")]
    reason = at.reason(2)
    assert reason is not None
    assert "incident i7" in reason.what_would_change
    assert "警情i7" in reason.what_would_change_zh


def test_of_several_reasons_the_most_telling_is_said(desk: Desk) -> None:
    desk.report("t1", 106.21)
    desk.units.state("t1", OUT, None, "")
    desk.wait(hours=7)
    assert desk.reason("t1") == "out_of_service"
    desk.units.state("t1", IN, None, "")
    assert desk.reason("t1") == "off_duty"


def test_a_position_from_a_clock_that_is_ahead_is_not_younger_than_now(desk: Desk) -> None:
    desk.report("x1", 106.26, ago_s=-5)
    at = desk.units.now()
    assert [at.age_ms(index) for index in range(5)] == [None, None, None, 0, None]


def test_far_days_are_named_by_date_and_year(desk: Desk) -> None:
    desk.units.state("t1", OUT, datetime(2025, 6, 20, 1, tzinfo=UTC), "")
    assert "in service again at 09:00 on 20 June," in desk.words("t1")[0]
    assert "6月20日09:00" in desk.words("t1")[1]
    desk.units.state("t1", OUT, datetime(2026, 1, 1, 1, tzinfo=UTC), "")
    assert "09:00 on 1 January 2026" in desk.words("t1")[0]
    assert "2026年1月1日09:00" in desk.words("t1")[1]


def test_of_positions_from_many_threads_the_newest_wins_everywhere() -> None:
    moved: list[float] = []
    desk = Desk(move=one_by_one(lambda _, position: moved.append(position.lon)))
    reports = [
        UnitFix("x1", desk.fix(106.25 + number * 1e-5, ago_s=300 - number)) for number in range(300)
    ]

    def send(first: int) -> None:
        for report in reports[first::4]:
            desk.units.report([report])

    threads = [threading.Thread(target=send, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert desk.units.positions.newest(3) == reports[-1].fix
    assert moved == sorted(moved)
    assert moved[-1] == reports[-1].fix.lon
    desk.units.keep_positions()
    assert desk.store.kept_positions["x1"] == reports[-1].fix
    assert sum(desk.units.positions.counts().values()) == len(reports)
