"""What the use cases need from outside; bootstrap alone names who provides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from dispatch_router.domain.closures import Closure
from dispatch_router.domain.conditions import ClosedRoads, Conditions
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.response import Response
from dispatch_router.domain.travel import GraphSummary, NearestUnits, WaysFrom
from dispatch_router.domain.units import UnitMode


class MovableFleet(Protocol):
    """Units tied to roads, which can be put somewhere else."""

    def move(self, positions: Mapping[int, LonLat]) -> None:
        """Put units somewhere else, by their index; the next search sees all of them there."""
        ...


FleetT = TypeVar("FleetT", bound=MovableFleet)


class Roads(Protocol, Generic[FleetT]):
    """The road network of the district; ``FleetT`` is its own form of units tied to roads."""

    def summary(self) -> GraphSummary:
        """Describe the graph in use."""
        ...

    def prepare(self, conditions: Conditions) -> None:
        """Make ready for conditions that will soon be adopted, while searches go on."""
        ...

    def adopt(self, conditions: Conditions) -> None:
        """Let the hour and the closures hold from the next search on."""
        ...

    def closed_roads(self, closure: Closure, *, with_lines: bool = True) -> ClosedRoads:
        """Describe the road parts that a closure concerns; their shapes only where asked for."""
        ...

    def near_roads(self, positions: Sequence[LonLat]) -> Sequence[bool]:
        """Tell of each position whether a road for cars lies within the policy's reach."""
        ...

    def place_fleet(self, positions: Sequence[LonLat], modes: Sequence[UnitMode]) -> FleetT:
        """Tie units to the roads of their modes, in the order given.

        A unit too far from any road stays in the fleet and is unreachable.
        """
        ...

    def nearest(
        self,
        fleet: FleetT,
        call: LonLat,
        *,
        offset_ms: npt.NDArray[np.int64],
        k: int,
        band_ms: int,
        baseline: Sequence[int] = (),
        with_routes: bool = False,
        response: Response = Response.ROUTINE,
        beyond_m: float = 0.0,
    ) -> NearestUnits:
        """Find the units that can stand beside the person first.

        Args:
            fleet: what ``place_fleet`` gave.
            call: where the person is.
            offset_ms: shape (units,): turn-out plus searching; everything that does not depend on
                the roads. ``NOT_ASKED_MS`` leaves a unit out of the answer.
            k: how many must be certain, 1 or more.
            band_ms: every unit within this of the k-th best is in the answer too.
            baseline: unit indexes of which the best must be in the answer.
            with_routes: fill ``route`` of every leg.
            response: which traffic rules bind.
            beyond_m: a call outside the map is answered too, along straight lines, where a road is
                no farther than this.

        Raises:
            OutsideDistrict: no road is near, and ``call`` lies outside the map.
        """
        ...

    def ways_from(
        self,
        start: LonLat,
        mode: UnitMode,
        ends: Sequence[LonLat],
        *,
        response: Response = Response.ROUTINE,
        with_routes: bool = False,
    ) -> WaysFrom:
        """Find the best way from one place to each of a few others, as they are now.

        Where no road leads to one, its leg is the straight line.
        """
        ...


class Clock(Protocol):
    """The time now, with an offset."""

    def now(self) -> datetime:
        """Return an aware time."""
        ...


class DecisionIds(Protocol):
    """Ids for decisions."""

    def next_id(self) -> str:
        """Return an id that was never given before."""
        ...


class ClosableRoads(Protocol):
    """What the roads offer to whoever decides on closures and speeds."""

    def summary(self) -> GraphSummary:
        """Describe the graph in use."""
        ...

    def adopt(self, conditions: Conditions) -> None:
        """Let the hour and the closures hold from the next search on."""
        ...

    def closed_roads(self, closure: Closure, *, with_lines: bool = True) -> ClosedRoads:
        """Describe the road parts that a closure concerns; their shapes only where asked for."""
        ...
