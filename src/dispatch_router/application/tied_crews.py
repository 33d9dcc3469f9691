"""The units of one district tied to the roads, which may be replaced under them."""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

import numpy as np

from dispatch_router.application.crews import Crews
from dispatch_router.application.ports import FleetT, Roads
from dispatch_router.domain.errors import OutsideDistrict
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.response import Response


@dataclass(frozen=True, slots=True)
class InUse(Generic[FleetT]):
    """One road graph and the district's units on it."""

    roads: Roads[FleetT]
    fleet: FleetT


class TiedCrews(Generic[FleetT]):
    """Crews and where they are on the roads in use; safe to share between threads.

    Attributes:
        crews: the units, in the order of the fleet.
    """

    def __init__(self, roads: Roads[FleetT], crews: Crews) -> None:
        """Tie the crews to the roads, each at its post or beat."""
        self.crews = crews
        self._moving = threading.Lock()
        self._positions = [departure.position for departure in crews.departures]
        self._current = self._tie(roads, self._positions)

    def current(self) -> InUse[FleetT]:
        """Return the roads to search; ask once for each search."""
        return self._current

    def move(self, positions: Mapping[int, LonLat]) -> None:
        """Put units somewhere else, by their index; the next search sees all of them there."""
        with self._moving:
            for unit, position in positions.items():
                self._positions[unit] = position
            self._current.fleet.move(positions)

    def replace(self, roads: Roads[FleetT]) -> None:
        """Search other roads from now on.

        They have been asked once by then, so that the next call waits for nothing that is done at
        the first.
        """
        tied_at = list(self._positions)
        tied = self._tie(roads, tied_at)
        _ask_once(tied, tied_at)
        with self._moving:
            # Tying thousands takes a while, in which some may have moved.
            tied.fleet.move(
                {
                    unit: position
                    for unit, position in enumerate(self._positions)
                    if position is not tied_at[unit]
                }
            )
            self._current = tied

    def _tie(self, roads: Roads[FleetT], positions: Sequence[LonLat]) -> InUse[FleetT]:
        modes = [unit.mode for unit in self.crews.units]
        return InUse(roads, roads.place_fleet(positions, modes))


def _ask_once(in_use: InUse[FleetT], positions: Sequence[LonLat]) -> None:
    """Ask who is nearest to one of the units, under the rules of every response."""
    offset_ms = np.zeros(len(positions), dtype=np.int64)
    for response, position in itertools.product(Response, positions[:1]):
        # A unit far from every road: the first call will do it.
        with contextlib.suppress(OutsideDistrict):
            in_use.roads.nearest(
                in_use.fleet, position, offset_ms=offset_ms, k=1, band_ms=0, response=response
            )
