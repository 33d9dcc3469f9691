"""Speeds by the hour of the week: which hold, and until when."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_router.domain.hours_of_week import next_change_after, period_at
from dispatch_router.domain.traffic import SpeedPeriod

CHINA, LISBON = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Lisbon")
# Half-hour daylight saving, and clocks that are set at odd times.
LORD_HOWE, TEHRAN = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Tehran")
WORKDAYS = frozenset(range(5))
MONDAY = datetime(2025, 6, 2, tzinfo=CHINA)


def period(days: frozenset[int], start: time, end: time, permille: int = 500) -> SpeedPeriod:
    return SpeedPeriod(days, start, end, {}, permille)


RUSH = period(WORKDAYS, time(7, 30), time(9))
FRIDAY_NIGHT = period(frozenset({4}), time(22), time(4), 800)


def clock(hour: int, minute: int = 0, *, day: int = 0) -> datetime:
    return MONDAY.replace(hour=hour, minute=minute) + timedelta(days=day)


def test_the_start_belongs_to_a_period_and_the_end_does_not() -> None:
    assert period_at([RUSH], clock(7, 29)) is None
    assert period_at([RUSH], clock(7, 30)) is RUSH
    assert period_at([RUSH], clock(8, 59)) is RUSH
    assert period_at([RUSH], clock(9)) is None


def test_a_period_holds_on_its_days_alone() -> None:
    assert period_at([RUSH], clock(8, day=4)) is RUSH
    assert period_at([RUSH], clock(8, day=5)) is None


def test_what_comes_after_midnight_belongs_to_the_day_that_it_began_on() -> None:
    assert period_at([FRIDAY_NIGHT], clock(23, day=4)) is FRIDAY_NIGHT
    assert period_at([FRIDAY_NIGHT], clock(3, 59, day=5)) is FRIDAY_NIGHT
    assert period_at([FRIDAY_NIGHT], clock(4, day=5)) is None
    assert period_at([FRIDAY_NIGHT], clock(3, day=4)) is None


def test_sunday_night_reaches_into_monday() -> None:
    sunday = period(frozenset({6}), time(22), time(4))
    assert period_at([sunday], clock(3)) is sunday


def test_a_period_that_ends_where_it_starts_lasts_a_day() -> None:
    monday = period(frozenset({0}), time(8), time(8))
    assert period_at([monday], clock(7, 59)) is None
    assert period_at([monday], clock(7, 59, day=1)) is monday
    assert period_at([monday], clock(8, day=1)) is None


def test_the_first_period_that_fits_holds() -> None:
    school = period(WORKDAYS, time(7, 45), time(8, 15), 300)
    assert period_at([school, RUSH], clock(8)) is school
    assert period_at([RUSH, school], clock(8)) is RUSH
    assert next_change_after([school, RUSH], clock(8)) == clock(8, 15)
    assert next_change_after([RUSH, school], clock(8)) == clock(9)


def test_the_next_change_is_after_the_time_that_is_asked_for() -> None:
    assert next_change_after([RUSH], clock(7, 30)) == clock(9)
    assert next_change_after([RUSH], clock(9)) == clock(7, 30, day=1)
    assert next_change_after([RUSH], clock(12, day=4)) == clock(7, 30, day=7)


def test_what_never_changes_has_no_next_change() -> None:
    always = period(frozenset(range(7)), time(0), time(0))
    assert next_change_after([], clock(8)) is None
    assert next_change_after([always], clock(8)) is None
    assert next_change_after([always, RUSH], clock(8)) is None


def test_a_period_inside_the_hour_that_is_left_out_in_spring_is_there_a_week_later() -> None:
    # In Lisbon, 1:00 to 2:00 on 30 March 2025 is no time of day.
    short = period(frozenset({6}), time(1, 10), time(1, 50))
    after = next_change_after([short], datetime(2025, 3, 29, 12, tzinfo=LISBON))
    assert after == datetime(2025, 4, 6, 0, 10, tzinfo=UTC)


def test_a_period_that_starts_in_the_hour_left_out_begins_as_the_clocks_are_set_forward() -> None:
    night = period(frozenset({6}), time(1, 30), time(3))
    after = next_change_after([night], datetime(2025, 3, 29, 12, tzinfo=LISBON))
    assert after == datetime(2025, 3, 30, 1, tzinfo=UTC)


def test_a_period_in_the_hour_that_comes_twice_in_autumn_comes_twice() -> None:
    # In Lisbon, 1:00 to 2:00 on 26 October 2025 comes at 0:00 and again at 1:00 UTC.
    short = period(frozenset({6}), time(1, 10), time(1, 50))
    changes, at = [], datetime(2025, 10, 25, 12, tzinfo=UTC)
    for _ in range(4):
        found = next_change_after([short], at.astimezone(LISBON))
        assert found is not None
        changes.append(found.time())
        at = found
    assert changes == [time(0, 10), time(0, 50), time(1, 10), time(1, 50)]


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        next_change_after([RUSH], datetime(2025, 6, 2, 8))


MINUTES = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
PERIODS = st.lists(
    st.builds(period, st.frozensets(st.integers(0, 6)), MINUTES, MINUTES, st.integers(100, 900)),
    max_size=3,
)
# Where the clocks are set, in the two weeks that follow or close by.
NEAR_CLOCK_CHANGES = st.sampled_from(
    [
        datetime(2025, 3, 30, 1, tzinfo=UTC).astimezone(LISBON),
        datetime(2025, 10, 26, 1, tzinfo=UTC).astimezone(LISBON),
        datetime(2025, 4, 5, 15, tzinfo=UTC).astimezone(LORD_HOWE),
        datetime(2025, 10, 4, 15, 30, tzinfo=UTC).astimezone(LORD_HOWE),
        datetime(2022, 3, 21, 20, 30, tzinfo=UTC).astimezone(TEHRAN),
        MONDAY,
    ]
)


def minute_by_minute(periods: list[SpeedPeriod], local: datetime) -> datetime | None:
    """The naive twin; ``local`` is a whole minute."""
    held, zone, at = period_at(periods, local), local.tzinfo, local.astimezone(UTC)
    for _ in range(15 * 1440):
        at += timedelta(minutes=1)
        if period_at(periods, at.astimezone(zone)) != held:
            return at
    return None


@given(periods=PERIODS, near=NEAR_CLOCK_CHANGES, minutes=st.integers(-3000, 3000))
def test_the_next_change_is_the_one_found_minute_by_minute(
    periods: list[SpeedPeriod], near: datetime, minutes: int
) -> None:
    at = (near.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(near.tzinfo)
    # Days with no period at all take the twin two weeks of minutes.
    assert next_change_after(periods, at) == minute_by_minute(periods, at)
