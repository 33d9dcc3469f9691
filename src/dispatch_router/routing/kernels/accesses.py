"""From where a call can be reached: every direction of every road beside it."""

from __future__ import annotations

import numpy as np

from dispatch_router.routing.graph import NOT_PERMITTED, Int32, Int64
from dispatch_router.routing.jit import short_kernel
from dispatch_router.routing.kernels.arrays import Accesses, roads_in
from dispatch_router.routing.kernels.bundle import Handle


@short_kernel
def accesses_beside(roads_handle: Handle, edge: Int32, along_mm: Int64, walk_ms: Int64) -> Accesses:
    """List every direction that may be driven beside the call, in the order of the roads.

    Args:
        roads_handle: a bundle that begins with ``Roads``.
        edge: shape (candidates,), roads beside the call.
        along_mm: shape (candidates,), where, from the road's first shape point.
        walk_ms: shape (candidates,), from there to the person.
    """
    roads = roads_in(roads_handle)
    room = 2 * len(edge)
    found_edge = np.empty(room, dtype=np.int32)
    found_along_mm = np.empty(room, dtype=np.int64)
    found_ms = np.empty(room, dtype=np.int64)
    found_walk_ms = np.empty(room, dtype=np.int64)
    count = 0
    for candidate in range(len(edge)):
        length_mm = np.int64(roads.length_mm[edge[candidate]])
        for direction in range(2):
            directed = 2 * edge[candidate] + direction
            leave_ms = np.int64(roads.leave_ms[directed])
            if leave_ms == NOT_PERMITTED:
                continue
            way_mm = length_mm - along_mm[candidate] if direction else along_mm[candidate]
            found_edge[count] = directed
            found_along_mm[count] = way_mm
            found_ms[count] = leave_ms * way_mm // length_mm
            found_walk_ms[count] = walk_ms[candidate]
            count += 1
    return Accesses(
        found_edge[:count], found_along_mm[:count], found_ms[:count], found_walk_ms[:count]
    )
