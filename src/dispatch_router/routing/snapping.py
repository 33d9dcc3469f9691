"""Tie positions to roads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dispatch_router.domain.geo import LonLat
from dispatch_router.routing.graph import Int32, Int64, RoadGraph
from dispatch_router.routing.kernels.bundle import Bundle
from dispatch_router.routing.kernels.snap import (
    Found,
    Segments,
    nearby_edges,
    point_along,
)
from dispatch_router.routing.kernels.snap_many import nearby_edges_of_many
from dispatch_router.routing.topology import plain

CLOSED_AT_MOST = 8
"""Roads that an emergency drive alone may take, beside one position."""
CANDIDATES_AT_MOST = 32 + CLOSED_AT_MOST
"""Stacked ramps have a handful; a list is bounded all the same."""


@dataclass(frozen=True, slots=True)
class SnappedPosition:
    """The points of roads near one position, nearest first; empty where no road is near.

    Attributes:
        edge: shape (candidates,).
        along_mm: shape (candidates,), way from the edge's first shape point.
        distance_mm: shape (candidates,), straight line from the position.
    """

    edge: Int32
    along_mm: Int64
    distance_mm: Int64

    def __len__(self) -> int:
        """Count the candidates."""
        return len(self.edge)


NOWHERE = SnappedPosition(
    edge=np.empty(0, dtype=np.int32),
    along_mm=np.empty(0, dtype=np.int64),
    distance_mm=np.empty(0, dtype=np.int64),
)
"""Near no road."""


class Snapping:
    """Ties positions to the roads of one graph; safe to share between threads."""

    def __init__(self, graph: RoadGraph) -> None:
        """Lay out the segments of all roads for the kernel."""
        edges, grid = graph.edges, graph.grid
        self._segments = Bundle(
            Segments(
                plain(grid.frame),
                plain(grid.first),
                plain(grid.segment),
                plain(edges.point_lon_e7),
                plain(edges.point_lat_e7),
                plain(edges.point_along_mm),
                plain(edges.point_edge),
                plain(edges.free_flow_ms),
            )
        )

    def snap(self, position: LonLat, *, max_m: float, within_m: float) -> SnappedPosition:
        """Find the nearest road and every road that is hardly farther.

        Nearest by edge, not by node. On a dual carriageway and on stacked roads (bridges over
        streets) all of them are candidates, and the search takes the fastest. A road that an
        emergency drive alone may take is a candidate beside the nearest that every drive may, never
        instead.

        Args:
            position: WGS-84.
            max_m: farther than this from any road, the answer is empty.
            within_m: how much farther than the nearest a candidate may be.
        """
        found = Found(
            edge=np.empty(CANDIDATES_AT_MOST, dtype=np.int32),
            along_mm=np.empty(CANDIDATES_AT_MOST, dtype=np.int64),
            distance_mm=np.empty(CANDIDATES_AT_MOST, dtype=np.int64),
        )
        lon, lat, segments = float(position.lon), float(position.lat), self._segments.handle
        count = nearby_edges(lon, lat, max_m, within_m, segments, CLOSED_AT_MOST, found)
        return SnappedPosition(
            found.edge[:count], found.along_mm[:count], found.distance_mm[:count]
        )

    def snap_many(
        self, positions: Sequence[LonLat], *, max_m: float, within_m: float
    ) -> list[SnappedPosition]:
        """Do the same for many positions, in one go."""
        if not positions:
            return []
        room = CANDIDATES_AT_MOST
        found = Found(
            edge=np.empty(len(positions) * room, dtype=np.int32),
            along_mm=np.empty(len(positions) * room, dtype=np.int64),
            distance_mm=np.empty(len(positions) * room, dtype=np.int64),
        )
        lon = np.array([position.lon for position in positions], dtype=np.float64)
        lat = np.array([position.lat for position in positions], dtype=np.float64)
        count = np.empty(len(positions), dtype=np.int32)
        segments = self._segments.handle
        nearby_edges_of_many(lon, lat, max_m, within_m, segments, CLOSED_AT_MOST, found, count)
        # Copied, or a unit that stands still would keep the room of all others.
        return [
            SnappedPosition(
                found.edge[first : first + size].copy(),
                found.along_mm[first : first + size].copy(),
                found.distance_mm[first : first + size].copy(),
            )
            for first, size in zip(range(0, len(found.edge), room), count.tolist(), strict=True)
        ]


def snap(graph: RoadGraph, position: LonLat, *, max_m: float, within_m: float) -> SnappedPosition:
    """Tie one position to a graph; whoever has several keeps a ``Snapping``."""
    return Snapping(graph).snap(position, max_m=max_m, within_m=within_m)


def position_along(graph: RoadGraph, edge: int, along_mm: int) -> LonLat:
    """Return the point of an edge that lies ``along_mm`` from its first shape point."""
    edges = graph.edges
    lon, lat = point_along(
        edge,
        along_mm,
        edges.shape_first,
        edges.point_lon_e7,
        edges.point_lat_e7,
        edges.point_along_mm,
    )
    return LonLat(lon, lat)
