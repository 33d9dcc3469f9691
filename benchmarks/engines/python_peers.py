"""networkx and scipy: Dijkstra from the call over the reversed graph, then the units' labels."""

from __future__ import annotations

import time
from collections.abc import Sequence

import networkx
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.engines.question import ClosedRoad, Contender, Question, least


class Scipy(Contender):
    """scipy.sparse.csgraph.dijkstra; it has no way to stop at the k-th unit."""

    name = "scipy"

    def __init__(self, question: Question) -> None:
        begun = time.perf_counter()
        links, count = question.links, question.node_count
        order = np.lexsort((links.tail, links.head))
        self._place_of_link = np.empty(len(order), dtype=np.int64)
        self._place_of_link[order] = np.arange(len(order))
        first = np.searchsorted(links.head[order], np.arange(count + 1)).astype(np.int32)
        self._reversed = csr_array(
            (links.ms[order].astype(np.float64), links.tail[order], first), shape=(count, count)
        )
        self._open_ms = self._reversed.data.copy()
        self._units = np.empty(0, dtype=np.int64)
        self.build_s = {"arrays": time.perf_counter() - begun}

    def place(self, units: Sequence[int]) -> None:
        self._units = np.array(units)

    def nearest(self, call: int, k: int) -> list[int]:
        return least(dijkstra(self._reversed, indices=call)[self._units], k)

    def close(self, road: ClosedRoad) -> None:
        self._reversed.data[self._place_of_link[road.link]] = np.inf

    def reopen(self) -> None:
        self._reversed.data[:] = self._open_ms


class Networkx(Contender):
    """networkx.single_source_dijkstra_path_length."""

    name = "networkx"

    def __init__(self, question: Question) -> None:
        begun = time.perf_counter()
        links = question.links
        self._reversed = networkx.DiGraph()
        self._reversed.add_nodes_from(range(question.node_count))
        self._reversed.add_weighted_edges_from(
            zip(links.head.tolist(), links.tail.tolist(), links.ms.tolist(), strict=True)
        )
        self._units: list[int] = []
        self._closed: list[tuple[int, int, int]] = []
        self.build_s = {"graph": time.perf_counter() - begun}

    def place(self, units: Sequence[int]) -> None:
        self._units = list(units)

    def nearest(self, call: int, k: int) -> list[int]:
        lengths = networkx.single_source_dijkstra_path_length(self._reversed, call)
        return least([lengths.get(unit, np.inf) for unit in self._units], k)

    def close(self, road: ClosedRoad) -> None:
        ms = self._reversed.edges[road.head, road.tail]["weight"]
        self._reversed.remove_edge(road.head, road.tail)
        self._closed.append((road.head, road.tail, ms))

    def reopen(self) -> None:
        self._reversed.add_weighted_edges_from(self._closed)
        self._closed.clear()
