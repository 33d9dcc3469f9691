"""What a straight line is worth on these roads, for the times when no path is known.

The way by road is longer than the straight line by a *detour factor* that differs between plains
and hills (Boscoe, Henry & Zdeb, A Nationwide Comparison of Driving Distance Versus Straight-Line
Distance to Hospitals, The Professional Geographer 64(2), 2012). It is fitted on the very network
that it stands in for, with the speed of the drives that it was fitted on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from dispatch_router.routing.geodesy import metres_per_degree
from dispatch_router.routing.graph import Edges, Nodes, States, UInt8
from dispatch_router.routing.manifest import (
    HIGHEST_DETOUR_FACTOR,
    HIGHEST_ROAD_SPEED_M_S,
    LOWEST_ROAD_SPEED_M_S,
)
from dispatch_router.routing.reach import IN_CORE, ordinary_arcs

STARTS = 16
ENDS = 256
"""How many states the drives of the fit start from, and how many each of them goes to."""
DIGITS = 3
"""After the point; more would be false precision."""
UNKNOWN_DETOUR_FACTOR = 1.4
"""Where no drive is possible: what is common in towns (Boscoe et al.)."""


@dataclass(frozen=True, slots=True)
class StraightLineFit:
    """See ``domain.travel.NetworkSummary``."""

    detour_factor: float
    road_speed_m_s: float


@dataclass(frozen=True, slots=True)
class _Steps:
    """The fastest ordinary arc between each two states that have one, sorted by tail and head.

    Attributes:
        key: shape (steps,), tail * states + head, ascending.
        length_mm: shape (steps,).
        matrix: shape (states, states), milliseconds.
    """

    key: npt.NDArray[np.int64]
    length_mm: npt.NDArray[np.int64]
    matrix: csr_array


def fit_straight_lines(nodes: Nodes, edges: Edges, states: States, reach: UInt8) -> StraightLineFit:
    """Compare drives across the core with the straight lines between their ends.

    Args:
        nodes: for the straight lines.
        edges: lengths and light-traffic times.
        states: what is driven; arcs for emergencies alone are left out.
        reach: shape (states,), see ``reach.core_reach``.
    """
    # Neighbours in number are neighbours on the map: evenly by number is evenly over the roads.
    core = np.flatnonzero(reach == IN_CORE)
    ends = core[np.linspace(0, len(core) - 1, min(ENDS, len(core))).astype(np.int64)]
    steps = _steps(edges, states)
    fits = [
        _drives_from(int(start), ends, nodes, states, steps)
        for start in core[np.linspace(0, len(core) - 1, min(STARTS, len(core))).astype(np.int64)]
    ]
    detours, speeds_m_s = (np.concatenate(column) for column in zip(*fits, strict=True))
    if not len(detours):
        detours, speeds_m_s = np.array([UNKNOWN_DETOUR_FACTOR]), _edge_speeds_m_s(edges)
    return StraightLineFit(
        detour_factor=_median(detours, 1.0, HIGHEST_DETOUR_FACTOR),
        road_speed_m_s=_median(speeds_m_s, LOWEST_ROAD_SPEED_M_S, HIGHEST_ROAD_SPEED_M_S),
    )


def _steps(edges: Edges, states: States) -> _Steps:
    count = len(states.node)
    arcs = np.flatnonzero(ordinary_arcs(edges, states))
    head = np.repeat(np.arange(count, dtype=np.int64), np.diff(states.first_in))[arcs]
    key = states.tail[arcs].astype(np.int64) * count + head
    driven = states.directed_edge[arcs]
    ms, length_mm = edges.free_flow_ms[driven], edges.length_mm[driven >> 1]
    order = np.lexsort((length_mm, ms, key))
    key, ms, length_mm = key[order], ms[order], length_mm[order]
    fastest = np.ones(len(key), dtype=np.bool_)
    fastest[1:] = key[1:] != key[:-1]
    key, ms, length_mm = key[fastest], ms[fastest], length_mm[fastest]
    matrix = csr_array((ms.astype(np.float64), (key // count, key % count)), shape=(count, count))
    return _Steps(key, length_mm, matrix)


def _drives_from(
    start: int, ends: npt.NDArray[np.int64], nodes: Nodes, states: States, steps: _Steps
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return detour and speed (m/s) of the fastest drives to every end but the start's own node."""
    ms, before = dijkstra(steps.matrix, indices=start, return_predecessors=True)
    driven_m = _driven_mm(before, steps) / 1000.0
    straight_m = _straight_m(nodes, int(states.node[start]), states.node[ends])
    apart = (straight_m > 0) & np.isfinite(ms[ends])
    ends = ends[apart]
    return driven_m[ends] / straight_m[apart], driven_m[ends] / (ms[ends] / 1000.0)


def _driven_mm(before: npt.NDArray[np.int32], steps: _Steps) -> npt.NDArray[np.int64]:
    """Add up the lengths along a tree of fastest drives, every state at once (pointer jumping)."""
    state = np.arange(len(before), dtype=np.int64)
    jump = np.where(before < 0, state, before)
    arrived = jump != state
    driven_mm = np.zeros(len(before), dtype=np.int64)
    step = np.searchsorted(steps.key, jump[arrived] * len(before) + state[arrived])
    driven_mm[arrived] = steps.length_mm[step]
    while (jump != jump[jump]).any():
        driven_mm += driven_mm[jump]
        jump = jump[jump]
    return driven_mm


def _straight_m(nodes: Nodes, start: int, ends: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    lon, lat = nodes.lon_e7 * 1e-7, nodes.lat_e7 * 1e-7
    lon_m, lat_m = metres_per_degree((lat[ends] + lat[start]) / 2)
    return np.asarray(np.hypot((lon[ends] - lon[start]) * lon_m, (lat[ends] - lat[start]) * lat_m))


def _edge_speeds_m_s(edges: Edges) -> npt.NDArray[np.float64]:
    ms = edges.free_flow_ms
    permitted = ms > 0
    return np.asarray(np.repeat(edges.length_mm, 2)[permitted] / ms[permitted])


def _median(values: npt.NDArray[np.float64], low: float, high: float) -> float:
    return min(max(round(float(np.median(values)), DIGITS), low), high)
