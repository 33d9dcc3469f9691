"""Who is on duty, looked up once for as long as it holds."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import islice
from typing import Final

import numpy as np
import numpy.typing as npt

from dispatch_router.domain.rosters import (
    DutyPlan,
    OffDuty,
    OnDuty,
    Roster,
    changes_after,
    standing,
)
from dispatch_router.domain.units import Unit

Bools = npt.NDArray[np.bool_]
_NOBODY: Final = np.zeros(0, np.bool_)
_DAY_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class DutyNow:
    """What the rosters say between two instants.

    Attributes:
        since_s: the first instant, seconds since 1970.
        before_s: the first instant at which anything else may hold.
        groups: one standing for all units that are in the same rosters.
        off: shape (units,), who is off duty or away.
        away: shape (units,), who is away.
        somebody_is_away: whether anybody is.
    """

    since_s: float
    before_s: float
    groups: tuple[OnDuty | OffDuty, ...]
    off: Bools
    away: Bools
    somebody_is_away: bool


class DutyTable:
    """Who is on duty; safe to share between threads.

    Attributes:
        groups: shape (units,), which of the groups of ``DutyNow`` each unit is in.
    """

    def __init__(self, plan: DutyPlan, units: Sequence[Unit], zone: tzinfo) -> None:
        """Sort the units by the rosters that they are in.

        Args:
            plan: the district's.
            units: in the district's order.
            zone: the district's.
        """
        self._calendar = plan.calendar
        self._zone = zone
        in_rosters: dict[str, list[int]] = {}
        for number, roster in enumerate(plan.rosters):
            for unit_id in roster.unit_ids:
                in_rosters.setdefault(unit_id, []).append(number)
        numbers = [tuple(in_rosters.get(unit.id, ())) for unit in units]
        groups = sorted(set(numbers))
        self._rosters: list[tuple[Roster, ...]] = [
            tuple(plan.rosters[number] for number in group) for group in groups
        ]
        place = {group: index for index, group in enumerate(groups)}
        self.groups = np.array([place[each] for each in numbers], dtype=np.int64)
        self._now = DutyNow(0.0, 0.0, (), _NOBODY, _NOBODY, somebody_is_away=False)
        self._lock = threading.Lock()

    def at(self, instant: datetime) -> DutyNow:
        """Return what holds at an aware instant."""
        seconds = instant.timestamp()
        now = self._now
        if now.since_s <= seconds < now.before_s:
            return now
        with self._lock:
            self._now = now = self._look_up(instant.astimezone(self._zone))
        return now

    def standing(self, index: int, now: DutyNow) -> OnDuty | OffDuty:
        """Return what holds of one unit."""
        return now.groups[int(self.groups[index])]

    def _look_up(self, local: datetime) -> DutyNow:
        groups = tuple(standing(self._calendar, rosters, local) for rosters in self._rosters)
        off = np.array([isinstance(group, OffDuty) for group in groups], dtype=np.bool_)
        away = np.array(
            [isinstance(group, OffDuty) and group.away for group in groups], dtype=np.bool_
        )
        next_changes = (
            instant.timestamp()
            for rosters in self._rosters
            for instant, _ in islice(changes_after(self._calendar, rosters, local), 1)
        )
        since_s = local.timestamp()
        # Also what does not change is looked at anew once a day, for its horizon moves on.
        before_s = min(next_changes, default=since_s + _DAY_S)
        return DutyNow(
            since_s=since_s,
            before_s=min(before_s, since_s + _DAY_S),
            groups=groups,
            off=off[self.groups],
            away=away[self.groups],
            somebody_is_away=bool(away.any()),
        )
