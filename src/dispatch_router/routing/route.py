"""The drive of one unit, piece by piece, and its positions."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from dispatch_router.domain.geo import LonLat
from dispatch_router.routing.graph import Int32, RoadGraph
from dispatch_router.routing.kernels.arrays import NOTHING, Accesses, Starts
from dispatch_router.routing.kernels.nearest import Legs
from dispatch_router.routing.snapping import position_along

E7 = 1e7


class Piece(NamedTuple):
    """A directed edge, or a part of it, as it is driven.

    Attributes:
        directed_edge: what is driven.
        from_mm, to_mm: from where to where, counted from the directed edge's own tail.
        arc: the arc that drives it; ``NOTHING`` where the drive begins on it.
    """

    directed_edge: int
    from_mm: int
    to_mm: int
    arc: int


def drive_of_leg(
    graph: RoadGraph,
    starts: Starts,
    accesses: Accesses,
    found: Legs,
    leg: int,
    driven: Callable[[int], Int32],
) -> list[Piece]:
    """Follow the road from where a unit joins it to where the walk to the person begins.

    Args:
        graph: the roads.
        starts: of the units.
        accesses: the call.
        found: the answer of either search.
        leg: which leg of it.
        driven: the arcs that a leg drives, the one into the call's edge included.
    """
    start, access = int(found.start[leg]), int(found.access[leg])
    first_edge, start_mm = int(starts.edge[start]), int(starts.along_mm[start])
    end_mm = int(accesses.along_mm[access])
    if found.stays_on_edge[leg]:
        return [Piece(first_edge, start_mm, end_mm, NOTHING)]
    arcs = driven(leg)
    edges = graph.states.directed_edge[arcs]
    ends_mm = graph.edges.length_mm[edges >> 1].copy()
    ends_mm[-1] = end_mm
    first = Piece(first_edge, start_mm, int(graph.edges.length_mm[first_edge >> 1]), NOTHING)
    driven_whole = zip(edges.tolist(), ends_mm.tolist(), arcs.tolist(), strict=True)
    return [first, *(Piece(edge, 0, to_mm, arc) for edge, to_mm, arc in driven_whole)]


def line_of(graph: RoadGraph, drive: Sequence[Piece]) -> tuple[LonLat, ...]:
    """Return positions along a drive: two or more, without repeats unless it has no length."""
    if len(drive) == 1:
        return _without_repeats(_part(graph, drive[0]))
    line = _part(graph, drive[0])
    line.extend(_whole(graph, np.array([p.directed_edge for p in drive[1:-1]], dtype=np.int32)))
    line.extend(_part(graph, drive[-1]))
    return _without_repeats(line)


def _whole(graph: RoadGraph, directed_edges: Int32) -> list[LonLat]:
    """Positions of directed edges from end to end, all at once: a drive has hundreds."""
    edges, edge = graph.edges, directed_edges >> 1
    backward = (directed_edges & 1).astype(np.bool_)
    first, last = edges.shape_first[edge], edges.shape_first[edge + 1] - 1
    count = last - first + 1
    place = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    step = np.repeat(np.where(backward, -1, 1), count)
    point = np.repeat(np.where(backward, last, first), count) + step * place
    lon = (edges.point_lon_e7[point] / E7).tolist()
    lat = (edges.point_lat_e7[point] / E7).tolist()
    return list(map(LonLat, lon, lat))


def _part(graph: RoadGraph, piece: Piece) -> list[LonLat]:
    """Positions of a piece, in order of the drive."""
    edge = piece.directed_edge >> 1
    length_mm = int(graph.edges.length_mm[edge])
    if piece.directed_edge & 1:
        from_mm, to_mm = length_mm - piece.to_mm, length_mm - piece.from_mm
        return _along_shape(graph, edge, from_mm, to_mm)[::-1]
    return _along_shape(graph, edge, piece.from_mm, piece.to_mm)


def _along_shape(graph: RoadGraph, edge: int, from_mm: int, to_mm: int) -> list[LonLat]:
    edges = graph.edges
    first, last = int(edges.shape_first[edge]), int(edges.shape_first[edge + 1])
    along_mm = edges.point_along_mm[first:last]
    between = first + np.flatnonzero((along_mm > from_mm) & (along_mm < to_mm))
    lon = (edges.point_lon_e7[between] / E7).tolist()
    lat = (edges.point_lat_e7[between] / E7).tolist()
    corners = [LonLat(*corner) for corner in zip(lon, lat, strict=True)]
    return [
        position_along(graph, edge, from_mm),
        *corners,
        position_along(graph, edge, to_mm),
    ]


def _without_repeats(line: list[LonLat]) -> tuple[LonLat, ...]:
    kept = line[:1]
    kept.extend(after for before, after in itertools.pairwise(line) if after != before)
    return tuple(kept) if len(kept) > 1 else (line[0], line[-1])
