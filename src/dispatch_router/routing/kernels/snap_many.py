"""Find the roads near many points in one call: what a batch of positions asks for."""

from __future__ import annotations

from dispatch_router.routing.graph import Float64, Int32
from dispatch_router.routing.jit import kernel
from dispatch_router.routing.kernels.bundle import Handle
from dispatch_router.routing.kernels.snap import Found, nearby_edges


@kernel
def nearby_edges_of_many(
    lon: Float64,
    lat: Float64,
    max_m: float,
    within_m: float,
    segments_handle: Handle,
    closed_at_most: int,
    found: Found,
    count: Int32,
) -> None:
    """Write the edges near each of many points; otherwise as ``nearby_edges``.

    Args:
        lon: shape (points,), degrees.
        lat: shape (points,), degrees.
        max_m: see ``nearby_edges``, as all that follows.
        within_m: see there.
        segments_handle: see there.
        closed_at_most: see there.
        found: shape (points * room,), each point has a stretch of its own.
        count: shape (points,), how many edges were found; written.
    """
    room = len(found.edge) // len(lon)
    for point in range(len(lon)):
        own = slice(point * room, (point + 1) * room)
        stretch = Found(found.edge[own], found.along_mm[own], found.distance_mm[own])
        count[point] = nearby_edges(
            lon[point], lat[point], max_m, within_m, segments_handle, closed_at_most, stretch
        )
