"""Which units can be ranked at an instant, and why the others cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from dispatch_router.application.duty_table import DutyNow, DutyTable
from dispatch_router.application.live_positions import NEVER_MS, LivePositions
from dispatch_router.application.unit_statuses import UnitStatuses
from dispatch_router.domain import unavailable
from dispatch_router.domain.district import District
from dispatch_router.domain.nobody import Nobody
from dispatch_router.domain.positions import Fix
from dispatch_router.domain.recommendation import Reason, ReasonCode
from dispatch_router.domain.rosters import OffDuty, OnDuty
from dispatch_router.domain.units import Unit

_MINUTE_S: Final = 60
NOBODY_IS_BUSY: Final[Mapping[str, str]] = MappingProxyType({})

# Of several that hold, the greatest is said.
_AVAILABLE: Final = np.int8(0)
_STALE: Final = np.int8(1)
_LACKS: Final = np.int8(2)
_BUSY: Final = np.int8(3)
_OFF: Final = np.int8(4)
_OUT: Final = np.int8(5)
_CODES: Final = {
    int(_LACKS): ReasonCode.LACKS_CAPABILITY,
    int(_BUSY): ReasonCode.BUSY,
    int(_OFF): ReasonCode.OFF_DUTY,
    int(_OUT): ReasonCode.OUT_OF_SERVICE,
}


@dataclass(frozen=True, slots=True)
class _Known:
    """What the reasons are worded from."""

    units: tuple[Unit, ...]
    statuses: UnitStatuses
    duty: DutyTable
    lost_after_s: float


class AvailableUnits:
    """The units of a district at one instant.

    Attributes:
        instant: in the district's time.
        fixes: the newest believed position of each unit; None where it never reported.
        mask: shape (units,), who can be ranked.
        from_lost_positions: nobody else could be, so those are ranked who were not heard of for
            too long.
    """

    __slots__ = (
        "_at_ms",
        "_busy",
        "_duty",
        "_kinds",
        "_known",
        "_needs",
        "_now_ms",
        "fixes",
        "from_lost_positions",
        "instant",
        "mask",
    )

    def __init__(
        self,
        known: _Known,
        instant: datetime,
        fixes: tuple[Fix | None, ...],
        at_ms: npt.NDArray[np.int64],
        kinds: npt.NDArray[np.int8],
        duty: DutyNow,
        needs: frozenset[str],
        busy: Mapping[str, str],
    ) -> None:
        """Take what ``Availability`` found out."""
        self.instant = instant
        self.fixes = fixes
        self.mask = kinds == _AVAILABLE
        self.from_lost_positions = False
        if not self.mask.any():
            # A call is always answered, also when the positions of all units fail to arrive.
            self.mask = kinds == _STALE
            self.from_lost_positions = bool(self.mask.any())
            kinds[self.mask] = _AVAILABLE
        self._known = known
        self._now_ms = round(1000.0 * instant.timestamp())
        self._at_ms = at_ms
        self._kinds = kinds
        self._duty = duty
        self._needs = needs
        self._busy = busy

    def age_ms(self, index: int) -> int | None:
        """Return how old a unit's reported position is; None where it never reported.

        A device whose clock is a little ahead has an age of zero.
        """
        at_ms = int(self._at_ms[index])
        return None if at_ms == NEVER_MS else max(0, self._now_ms - at_ms)

    def duty(self, index: int) -> OnDuty | OffDuty:
        """Return what a unit's rosters say."""
        return self._known.duty.standing(index, self._duty)

    def reason(self, index: int) -> Reason | None:
        """Return why a unit cannot be ranked, and what would change that; None where it can."""
        known, kind = self._known, self._kinds[index]
        unit = known.units[index]
        if kind == _OUT:
            return unavailable.out_of_service(known.statuses.stated(index), self.instant)
        if kind == _OFF:
            return self._off_duty(self.duty(index))
        if kind == _BUSY:
            return unavailable.busy(self._busy[unit.id])
        if kind == _LACKS:
            return unavailable.lacks_capability(self._needs - unit.capabilities)
        if kind == _STALE:
            return unavailable.stale_position(_rounded_s(self.age_ms(index)), known.lost_after_s)
        return None

    def unavailable(self) -> Iterator[tuple[int, Reason]]:
        """Yield the units that cannot be ranked, in the district's order, with the reason."""
        # At night thousands are off duty for the same reason, which is worded once.
        groups = self._known.duty.groups
        of_groups = [self._off_duty(standing) for standing in self._duty.groups]
        indexes = np.flatnonzero(self._kinds)
        for index, kind, group in zip(
            indexes.tolist(), self._kinds[indexes].tolist(), groups[indexes].tolist(), strict=True
        ):
            reason = of_groups[group] if kind == _OFF else self.reason(index)
            if reason is not None:
                yield index, reason

    def nobody(self) -> Nobody | None:
        """Say why nobody can be ranked, and who can be first again; None where somebody can."""
        if self.mask.any():
            return None
        counts = Counter(_CODES[kind] for kind in self._kinds.tolist())
        back = ((at, index) for index in range(len(self._kinds)) if (at := self._back_at(index)))
        at, first = min(back, default=(None, -1))
        return Nobody(counts, None if at is None else self._known.units[first], at)

    def _back_at(self, index: int) -> datetime | None:
        """Return when a unit can be ranked again by itself; None where that is not known."""
        unit, duty = self._known.units[index], self.duty(index)
        if unit.id in self._busy or not self._needs <= unit.capabilities:
            return None
        known = [duty.back_at] if isinstance(duty, OffDuty) else []
        if self._kinds[index] == _OUT:
            known.append(self._known.statuses.stated(index).until)
        ends = [at for at in known if at is not None]
        return max(ends) if ends and len(ends) == len(known) else None

    def _off_duty(self, standing: OnDuty | OffDuty) -> Reason | None:
        return (
            unavailable.off_duty(standing, self.instant) if isinstance(standing, OffDuty) else None
        )


