"""Units tied to the roads: where each may set off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dispatch_router.domain.geo import LonLat
from dispatch_router.routing.graph import NOT_PERMITTED, Int32, RoadGraph
from dispatch_router.routing.hierarchy.labels import Labels
from dispatch_router.routing.kernels.arrays import NOTHING, Starts
from dispatch_router.routing.kernels.dead_ends import mark_ways_out
from dispatch_router.routing.kernels.from_post import PostStarts
from dispatch_router.routing.kernels.settle import ms_along
from dispatch_router.routing.metric import Metric, plain
from dispatch_router.routing.reach import REACHES_CORE
from dispatch_router.routing.snapping import SnappedPosition


@dataclass(frozen=True, slots=True)
class Fleet:
    """Units in a fixed order, and every directed edge that each may set off on.

    Attributes:
        positions: where each unit is, WGS-84.
        starts: for the kernels.
        reaches_core: shape (units,), bool, the unit can drive to the largest connected part.
        labels: for the hierarchy; None where there is none.
    """

    positions: tuple[LonLat, ...]
    starts: Starts
    reaches_core: np.ndarray
    labels: Labels | None = None

    def starts_of(self, unit: int) -> PostStarts:
        """Return the starts of one unit alone."""
        own = np.flatnonzero(self.starts.unit == unit)
        return PostStarts(
            edge=self.starts.edge[own],
            along_mm=self.starts.along_mm[own],
            yard_ms=self.starts.yard_ms[own],
            ms=self.starts.ms[own],
        )

    def __len__(self) -> int:
        """Count the units."""
        return len(self.positions)


def tie_to_roads(
    graph: RoadGraph,
    metric: Metric,
    positions: Sequence[LonLat],
    snapped: Sequence[SnappedPosition],
    *,
    yard_speed_m_s: float,
) -> Fleet:
    """Let every unit set off in both directions of every road that it may stand on.

    Args:
        graph: the roads.
        metric: their driving times.
        positions: of the units, WGS-84.
        snapped: the same, on roads; empty for a unit that is far from every road.
        yard_speed_m_s: from the position to the road.
    """
    rows: list[tuple[int, int, int, int, int]] = []
    for unit, candidates in enumerate(snapped):
        for directed_edge, along_mm, distance_mm in directions(metric, candidates):
            yard_ms = round(distance_mm / yard_speed_m_s)
            driven_ms = ms_along(metric.roads, directed_edge, along_mm)
            rest_ms = int(metric.roads.edge_ms[directed_edge]) - driven_ms
            rows.append((unit, directed_edge, along_mm, yard_ms, yard_ms + rest_ms))
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    edge = table[:, 1].astype(np.int32)
    at_state = metric.roads.head_state[edge]
    first_at, next_at = _linked_by_state(at_state, metric.state_count)
    starts = Starts(
        unit=table[:, 0].astype(np.int32),
        edge=edge,
        along_mm=table[:, 2].copy(),
        yard_ms=table[:, 3].copy(),
        ms=table[:, 4].copy(),
        first_at=first_at,
        next_at=next_at,
        marks=mark_ways_out(at_state, plain(graph.states.node), metric.dead_end_exits),
    )
    reaches_core = np.zeros(len(positions), dtype=bool)
    connected = (metric.reach[at_state] & REACHES_CORE) != 0
    reaches_core[starts.unit[connected]] = True
    return Fleet(positions=tuple(positions), starts=starts, reaches_core=reaches_core)


def directions(metric: Metric, candidates: SnappedPosition) -> list[tuple[int, int, int]]:
    """Every permitted direction of every road: directed edge, way along it, distance to it (mm)."""
    found = []
    for edge, along_mm, distance_mm in zip(
        candidates.edge.tolist(),
        candidates.along_mm.tolist(),
        candidates.distance_mm.tolist(),
        strict=True,
    ):
        if metric.roads.edge_ms[2 * edge] != NOT_PERMITTED:
            found.append((2 * edge, along_mm, distance_mm))
        if metric.roads.edge_ms[2 * edge + 1] != NOT_PERMITTED:
            rest_mm = int(metric.roads.length_mm[edge]) - along_mm
            found.append((2 * edge + 1, rest_mm, distance_mm))
    return found


def _linked_by_state(at_state: Int32, state_count: int) -> tuple[Int32, Int32]:
    """Chain the starts that end at the same state: the first of each state, the next of each."""
    first_at = np.full(state_count, NOTHING, dtype=np.int32)
    next_at = np.full(len(at_state), NOTHING, dtype=np.int32)
    for start in range(len(at_state) - 1, -1, -1):
        next_at[start] = first_at[at_state[start]]
        first_at[at_state[start]] = start
    return first_at, next_at
