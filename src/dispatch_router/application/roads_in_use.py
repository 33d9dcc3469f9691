"""The roads that answer now, and the units tied to them: replaced together or not at all."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Generic

from dispatch_router.application.crews import Crews
from dispatch_router.application.ports import FleetT, Roads
from dispatch_router.application.tied_crews import InUse, TiedCrews
from dispatch_router.domain.closures import Closure
from dispatch_router.domain.conditions import ClosedRoads, Conditions
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.travel import GraphSummary


class RoadsInUse(Generic[FleetT]):
    """Hands out the roads to whoever begins a search, and lets them be replaced meanwhile.

    A search that has begun ends on the roads that it began on. Safe to share between threads.
    """

    def __init__(self, roads: Roads[FleetT], crews: Crews) -> None:
        """Tie the crews to the roads."""
        self._conditions = Conditions()
        self._changing = threading.Lock()
        self._roads = roads
        self._tied = TiedCrews(roads, crews)

    @property
    def crews(self) -> Crews:
        """The units in use, in the order of the fleet."""
        return self._tied.crews

    @property
    def tied(self) -> TiedCrews[FleetT]:
        """The units in use, on the roads."""
        return self._tied

    def current(self) -> InUse[FleetT]:
        """Return the roads to search; ask once for each search."""
        return self._tied.current()

    def summary(self) -> GraphSummary:
        """Describe the graph in use."""
        return self._roads.summary()

    def prepare(self, conditions: Conditions) -> None:
        """Make ready for conditions that will soon be adopted, while searches go on."""
        self._roads.prepare(conditions)

    def adopt(self, conditions: Conditions) -> None:
        """Let the hour and the closures hold from the next search on."""
        with self._changing:
            self._roads.adopt(conditions)
            self._conditions = conditions

    def closed_roads(self, closure: Closure, *, with_lines: bool = True) -> ClosedRoads:
        """Describe the road parts that a closure concerns; their shapes only where asked for."""
        return self._roads.closed_roads(closure, with_lines=with_lines)

    def replace(self, roads: Roads[FleetT]) -> None:
        """Search other roads from now on, under the conditions in force."""
        with self._changing:
            roads.adopt(self._conditions)
            self._tied.replace(roads)
            self._roads = roads

    def tie(self, crews: Crews) -> TiedCrews[FleetT]:
        """Tie other crews to the roads in use, beside those that are searched."""
        with self._changing:
            return TiedCrews(self._roads, crews)

    def use(self, tied: TiedCrews[FleetT]) -> None:
        """Let these crews follow the roads from now on, in place of those before.

        A search among those before ends among them.
        """
        with self._changing:
            if tied.current().roads is not self._roads:
                tied.replace(self._roads)
            self._tied = tied

    def move(self, positions: Mapping[int, LonLat]) -> None:
        """Put units somewhere else, by their index; the next search sees all of them there."""
        self._tied.move(positions)
