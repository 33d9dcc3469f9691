"""The same question put to networkx and to scipy: same states, same weights, same places."""

from __future__ import annotations

from collections.abc import Sequence

import networkx
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.cities import LOCATE, SNAP
from dispatch_router.domain.geo import LonLat
from dispatch_router.routing.access import call_accesses
from dispatch_router.routing.graph import RoadGraph
from dispatch_router.routing.kernels.arrays import Accesses
from dispatch_router.routing.metric import free_flow_metric
from dispatch_router.routing.snapping import SnappedPosition, snap
from dispatch_router.routing.view import UnitStarts, View

ENTRIES_AT_MOST = 256
Answer = list[int]


class Question:
    """What all contenders are given: where units enter the network, and where calls leave it."""

    def __init__(self, graph: RoadGraph, units: Sequence[LonLat]) -> None:
        self.graph = graph
        self.metric = free_flow_metric(graph)
        self.roads = self.metric.roads
        self.state_count = self.metric.state_count
        self.snapped = [self._snap(unit) for unit in units]
        self.view = View(self.metric, None, self.snapped, SNAP.yard_speed_m_s)
        starts = [self.view.starts_of(unit) for unit in range(len(units))]
        self.start_unit = np.repeat(np.arange(len(units)), [len(own.edge) for own in starts])
        self.starts = UnitStarts(*(np.concatenate(column) for column in zip(*starts, strict=True)))
        self.start_state = self.roads.head_state[self.starts.edge]

    def accesses(self, call: LonLat) -> Accesses:
        return call_accesses(self.metric, self._snap(call), LOCATE)

    def entries(self, accesses: Accesses) -> list[tuple[int, int]]:
        """States from which the call's edges are entered, with what is left from there."""
        rest_ms = (accesses.ms + accesses.walk_ms).tolist()
        first_arc, arc_of_edge, tail = (
            self.roads.first_arc,
            self.roads.arc_of_edge,
            self.roads.tail,
        )
        return [
            (int(tail[arc]), rest)
            for edge, rest in zip(accesses.edge.tolist(), rest_ms, strict=True)
            for arc in arc_of_edge[first_arc[edge] : first_arc[edge + 1]].tolist()
        ]

    def direct(self, accesses: Accesses) -> list[tuple[int, int]]:
        """Units that stand before the call on its own edge: unit and total."""
        starts = self.starts
        found = []
        for access, edge in enumerate(accesses.edge.tolist()):
            for start in np.flatnonzero(starts.edge == edge).tolist():
                if starts.along_mm[start] <= accesses.along_mm[access]:
                    length_mm = int(self.roads.length_mm[edge >> 1])
                    edge_ms = int(self.roads.edge_ms[edge])
                    passed_ms = edge_ms * int(starts.along_mm[start]) // length_mm
                    ms = int(starts.yard_ms[start] + accesses.ms[access]) - passed_ms
                    found.append((int(self.start_unit[start]), ms + int(accesses.walk_ms[access])))
        return found

    def best_totals(self, label_ms: np.ndarray, accesses: Accesses, k: int) -> Answer:
        """The k least totals from labels of all states."""
        totals = np.full(len(self.view), np.inf)
        starts = self.starts
        np.minimum.at(totals, self.start_unit, starts.ms + label_ms[self.start_state])
        for unit, total in self.direct(accesses):
            totals[unit] = min(totals[unit], total)
        least = np.sort(totals)[:k]
        return [int(total) for total in least if np.isfinite(total)]

    def _snap(self, position: LonLat) -> SnappedPosition:
        return snap(self.graph, position, max_m=SNAP.max_snap_m, within_m=SNAP.candidate_within_m)


class ScipySearch:
    """scipy.sparse.csgraph.dijkstra over the reversed graph, the call as one more state."""

    def __init__(self, question: Question) -> None:
        self._question = question
        roads, call = question.roads, question.state_count
        order = np.lexsort((roads.tail, roads.arc_head))
        row = np.concatenate([roads.arc_head[order], np.full(ENTRIES_AT_MOST, call)])
        column = np.concatenate([roads.tail[order], np.zeros(ENTRIES_AT_MOST, dtype=np.int32)])
        weight = np.concatenate([roads.weight_ms[order], np.ones(ENTRIES_AT_MOST)])
        first = np.searchsorted(row, np.arange(call + 2))
        self._graph = csr_array(
            (weight.astype(np.float64), column.astype(np.int32), first.astype(np.int32)),
            shape=(call + 1, call + 1),
        )

    def nearest(self, call: LonLat, k: int) -> Answer:
        accesses = self._question.accesses(call)
        entries = self._question.entries(accesses)
        padded = (entries * ENTRIES_AT_MOST)[:ENTRIES_AT_MOST]
        self._graph.indices[-ENTRIES_AT_MOST:] = [state for state, _ in padded]
        # scipy takes an explicit 0 for no edge: the millisecond added here is taken off below.
        self._graph.data[-ENTRIES_AT_MOST:] = [rest + 1 for _, rest in padded]
        label_ms = dijkstra(self._graph, indices=self._question.state_count) - 1
        return self._question.best_totals(label_ms[:-1], accesses, k)


class NetworkxSearch:
    """networkx.single_source_dijkstra_path_length over the reversed graph."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._graph = networkx.DiGraph()
        self._graph.add_nodes_from(range(question.state_count))
        roads = question.roads
        for head, tail, ms in zip(
            roads.arc_head.tolist(), roads.tail.tolist(), roads.weight_ms.tolist(), strict=True
        ):
            known = self._graph.get_edge_data(head, tail)
            if known is None or known["weight"] > ms:
                self._graph.add_edge(head, tail, weight=ms)

    def nearest(self, call: LonLat, k: int) -> Answer:
        accesses = self._question.accesses(call)
        for state, rest_ms in sorted(self._question.entries(accesses), reverse=True):
            self._graph.add_edge("call", state, weight=rest_ms)
        lengths = networkx.single_source_dijkstra_path_length(self._graph, "call")
        self._graph.remove_node("call")
        label_ms = np.full(self._question.state_count, np.inf)
        del lengths["call"]
        label_ms[list(lengths.keys())] = list(lengths.values())
        return self._question.best_totals(label_ms, accesses, k)