class Availability:
    """Judges the units of one district; safe to share between threads."""

    def __init__(
        self, district: District, positions: LivePositions, statuses: UnitStatuses
    ) -> None:
        """Tabulate the district."""
        policy = district.policy.positions
        self._zone = ZoneInfo(district.timezone)
        self._index = {unit.id: index for index, unit in enumerate(district.units)}
        self._positions = positions
        self._stale_after_ms = round(1000.0 * policy.stale_after_s)
        self._lost_after_ms = round(1000.0 * policy.lost_after_s)
        self._needs = {each.id: each.needs for each in district.policy.call_types}
        self._lacking = {
            call_type: np.array([not needs <= unit.capabilities for unit in district.units])
            for call_type, needs in self._needs.items()
        }
        duty = DutyTable(district.duty_plan, district.units, self._zone)
        self._known = _Known(district.units, statuses, duty, policy.lost_after_s)

    def at(
        self,
        instant: datetime,
        call_type: str | None = None,
        busy: Mapping[str, str] = NOBODY_IS_BUSY,
    ) -> AvailableUnits:
        """Tell who can be ranked.

        Args:
            instant: aware.
            call_type: id of a call type of the policy, whose needs count; an unknown one needs
                nothing.
            busy: the incident that a unit is assigned to, by unit.
        """
        statuses, now_ms = self._known.statuses, round(1000.0 * instant.timestamp())
        duty = self._known.duty.at(instant)
        fixes, at_ms = self._positions.fixes(), self._positions.at_ms.copy()
        # NEVER_MS is later than all of these.
        kinds = _STALE * (at_ms < now_ms - self._lost_after_ms).view(np.int8)
        needs = self._needs.get(call_type or "", frozenset())
        if needs:
            kinds[self._lacking[call_type or ""]] = _LACKS
        if busy:
            kinds[[self._index[unit_id] for unit_id in busy if unit_id in self._index]] = _BUSY
        off = duty.off
        if duty.somebody_is_away:
            # Who is away but says where it is can be sent from there.
            fresh = (at_ms >= now_ms - self._stale_after_ms) & (at_ms != NEVER_MS)
            off = off & ~(duty.away & fresh)
        off = off & (statuses.on_until_ms <= now_ms)
        out = statuses.out_until_ms > now_ms
        np.maximum(kinds, _OFF * off.view(np.int8), out=kinds)
        np.maximum(kinds, _OUT * out.view(np.int8), out=kinds)
        local = instant.astimezone(self._zone)
        return AvailableUnits(self._known, local, fixes, at_ms, kinds, duty, needs, busy)


def _rounded_s(age_ms: int | None) -> int:
    """Whole minutes from one minute on, so that the same is said of many units."""
    age_s = (age_ms or 0) // 1000
    return age_s if age_s < _MINUTE_S else age_s // _MINUTE_S * _MINUTE_S
