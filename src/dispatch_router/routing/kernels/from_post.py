"""Drive times from one fixed departure point to everywhere.

A post does not move. One search forward per post and metric makes the baseline of every call a
table look-up.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.jit import kernel
from dispatch_router.routing.kernels.arrays import (
    NO_TOTAL,
    NOTHING,
    TOO_FAR_MS,
    Accesses,
    Onward,
    Roads,
)
from dispatch_router.routing.kernels.heap import STATE_BITS, STATE_MASK, push, remove_least
from dispatch_router.routing.kernels.settle import ms_along


class PostStarts(NamedTuple):
    """Where a fixed departure point lies on the roads; see ``Starts``, each shape (starts,)."""

    edge: Int32
    along_mm: Int64
    yard_ms: Int64
    ms: Int64


class FromPost(NamedTuple):
    """What a fixed departure point needs to reach every state.

    Attributes:
        ms: shape (states,), or ``NO_TOTAL``.
        distance_mm: shape (states,), along the fastest drive.
    """

    ms: Int64
    distance_mm: Int64


@kernel
def drive_from(roads: Roads, onward: Onward, post: PostStarts) -> FromPost:
    """Settle every state forward from a fixed point (Dijkstra 1959)."""
    state_count = len(roads.first_in) - 1
    ms = np.full(state_count, NO_TOTAL, dtype=np.int64)
    distance_mm = np.zeros(state_count, dtype=np.int64)
    heap = np.empty(len(roads.tail) + len(post.edge), dtype=np.int64)
    size = 0
    for start in range(len(post.edge)):
        edge = post.edge[start]
        state = roads.head_state[edge]
        if post.ms[start] < ms[state]:
            ms[state] = post.ms[start]
            distance_mm[state] = roads.length_mm[edge >> 1] - post.along_mm[start]
            size = push(heap, size, (ms[state] << STATE_BITS) | state)
    while size > 0:
        key = heap[0]
        state = key & STATE_MASK
        size = remove_least(heap, size)
        if ms[state] != key >> STATE_BITS:
            continue
        for place in range(onward.first_out[state], onward.first_out[state + 1]):
            arc = onward.arc[place]
            if roads.weight_ms[arc] < 0:
                continue
            after = roads.arc_head[arc]
            after_ms = ms[state] + roads.weight_ms[arc]
            if after_ms < ms[after] and after_ms < TOO_FAR_MS:
                ms[after] = after_ms
                driven_mm = roads.length_mm[roads.directed_edge[arc] >> 1]
                distance_mm[after] = distance_mm[state] + driven_mm
                size = push(heap, size, (after_ms << STATE_BITS) | after)
    return FromPost(ms=ms, distance_mm=distance_mm)


@kernel
def look_up(
    roads: Roads, from_post: FromPost, post: PostStarts, accesses: Accesses
) -> tuple[int, int, int]:
    """Find the fastest way from a fixed point into one of the call's edges.

    Returns:
        Drive plus walk in milliseconds, or ``NO_TOTAL``; the millimetres driven; the access.
    """
    best_ms, best_mm, best_access = NO_TOTAL, 0, NOTHING
    for access in range(len(accesses.edge)):
        edge, along_mm = accesses.edge[access], accesses.along_mm[access]
        arrive_ms = accesses.ms[access] + accesses.walk_ms[access]
        for copy in range(roads.first_arc[edge], roads.first_arc[edge + 1]):
            arc = roads.arc_of_edge[copy]
            if roads.weight_ms[arc] < 0:
                continue
            state = roads.tail[arc]
            enter_ms = arrive_ms + roads.weight_ms[arc] - roads.edge_ms[edge]
            if from_post.ms[state] != NO_TOTAL and from_post.ms[state] + enter_ms < best_ms:
                best_ms = from_post.ms[state] + enter_ms
                best_mm = from_post.distance_mm[state] + along_mm
                best_access = access
        for start in range(len(post.edge)):
            if post.edge[start] == edge and post.along_mm[start] <= along_mm:
                passed_ms = ms_along(roads, edge, post.along_mm[start])
                direct_ms = post.yard_ms[start] - passed_ms + arrive_ms
                if direct_ms < best_ms:
                    best_ms = direct_ms
                    best_mm = along_mm - post.along_mm[start]
                    best_access = access
    return best_ms, best_mm, best_access
