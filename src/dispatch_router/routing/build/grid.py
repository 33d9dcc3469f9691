"""Build the grid that finds road segments near a point."""

from __future__ import annotations

import numpy as np

from dispatch_router.routing.geodesy import metres_per_degree
from dispatch_router.routing.graph import Edges, Int32, Int64, SegmentGrid, ever_permitted
from dispatch_router.routing.jit import kernel

CELL_M = 150.0
CELLS_AT_MOST = 1 << 22


def build_grid(edges: Edges) -> SegmentGrid:
    """Enter every segment in every cell that it passes through."""
    frame = _frame(edges)
    segment = _segments(edges)
    lon_e7, lat_e7 = edges.point_lon_e7, edges.point_lat_e7
    count = np.zeros(int(frame[4] * frame[5]) + 1, dtype=np.int64)
    nothing = np.empty(0, dtype=np.int32)
    enter_segments(segment, lon_e7, lat_e7, frame, count[1:], nothing)
    first = np.cumsum(count)
    entries = np.empty(int(first[-1]), dtype=np.int32)
    enter_segments(segment, lon_e7, lat_e7, frame, first[:-1].copy(), entries)
    return SegmentGrid(frame=frame, first=first.astype(np.int32), segment=entries)


def _segments(edges: Edges) -> Int32:
    """First shape point of every segment: all points but the last of each road that may be driven.

    Nobody sets off or is reached from a road that is permitted in neither direction, not even to an
    emergency drive: what is near it is tied to the next road.
    """
    permitted = ever_permitted(edges)
    is_first = (permitted[0::2] | permitted[1::2])[edges.point_edge]
    is_first[edges.shape_first[1:] - 1] = False
    return np.flatnonzero(is_first).astype(np.int32)


def _frame(edges: Edges) -> Int64:
    west, east = int(edges.point_lon_e7.min()), int(edges.point_lon_e7.max())
    south, north = int(edges.point_lat_e7.min()), int(edges.point_lat_e7.max())
    lon_m, lat_m = metres_per_degree(np.array([(south + north) * 0.5e-7]))
    cell_width = int(CELL_M / max(float(lon_m[0]), 1.0) * 1e7)
    cell_height = int(CELL_M / float(lat_m[0]) * 1e7)
    while ((east - west) // cell_width + 1) * ((north - south) // cell_height + 1) > CELLS_AT_MOST:
        cell_width *= 2
        cell_height *= 2
    columns = (east - west) // cell_width + 1
    rows = (north - south) // cell_height + 1
    return np.array([west, south, cell_width, cell_height, columns, rows], dtype=np.int64)


@kernel
def enter_segments(
    segment: Int32, lon_e7: Int32, lat_e7: Int32, frame: Int64, place: Int64, entries: Int32
) -> None:
    """Write each segment into its cells, at ``place``, row by row of the grid.

    Args:
        segment: shape (segments,), first shape point of each.
        lon_e7: shape (points,).
        lat_e7: shape (points,).
        frame: shape (6,), see ``SegmentGrid``.
        place: shape (cells,), where the next entry of each cell goes; counted up.
        entries: what is written to; with no room at all the entries are only counted.
    """
    west, south, cell_width, cell_height = frame[0], frame[1], frame[2], frame[3]
    columns = frame[4]
    for point in segment:
        x0, y0 = float(lon_e7[point] - west), float(lat_e7[point] - south)
        x1, y1 = float(lon_e7[point + 1] - west), float(lat_e7[point + 1] - south)
        if y1 < y0:
            x0, y0, x1, y1 = x1, y1, x0, y0
        for row in range(int(y0) // cell_height, int(y1) // cell_height + 1):
            # The part of the segment inside this row of cells spans these columns.
            from_x, to_x = x0, x1
            if y1 > y0:
                low = max(y0, float(row * cell_height))
                high = min(y1, float((row + 1) * cell_height))
                from_x = x0 + (x1 - x0) * (low - y0) / (y1 - y0)
                to_x = x0 + (x1 - x0) * (high - y0) / (y1 - y0)
            first_column = max(int(min(from_x, to_x)), 0) // cell_width
            last_column = min(int(max(from_x, to_x)) // cell_width, columns - 1)
            for column in range(first_column, last_column + 1):
                cell = row * columns + column
                if entries.size > 0:
                    entries[place[cell]] = point
                place[cell] += 1
