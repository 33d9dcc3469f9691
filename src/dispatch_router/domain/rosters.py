"""Rosters (勤务安排): who is on duty when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from dispatch_router.domain.local_time import clock_changes, shown_at
from dispatch_router.domain.names import Name

HORIZON_DAYS: Final = 100
"""How far ahead a change of duty is looked for."""

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
# Most changes are soon: the whole horizon is looked through only where none is.
_SOON_DAYS: Final = 4


class DayKind(StrEnum):
    """Whether people work on a day."""

    WORKDAY = "workday"
    REST_DAY = "rest_day"


@dataclass(frozen=True, slots=True)
class ExceptionalDays:
    """Days on which the calendar differs from the week: holidays, and workdays that make up.

    Attributes:
        first: the first of them.
        last: the last of them, ``first`` or later.
    """

    first: date
    last: date
    kind: DayKind
    name: Name


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are workdays: Monday to Friday, but for the exceptions.

    Attributes:
        exceptions: by ``first``; no two share a day.
    """

    exceptions: tuple[ExceptionalDays, ...] = ()

    def kind_of(self, day: date) -> DayKind:
        """Tell whether people work on the day."""
        before = bisect_right(self.exceptions, day, key=lambda each: each.first)
        if before and day <= self.exceptions[before - 1].last:
            return self.exceptions[before - 1].kind
        return DayKind.REST_DAY if day.weekday() >= _SATURDAY else DayKind.WORKDAY


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of some days, local time.

    It runs from ``start`` (inclusive) to ``end`` (exclusive) and may pass midnight; what comes
    after midnight belongs to the day that it began on. ``start == end`` lasts 24 hours.

    Attributes:
        weekdays: on which it begins, 0 is Monday; all where none is named.
        kinds: kinds of days on which it begins; both where none is named.
    """

    weekdays: frozenset[int]
    kinds: frozenset[DayKind]
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Roster:
    """What some units have in common.

    Attributes:
        unit_ids: who it is for.
        duty: when they are on duty.
        away: when they are on duty but not where they set off from, visiting homes for example.
    """

    id: str
    name: Name
    unit_ids: frozenset[str]
    duty: tuple[Hours, ...]
    away: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True)
class DutyPlan:
    """All rosters of a district.

    A unit of several rosters is on duty when one of them says so. A unit of none always is.
    """

    calendar: Calendar = field(default_factory=Calendar)
    rosters: tuple[Roster, ...] = ()

    def rosters_of(self, unit_id: str) -> tuple[Roster, ...]:
        """Return the rosters that the unit is in."""
        return tuple(roster for roster in self.rosters if unit_id in roster.unit_ids)


class Duty(StrEnum):
    """What the rosters say of a unit at one time."""

    ON = "on"
    AWAY = "away"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class OnDuty:
    """The unit is on duty, where it sets off from.

    Attributes:
        until: when that ends, in UTC; None where it does not within ``HORIZON_DAYS``.
    """

    until: datetime | None


@dataclass(frozen=True, slots=True)
class OffDuty:
    """The unit is not on duty, or on duty but away from where it sets off.

    Attributes:
        back_at: when it is on duty there again, in UTC; None where not within ``HORIZON_DAYS``.
        away: it is on duty, but away.
    """

    back_at: datetime | None
    away: bool


def on_duty(plan: DutyPlan, unit_id: str, at: datetime) -> OnDuty | OffDuty:
    """Tell whether a unit is on duty at an instant, and when that changes.

    Args:
        plan: the district's rosters and calendar.
        unit_id: whose.
        at: an aware time whose zone is the district's.
    """
    return standing(plan.calendar, plan.rosters_of(unit_id), at)


def standing(calendar: Calendar, rosters: Sequence[Roster], at: datetime) -> OnDuty | OffDuty:
    """Tell the same of every unit that is in exactly these rosters."""
    duty = duty_at(calendar, rosters, at)
    if duty is Duty.ON:
        ends = (instant for instant, _ in changes_after(calendar, rosters, at))
        return OnDuty(next(ends, None))
    back = (instant for instant, then in changes_after(calendar, rosters, at) if then is Duty.ON)
    return OffDuty(next(back, None), away=duty is Duty.AWAY)


def duty_at(calendar: Calendar, rosters: Sequence[Roster], local: datetime) -> Duty:
    """Read the rosters of a unit at a local time; without any it is always on duty."""
    if not rosters:
        return Duty.ON
    if not _holds(calendar, (hours for roster in rosters for hours in roster.duty), local):
        return Duty.OFF
    is_away = _holds(calendar, (hours for roster in rosters for hours in roster.away), local)
    return Duty.AWAY if is_away else Duty.ON


def changes_after(
    calendar: Calendar, rosters: Sequence[Roster], at: datetime
) -> Iterator[tuple[datetime, Duty]]:
    """Yield every instant within ``HORIZON_DAYS`` at which something else holds, and what.

    Exact also where clocks are set forward or back.

    Args:
        calendar: the district's.
        rosters: all that the unit is in.
        at: an aware time whose zone is the district's.

    Yields:
        Instants after ``at`` in UTC, ascending.
    """
    zone = at.tzinfo
    if zone is None:
        raise ValueError("at has no time zone")
    held = duty_at(calendar, rosters, at)
    for instant in _instants(rosters, at.astimezone(UTC), zone):
        then = duty_at(calendar, rosters, instant.astimezone(zone))
        if then is not held:
            yield instant, then
            held = then


def _holds(calendar: Calendar, all_hours: Iterable[Hours], local: datetime) -> bool:
    today, clock = local.date(), local.time()
    return any(
        (_begins_on(hours, today, calendar) and _covers_same_day(hours, clock))
        or (
            hours.start >= hours.end
            and clock < hours.end
            and _begins_on(hours, today - _DAY, calendar)
        )
        for hours in all_hours
    )


def _covers_same_day(hours: Hours, clock: time) -> bool:
    return hours.start <= clock and (clock < hours.end or hours.start >= hours.end)


def _begins_on(hours: Hours, day: date, calendar: Calendar) -> bool:
    return (not hours.weekdays or day.weekday() in hours.weekdays) and (
        not hours.kinds or calendar.kind_of(day) in hours.kinds
    )


def _instants(rosters: Sequence[Roster], now: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Yield, ascending, every instant at which some hours can begin or end."""
    clocks = {
        clock
        for roster in rosters
        for hours in (*roster.duty, *roster.away)
        for clock in (hours.start, hours.end)
    }
    done = now
    for days in (_SOON_DAYS, HORIZON_DAYS):
        end = now + days * _DAY
        found = set(clock_changes(done, end, zone))
        day, last = done.astimezone(zone).date() - _DAY, end.astimezone(zone).date() + _DAY
        while day <= last:
            found.update(each for clock in clocks for each in shown_at(day, clock, zone))
            day += _DAY
        yield from sorted(each for each in found if done < each <= end)
        done = end
