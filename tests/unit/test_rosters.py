"""Who is on duty, as rosters, holidays and home visits have it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dispatch_router.domain.names import Name
from dispatch_router.domain.rosters import (
    HORIZON_DAYS,
    Calendar,
    DayKind,
    DutyPlan,
    ExceptionalDays,
    Hours,
    OffDuty,
    OnDuty,
    Roster,
    on_duty,
)

CHINA = ZoneInfo("Asia/Shanghai")
NAME = Name("名", "Name")
WORKDAYS, REST_DAYS = frozenset({DayKind.WORKDAY}), frozenset({DayKind.REST_DAY})
NO_WEEKDAY: frozenset[int] = frozenset()
OFFICE = Hours(NO_WEEKDAY, WORKDAYS, time(8, 30), time(18))
WHOLE_REST_DAY = Hours(NO_WEEKDAY, REST_DAYS, time(0), time(0))
NIGHT = Hours(frozenset({0}), frozenset(), time(20), time(8))
TUESDAY_VISITS = Hours(frozenset({1}), WORKDAYS, time(14), time(16))

EVERYONE = Roster("everyone", NAME, frozenset({"a", "b"}), (OFFICE,), (TUESDAY_VISITS,))
WEEKEND_TEAM = Roster("weekend", NAME, frozenset({"b"}), (WHOLE_REST_DAY,))
PLAN = DutyPlan(
    Calendar(
        (
            ExceptionalDays(date(2025, 9, 28), date(2025, 9, 28), DayKind.WORKDAY, NAME),
            ExceptionalDays(date(2025, 10, 1), date(2025, 10, 8), DayKind.REST_DAY, NAME),
            ExceptionalDays(date(2025, 10, 11), date(2025, 10, 11), DayKind.WORKDAY, NAME),
        )
    ),
    (EVERYONE, WEEKEND_TEAM),
)


def china(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=CHINA)


def test_everyone_is_on_duty_on_a_workday_until_the_evening() -> None:
    assert on_duty(PLAN, "a", china(9, 3, 12)) == OnDuty(china(9, 3, 18))


def test_in_the_evening_the_crew_is_back_the_next_morning() -> None:
    assert on_duty(PLAN, "a", china(9, 3, 18)) == OffDuty(china(9, 4, 8, 30), away=False)


def test_over_the_weekend_the_team_alone_is_on_duty() -> None:
    assert on_duty(PLAN, "a", china(9, 6, 10)) == OffDuty(china(9, 8, 8, 30), away=False)
    assert on_duty(PLAN, "b", china(9, 6, 10)) == OnDuty(china(9, 8, 0))


def test_a_sunday_that_makes_up_for_a_holiday_is_a_workday() -> None:
    assert on_duty(PLAN, "a", china(9, 28, 9)) == OnDuty(china(9, 28, 18))
    assert on_duty(PLAN, "b", china(9, 28, 7)) == OffDuty(china(9, 28, 8, 30), away=False)


def test_a_holiday_on_weekdays_is_left_to_the_team() -> None:
    assert on_duty(PLAN, "a", china(10, 1, 9)) == OffDuty(china(10, 9, 8, 30), away=False)
    assert on_duty(PLAN, "b", china(10, 1, 9)) == OnDuty(china(10, 9, 0))


def test_a_post_is_empty_while_its_officers_visit_homes() -> None:
    assert on_duty(PLAN, "a", china(9, 2, 15)) == OffDuty(china(9, 2, 16), away=True)
    assert on_duty(PLAN, "a", china(9, 2, 13)) == OnDuty(china(9, 2, 14))


def test_a_night_belongs_to_the_day_that_it_began_on() -> None:
    plan = DutyPlan(rosters=(Roster("night", NAME, frozenset({"n"}), (NIGHT,)),))
    assert on_duty(plan, "n", china(9, 2, 7, 59)) == OnDuty(china(9, 2, 8))
    assert on_duty(plan, "n", china(9, 1, 7, 59)) == OffDuty(china(9, 1, 20), away=False)


def test_a_unit_of_no_roster_is_always_on_duty() -> None:
    assert on_duty(PLAN, "other", china(9, 6, 3)) == OnDuty(None)


def test_who_is_never_on_duty_again_is_told_as_such() -> None:
    hours = Hours(NO_WEEKDAY, WORKDAYS, time(8), time(9))
    first = date(2025, 9, 1)
    forever = ExceptionalDays(
        first, first + timedelta(days=2 * HORIZON_DAYS), DayKind.REST_DAY, NAME
    )
    plan = DutyPlan(Calendar((forever,)), (Roster("r", NAME, frozenset({"a"}), (hours,)),))
    assert on_duty(plan, "a", china(9, 3, 8, 30)) == OffDuty(None, away=False)


def test_the_clock_that_is_set_forward_over_the_start_begins_the_duty() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    hours = Hours(frozenset({6}), frozenset(), time(2, 30), time(6))
    plan = DutyPlan(rosters=(Roster("r", NAME, frozenset({"a"}), (hours,)),))
    before = datetime(2025, 3, 30, 1, 59, tzinfo=berlin)
    at_three = datetime(2025, 3, 30, 3, 0, tzinfo=berlin)
    assert on_duty(plan, "a", before) == OffDuty(at_three, away=False)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        on_duty(PLAN, "a", datetime(2025, 9, 3, 12))
