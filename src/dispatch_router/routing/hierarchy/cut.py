"""The fewest nodes whose removal parts two sets of nodes: maximum flow through nodes.

Every node lets one path through (Menger 1927). Paths are found one by one, by breadth-first
search in the residual network (Ford & Fulkerson 1956; Edmonds & Karp 1972), because the cuts of
road networks are small. Each node stands in the network twice, as entry ``2 * node`` and as exit
``2 * node + 1``.
"""

from __future__ import annotations

from typing import NamedTuple

from dispatch_router.routing.graph import Int32
from dispatch_router.routing.jit import kernel
from dispatch_router.routing.kernels.arrays import NOTHING

BESIDE, BEFORE, AFTER, CUT = 0, 1, 2, 3
"""Values of ``Flow.side``: in no set, with the sources, with the sinks, in the cut."""


class Flow(NamedTuple):
    """What a cut is searched with.

    Attributes:
        first, head: undirected neighbours of every node.
        cell: shape (nodes,), which cell each node is in; the others are not there.
        is_sink: shape (nodes,), the number of the run in which it is a sink.
        came_from: shape (nodes,), the node before on the path through this one, or ``NOTHING``.
        used: shape (nodes,), the number of the run in which a path goes through.
        seen: shape (2 * nodes,), the number of the last search that reached it.
        reached_by: shape (2 * nodes,), entry or exit that it was reached from.
        queue: shape (2 * nodes,).
        number: shape (2,), of the run and of the search.
        side: shape (nodes,), the answer.
    """

    first: Int32
    head: Int32
    cell: Int32
    is_sink: Int32
    came_from: Int32
    used: Int32
    seen: Int32
    reached_by: Int32
    queue: Int32
    number: Int32
    side: Int32


@kernel
def least_cut(flow: Flow, sorted_nodes: Int32, ends: int, at_most: int) -> int:
    """Part the first nodes of a cell from its last ones.

    Args:
        flow: the graph; ``side`` is written.
        sorted_nodes: the nodes of one cell.
        ends: how many at the beginning are sources, and at the end sinks.
        at_most: give up when the cut is larger.

    Returns:
        How many nodes are in the cut; ``at_most + 1`` where given up.
    """
    flow.number[0] += 1
    run = flow.number[0]
    count = len(sorted_nodes)
    for place in range(count - ends, count):
        flow.is_sink[sorted_nodes[place]] = run
    cut = 0
    while True:
        sink = find_path(flow, sorted_nodes, ends)
        if sink == NOTHING:
            break
        cut += 1
        if cut > at_most:
            return cut
        take_path(flow, sink)
    search = flow.number[1]
    for node in sorted_nodes:
        if flow.seen[2 * node + 1] == search:
            flow.side[node] = BEFORE
        elif flow.seen[2 * node] == search:
            flow.side[node] = CUT
        else:
            flow.side[node] = AFTER
    return cut


@kernel
def find_path(flow: Flow, sorted_nodes: Int32, ends: int) -> int:
    """Search the residual network; return the exit of the sink that was reached."""
    flow.number[1] += 1
    run = flow.number[0]
    size = 0
    for place in range(ends):
        size = reach(flow, size, 2 * sorted_nodes[place], NOTHING)
    done = 0
    while done < size:
        here = flow.queue[done]
        done += 1
        node = here >> 1
        is_used = flow.used[node] == run
        if here & 1:
            if flow.is_sink[node] == run:
                return int(here)
            if is_used:
                size = reach(flow, size, 2 * node, here)
            for place in range(flow.first[node], flow.first[node + 1]):
                neighbour = flow.head[place]
                if flow.cell[neighbour] == flow.cell[node]:
                    size = reach(flow, size, 2 * neighbour, here)
        elif not is_used:
            size = reach(flow, size, here + 1, here)
        elif flow.came_from[node] != NOTHING:
            size = reach(flow, size, 2 * flow.came_from[node] + 1, here)
    return NOTHING


@kernel
def reach(flow: Flow, size: int, there: int, here: int) -> int:
    """Put an entry or exit into the queue that was not there; return the queue's new size."""
    if flow.seen[there] == flow.number[1]:
        return size
    flow.seen[there] = flow.number[1]
    flow.reached_by[there] = here
    flow.queue[size] = there
    return size + 1


@kernel
def take_path(flow: Flow, exit_: int) -> None:
    """Send one more path along what the search found, from the sink back to a source."""
    run = flow.number[0]
    here = exit_
    while here != NOTHING:
        before = flow.reached_by[here]
        node = here >> 1
        if here & 1 == 0:
            if before == NOTHING:
                flow.came_from[node] = NOTHING
            elif before == here + 1:
                flow.used[node] = 0
            else:
                flow.came_from[node] = before >> 1
        elif before == here - 1:
            flow.used[node] = run
        here = before
