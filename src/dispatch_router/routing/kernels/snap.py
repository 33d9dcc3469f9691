"""Find the roads near a point: expanding rings of grid cells, distances in local metres."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from dispatch_router.routing.geodesy import metres_per_degree
from dispatch_router.routing.graph import NOT_PERMITTED, Int32, Int64
from dispatch_router.routing.jit import inner_kernel, kernel, short_kernel
from dispatch_router.routing.kernels.bundle import Handle, int32_at, int64_at

E7 = 1e7
Millimetres = int | np.int64


class Segments(NamedTuple):
    """The straight segments of all roads, by grid cell; see ``SegmentGrid`` and ``Edges``."""

    frame: Int64
    first: Int32
    segment: Int32
    point_lon_e7: Int32
    point_lat_e7: Int32
    point_along_mm: Int64
    point_edge: Int32
    free_flow_ms: Int32


@kernel
def segments_in(handle: Handle) -> Segments:
    """Read the segments that a bundle begins with."""
    return Segments(
        int64_at(handle, 0),
        int32_at(handle, 1),
        int32_at(handle, 2),
        int32_at(handle, 3),
        int32_at(handle, 4),
        int64_at(handle, 5),
        int32_at(handle, 6),
        int32_at(handle, 7),
    )


class Found(NamedTuple):
    """Edges near a point, nearest first, ties by edge.

    Attributes:
        edge: shape (room,).
        along_mm: shape (room,), way from the edge's start to the point nearest to the place asked.
        distance_mm: shape (room,), straight line to that point.
    """

    edge: Int32
    along_mm: Int64
    distance_mm: Int64


class Near(NamedTuple):
    """What was found so far, in lists of their own, so that neither crowds the other out.

    Attributes:
        ordinary: roads that every drive may take in one direction at least.
        closed: those that an emergency drive alone may take.
        length: shape (2,), of either list.
    """

    ordinary: Found
    closed: Found
    length: Int64


class Here(NamedTuple):
    """The place asked, as the grid and a plane that touches the earth there see it.

    Attributes:
        x, y: from the grid's corner, degrees times 10^7.
        lon_m, lat_m: metres of one degree.
    """

    x: float
    y: float
    lon_m: float
    lat_m: float


@short_kernel
def nearby_edges(
    lon: float,
    lat: float,
    max_m: float,
    within_m: float,
    segments_handle: Handle,
    closed_at_most: int,
    found: Found,
) -> int:
    """Write the edges near a point; return how many.

    The nearest edge that every drive may take is found if it is at most ``max_m`` away, and with
    it every edge that is at most ``within_m`` farther, as many as ``found`` has room for. Of the
    room, ``closed_at_most`` is for edges that an emergency drive alone may take: they never stand
    for the road that others need. Degrees and metres.
    """
    segments = segments_in(segments_handle)
    lon_m, lat_m = metres_per_degree(lat)
    west, south, cell_width, cell_height, columns, rows = segments.frame
    here = Here(lon * E7 - west, lat * E7 - south, lon_m, lat_m)
    # Far away is told at once; the rings would take long to get there, and forever at a pole.
    beyond_x = max(-here.x, here.x - columns * cell_width, 0.0)
    beyond_y = max(-here.y, here.y - rows * cell_height, 0.0)
    if math.hypot(beyond_x * lon_m, beyond_y * lat_m) > max_m * E7:
        return 0
    column, row = math.floor(here.x / cell_width), math.floor(here.y / cell_height)
    cell_m = min(cell_width * lon_m, cell_height * lat_m) / E7
    # Close to a pole a cell has hardly any width: the rings end where the grid does all the same.
    last_ring = max(abs(column), abs(columns - 1 - column), abs(row), abs(rows - 1 - row))
    max_mm, within_mm = np.int64(max_m * 1000.0), np.int64(within_m * 1000.0)
    room = len(found.edge) - closed_at_most
    near = Near(
        ordinary=Found(found.edge[:room], found.along_mm[:room], found.distance_mm[:room]),
        closed=Found(
            np.empty(closed_at_most, dtype=np.int32),
            np.empty(closed_at_most, dtype=np.int64),
            np.empty(closed_at_most, dtype=np.int64),
        ),
        length=np.zeros(2, dtype=np.int64),
    )
    for ring in range(last_ring + 1):
        # Whatever lies in ring r + 1 or beyond is farther than r whole cells.
        seen_mm = np.int64((ring - 1) * cell_m * 1000.0)
        reach_mm = _reach_mm(near, max_mm, within_mm)
        if seen_mm > reach_mm:
            break
        for cell_row in range(max(row - ring, 0), min(row + ring, rows - 1) + 1):
            whole_row = cell_row in (row - ring, row + ring)
            step = 1 if whole_row else max(2 * ring, 1)
            for cell_column in range(column - ring, column + ring + 1, step):
                if 0 <= cell_column < columns:
                    cell = cell_row * columns + cell_column
                    look_in_cell(cell, here, max_mm, within_mm, segments, near)
    return _joined(near, _reach_mm(near, max_mm, within_mm), found)


@kernel
def _reach_mm(near: Near, max_mm: Millimetres, within_mm: Millimetres) -> Millimetres:
    if near.length[0] == 0:
        return max_mm
    nearest_mm: Millimetres = near.ordinary.distance_mm[0]
    return min(max_mm, nearest_mm + within_mm)


@kernel
def _joined(near: Near, reach_mm: Millimetres, found: Found) -> int:
    """Leave what lies beyond the reach, and enter the closed edges among the others."""
    count = int(near.length[0])
    if count == 0:
        return 0
    while near.ordinary.distance_mm[count - 1] > reach_mm:
        count -= 1
    closed = near.closed
    for place in range(near.length[1]):
        if closed.distance_mm[place] <= reach_mm:
            edge, along_mm = closed.edge[place], closed.along_mm[place]
            count = keep_nearest(edge, along_mm, closed.distance_mm[place], count, found)
    return count


@inner_kernel
def look_in_cell(
    cell: int,
    here: Here,
    max_mm: Millimetres,
    within_mm: Millimetres,
    segments: Segments,
    near: Near,
) -> None:
    """Enter the segments of one cell that are within reach of what was found so far.

    The reach only shrinks: what lies beyond it now is not among the answers in the end.
    """
    reach_mm = _reach_mm(near, max_mm, within_mm)
    free_flow_ms = segments.free_flow_ms
    west, south = segments.frame[0], segments.frame[1]
    lon_e7, lat_e7, travelled_mm = (
        segments.point_lon_e7,
        segments.point_lat_e7,
        segments.point_along_mm,
    )
    for entry in range(segments.first[cell], segments.first[cell + 1]):
        point = segments.segment[entry]
        share, distance_m = foot_of_perpendicular(
            (lon_e7[point] - west - here.x) * here.lon_m / E7,
            (lat_e7[point] - south - here.y) * here.lat_m / E7,
            (lon_e7[point + 1] - west - here.x) * here.lon_m / E7,
            (lat_e7[point + 1] - south - here.y) * here.lat_m / E7,
        )
        distance_mm = np.int64(math.floor(distance_m * 1000.0 + 0.5))
        if distance_mm <= reach_mm:
            step_mm = travelled_mm[point + 1] - travelled_mm[point]
            along_mm = travelled_mm[point] + np.int64(math.floor(share * step_mm + 0.5))
            edge = segments.point_edge[point]
            one_way_ms, other_way_ms = free_flow_ms[2 * edge], free_flow_ms[2 * edge + 1]
            if one_way_ms == NOT_PERMITTED and other_way_ms == NOT_PERMITTED:
                found, kind = near.closed, 1
            else:
                found, kind = near.ordinary, 0
            near.length[kind] = keep_nearest(edge, along_mm, distance_mm, near.length[kind], found)
            reach_mm = _reach_mm(near, max_mm, within_mm)


@inner_kernel
def foot_of_perpendicular(ax: float, ay: float, bx: float, by: float) -> tuple[float, float]:
    """Nearest point to the origin on the line from a to b: share of the way, and distance."""
    dx, dy = bx - ax, by - ay
    squared = dx * dx + dy * dy
    share = 0.0
    if squared > 0.0:
        share = min(1.0, max(0.0, -(ax * dx + ay * dy) / squared))
    return share, math.hypot(ax + share * dx, ay + share * dy)


@inner_kernel
def keep_nearest(
    edge: int,
    along_mm: Millimetres,
    distance_mm: Millimetres,
    count: int,
    found: Found,
) -> int:
    """Enter one edge in the list, by distance, then edge, then way along it; return its length.

    An edge stands in the list once. When the list is full the farthest falls out.
    """
    found_edge, found_along_mm, found_distance_mm = found.edge, found.along_mm, found.distance_mm
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
