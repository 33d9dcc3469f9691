"""The hour and the closures in force, put on the roads when they begin and when they end."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from dispatch_router.application.ports import ClosableRoads
from dispatch_router.domain.closures import ClosureRecord
from dispatch_router.domain.conditions import Conditions
from dispatch_router.domain.hours_of_week import next_change_after, period_at
from dispatch_router.domain.traffic import SpeedPeriod

PREPARED_AHEAD: Final = timedelta(seconds=30)


@runtime_checkable
class Prepares(Protocol):
    """Roads that can make ready for conditions before they are adopted."""

    def prepare(self, conditions: Conditions) -> None:
        """Do now whatever adopting these conditions would take time for."""
        ...


@dataclass(frozen=True, slots=True)
class _Span:
    """From when until when the conditions that were adopted last are true."""

    since: datetime
    until: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


class RoadConditions:
    """Keeps the roads as they are at the time that somebody asks for.

    Safe to share between threads. Whoever asks within the time that the conditions are true for
    waits for nobody.
    """

    def __init__(
        self, roads: ClosableRoads, periods: Sequence[SpeedPeriod], timezone: ZoneInfo
    ) -> None:
        """Take what the conditions are made from; there are no closures at first.

        Args:
            roads: those that answer.
            periods: speeds by the hour, the first that fits holds.
            timezone: of the district.
        """
        self._roads = roads
        self._periods = tuple(periods)
        self._timezone = timezone
        self._closures: tuple[ClosureRecord, ...] = ()
        self._changing = threading.Lock()
        self._span: _Span | None = None
        self._prepared: Conditions | None = None

    def bring_up_to(self, at: datetime) -> None:
        """Let the roads be what they are at an aware time."""
        span = self._span
        if span is not None and span.holds(at):
            return
        with self._changing:
            span = self._span
            if span is None or not span.holds(at):
                self._adopt(at)

    def replace_closures(self, closures: Sequence[ClosureRecord], at: datetime) -> None:
        """Let these closures and no others hold, each from its start to its end."""
        with self._changing:
            self._closures = tuple(sorted(closures, key=lambda closure: closure.id))
            # Where adopting fails, whoever asks next tries again.
            self._span = None
            self._adopt(at)

    def tick(self, at: datetime) -> None:
        """Do what time brings: adopt what begins, prepare what is about to."""
        self.bring_up_to(at)
        span = self._span
        if not isinstance(self._roads, Prepares) or span is None or span.until is None:
            return
        if span.until - at > PREPARED_AHEAD:
            return
        with self._changing:
            coming = self.at(span.until)
            if coming != self._prepared:
                self._roads.prepare(coming)
                self._prepared = coming

    def at(self, at: datetime) -> Conditions:
        """Return the conditions of an aware time."""
        local = at.astimezone(self._timezone)
        closures = [record.closure for record in self._closures]
        changes = [closure.starts_at for closure in closures]
        changes += [end for closure in closures if (end := closure.ends_at) is not None]
        next_hour = next_change_after(self._periods, local)
        changes += [] if next_hour is None else [next_hour]
        # In UTC, for Python compares times of one zone by the clock face.
        ahead = [change.astimezone(UTC) for change in changes if change > at]
        return Conditions(
            period=period_at(self._periods, local),
            closures=tuple(each.closure for each in self._closures if each.holds_at(at)),
            valid_until=min(ahead, default=None),
        )

    def _adopt(self, at: datetime) -> None:
        at = at.astimezone(UTC)
        conditions = self.at(at)
        self._roads.adopt(conditions)
        self._prepared = None
        self._span = _Span(at, conditions.valid_until)
