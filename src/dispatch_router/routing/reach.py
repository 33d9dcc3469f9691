"""Which states the largest strongly connected part leads to, and which lead to it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dispatch_router.routing.graph import NOT_PERMITTED, Edges, Int32, States, UInt8
from dispatch_router.routing.kernels.arrays import NOTHING
from dispatch_router.routing.kernels.flood import flood_both_ways
from dispatch_router.routing.kernels.unreached import IN_CORE, REACHED_FROM_CORE, REACHES_CORE
from dispatch_router.routing.topology import Topology
from dispatch_router.routing.versions import Version

__all__ = [
    "IN_CORE",
    "REACHED_FROM_CORE",
    "REACHES_CORE",
    "Reach",
    "core_reach",
    "core_reach_under",
    "core_share",
    "ordinary_arcs",
    "reach_under",
]


class Reach(NamedTuple):
    """How the states of a network lie to its core.

    Attributes:
        bits: shape (states,), see ``core_reach``.
        witness: a state of the core if more than half of all states are in it, else ``NOTHING``.
        size: how many states are in the core, where there is a witness.
    """

    bits: Version[UInt8]
    witness: int
    size: int


def core_reach(state_count: int, tail: np.ndarray, head: np.ndarray) -> UInt8:
    """Find the core, the largest strongly connected part by number of states.

    Args:
        state_count: how many states there are.
        tail: shape (arcs,), state that each arc leaves.
        head: shape (arcs,), state that each arc enters.

    Returns:
        Shape (states,), the bits of every state.
    """
    # Imported here: it takes a third of a second, which a start without it saves.
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    ones = np.ones(len(tail), dtype=np.int8)
    onward = csr_array((ones, (tail, head)), shape=(state_count, state_count))
    backward = csr_array((ones, (head, tail)), shape=(state_count, state_count))
    _, component = connected_components(onward, directed=True, connection="strong")
    core = int(np.bincount(component).argmax())
    member = int(np.flatnonzero(component == core)[0])
    reach = np.zeros(state_count, dtype=np.uint8)
    reach[breadth_first_order(backward, member, return_predecessors=False)] |= REACHES_CORE
    reach[breadth_first_order(onward, member, return_predecessors=False)] |= REACHED_FROM_CORE
    return reach


def core_reach_under(topology: Topology, weight_ms: Int32) -> UInt8:
    """Do the same for a network of which some arcs are closed; see ``reach_under``."""
    return reach_under(topology, weight_ms).bits.array


def reach_under(topology: Topology, weight_ms: Int32) -> Reach:
    """Find the core of a network of which some arcs are closed, ten times as fast.

    What more than half of all states are in must be the largest part: flooding from one of them
    finds it, and most states of the network are one.

    Args:
        topology: the network.
        weight_ms: shape (arcs,), ``NOT_PERMITTED`` where closed.
    """
    count = topology.state_count
    for state in topology.core_states:
        reach, size = flood_both_ways(topology.entering, topology.leaving, weight_ms, state)
        if 2 * size > count:
            return Reach(Version(reach), state, size)
    is_open = weight_ms != NOT_PERMITTED
    reach = core_reach(count, topology.tail[is_open], topology.arc_head[is_open])
    return Reach(Version(reach), NOTHING, 0)


def ordinary_arcs(edges: Edges, states: States) -> npt.NDArray[np.bool_]:
    """Tell which arcs (shape (arcs,)) every drive may take, not an emergency drive alone."""
    permitted = edges.free_flow_ms[states.directed_edge] != NOT_PERMITTED
    ordinary: npt.NDArray[np.bool_] = permitted & (states.breaks_rule == 0)
    return ordinary


def core_share(edges: Edges, reach: UInt8, head_state: Int32) -> float:
    """Share (0-1) of the road length open to every drive that ends in the core, in any direction.

    Args:
        edges: for lengths.
        reach: see ``core_reach``.
        head_state: shape (2 * edges,), see ``States``.
    """
    permitted = edges.free_flow_ms != NOT_PERMITTED
    arrives_in_core = (reach[head_state] == IN_CORE) & permitted
    inside = arrives_in_core[0::2] | arrives_in_core[1::2]
    open_to_all = permitted[0::2] | permitted[1::2]
    return float(edges.length_mm[inside].sum() / edges.length_mm[open_to_all].sum())
