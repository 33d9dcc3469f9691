"""Which labels lie under an ancestor, and the least that can be needed from a unit to it.

A search asks for the few nearest of many units. So the labels of a fleet are kept in order of their
lower ends: those under one vertex stand together. And for each label it is written down what its
unit needs at least to any ancestor as far down as one depth and another, so that most units are
passed over after a look at one number.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.hierarchy.customize import TOO_LONG_MS
from dispatch_router.routing.jit import inner_kernel, kernel
from dispatch_router.routing.kernels.bundle import Handle, int32_at, int64_at

STEPS = 16
"""For so many depths it is written down; a cache line."""

LABEL_BITS = 32
LABEL_MASK = (1 << LABEL_BITS) - 1


class Nearby(NamedTuple):
    """The labels of all units in order.

    Attributes:
        key: shape (room,), lower end and label of each in one number, ascending.
        used: shape (1,), how many there are.
        least_ms: shape (room * 16,), of each label what is needed at least to any of its ancestors
            down to the end of each step; ``TOO_LONG_MS`` where there is none.
        step_bits: shape (1,), a step is two to that power of depths.
    """

    key: Int64
    used: Int64
    least_ms: Int32
    step_bits: Int64


@kernel
def nearby_at(handle: Handle, place: int) -> Nearby:
    """Read the labels in order from a place of a bundle."""
    return Nearby(
        int64_at(handle, place),
        int64_at(handle, place + 1),
        int32_at(handle, place + 2),
        int64_at(handle, place + 3),
    )


@inner_kernel
def key_of(vertex: int, label: int) -> int:
    """Write a lower end and a label into one number."""
    return (int(vertex) << LABEL_BITS) | int(label)


@inner_kernel
def place_of(key: Int64, count: int, wanted: int) -> int:
    """Find the first of the keys in order that is not less."""
    first, last = 0, count
    while first < last:
        middle = (first + last) >> 1
        if key[middle] < wanted:
            first = middle + 1
        else:
            last = middle
    return first


@inner_kernel
def exchange(nearby: Nearby, old: int, new: int) -> None:
    """Put one key in the place of another, and keep the order. Who moves hardly moves far."""
    key, count = nearby.key, nearby.used[0]
    place = place_of(key, count, old)
    while place + 1 < count and key[place + 1] < new:
        key[place] = key[place + 1]
        place += 1
    while place > 0 and key[place - 1] > new:
        key[place] = key[place - 1]
        place -= 1
    key[place] = new


@inner_kernel
def put_in(nearby: Nearby, new: int) -> None:
    """Add a key."""
    key, place = nearby.key, nearby.used[0]
    nearby.used[0] += 1
    while place > 0 and key[place - 1] > new:
        key[place] = key[place - 1]
        place -= 1
    key[place] = new


@inner_kernel
def take_out(nearby: Nearby, old: int) -> None:
    """Remove a key."""
    key = nearby.key
    nearby.used[0] -= 1
    for place in range(place_of(key, nearby.used[0] + 1, old), nearby.used[0]):
        key[place] = key[place + 1]


@inner_kernel
def reorder(nearby: Nearby, old: Int64, first: int, vertex: Int32) -> None:
    """Put the labels that a unit has now in the place of those that it had.

    Args:
        nearby: changed.
        old: shape (labels before,), their keys.
        first: the first label of the unit now.
        vertex: shape (labels now,), their lower ends.
    """
    for label in range(max(len(old), len(vertex))):
        if label >= len(vertex):
            take_out(nearby, old[label])
        elif label >= len(old):
            put_in(nearby, key_of(vertex[label], first + label))
        else:
            exchange(nearby, old[label], key_of(vertex[label], first + label))


@inner_kernel
def note_least(nearby: Nearby, label: int, own_from: int, ms: Int32) -> None:
    """Write down what a label needs at least.

    Args:
        nearby: changed.
        label: whose it is.
        own_from: depth of its first entry.
        ms: shape (entries,), what is needed to the ancestor at each depth.
    """
    step_bits, step = nearby.step_bits[0], 0
    row = nearby.least_ms[label * STEPS : (label + 1) * STEPS]
    least = np.int32(TOO_LONG_MS)
    for entry in range(len(ms)):
        while step < (own_from + entry) >> step_bits:
            row[step] = least
            step += 1
        least = min(least, ms[entry])
    row[step:] = least


def in_order(first: Int32, size: Int32, vertex: Int32) -> Int64:
    """Put all labels of a fleet in order at once; keys as of ``Nearby``.

    Args:
        first: shape (units,), where the labels of each unit begin.
        size: shape (units,), how many it has.
        vertex: shape (room,), their lower ends.
    """
    within = np.arange(size.sum(), dtype=np.int64) - np.repeat(np.cumsum(size) - size, size)
    label = np.repeat(first, size) + within
    return np.sort((vertex[label].astype(np.int64) << LABEL_BITS) | label)


def step_bits_for(depth_at_most: int) -> int:
    """Say how long steps must be so that there are enough of them for any depth."""
    bits = 0
    while depth_at_most >> bits >= STEPS:
        bits += 1
    return bits
