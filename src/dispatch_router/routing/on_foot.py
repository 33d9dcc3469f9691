"""Where closures leave no drive to a call: as far as a vehicle gets, and the rest on foot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.locate import walk_ms
from dispatch_router.domain.policy import LocatePolicy
from dispatch_router.domain.travel import OnFoot
from dispatch_router.routing.geodesy import metres_per_degree
from dispatch_router.routing.graph import Int32, Int64, RoadGraph
from dispatch_router.routing.kernels.arrays import NOTHING, Accesses, Entries
from dispatch_router.routing.profile import Profile
from dispatch_router.routing.topology import Topology

WALK_AT_MOST_MS = 2 * 3600 * 1000
"""Nobody is sent on a longer walk."""


@dataclass(frozen=True, slots=True)
class Walks:
    """Junctions where a vehicle can be left, and the walk from each to the person.

    Attributes:
        node: shape (entries,), junction of the vehicles' network.
        distance_m: shape (entries,).
        entries: the same, for a search of the vehicles' network.
    """

    node: Int32
    distance_m: np.ndarray
    entries: Entries

    def on_foot(self, graph: RoadGraph, entry: int) -> OnFoot:
        """Describe one walk."""
        node = int(self.node[entry])
        lon, lat = int(graph.nodes.lon_e7[node]), int(graph.nodes.lat_e7[node])
        return OnFoot(
            start=LonLat(lon / 1e7, lat / 1e7),
            walk_ms=int(self.entries.rest_ms[entry]),
            distance_m=float(self.distance_m[entry]),
        )


def shared_junctions(foot: RoadGraph, vehicles: RoadGraph) -> Int32:
    """Tell which junctions two networks of one source have in common.

    Returns:
        Shape (nodes of ``foot``,), the same junction in ``vehicles`` or ``NOTHING``.
    """
    key, other_key = _place_keys(foot), _place_keys(vehicles)
    order = np.argsort(other_key, kind="stable")
    place = np.minimum(np.searchsorted(other_key[order], key), len(order) - 1)
    candidate = order[place]
    shared: Int32 = np.where(other_key[candidate] == key, candidate, NOTHING).astype(np.int32)
    return shared


def walks_over_footways(
    foot: Profile, accesses: Accesses, junction: Int32, vehicles: Topology, states: Int32
) -> Walks:
    """Walk from every shared junction that is near enough.

    Args:
        foot: the walkers' network as it is now.
        accesses: the call on it.
        junction: from ``shared_junctions``.
        vehicles: topology of the vehicles' network.
        states: of it, those where vehicles may be left, ascending.
    """
    settled, rest_ms, walked_mm = foot.bounded.settled_within(accesses, WALK_AT_MOST_MS)
    # No turn rule holds for walkers: each junction has one state, of the same number.
    node = junction[settled]
    near = np.flatnonzero((node != NOTHING) & _has_state(vehicles, states)[node])
    return _walks(node[near], rest_ms[near], walked_mm[near] / 1000.0, vehicles, states)


def walks_straight(
    vehicles: RoadGraph,
    topology: Topology,
    call: LonLat,
    locate: LocatePolicy,
    states: Int32,
) -> Walks:
    """Walk from every junction that is near enough in a straight line, detour included.

    Args:
        vehicles: their network.
        topology: of that network.
        call: WGS-84.
        locate: how fast is walked, and how much farther than straight.
        states: see ``walks_over_footways``.
    """
    lon_m, lat_m = metres_per_degree(call.lat)
    east_m = (vehicles.nodes.lon_e7 / 1e7 - call.lon) * lon_m
    north_m = (vehicles.nodes.lat_e7 / 1e7 - call.lat) * lat_m
    straight_m = np.hypot(east_m, north_m)
    farthest_m = WALK_AT_MOST_MS / walk_ms(1000.0, locate) * 1000.0
    is_near = (straight_m <= farthest_m) & _has_state(topology, states)
    node = np.flatnonzero(is_near).astype(np.int32)
    rest_ms = [walk_ms(metres, locate) for metres in straight_m[node].tolist()]
    detour_m = straight_m[node] * locate.walk_detour
    return _walks(node, np.array(rest_ms, dtype=np.int64), detour_m, topology, states)


def _has_state(vehicles: Topology, states: Int32) -> npt.NDArray[np.bool_]:
    """Tell which junctions have one of these states."""
    has_state = np.zeros(len(vehicles.dead_end_exits), dtype=np.bool_)
    has_state[vehicles.node[states]] = True
    return has_state


def _walks(
    node: Int32, rest_ms: Int64, distance_m: np.ndarray, vehicles: Topology, states: Int32
) -> Walks:
    """Enter every state of each junction: where turn rules are remembered there are several."""
    order = np.argsort(node, kind="stable")
    node, rest_ms, distance_m = node[order], rest_ms[order], distance_m[order]
    at = vehicles.node[states]
    place = np.minimum(np.searchsorted(node, at), max(len(node) - 1, 0))
    entered = np.flatnonzero(node[place] == at) if len(node) else np.empty(0, np.int64)
    entry = place[entered]
    return Walks(
        node=node[entry],
        distance_m=distance_m[entry],
        entries=Entries(state=states[entered], rest_ms=rest_ms[entry]),
    )


def _place_keys(graph: RoadGraph) -> Int64:
    keys: Int64 = (graph.nodes.lon_e7.astype(np.int64) << 32) | (
        graph.nodes.lat_e7.astype(np.int64) & 0xFFFFFFFF
    )
    return keys
