"""Which speeds hold at which hour of the week, and when others will."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from dispatch_router.domain.traffic import SpeedPeriod

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_SECOND = timedelta(seconds=1)
# Two weeks and a day: a part of the week that the clocks jump over is there a week later.
_DAYS_AHEAD = 15


def period_at(periods: Sequence[SpeedPeriod], local: datetime) -> SpeedPeriod | None:
    """Return the period that holds at a local time; None where traffic is light.

    Args:
        periods: the first that fits holds.
        local: what the clocks of the district show.
    """
    day, clock = local.weekday(), local.time()
    for period in periods:
        if _fits(period, day, clock):
            return period
    return None


def next_change_after(periods: Sequence[SpeedPeriod], local: datetime) -> datetime | None:
    """Return the first instant after ``local`` at which another period holds, or none any more.

    Exact where clocks are set forward or back too: such an instant may itself be the change.

    Args:
        periods: the first that fits holds.
        local: an aware time whose zone is the district's.

    Returns:
        In UTC; None where the same holds for good.
    """
    zone = local.tzinfo
    if zone is None:
        raise ValueError("local has no time zone")
    if not periods:
        return None
    # In UTC, for Python compares and adds times of one zone by the clock face.
    now = local.astimezone(UTC)
    held = period_at(periods, local)
    instants = {*_boundaries(periods, now, zone), *_clock_changes(now, zone)}
    for instant in sorted(each for each in instants if each > now):
        if period_at(periods, instant.astimezone(zone)) != held:
            return instant
    return None


def _fits(period: SpeedPeriod, day: int, clock: time) -> bool:
    passes_midnight = period.start >= period.end
    if day in period.days and period.start <= clock and (passes_midnight or clock < period.end):
        return True
    return passes_midnight and (day - 1) % 7 in period.days and clock < period.end


def _boundaries(periods: Sequence[SpeedPeriod], now: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Yield every instant at which the clocks show the start or the end of a period."""
    clocks = {clock for period in periods for clock in (period.start, period.end)}
    today = now.astimezone(zone).date()
    for ahead in range(-1, _DAYS_AHEAD):
        for clock in clocks:
            yield from _shown_at(today + ahead * _DAY, clock, zone)


def _shown_at(day: date, clock: time, zone: tzinfo) -> Iterator[datetime]:
    """Yield the instants of a clock time: two where clocks are set back over it."""
    shown = datetime.combine(day, clock, zone)
    yield shown.astimezone(UTC)
    yield shown.replace(fold=1).astimezone(UTC)


def _clock_changes(now: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Yield the instants at which the clocks are set forward or back, to the second."""
    before = now.replace(minute=0, second=0, microsecond=0)
    for _ in range(24 * _DAYS_AHEAD):
        after = before + _HOUR
        if _offset(before, zone) != _offset(after, zone):
            yield _first_with_offset_of(after, before, zone)
        before = after


def _first_with_offset_of(after: datetime, before: datetime, zone: tzinfo) -> datetime:
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if _offset(middle, zone) == _offset(after, zone):
            after = middle
        else:
            before = middle
    return after


def _offset(instant: datetime, zone: tzinfo) -> timedelta | None:
    return instant.astimezone(zone).utcoffset()
