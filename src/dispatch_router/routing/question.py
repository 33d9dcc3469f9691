"""One question to the roads, and what the units of one mode answer to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.response import Response
from dispatch_router.domain.travel import DriveLeg, Exemption
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.fleet import Group, Seen
from dispatch_router.routing.graph import Int64
from dispatch_router.routing.kernels.arrays import Accesses
from dispatch_router.routing.kernels.legs import Legs
from dispatch_router.routing.searches import Search
from dispatch_router.routing.snapping import SnappedPosition

SnapTo = Callable[[UnitMode, LonLat], SnappedPosition]


class CallOnRoads:
    """Where a call lies on the roads of each mode, looked up when it is first asked."""

    def __init__(self, call: LonLat, snap_to: SnapTo) -> None:
        self._call = call
        self._snap_to = snap_to
        self._snapped: dict[UnitMode, SnappedPosition] = {}

    def of(self, mode: UnitMode) -> SnappedPosition:
        """Return the call on the roads of one mode; empty where none is near."""
        snapped = self._snapped.get(mode)
        if snapped is None:
            snapped = self._snapped[mode] = self._snap_to(mode, self._call)
        return snapped


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; see ``RoadEngine.nearest``.

    Attributes:
        snapped: the call on the roads of each mode.
        offset_ms: shape (units,), ``NOT_ASKED_MS`` for units that are left out.
        baseline: units of which the best must be in the answer.
        beyond_m: a call so far from every road, outside the graph, is answered all the same.
    """

    call: LonLat
    snapped: CallOnRoads
    offset_ms: Int64
    k: int
    band_ms: int
    baseline: frozenset[int]
    with_routes: bool
    response: Response
    search: type[Search] | None
    beyond_m: float = 0.0

    def offset_of(self, group: Group) -> Int64 | None:
        """Return the offsets of a group's members; None where none of them is asked for."""
        offset_ms: Int64 = self.offset_ms[group.units]
        return offset_ms if offset_ms.max() >= 0 else None


class Way(NamedTuple):
    """One unit's best way; sorts by total, then by unit."""

    total_ms: int
    unit: int
    leg: DriveLeg


class Drive(NamedTuple):
    """What a drive goes along, see ``DriveLeg``."""

    route: tuple[LonLat, ...] | None
    exemptions: tuple[Exemption, ...]


class GroupAnswer(NamedTuple):
    """What was found for the units of one mode.

    Attributes:
        group: the units.
        seen: as the profile in force sees them.
        accesses: from where the roads of the mode reach the call.
        offset_ms: shape (members,).
        found: the answer of the search.
        units: index in the fleet of the unit of every leg, in order.
        totals_ms: of every leg.
        drives: of every leg; None where they are not asked for.
        unreachable: members without a way, ascending.
    """

    group: Group
    seen: Seen
    accesses: Accesses
    offset_ms: Int64
    found: Legs
    units: list[int]
    totals_ms: list[int]
    drives: Sequence[Drive] | None
    unreachable: np.ndarray
