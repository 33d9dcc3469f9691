"""Turn restriction relations into forbidden sequences of directed edges."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import chain, islice
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.restriction_relations import TurnRelation
from dispatch_router.routing.build.tags import Drops

MAX_SEQUENCES = 256
"""Of one relation."""
MAX_STEPS = 2_000
"""Of the search for the way over via ways."""

Sequence: TypeAlias = tuple[int, ...]
"""Directed edges (``2 * edge + direction``), one after the other."""


class RestrictedEdges:
    """The edges as restrictions see them: by way, and by the node that they leave."""

    def __init__(
        self,
        *,
        edge_tail: npt.NDArray[np.int64],
        edge_head: npt.NDArray[np.int64],
        is_permitted: npt.NDArray[np.bool_],
        edges_of_way: Mapping[int, npt.NDArray[np.int64]],
        node_of_id: Mapping[int, int],
        way_ids_in_source: Collection[int],
    ) -> None:
        """Look at a split road network.

        Args:
            edge_tail: shape (edges,), first node.
            edge_head: shape (edges,), last node.
            is_permitted: shape (2 * edges,), by directed edge.
            edges_of_way: way id -> its edges; at least for every way that a relation names and
                that was kept.
            node_of_id: via node id -> index of the node.
            way_ids_in_source: every way of the source, kept or not.
        """
        self._tail = np.stack((edge_tail, edge_head), axis=1).ravel()
        self._head = np.stack((edge_head, edge_tail), axis=1).ravel()
        self._is_permitted = is_permitted
        self._edges_of_way = edges_of_way
        self._node_of_id = node_of_id
        self._way_ids_in_source = way_ids_in_source
        self._by_tail = np.argsort(self._tail, kind="stable")
        self._sorted_tail = self._tail[self._by_tail]

    def forbid(self, relation: TurnRelation) -> tuple[Sequence, ...] | Dropped:
        """Return what ``relation`` forbids, or why it does not count."""
        for way in relation.ways():
            if way not in self._edges_of_way:
                in_source = way in self._way_ids_in_source
                return (
                    Dropped.RESTRICTION_NOT_ON_ROADS if in_source else Dropped.RESTRICTION_OUTSIDE
                )
        paths = self._paths(relation)
        if isinstance(paths, Dropped):
            return paths
        sequences = paths
        if relation.is_mandatory:
            turns = chain.from_iterable(map(self._turns_off, paths))
            sequences = list(islice(turns, MAX_SEQUENCES + 1))
        if len(sequences) > MAX_SEQUENCES:
            return Dropped.RESTRICTION_TOO_LARGE
        return tuple(sequences) or Dropped.RESTRICTION_MOOT

    def _paths(self, relation: TurnRelation) -> list[Sequence] | Dropped:
        if relation.via_node is None:
            return self._paths_over_ways(relation)
        node = self._node_of_id.get(relation.via_node)
        if node is None:
            return Dropped.RESTRICTION_DISJOINT
        paths: list[Sequence] = []
        for from_way in relation.from_ways:
            for to_way in relation.to_ways:
                turns = self._turns(from_way, to_way, node, is_u_turn=relation.is_u_turn)
                if isinstance(turns, Dropped):
                    return turns
                paths.extend(turns)
        return paths or Dropped.RESTRICTION_MOOT

    def _turns(
        self, from_way: int, to_way: int, node: int, *, is_u_turn: bool
    ) -> list[Sequence] | Dropped:
        """Return the turns between two ways at a node; none where one-way streets rule them out."""
        arriving = [d for d in self._directed(from_way) if self._head[d] == node]
        leaving = [d for d in self._directed(to_way) if self._tail[d] == node]
        if not arriving or not leaving:
            return Dropped.RESTRICTION_DISJOINT
        arriving, leaving = self._permitted(arriving), self._permitted(leaving)
        if is_u_turn and from_way == to_way:
            return [(d, d ^ 1) for d in arriving if d ^ 1 in leaving]
        if len(arriving) > 1 or len(leaving) > 1:
            return Dropped.RESTRICTION_AMBIGUOUS
        return [(a, b) for a in arriving for b in leaving]

    def _paths_over_ways(self, relation: TurnRelation) -> list[Sequence] | Dropped:
        drivable = self._search(relation, permitted_only=True)
        if drivable:
            return drivable if len(drivable) == 1 else Dropped.RESTRICTION_AMBIGUOUS
        if drivable is None:
            return Dropped.RESTRICTION_TOO_LARGE
        connected = self._search(relation, permitted_only=False)
        return Dropped.RESTRICTION_MOOT if connected else Dropped.RESTRICTION_DISJOINT

    def _search(self, relation: TurnRelation, *, permitted_only: bool) -> list[Sequence] | None:
        """Find the simple paths from ``from`` over every via way to ``to``; None if too many steps.

        Two paths are enough to know that the relation is ambiguous.
        """
        way_of = {e: way for way in relation.via_ways for e in self._edges_of_way[way].tolist()}
        choose = self._permitted if permitted_only else list
        via = self._by_tail_node(choose([d for e in way_of for d in (2 * e, 2 * e + 1)]))
        to = self._by_tail_node(choose([d for w in relation.to_ways for d in self._directed(w)]))
        starts = choose([d for w in relation.from_ways for d in self._directed(w)])
        found: list[Sequence] = []
        stack: list[Sequence] = [(start,) for start in starts]
        for _ in range(MAX_STEPS):
            if not stack or len(found) > 1:
                return found
            path = stack.pop()
            node = int(self._head[path[-1]])
            if {way_of[d // 2] for d in path[1:]} == set(relation.via_ways):
                found.extend((*path, d) for d in to.get(node, ()))
            passed = {int(self._tail[d]) for d in path[1:]} | {node}
            onward = (d for d in via.get(node, ()) if int(self._head[d]) not in passed)
            stack.extend((*path, d) for d in onward)
        return None

    def _by_tail_node(self, directed: Iterable[int]) -> dict[int, list[int]]:
        grouped: dict[int, list[int]] = {}
        for d in directed:
            grouped.setdefault(int(self._tail[d]), []).append(d)
        return grouped

    def _turns_off(self, path: Sequence) -> Iterable[Sequence]:
        """Return every turn that leaves ``path`` on the way from its first edge to its last."""
        for step in range(1, len(path)):
            for turn in self._leaving(int(self._head[path[step - 1]])):
                if turn != path[step]:
                    yield (*path[:step], turn)

    def _leaving(self, node: int) -> list[int]:
        first, last = np.searchsorted(self._sorted_tail, (node, node + 1))
        return self._permitted(self._by_tail[first:last].tolist())

    def _directed(self, way: int) -> list[int]:
        return [d for e in self._edges_of_way[way].tolist() for d in (2 * e, 2 * e + 1)]

    def _permitted(self, directed: Iterable[int]) -> list[int]:
        return [d for d in directed if self._is_permitted[d]]


def forbidden_sequences(
    edges: RestrictedEdges, relations: Iterable[TurnRelation], drops: Drops
) -> tuple[tuple[Sequence, ...], int]:
    """Return the distinct sequences that the relations forbid, and how many relations count."""
    sequences: dict[Sequence, None] = {}
    kept = 0
    for relation in relations:
        forbidden = edges.forbid(relation)
        if isinstance(forbidden, Dropped):
            drops[forbidden] += 1
            continue
        kept += 1
        sequences.update(dict.fromkeys(forbidden))
    return tuple(sorted(sequences)), kept
