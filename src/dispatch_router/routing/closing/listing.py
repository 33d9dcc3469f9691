"""The road parts of a closure as people see them on a map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dispatch_router.domain.conditions import ClosedRoads
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.names import Name
from dispatch_router.routing.access import road_name
from dispatch_router.routing.closing.plane import E7
from dispatch_router.routing.graph import Int32, Int64, RoadGraph


def describe_closed_roads(
    concerned: Sequence[tuple[RoadGraph, Int32]], *, with_lines: bool = True
) -> ClosedRoads:
    """Describe the road parts that a closure concerns.

    Args:
        concerned: each network with its directed edges. A part that several networks have is
            there once; they share the points of their shapes.
        with_lines: give the shapes too, which takes longer than to measure them.
    """
    chosen = [(graph, np.unique(directed >> 1)) for graph, directed in concerned]
    names = {
        name: None
        for graph, edges in chosen
        for edge in _one_of_each_name(graph, edges)
        if (name := road_name(graph, edge)) is not None
    }
    length_mm, lines = _lines(chosen, with_lines=with_lines)
    return ClosedRoads(length_mm / 1000.0, tuple(sorted(names, key=_by_text)), lines)


def _by_text(name: Name) -> tuple[str, str]:
    return name.zh, name.en


def _one_of_each_name(graph: RoadGraph, edges: Int32) -> list[int]:
    columns = graph.edges.name[edges], graph.edges.name_zh[edges], graph.edges.name_en[edges]
    names = zip(*(column.tolist() for column in columns), strict=True)
    return list(dict(zip(names, edges.tolist(), strict=True)).values())


def _lines(
    chosen: list[tuple[RoadGraph, Int32]], *, with_lines: bool
) -> tuple[int, tuple[tuple[LonLat, ...], ...]]:
    """Return the length of all road parts, and their shapes without what is there already."""
    segments = [_segments(graph, edges) for graph, edges in chosen]
    # Whatever the direction: the lesser end first.
    low = np.concatenate([np.minimum(a, b) for a, b, _, _ in segments] or [_NONE])
    high = np.concatenate([np.maximum(a, b) for a, b, _, _ in segments] or [_NONE])
    order = np.lexsort((high, low))
    differs = (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)
    is_new = np.ones(len(low), dtype=np.bool_)
    is_new[order[1:]] = differs
    length_mm, lines, offset = 0, [], 0
    for (graph, _), (_, _, point, step_mm) in zip(chosen, segments, strict=True):
        new = is_new[offset : offset + len(point)]
        offset += len(point)
        length_mm += int(step_mm[new].sum())
        lines += _joined(graph, point[new]) if with_lines else []
    return length_mm, tuple(lines)


_NONE = np.empty(0, dtype=np.int64)


def _segments(graph: RoadGraph, edges: Int32) -> tuple[Int64, Int64, Int64, Int64]:
    """Return of each segment of the edges both ends, its first shape point and its length."""
    first, past = graph.edges.shape_first[edges], graph.edges.shape_first[edges + 1] - 1
    count = (past - first).astype(np.int64)
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    point = np.repeat(first.astype(np.int64), count) + within
    along_mm = graph.edges.point_along_mm
    return (
        _place(graph, point),
        _place(graph, point + 1),
        point,
        along_mm[point + 1] - along_mm[point],
    )


def _place(graph: RoadGraph, point: Int64) -> Int64:
    """Return one number for each place on earth."""
    lon_e7 = graph.edges.point_lon_e7[point].astype(np.int64)
    return (lon_e7 << 32) + graph.edges.point_lat_e7[point]


def _joined(graph: RoadGraph, point: npt.NDArray[np.int64]) -> list[tuple[LonLat, ...]]:
    """Join segments that follow one another on one edge to lines."""
    lon_e7, lat_e7 = graph.edges.point_lon_e7, graph.edges.point_lat_e7
    edge = graph.edges.point_edge[point]
    breaks = np.flatnonzero((np.diff(point) != 1) | (np.diff(edge) != 0)) + 1
    lines = []
    for run in np.split(point, breaks):
        if len(run):
            whole = slice(int(run[0]), int(run[-1]) + 2)
            columns = zip(lon_e7[whole].tolist(), lat_e7[whole].tolist(), strict=True)
            lines.append(tuple(LonLat(lon / E7, lat / E7) for lon, lat in columns))
    return lines
