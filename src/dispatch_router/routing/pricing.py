"""Driving times of a profile: the hour, the response, and the closures in force.

Everything is whole numbers, rounded half up, so that every replica gets the same times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dispatch_router.domain.response import Response
from dispatch_router.domain.road_classes import RoadClass
from dispatch_router.domain.traffic import PERMILLE, EmergencyPolicy, SpeedPeriod, TrafficPolicy
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.graph import (
    LONGEST_DRIVE_MS,
    NOT_PERMITTED,
    Edges,
    Int32,
    Int64,
)
from dispatch_router.routing.metric import DrivingTimes, EdgeTimes
from dispatch_router.routing.road_classes import EmergencyOnly, RoadFlag

MM_MS_PER_KMH = 3.6
"""One millimetre at one km/h takes 3.6 milliseconds."""

NEVER_CONTRAFLOW = frozenset({RoadClass.MOTORWAY, RoadClass.MOTORWAY_LINK})

_CLASS_COUNT = 256


@dataclass(frozen=True, slots=True)
class Pricing:
    """What the times of one profile depend on beside the graph.

    Attributes:
        mode: who drives; on foot neither hours nor exemptions change anything.
        response: which rules bind.
        period: whose speed factors hold; None in light traffic.
    """

    mode: UnitMode
    response: Response
    period: SpeedPeriod | None
    traffic: TrafficPolicy
    emergency: EmergencyPolicy

    @property
    def is_typical(self) -> bool:
        """Whether an hour's own speeds are in force rather than those of light traffic."""
        return self.period is not None and self.mode in self.period.modes

    @property
    def uses_exemptions(self) -> bool:
        """Whether rules may be set aside."""
        return self.response is Response.EMERGENCY and self.mode is not UnitMode.FOOT


def open_times(edges: Edges, pricing: Pricing) -> DrivingTimes:
    """Return the times of every directed edge with nothing closed."""
    if pricing.mode is UnitMode.FOOT:
        walked = np.ascontiguousarray(edges.free_flow_ms)
        return DrivingTimes(edge_ms=walked, leave_ms=walked, turn_ms=None)
    exempt = pricing.uses_exemptions
    ordinary_ms = _ordinary_ms(edges, pricing)
    edge_ms = _with_exemptions(edges, ordinary_ms, pricing.emergency) if exempt else ordinary_ms
    stored = np.where(edge_ms < 0, NOT_PERMITTED, np.minimum(edge_ms, LONGEST_DRIVE_MS))
    driven = stored.astype(np.int32)
    turn_ms = pricing.emergency.turn_ms if exempt else None
    return DrivingTimes(edge_ms=driven, leave_ms=driven, turn_ms=turn_ms)


class Slowed(NamedTuple):
    """What closures leave of the speed on the edges that they concern.

    Attributes:
        edge: shape (edges,), directed, ascending, each once.
        permille: shape (edges,), thousandths of the speed, 0 where closed.
    """

    edge: Int32
    permille: Int32

    def is_same(self, other: Slowed | None) -> bool:
        """Whether it is all the same."""
        return (
            other is not None
            and np.array_equal(self.edge, other.edge)
            and np.array_equal(self.permille, other.permille)
        )


def slowed_edges(concerned: Sequence[tuple[Int32, int]]) -> Slowed | None:
    """Put closures together; of several the slowest holds, and None where nothing is concerned.

    Args:
        concerned: directed edges of each closure and the thousandths of speed that it leaves.
    """
    if not any(len(edges) for edges, _ in concerned):
        return None
    edge = np.concatenate([edges for edges, _ in concerned])
    sizes = [len(edges) for edges, _ in concerned]
    permille = np.repeat(np.array([left for _, left in concerned], dtype=np.int32), sizes)
    slowest_first = np.lexsort((permille, edge))
    edge, permille = edge[slowest_first], permille[slowest_first]
    is_first = np.append(True, edge[1:] != edge[:-1])
    return Slowed(edge[is_first], permille[is_first])


def slowed_otherwise(before: Slowed | None, after: Slowed | None) -> Int32:
    """List the directed edges of which closures leave another speed than before, ascending."""
    nothing = np.empty(0, dtype=np.int32)
    edges: Int32 = np.union1d(
        nothing if before is None else before.edge, nothing if after is None else after.edge
    )
    differing: Int32 = edges[_permille_of(before, edges) != _permille_of(after, edges)]
    return differing


def under_closures(times: DrivingTimes, slowed: Slowed | None, edges: Int32) -> EdgeTimes:
    """Return the times of some edges under closures.

    Args:
        times: with nothing closed.
        slowed: what is concerned; None for nothing.
        edges: directed, each once.
    """
    open_ms, permille = times.edge_ms[edges], _permille_of(slowed, edges)
    slowed_ms = _at_speed(open_ms, np.maximum(permille, 1), PERMILLE)
    is_slowed = (open_ms != NOT_PERMITTED) & (permille > 0) & (permille < PERMILLE)
    leave_ms = np.where(is_slowed, np.minimum(slowed_ms, LONGEST_DRIVE_MS), open_ms)
    edge_ms = np.where(permille == 0, NOT_PERMITTED, leave_ms)
    return EdgeTimes(edges, edge_ms.astype(np.int32), leave_ms.astype(np.int32), times.turn_ms)


