"""From the call's path down to the units: those that may be among the nearest are added up.

On the way up the call's path, every vertex has labels under it that hang on no lower vertex of the
path. They have in common with the call what lies from there to the root: the drive is at least the
least time from any of these ancestors to the call, which grows on the way up. So the look ends
where nobody farther up can be among the nearest, as a walk through the cells of a partition does
(nearest neighbours in CCH: Buchhold & Wagner, SEA 2021).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.hierarchy.customize import TOO_LONG_MS
from dispatch_router.routing.hierarchy.labels import Labels
from dispatch_router.routing.hierarchy.nearby import LABEL_BITS, LABEL_MASK, STEPS, Nearby, place_of
from dispatch_router.routing.hierarchy.paths import ToCall, common_end
from dispatch_router.routing.jit import inner_kernel
from dispatch_router.routing.kernels.arrays import NO_TOTAL, Starts, Totals
from dispatch_router.routing.kernels.nearest import least_offset_ms
from dispatch_router.routing.kernels.settle import take_total


class Units(NamedTuple):
    """Who is looked at.

    Attributes:
        starts: of the fleet; labels stand where starts do.
        labels: of the fleet.
        nearby: the labels in order.
        offset_ms: shape (units,), or ``NOT_ASKED``.
    """

    starts: Starts
    labels: Labels
    nearby: Nearby
    offset_ms: Int64


@inner_kernel
def look_around(units: Units, to_call: ToCall, band_ms: int, totals: Totals) -> bool:
    """Add up who may be among the nearest; return whether nobody was passed over."""
    least_ms, is_everyone = least_offset_ms(units.offset_ms), True
    for path in range(len(to_call.paths.own_from)):
        if not look_along(units, to_call, path, least_ms, band_ms, totals):
            is_everyone = False
    return is_everyone


@inner_kernel
def look_along(
    units: Units, to_call: ToCall, path: int, least_offset_ms: int, band_ms: int, totals: Totals
) -> bool:
    """Look at the labels beside one path; return whether nobody was passed over."""
    # Whatever is looked at again and again by a name of its own: tuples are slow to hand on.
    labels, offset_ms, unit_of = units.labels, units.offset_ms, units.starts.unit
    key, count = units.nearby.key, units.nearby.used[0]
    own_least_ms, step_bits = units.nearby.least_ms, units.nearby.step_bits[0]
    own_from = to_call.paths.own_from[path]
    own = slice(to_call.paths.first[path], to_call.paths.first[path + 1])
    vertex, low = to_call.paths.vertex[own], to_call.low[own]
    call_ms, call_least_ms = to_call.ms[own], to_call.least_ms[own]
    right = place_of(key, count, int(vertex[-1]) << LABEL_BITS)
    left, is_everyone, limit = right - 1, True, limit_ms(totals.top_ms, band_ms)
    for depth in range(len(vertex) - 1, own_from - 1, -1):
        if call_least_ms[depth] >= TOO_LONG_MS:
            return is_everyone
        if int(call_least_ms[depth]) + least_offset_ms > limit:
            return is_everyone and left < 0 and right >= count
        # Those under this vertex stand on both sides of those under the vertex before.
        last_left, first_right = left, right
        while left >= 0 and key[left] >> LABEL_BITS >= low[depth]:
            left -= 1
        while right < count and key[right] >> LABEL_BITS <= vertex[depth]:
            right += 1
        for turn in range(last_left - left + right - first_right):
            place = (
                left + 1 + turn
                if left + turn < last_left
                else first_right + turn - last_left + left
            )
            label = key[place] & LABEL_MASK
            unit = unit_of[label]
            least_ms = own_least_ms[label * STEPS + (depth >> step_bits)]
            if offset_ms[unit] < 0 or least_ms >= TOO_LONG_MS:
                continue
            if offset_ms[unit] + least_ms + call_least_ms[depth] > limit:
                is_everyone = False
                continue
            begin = max(own_from, labels.own_from[label])
            label_base = labels.offset[label] - labels.own_from[label]
            there = labels.ms[label_base + begin : label_base + depth + 1]
            total_ms = offset_ms[unit] + least_sum(there, call_ms[begin : depth + 1])
            if total_ms < min(totals.best_ms[unit], offset_ms[unit] + TOO_LONG_MS):
                take_total(totals, unit, label, total_ms)
                limit = limit_ms(totals.top_ms, band_ms)
    return is_everyone


@inner_kernel
def limit_ms(top_ms: Int64, band_ms: int) -> int:
    """Who needs more than this is not among the nearest."""
    return NO_TOTAL + band_ms if len(top_ms) == 0 else int(top_ms[-1]) + band_ms


@inner_kernel
def least_sum(there_ms: Int32, on_ms: Int32) -> int:
    """Add up two lists and find the least sum; in 32 bits, so that eight are added up at once."""
    least = np.int32(2 * TOO_LONG_MS)
    for place in range(len(there_ms)):
        ms = np.int32(there_ms[place] + on_ms[place])
        least = ms if ms < least else least
    return int(least)


@inner_kernel
def look_for(units: Units, to_call: ToCall, unit: int, totals: Totals) -> None:
    """Add up every label of one unit, wherever it is."""
    labels, paths, offset_ms = units.labels, to_call.paths, units.offset_ms[unit]
    if offset_ms < 0:
        return
    for label in range(labels.first[unit], labels.first[unit] + labels.size[unit]):
        for path in range(len(paths.own_from)):
            own = slice(paths.first[path], paths.first[path + 1])
            begin = max(labels.own_from[label], paths.own_from[path])
            end = common_end(to_call.low[own], paths.vertex[own], begin, labels.vertex[label])
            label_base = labels.offset[label] - labels.own_from[label]
            there = labels.ms[label_base + begin : label_base + end]
            least_ms = least_sum(there, to_call.ms[own][begin:end])
            if least_ms < TOO_LONG_MS and offset_ms + least_ms < totals.best_ms[unit]:
                take_total(totals, unit, label, offset_ms + least_ms)


@inner_kernel
def greatest_ms(totals: Totals) -> int:
    """Greatest total of those that were found."""
    greatest = 0
    for unit in totals.unit[: totals.found[0]]:
        greatest = max(greatest, totals.best_ms[unit])
    return greatest
