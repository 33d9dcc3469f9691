"""Unfold turn rules: nodes become states, directed edges become arcs between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dispatch_router.domain.errors import InvalidGraph
from dispatch_router.routing.build.turn_rules import START, TurnRules
from dispatch_router.routing.graph import (
    NOT_PERMITTED,
    Edges,
    Int32,
    Int64,
    States,
    UInt8,
    ever_permitted,
)
from dispatch_router.routing.reach import core_reach


@dataclass(frozen=True, slots=True)
class _Arcs:
    """Tail state, head state and directed edge of every arc, and whether it breaks a rule."""

    tail: Int64
    head: Int64
    directed_edge: Int64
    breaks_rule: UInt8


@dataclass(frozen=True, slots=True)
class _Memories:
    """The memories of the turn rules that become states of their own."""

    rules: TurnRules
    kept: list[int]
    state: Int64
    """Shape (memories,), the state of each kept memory, else ``NOT_PERMITTED``."""


def unfold_turn_rules(
    *, node_count: int, edges: Edges, forbidden: tuple[tuple[int, ...], ...]
) -> tuple[States, UInt8]:
    """Build the graph to search.

    State ``n`` below ``node_count`` is node ``n`` with nothing remembered. The ranks are those of
    the states themselves; the hierarchy's order is found afterwards.

    Returns:
        The states and arcs, and how each state lies to the largest strongly connected part; see
        ``reach.core_reach``.

    Raises:
        InvalidGraph: no directed edge is permitted.
    """
    if not (edges.free_flow_ms != NOT_PERMITTED).any():
        raise InvalidGraph(
            "there is no road that a car may use; choose a larger area or another source",
            "没有汽车可以通行的道路，请选择更大的范围或其他数据源",
        )
    _, head_node = directed_ends(edges)
    memories = _memories(TurnRules(forbidden), node_count)
    remembered_at = head_node[[memories.rules.last_edge(memory) for memory in memories.kept]]
    node = np.concatenate([np.arange(node_count, dtype=np.int32), remembered_at])
    head_state = _arrivals(edges, head_node, memories)
    arcs = _arcs(edges, memories, head_state)
    for_all = (arcs.breaks_rule == 0) & (edges.free_flow_ms[arcs.directed_edge] != NOT_PERMITTED)
    reach = core_reach(len(node), arcs.tail[for_all], arcs.head[for_all])
    states = _by_head(arcs, node.astype(np.int32), head_state)
    return states, reach


def directed_ends(edges: Edges) -> tuple[Int32, Int32]:
    """Tail and head node of every directed edge, each of shape (2 * edges,)."""
    tail = np.column_stack([edges.tail, edges.head]).ravel()
    head = np.column_stack([edges.head, edges.tail]).ravel()
    return tail, head


def _memories(rules: TurnRules, node_count: int) -> _Memories:
    kept = [memory for memory in range(1, rules.count) if rules.is_kept(memory)]
    state = np.full(rules.count, NOT_PERMITTED, dtype=np.int64)
    state[kept] = node_count + np.arange(len(kept))
    return _Memories(rules=rules, kept=kept, state=state)


def _arrivals(edges: Edges, head_node: Int32, memories: _Memories) -> Int32:
    """State at the end of every directed edge for a drive that begins on it."""
    permitted = ever_permitted(edges)
    head_state = np.where(permitted, head_node, NOT_PERMITTED).astype(np.int32)
    for memory in memories.kept:
        directed_edge = memories.rules.last_edge(memory)
        if permitted[directed_edge] and memories.rules.after(START, directed_edge) == memory:
            head_state[directed_edge] = memories.state[memory]
    return head_state


def _arcs(edges: Edges, memories: _Memories, head_state: Int32) -> _Arcs:
    tail_node, head_node = directed_ends(edges)
    plain = np.flatnonzero(ever_permitted(edges)).astype(np.int64)
    leaving_first, leaving = _leaving(plain, tail_node)
    remembering: list[tuple[int, int, int, int]] = []
    for memory in memories.kept:
        here = head_node[memories.rules.last_edge(memory)]
        if here + 1 >= len(leaving_first):
            continue
        for directed_edge in leaving[leaving_first[here] : leaving_first[here + 1]].tolist():
            after = memories.rules.after(memory, directed_edge)
            breaks = int(memories.rules.is_forbidden(after))
            left = memories.rules.remembered(after)
            arrived = head_node[directed_edge] if left == START else memories.state[left]
            here_state = int(memories.state[memory])
            remembering.append((here_state, int(arrived), directed_edge, breaks))
    extra = np.array(remembering, dtype=np.int64).reshape(-1, 4)
    return _Arcs(
        tail=np.concatenate([tail_node[plain].astype(np.int64), extra[:, 0]]),
        head=np.concatenate([head_state[plain].astype(np.int64), extra[:, 1]]),
        directed_edge=np.concatenate([plain, extra[:, 2]]),
        breaks_rule=np.concatenate([np.zeros(len(plain)), extra[:, 3]]).astype(np.uint8),
    )


def _leaving(permitted: Int64, tail_node: Int32) -> tuple[npt.NDArray[np.intp], Int64]:
    """Permitted directed edges by the node that they leave, as offsets and edges."""
    leaving = permitted[np.argsort(tail_node[permitted], kind="stable")]
    first = np.searchsorted(tail_node[leaving], np.arange(int(tail_node.max()) + 2))
    return first, leaving


def _by_head(arcs: _Arcs, node: Int32, head_state: Int32) -> States:
    # By the state that they enter: the search runs backward from the call.
    order = np.lexsort((arcs.breaks_rule, arcs.directed_edge, arcs.tail, arcs.head))
    first_in = np.searchsorted(arcs.head[order], np.arange(len(node) + 1))
    directed_edge = arcs.directed_edge[order]
    arc_of_edge = np.argsort(directed_edge, kind="stable")
    first_arc = np.searchsorted(directed_edge[arc_of_edge], np.arange(len(head_state) + 1))
    return States(
        node=node,
        first_in=first_in.astype(np.int32),
        tail=arcs.tail[order].astype(np.int32),
        directed_edge=directed_edge.astype(np.int32),
        breaks_rule=arcs.breaks_rule[order],
        head_state=head_state,
        first_arc=first_arc.astype(np.int32),
        arc_of_edge=arc_of_edge.astype(np.int32),
        rank=np.arange(len(node), dtype=np.int32),
    )
