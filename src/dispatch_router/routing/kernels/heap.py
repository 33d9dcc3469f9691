"""A 4-ary heap of packed int64 keys: distance in the high half, state in the low half.

Comparing one integer orders by distance and breaks ties by state. Four children share a cache
line, so the heap is shallow where it hurts (LaMarca & Ladner, The influence of caches on the
performance of heaps, 1996). A state may stand in it more than once; stale keys are skipped when
they come up.
"""

from __future__ import annotations

from dispatch_router.routing.graph import Int64
from dispatch_router.routing.jit import inner_kernel

STATE_BITS = 32
STATE_MASK = (1 << STATE_BITS) - 1


@inner_kernel
def push(heap: Int64, size: int, key: int) -> int:
    """Add ``key``; return the new size. ``heap`` must have room."""
    place = size
    while place > 0:
        parent = (place - 1) >> 2
        if heap[parent] <= key:
            break
        heap[place] = heap[parent]
        place = parent
    heap[place] = key
    return size + 1


@inner_kernel
def remove_least(heap: Int64, size: int) -> int:
    """Take ``heap[0]`` out; return the new size. ``size`` must be 1 or more."""
    size -= 1
    key = heap[size]
    place = 0
    while True:
        child = (place << 2) + 1
        if child >= size:
            break
        least = child
        least_key = heap[child]
        for other in range(child + 1, min(child + 4, size)):
            if heap[other] < least_key:
                least = other
                least_key = heap[other]
        if least_key >= key:
            break
        heap[place] = least_key
        place = least
    heap[place] = key
    return size
