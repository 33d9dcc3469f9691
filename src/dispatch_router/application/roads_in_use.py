"""The roads that answer now, and the units tied to them: replaced together or not at all."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from dispatch_router.application.crews import Crews
from dispatch_router.application.ports import FleetT, Roads
from dispatch_router.domain.closures import Closure
from dispatch_router.domain.conditions import ClosedRoads, Conditions
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.travel import GraphSummary


@dataclass(frozen=True, slots=True)
class InUse(Generic[FleetT]):
    """One road graph and the district's units on it."""

    roads: Roads[FleetT]
    fleet: FleetT


class RoadsInUse(Generic[FleetT]):
    """Hands out the roads to whoever begins a search, and lets them be replaced meanwhile.

    A search that has begun ends on the roads that it began on. Safe to share between threads.

    Attributes:
        crews: the units, in the order of the fleet.
    """

    def __init__(self, roads: Roads[FleetT], crews: Crews) -> None:
        """Tie the crews to the roads."""
        self.crews = crews
        self._conditions = Conditions()
        self._changing = threading.Lock()
        self._moving = threading.Lock()
        self._positions = [departure.position for departure in crews.departures]
        self._current = self._tie(roads, self._positions)

    def current(self) -> InUse[FleetT]:
        """Return the roads to search; ask once for each search."""
        return self._current

    def summary(self) -> GraphSummary:
        """Describe the graph in use."""
        return self._current.roads.summary()

    def prepare(self, conditions: Conditions) -> None:
        """Make ready for conditions that will soon be adopted, while searches go on."""
        self._current.roads.prepare(conditions)

    def adopt(self, conditions: Conditions) -> None:
        """Let the hour and the closures hold from the next search on."""
        with self._changing:
            self._current.roads.adopt(conditions)
            self._conditions = conditions

    def closed_roads(self, closure: Closure) -> ClosedRoads:
        """Describe the road parts that a closure concerns."""
        return self._current.roads.closed_roads(closure)

    def replace(self, roads: Roads[FleetT]) -> None:
        """Search other roads from now on, under the conditions in force."""
        with self._changing:
            roads.adopt(self._conditions)
            tied_at = list(self._positions)
            tied = self._tie(roads, tied_at)
            with self._moving:
                # Tying thousands takes a while, in which some may have moved.
                for unit, position in enumerate(self._positions):
                    if position is not tied_at[unit]:
                        tied.fleet.move(unit, position)
                self._current = tied

    def move(self, unit: int, position: LonLat) -> None:
        """Put one unit somewhere else; the next search sees it there."""
        with self._moving:
            self._positions[unit] = position
            self._current.fleet.move(unit, position)

    def _tie(self, roads: Roads[FleetT], positions: Sequence[LonLat]) -> InUse[FleetT]:
        modes = [unit.mode for unit in self.crews.units]
        return InUse(roads, roads.place_fleet(positions, modes))
