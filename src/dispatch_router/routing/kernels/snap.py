"""Find the roads near a point: expanding rings of grid cells, distances in local metres."""

from __future__ import annotations

import math

import numpy as np

from dispatch_router.routing.geodesy import metres_per_degree
from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.jit import kernel

E7 = 1e7
Millimetres = int | np.int64


@kernel
def nearby_edges(
    lon: float,
    lat: float,
    max_m: float,
    within_m: float,
    frame: Int64,
    first: Int32,
    segment: Int32,
    point_lon_e7: Int32,
    point_lat_e7: Int32,
    point_along_mm: Int64,
    point_edge: Int32,
    found_edge: Int32,
    found_along_mm: Int64,
    found_distance_mm: Int64,
) -> int:
    """Write the edges near a point, nearest first, ties by edge; return how many.

    The nearest edge is found if it is at most ``max_m`` away, and with it every edge that is at
    most ``within_m`` farther, as many as ``found_edge`` has room for.

    Args:
        lon: degrees.
        lat: degrees.
        max_m: how far to look.
        within_m: how much farther than the nearest edge others may be.
        frame: shape (6,), see ``SegmentGrid``.
        first: shape (cells + 1,), the same.
        segment: shape (entries,), the same.
        point_lon_e7: shape (points,), see ``Edges``.
        point_lat_e7: shape (points,), the same.
        point_along_mm: shape (points,), the same.
        point_edge: shape (points,), the same.
        found_edge: written.
        found_along_mm: written, way from the edge's start to the point nearest to ``lon, lat``.
        found_distance_mm: written, straight line to that point.
    """
    lon_m, lat_m = metres_per_degree(lat)
    west, south, cell_width, cell_height = frame[0], frame[1], frame[2], frame[3]
    columns, rows = frame[4], frame[5]
    x, y = lon * E7 - west, lat * E7 - south
    # Far away is told at once; the rings would take long to get there, and forever at a pole.
    beyond_x = max(-x, x - columns * cell_width, 0.0)
    beyond_y = max(-y, y - rows * cell_height, 0.0)
    if math.hypot(beyond_x * lon_m, beyond_y * lat_m) > max_m * E7:
        return 0
    column, row = math.floor(x / cell_width), math.floor(y / cell_height)
    cell_m = min(cell_width * lon_m, cell_height * lat_m) / E7
    # Close to a pole a cell has hardly any width: the rings end where the grid does all the same.
    last_ring = max(abs(column), abs(columns - 1 - column), abs(row), abs(rows - 1 - row))
    max_mm, within_mm = np.int64(max_m * 1000.0), np.int64(within_m * 1000.0)
    count = 0
    for ring in range(last_ring + 1):
        # Whatever lies in ring r + 1 or beyond is farther than r whole cells.
        seen_mm = np.int64((ring - 1) * cell_m * 1000.0)
        reach_mm = max_mm if count == 0 else min(max_mm, found_distance_mm[0] + within_mm)
        if seen_mm > reach_mm:
            break
        for cell_row in range(max(row - ring, 0), min(row + ring, rows - 1) + 1):
            whole_row = cell_row in (row - ring, row + ring)
            step = 1 if whole_row else max(2 * ring, 1)
            for cell_column in range(column - ring, column + ring + 1, step):
                if cell_column < 0 or cell_column >= columns:
                    continue
                cell = cell_row * columns + cell_column
                for entry in range(first[cell], first[cell + 1]):
                    point = segment[entry]
                    share, distance_m = foot_of_perpendicular(
                        (point_lon_e7[point] - west - x) * lon_m / E7,
                        (point_lat_e7[point] - south - y) * lat_m / E7,
                        (point_lon_e7[point + 1] - west - x) * lon_m / E7,
                        (point_lat_e7[point + 1] - south - y) * lat_m / E7,
                    )
                    distance_mm = np.int64(math.floor(distance_m * 1000.0 + 0.5))
                    if distance_mm > max_mm:
                        continue
                    step_mm = point_along_mm[point + 1] - point_along_mm[point]
                    along_mm = point_along_mm[point] + np.int64(math.floor(share * step_mm + 0.5))
                    count = keep_nearest(
                        point_edge[point],
                        along_mm,
                        distance_mm,
                        count,
                        found_edge,
                        found_along_mm,
                        found_distance_mm,
                    )
    while count > 0 and found_distance_mm[count - 1] > found_distance_mm[0] + within_mm:
        count -= 1
    return count


@kernel
def foot_of_perpendicular(ax: float, ay: float, bx: float, by: float) -> tuple[float, float]:
    """Nearest point to the origin on the line from a to b: share of the way, and distance."""
    dx, dy = bx - ax, by - ay
    squared = dx * dx + dy * dy
    share = 0.0
    if squared > 0.0:
        share = min(1.0, max(0.0, -(ax * dx + ay * dy) / squared))
    return share, math.hypot(ax + share * dx, ay + share * dy)


@kernel
def keep_nearest(
    edge: int,
    along_mm: Millimetres,
    distance_mm: Millimetres,
    count: int,
    found_edge: Int32,
    found_along_mm: Int64,
    found_distance_mm: Int64,
) -> int:
    """Enter one edge in the list, by distance, then edge, then way along it; return its length.

    An edge stands in the list once. When the list is full the farthest falls out.
    """
    place = count
    for other in range(count):
        if found_edge[other] == edge:
            nearer = distance_mm < found_distance_mm[other] or (
                distance_mm == found_distance_mm[other] and along_mm < found_along_mm[other]
            )
            if not nearer:
                return count
            place = other
            break
    else:
        if count == len(found_edge):
            last = count - 1
            if (found_distance_mm[last], found_edge[last]) <= (distance_mm, edge):
                return count
            place = last
        else:
            count += 1
    while place > 0 and (distance_mm, edge) < (
        found_distance_mm[place - 1],
        found_edge[place - 1],
    ):
        found_edge[place] = found_edge[place - 1]
        found_along_mm[place] = found_along_mm[place - 1]
        found_distance_mm[place] = found_distance_mm[place - 1]
        place -= 1
    found_edge[place] = edge
    found_along_mm[place] = along_mm
    found_distance_mm[place] = distance_mm
    return count


@kernel
def point_along(
    edge: int,
    along_mm: int,
    shape_first: Int32,
    point_lon_e7: Int32,
    point_lat_e7: Int32,
    point_along_mm: Int64,
) -> tuple[float, float]:
    """Longitude and latitude, in degrees, of the point ``along_mm`` from an edge's first point."""
    point, last = shape_first[edge], shape_first[edge + 1] - 1
    while point + 1 < last and point_along_mm[point + 1] <= along_mm:
        point += 1
    step_mm = point_along_mm[point + 1] - point_along_mm[point]
    share = (along_mm - point_along_mm[point]) / step_mm if step_mm > 0 else 0.0
    lon = point_lon_e7[point] + share * (point_lon_e7[point + 1] - point_lon_e7[point])
    lat = point_lat_e7[point] + share * (point_lat_e7[point + 1] - point_lat_e7[point])
    return lon / E7, lat / E7
