"""Unpack the drive of one unit into positions."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from dispatch_router.domain.geo import LonLat
from dispatch_router.routing.graph import Int32, RoadGraph
from dispatch_router.routing.kernels.arrays import Accesses
from dispatch_router.routing.kernels.nearest import Legs
from dispatch_router.routing.snapping import position_along
from dispatch_router.routing.view import View

E7 = 1e7


def route_of_leg(
    graph: RoadGraph,
    view: View,
    accesses: Accesses,
    found: Legs,
    leg: int,
    driven: Callable[[int], Int32],
) -> tuple[LonLat, ...]:
    """Follow the road from where a unit joins it to where the walk to the person begins.

    Args:
        graph: the roads.
        view: the units.
        accesses: the call.
        found: the answer of either search.
        leg: which leg of it.
        driven: the directed edges that a leg drives from end to end.

    Returns:
        Two positions or more, without repeats except where the drive has no length.
    """
    start, access = int(found.start[leg]), int(found.access[leg])
    first_edge, start_mm = int(view.starts.edge[start]), int(view.starts.along_mm[start])
    last_edge, end_mm = int(accesses.edge[access]), int(accesses.along_mm[access])
    if found.stays_on_edge[leg]:
        return _without_repeats(_part(graph, first_edge, start_mm, end_mm))
    line = _part(graph, first_edge, start_mm, _length_mm(graph, first_edge))
    line.extend(_whole(graph, driven(leg)))
    line.extend(_part(graph, last_edge, 0, end_mm))
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


def _length_mm(graph: RoadGraph, directed_edge: int) -> int:
    return int(graph.edges.length_mm[directed_edge >> 1])


def _part(graph: RoadGraph, directed_edge: int, from_mm: int, to_mm: int) -> list[LonLat]:
    """Positions of a directed edge between two points, both counted from its own tail."""
    edge, length_mm = directed_edge >> 1, _length_mm(graph, directed_edge)
    if directed_edge & 1:
        return _along_shape(graph, edge, length_mm - to_mm, length_mm - from_mm)[::-1]
    return _along_shape(graph, edge, from_mm, to_mm)


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