def _permille_of(slowed: Slowed | None, edges: Int32) -> Int32:
    """Return the thousandths of the speed that closures leave on some edges."""
    permille = np.full(len(edges), PERMILLE, dtype=np.int32)
    if slowed is not None and len(slowed.edge) > 0:
        place = np.minimum(np.searchsorted(slowed.edge, edges), len(slowed.edge) - 1)
        is_slowed = slowed.edge[place] == edges
        permille[is_slowed] = slowed.permille[place[is_slowed]]
    return permille


def exempt_access(edges: Edges, pricing: Pricing) -> npt.NDArray[np.bool_]:
    """Tell where an emergency drive uses access that ordinary vehicles do not have.

    That is what is closed to them, and what is private or for residents where the emergency price
    is lower than that of an ordinary drive; shape (2 * edges,).
    """
    closed = edges.emergency == EmergencyOnly.CLOSED_ACCESS
    ordinary_ms = _ordinary_ms(edges, pricing)
    restricted = _is_restricted(edges) & (ordinary_ms >= 0)
    priced_ms = _access_ms(edges, pricing.emergency)
    faster: npt.NDArray[np.bool_] = closed | (restricted & (priced_ms < ordinary_ms))
    return faster


def _ordinary_ms(edges: Edges, pricing: Pricing) -> Int64:
    """Return the times of what everyone may drive, negative elsewhere."""
    permille = np.full(_CLASS_COUNT, PERMILLE, dtype=np.int64)
    scale = PERMILLE
    if pricing.period is not None and pricing.is_typical:
        permille = _by_class(pricing.period.permille, pricing.period.other_permille)
    signal_ms = pricing.traffic.signal_ms
    if pricing.uses_exemptions:
        emergency = pricing.emergency
        permille = permille * _by_class(emergency.permille, emergency.other_permille)
        scale = PERMILLE * PERMILLE
        signal_ms = emergency.signal_ms
    speed = np.repeat(permille[edges.road_class], 2)
    driven_ms = _at_speed(edges.free_flow_ms, speed, scale)
    waited_ms = driven_ms + _waiting_ms(edges, signal_ms)
    return np.where(edges.free_flow_ms == NOT_PERMITTED, NOT_PERMITTED, waited_ms)


def _with_exemptions(edges: Edges, ordinary_ms: Int64, emergency: EmergencyPolicy) -> Int64:
    access_ms = _access_ms(edges, emergency)
    times_ms = np.where(
        _is_restricted(edges) & (ordinary_ms >= 0), np.minimum(ordinary_ms, access_ms), ordinary_ms
    )
    times_ms = np.where(edges.emergency == EmergencyOnly.CLOSED_ACCESS, access_ms, times_ms)
    against_ms = _contraflow_ms(edges, emergency)
    against = (edges.emergency == EmergencyOnly.CONTRAFLOW) & _is_thinkable(edges, emergency)
    return np.where(against, against_ms, times_ms)


def _contraflow_ms(edges: Edges, emergency: EmergencyPolicy) -> Int64:
    """Never faster than the street is driven in its own direction."""
    with_traffic_ms = edges.free_flow_ms.reshape(-1, 2)[:, ::-1].ravel().astype(np.int64)
    slow_ms = _drive_ms(edges, emergency.contraflow_kmh)
    penalty_ms = emergency.contraflow_ms + _waiting_ms(edges, emergency.signal_ms)
    return penalty_ms + np.maximum(slow_ms, with_traffic_ms)


def _is_thinkable(edges: Edges, emergency: EmergencyPolicy) -> npt.NDArray[np.bool_]:
    classes = sorted(emergency.contraflow_classes - NEVER_CONTRAFLOW)
    return np.repeat(np.isin(edges.road_class, classes), 2)


def _access_ms(edges: Edges, emergency: EmergencyPolicy) -> Int64:
    penalty_ms = emergency.access_ms + _waiting_ms(edges, emergency.signal_ms)
    return penalty_ms + _drive_ms(edges, emergency.access_kmh)


def _waiting_ms(edges: Edges, signal_ms: int) -> Int64:
    """Wait at every signal; shape (2 * edges,)."""
    return edges.signals.astype(np.int64) * signal_ms


def _is_restricted(edges: Edges) -> npt.NDArray[np.bool_]:
    return np.repeat((edges.flags & RoadFlag.RESTRICTED_ACCESS) != 0, 2)


def _drive_ms(edges: Edges, speed_kmh: float) -> Int64:
    """Shape (2 * edges,), both directions alike, at least 1."""
    ms = np.rint(edges.length_mm * (MM_MS_PER_KMH / speed_kmh))
    return np.repeat(np.maximum(1, ms.astype(np.int64)), 2)


def _at_speed(ms: np.ndarray, speed: np.ndarray, scale: int) -> Int64:
    """Time at ``speed / scale`` of the speed that ``ms`` stands for, at least 1."""
    slower: Int64 = (ms.astype(np.int64) * scale + speed // 2) // speed
    return np.maximum(1, slower)


def _by_class(permille: Mapping[RoadClass, int], other: int) -> Int64:
    """Factors by number of the class; a ferry keeps its timetable."""
    table = np.full(_CLASS_COUNT, other, dtype=np.int64)
    for road_class, factor in permille.items():
        table[road_class] = factor
    table[RoadClass.FERRY] = PERMILLE
    return table
