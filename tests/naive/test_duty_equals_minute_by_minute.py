"""Who is on duty, and until when, equals a reading of the rosters minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch_router.domain.names import Name
from dispatch_router.domain.rosters import (
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

NAME = Name("一组", "One")
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# Clocks are set forward on 30 March 2025 and back on 26 October in the first.
ZONES = [ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai"), ZoneInfo("Australia/Lord_Howe")]
STARTS = [
    datetime(2025, 3, 28, 20, 17, tzinfo=UTC),
    datetime(2025, 10, 24, 21, tzinfo=UTC),
    datetime(2025, 4, 4, 11, 59, 30, tzinfo=UTC),
]
LOOKED_AHEAD = 4 * DAY

clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30, 59]))
hours = st.builds(
    Hours,
    st.frozensets(st.integers(0, 6), max_size=3),
    st.frozensets(st.sampled_from(DayKind)),
    clocks,
    clocks,
)
rosters = st.builds(
    Roster,
    st.just("r"),
    st.just(NAME),
    st.sampled_from([frozenset({"u"}), frozenset({"u", "v"}), frozenset({"v"})]),
    st.lists(hours, min_size=1, max_size=3).map(tuple),
    st.lists(hours, max_size=2).map(tuple),
)


def exceptions(day: date) -> st.SearchStrategy[tuple[ExceptionalDays, ...]]:
    one = st.builds(
        lambda first, length, kind: ExceptionalDays(
            day + first * DAY, day + (first + length) * DAY, kind, NAME
        ),
        st.integers(-3, 5),
        st.integers(0, 2),
        st.sampled_from(DayKind),
    )
    return st.one_of(st.just(()), one.map(lambda each: (each,)))


def present(plan: DutyPlan, unit_id: str, local: datetime) -> bool:
    """Read the rosters as a person would: look at each part of today and of yesterday."""
    mine = [roster for roster in plan.rosters if unit_id in roster.unit_ids]
    if not mine:
        return True
    on = any(inside(plan.calendar, part, local) for roster in mine for part in roster.duty)
    away = any(inside(plan.calendar, part, local) for roster in mine for part in roster.away)
    return on and not away


def inside(calendar: Calendar, part: Hours, local: datetime) -> bool:
    minute = local.hour * 60 + local.minute
    start = part.start.hour * 60 + part.start.minute
    end = part.end.hour * 60 + part.end.minute
    if end <= start:
        end += 24 * 60
    today = local.date()
    return (named(calendar, part, today) and start <= minute < end) or (
        named(calendar, part, today - DAY) and start <= minute + 24 * 60 < end
    )


def named(calendar: Calendar, part: Hours, day: date) -> bool:
    kind = DayKind.REST_DAY if day.strftime("%a") in {"Sat", "Sun"} else DayKind.WORKDAY
    for each in calendar.exceptions:
        if each.first <= day <= each.last:
            kind = each.kind
    return day.weekday() in (part.weekdays or range(7)) and kind in (part.kinds or DayKind)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_duty_and_its_next_change_are_those_of_the_minute_hand(data: st.DataObject) -> None:
    zone, start = data.draw(st.sampled_from(ZONES)), data.draw(st.sampled_from(STARTS))
    at = (start + data.draw(st.integers(0, 3 * 24 * 60)) * MINUTE).astimezone(zone)
    calendar = Calendar(data.draw(exceptions(at.date())))
    plan = DutyPlan(calendar, tuple(data.draw(st.lists(rosters, max_size=3))))

    answer = on_duty(plan, "u", at)

    is_present = present(plan, "u", at)
    assert isinstance(answer, OnDuty) == is_present
    change = answer.until if isinstance(answer, OnDuty) else answer.back_at
    assert isinstance(answer, OnDuty | OffDuty)
    # From whole minute to whole minute: nothing begins or ends in between.
    instant = at.astimezone(UTC).replace(second=0)
    end = instant + LOOKED_AHEAD
    instant += MINUTE
    while instant <= end and present(plan, "u", instant.astimezone(zone)) == is_present:
        instant += MINUTE
    if instant <= end:
        assert change == instant
    else:
        assert change is None or change > end
