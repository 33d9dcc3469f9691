"""From where on the roads a call can be reached."""

from __future__ import annotations

import numpy as np

from dispatch_router.domain.locate import walk_ms
from dispatch_router.domain.names import Name
from dispatch_router.domain.policy import LocatePolicy
from dispatch_router.domain.travel import RoadAccess
from dispatch_router.routing.graph import RoadGraph
from dispatch_router.routing.kernels.accesses import accesses_beside
from dispatch_router.routing.kernels.arrays import Accesses
from dispatch_router.routing.metric import Metric
from dispatch_router.routing.snapping import SnappedPosition


def call_accesses(metric: Metric, snapped: SnappedPosition, locate: LocatePolicy) -> Accesses:
    """Enter the call from both directions of every road beside it.

    Each access has its own walk to the person: the search weighs a nearer road against a faster.
    Closed roads are among them: who stands on one before the call drives on to it.
    """
    walk = [walk_ms(distance_mm / 1000.0, locate) for distance_mm in snapped.distance_mm.tolist()]
    return accesses_beside(
        metric.bundle.handle, snapped.edge, snapped.along_mm, np.array(walk, dtype=np.int64)
    )


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
