"""The units as they are now: where they are, what they say, who can be sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatch_router.application.availability import NOBODY_IS_BUSY, Availability, AvailableUnits
from dispatch_router.application.departures import reported_departure, stated_departures
from dispatch_router.application.live_positions import (
    LivePositions,
    Move,
    Taken,
    UnitFix,
    stay,
)
from dispatch_router.application.ports import Clock
from dispatch_router.application.unit_ports import FROM_THE_FIRST, PositionStore, StatusStore
from dispatch_router.application.unit_statuses import UnitStatuses
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import InvalidQuestion
from dispatch_router.domain.recommendation import DeparturePosition, Reason
from dispatch_router.domain.rosters import OffDuty, OnDuty
from dispatch_router.domain.unit_status import StatedStatus, UnitStatus
from dispatch_router.domain.units import Unit
from dispatch_router.domain.units_then import NOBODY_REPORTED, UnitsThen


@dataclass(frozen=True, slots=True)
class UnitNow:
    """One unit at one instant.

    Attributes:
        stated: what it stated last.
        status: what holds of that now.
        duty: what its rosters say.
        reason: why it cannot be ranked; None where it can.
    """

    unit: Unit
    departure: DeparturePosition
    stated: StatedStatus
    status: UnitStatus
    duty: OnDuty | OffDuty
    reason: Reason | None


class LiveUnits:
    """The units of one district; safe to share between threads.

    Attributes:
        positions: where they say that they are.
        statuses: what they say of their service.
        availability: who can be ranked.
    """

    def __init__(
        self,
        district: District,
        position_store: PositionStore,
        status_store: StatusStore,
        clock: Clock,
        move: Move = stay,
        *,
        forgets_lost: bool = True,
        from_memory: Callable[[], bool] = lambda: False,
    ) -> None:
        """Begin from what the stores keep.

        Args:
            district: whose units.
            position_store: keeps positions over a restart.
            status_store: keeps statuses over a restart.
            clock: the time now.
            move: called for every position that is believed, before it is acknowledged.
            forgets_lost: begin without positions that are too old to be believed.
            from_memory: whether what other services were told may be missing at present.

        Raises:
            InvalidDistrict: a unit's post is unknown, or a patrol has no beat.
            StorageUnavailable: the stores cannot be read.
        """
        self._units = district.units
        self._index = {unit.id: index for index, unit in enumerate(district.units)}
        self._stated = stated_departures(district)
        self._stale_after_ms = round(1000.0 * district.policy.positions.stale_after_s)
        self._clock = clock
        self._store = position_store
        self._keeping, self._hearing = threading.Lock(), threading.Lock()
        self._then = NOBODY_REPORTED
        homes = [departure.position for departure in self._stated]
        self.positions = LivePositions(district.units, homes, district.policy.positions, move)
        self.statuses = UnitStatuses(district.units, status_store)
        self.availability = Availability(district, self.positions, self.statuses)
        self._from_memory = from_memory
        self._heard = FROM_THE_FIRST
        self._hear_positions(self.now_ms() if forgets_lost else 0)

    def knows(self, unit_id: str) -> bool:
        """Whether the district has this unit."""
        return unit_id in self._index

    def report(self, reports: Sequence[UnitFix]) -> Taken:
        """Take in reported positions; the next ranking sees those that are believed."""
        return self.positions.take(reports, self.now_ms())

    def now(self, busy: Mapping[str, str] = NOBODY_IS_BUSY) -> AvailableUnits:
        """Tell who can be ranked now, by whatever call.

        Args:
            busy: the incident that a unit is assigned to, by unit.
        """
        return self.availability.at(self._clock.now(), busy=busy)

    def one(self, unit_id: str, at: AvailableUnits) -> UnitNow:
        """Describe one unit that the district has."""
        index = self._index[unit_id]
        stated = self.statuses.stated(index)
        return UnitNow(
            unit=self._units[index],
            departure=self.departure(index, at),
            stated=stated,
            status=stated.at(at.instant),
            duty=at.duty(index),
            reason=at.reason(index),
        )

    def then(self, busy: Mapping[str, str]) -> UnitsThen:
        """Return all that is known of the units now and not by the district's files.

        The same object as long as that holds: decisions that share it keep it once.
        """
        fixes, statuses, then = self.positions.fixes(), self.statuses.all_stated(), self._then
        from_memory = self._from_memory()
        if (
            then.fixes is not fixes
            or then.statuses is not statuses
            or then.from_memory != from_memory
            or then.busy != busy
        ):
            self._then = then = UnitsThen(fixes, statuses, busy, from_memory)
        return then

    def departure(self, index: int, at: AvailableUnits) -> DeparturePosition:
        """Tell where a unit sets off from, and how that is known."""
        fix = at.fixes[index]
        if fix is None:
            return self._stated[index]
        now_ms = round(1000.0 * at.instant.timestamp())
        return reported_departure(fix, now_ms, self._stale_after_ms)

    def state(
        self, unit_id: str, status: UnitStatus, until: datetime | None, note: str
    ) -> StatedStatus:
        """Keep what a unit that the district has states of its service.

        Raises:
            InvalidQuestion: it would be over already.
            StorageUnavailable: it could not be kept; nothing has changed.
        """
        now = self._clock.now()
        if until is not None and until <= now:
            raise InvalidQuestion("must be later than now", "必须晚于当前时间", "until")
        stated = StatedStatus(status, now, until, note)
        self.statuses.state(unit_id, stated)
        return stated

    def prepare_from(self, before: LiveUnits) -> None:
        """Put the units where they are in the district before, which goes on meanwhile."""
        self.positions.copy(before.positions)

    def hand_over(self, heir: LiveUnits) -> None:
        """Let the units of a district that has changed go on from here; no report is lost."""
        self.positions.hand_over(heir.positions)
        heir.hear_from(self._heard)
        self.statuses.hand_over(heir.statuses)

    def hear_from(self, version: int) -> None:
        """Listen to other services from where the district before has got to.

        What it had not heard of yet was put where it knew the unit, and is heard of once more.
        """
        with self._hearing:
            self._heard = min(self._heard, version)

    def keep_positions(self) -> None:
        """Keep what was reported since the last call: to be called at least once a second.

        Raises:
            StorageUnavailable: it could not be kept; the next call tries again.
        """
        # One at a time, or an older batch could be kept after a newer one.
        with self._keeping:
            unsaved = self.positions.take_unsaved()
            if not unsaved:
                return
            try:
                self._store.keep_positions(unsaved, self.positions.latest_ms(self.now_ms()))
            except BaseException:
                self.positions.put_back_unsaved(unsaved)
                raise

    def forget_position(self, unit_id: str) -> None:
        """Let a unit that the district has be at its post or beat until it reports anew."""
        self.positions.forget(unit_id, self.now_ms())

    def catch_up(self) -> None:
        """Take over what other services on the same stores were told.

        Raises:
            StorageUnavailable: it could not be read; the next call makes up for it.
        """
        self.statuses.catch_up()
        self._hear_positions(self.now_ms())

    def _hear_positions(self, now_ms: int) -> None:
        # One at a time, or an older version could be noted after a newer one.
        with self._hearing:
            kept = self._store.positions_after(self._heard)
            self.positions.take_known(kept.by_unit, now_ms)
            self._heard = kept.version

    def now_ms(self) -> int:
        """Return the time now, milliseconds since 1970."""
        return round(1000.0 * self._clock.now().timestamp())
