"""What the clocks of a place show, and when they are set forward or back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)


def shown_at(day: date, clock: time, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the instants in UTC at which clocks show a time.

    They are the same but where clocks are set back over it. A time that clocks jump over gives two
    instants that show another.
    """
    shown = datetime.combine(day, clock, zone)
    return shown.astimezone(UTC), shown.replace(fold=1).astimezone(UTC)


def clock_changes(start: datetime, end: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Yield the instants after ``start`` and up to ``end`` at which clocks are set anew.

    To the second, in UTC; of several within a day those that do not cancel out.
    """
    before = start.astimezone(UTC)
    while before < end:
        after = min(before + _DAY, end)
        if _offset(before, zone) != _offset(after, zone):
            yield _first_unlike(before, after, zone)
        before = after


def _first_unlike(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    old = _offset(before, zone)
    before, after = before.replace(microsecond=0), after.replace(microsecond=0)
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if _offset(middle, zone) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(instant: datetime, zone: tzinfo) -> timedelta | None:
    return instant.astimezone(zone).utcoffset()
