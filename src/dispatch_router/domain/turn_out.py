"""Turn-out (出动): from the order to wheels rolling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from dispatch_router.domain.policy import TurnOutRule
from dispatch_router.domain.units import DepartureKind, UnitMode

MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A unit that was sent somewhere already, and that could be sent elsewhere instead.

    Attributes:
        ordered_at: when it was sent.
        rolling: it has set off.
    """

    ordered_at: datetime
    rolling: bool

    def rest_of_turn_out_ms(self, whole_ms: int, at: datetime) -> int:
        """Return what is left of its turn-out; it does not begin again for another order.

        Args:
            whole_ms: its turn-out by the rules of when it was sent.
            at: now; a clock that went back does not make it longer than the whole.
        """
        if self.rolling:
            return 0
        passed_ms = round(1000.0 * (at - self.ordered_at).total_seconds())
        return whole_ms - min(max(passed_ms, 0), whole_ms)


def minute_of_day(local: time) -> int:
    """Whole minutes since midnight, 0-1439."""
    return local.hour * 60 + local.minute


def turn_out_ms(
    rules: Sequence[TurnOutRule], kind: DepartureKind, mode: UnitMode, minute: int
) -> int | None:
    """Milliseconds from the order to wheels rolling; None where no rule covers the minute.

    Args:
        rules: the first that fits holds.
        kind: of the departure point.
        mode: how the unit travels.
        minute: of the day in local time, 0-1439.
    """
    for rule in rules:
        if rule.kind is kind and rule.mode in (None, mode) and covers(rule, minute):
            return round(1000.0 * rule.turn_out_s)
    return None


def covers(rule: TurnOutRule, minute: int) -> bool:
    """Whether the rule's part of the day holds the minute."""
    start, end = minute_of_day(rule.start), minute_of_day(rule.end)
    if start == end:
        return True
    if start < end:
        return start <= minute < end
    return minute >= start or minute < end


def uncovered_minutes(
    rules: Sequence[TurnOutRule], kind: DepartureKind, mode: UnitMode
) -> list[int]:
    """Minutes of the day at which no rule says how fast this kind turns out by this mode."""
    return [
        minute
        for minute in range(MINUTES_PER_DAY)
        if turn_out_ms(rules, kind, mode, minute) is None
    ]
