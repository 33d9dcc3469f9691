"""From where on the roads a call can be reached."""

from __future__ import annotations

import numpy as np

from dispatch_router.domain.locate import walk_ms
from dispatch_router.domain.names import Name
from dispatch_router.domain.policy import LocatePolicy
from dispatch_router.domain.travel import RoadAccess
from dispatch_router.routing.graph import NOT_PERMITTED, RoadGraph
from dispatch_router.routing.kernels.arrays import Accesses
from dispatch_router.routing.metric import Metric
from dispatch_router.routing.snapping import SnappedPosition


def call_accesses(metric: Metric, snapped: SnappedPosition, locate: LocatePolicy) -> Accesses:
    """Enter the call from both directions of every road beside it.

    Each access has its own walk to the person: the search weighs a nearer road against a faster.
    """
    found = directions(metric, snapped)
    edge_ms, length_mm = metric.roads.leave_ms, metric.roads.length_mm
    return Accesses(
        edge=np.array([edge for edge, _, _ in found], dtype=np.int32),
        along_mm=np.array([along_mm for _, along_mm, _ in found], dtype=np.int64),
        # Worked out here: to hand a kernel all the roads takes longer than these few divisions.
        ms=np.array(
            [
                int(edge_ms[edge]) * along_mm // int(length_mm[edge >> 1])
                for edge, along_mm, _ in found
            ],
            dtype=np.int64,
        ),
        walk_ms=np.array(
            [walk_ms(distance_mm / 1000.0, locate) for _, _, distance_mm in found],
            dtype=np.int64,
        ),
    )


def directions(metric: Metric, candidates: SnappedPosition) -> list[tuple[int, int, int]]:
    """Every direction that may be driven there: directed edge, way along it, distance to it (mm).

    Closed roads are among them: who stands on one before the call drives on to it.
    """
    found = []
    leave_ms, length_mm = metric.roads.leave_ms, metric.roads.length_mm
    for edge, along_mm, distance_mm in zip(
        candidates.edge.tolist(),
        candidates.along_mm.tolist(),
        candidates.distance_mm.tolist(),
        strict=True,
    ):
        if leave_ms[2 * edge] != NOT_PERMITTED:
            found.append((2 * edge, along_mm, distance_mm))
        if leave_ms[2 * edge + 1] != NOT_PERMITTED:
            found.append((2 * edge + 1, int(length_mm[edge]) - along_mm, distance_mm))
    return found


def road_access(graph: RoadGraph, snapped: SnappedPosition) -> RoadAccess:
    """Describe the nearest road point."""
    edge = int(snapped.edge[0])
    return RoadAccess(
        distance_m=int(snapped.distance_mm[0]) / 1000.0,
        road_name=road_name(graph, edge),
    )


def road_name(graph: RoadGraph, edge: int) -> Name | None:
    """Return the name of a road in both languages; None where it has none."""
    edges = graph.edges
    local = graph.name(int(edges.name[edge]))
    zh = graph.name(int(edges.name_zh[edge])) or local
    en = graph.name(int(edges.name_en[edge])) or local or zh
    return Name(zh=zh or en, en=en) if zh or en else None
