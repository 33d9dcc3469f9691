"""What every engine is asked: units and calls at nodes, the k least times, one closed road."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.engines.graphs import ComparisonGraph
from dispatch_router.routing.graph import NOT_PERMITTED, Int32, RoadGraph
from dispatch_router.routing.reach import IN_CORE, core_reach

FEW = 200


class Skipped(Exception):
    """An engine cannot do this here; the message says why."""


@dataclass(frozen=True)
class Links:
    """The graph as every peer sees it: the fastest road between each pair of nodes.

    Attributes:
        tail, head: shape (links,), nodes; ordered by them, no pair twice.
        ms: shape (links,).
        edge: shape (links,), the directed edge.
    """

    tail: Int32
    head: Int32
    ms: Int32
    edge: Int32


@dataclass(frozen=True)
class ClosedRoad:
    """One direction of one road is closed.

    Attributes:
        tail, head: nodes.
        link: its place in ``Links``.
    """

    tail: int
    head: int
    link: int


class Contender:
    """An engine on one graph. Answers are totals in whole milliseconds, ascending.

    Attributes:
        name: as printed.
        exact: it was given the very same times and places, so its answers must be the very same.
        never_closes: why it cannot close a road; empty where it can.
        build_s: what was done before the first question, and how long it took.
    """

    name: str
    exact = True
    never_closes = ""
    build_s: dict[str, float]

    def place(self, units: Sequence[int]) -> None:
        """Let units stand at these nodes from now on."""
        raise NotImplementedError

    def expect(self, calls: Sequence[int]) -> None:
        """Look up the places of calls to come; most have nothing to look up."""

    def nearest(self, call: int, k: int) -> list[int]:
        """Return the k least driving times of any units to this node."""
        raise NotImplementedError

    def close(self, road: ClosedRoad) -> None:
        """Close a road; when this returns, the next question knows of it."""
        raise NotImplementedError

    def reopen(self) -> None:
        """Open all roads again."""
        raise NotImplementedError


def links_of(graph: RoadGraph) -> Links:
    """Keep the fastest of parallel roads; loops lead nowhere."""
    edges = graph.edges
    tail = np.column_stack((edges.tail, edges.head)).ravel()
    head = np.column_stack((edges.head, edges.tail)).ravel()
    ms = np.asarray(edges.free_flow_ms)
    useful = np.flatnonzero((ms != NOT_PERMITTED) & (tail != head))
    useful = useful[np.lexsort((ms[useful], head[useful], tail[useful]))]
    pairs = np.column_stack((tail[useful], head[useful]))
    first = np.ones(len(useful), dtype=bool)
    first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    kept = useful[first].astype(np.int32)
    return Links(tail=tail[kept], head=head[kept], ms=ms[kept], edge=kept)


class Question:
    """A graph with the places that units and calls are drawn from."""

    def __init__(self, comparison: ComparisonGraph) -> None:
        """Find the nodes from which and to which everything can be driven."""
        self.comparison = comparison
        self.graph = comparison.graph
        self.node_count = len(self.graph.nodes.lon_e7)
        self.links = links_of(self.graph)
        reach = core_reach(self.node_count, self.links.tail, self.links.head)
        # Who is given a position alone cannot tell two nodes in one place apart.
        self.core = np.flatnonzero((reach == IN_CORE) & _alone(self.graph))
        self._by_head = np.argsort(self.links.head, kind="stable")
        self.lon: list[float] = (self.graph.nodes.lon_e7 / 1e7).tolist()
        self.lat: list[float] = (self.graph.nodes.lat_e7 / 1e7).tolist()

    def nodes(self, rng: np.random.Generator, count: int) -> list[int]:
        """Draw places; several may be the same."""
        drawn: list[int] = rng.choice(self.core, count).tolist()
        return drawn

    def road_to(self, node: int) -> int:
        """Return a directed edge that ends at this node of the core."""
        place = np.searchsorted(self.links.head, node, sorter=self._by_head)
        return int(self.links.edge[self._by_head[place]])

    def road_from(self, node: int) -> int:
        """Return a directed edge that begins at this node of the core."""
        return int(self.links.edge[np.searchsorted(self.links.tail, node)])

    def roads(self, rng: np.random.Generator, count: int) -> list[ClosedRoad]:
        """Draw roads between those nodes, for closures.

        Only roads without a parallel one: not every engine can tell two roads between the same
        two nodes apart.
        """
        inside = np.isin(self.links.tail, self.core) & np.isin(self.links.head, self.core)
        low, high = (
            pick(self.graph.edges.tail, self.graph.edges.head).astype(np.int64)
            for pick in (np.minimum, np.maximum)
        )
        pair = low * self.node_count + high
        _, group, size = np.unique(pair, return_inverse=True, return_counts=True)
        alone = size[group][self.links.edge >> 1] == 1
        drawn = rng.choice(np.flatnonzero(inside & alone), count)
        return [self.closed_road(link) for link in drawn.tolist()]

    def closed_road(self, link: int) -> ClosedRoad:
        """Name a link as a road to close."""
        return ClosedRoad(int(self.links.tail[link]), int(self.links.head[link]), link)


def _alone(graph: RoadGraph) -> np.ndarray:
    """Nodes that share their position with no other, as exactly as every engine keeps it."""
    lon, lat = (
        np.rint(e7 / 10).astype(np.int64) for e7 in (graph.nodes.lon_e7, graph.nodes.lat_e7)
    )
    place = lon * 2**32 + lat
    _, group, size = np.unique(place, return_inverse=True, return_counts=True)
    return np.asarray(size[group] == 1)


def least(totals: Sequence[float | None] | np.ndarray, k: int) -> list[int]:
    """Return the k least of these, whole and ascending; None and infinity are no times.

    The quicker way for few and the quicker way for many: a peer shall not wait for this.
    """
    if len(totals) <= FEW:
        found = sorted(total for total in totals if total is not None and total < math.inf)
        return [round(total) for total in found[:k]]
    array = np.asarray(totals, dtype=np.float64)  # None becomes NaN, which is sorted last
    if k < len(array):
        array = np.partition(array, k - 1)[:k]
    ascending = np.sort(array[np.isfinite(array)])
    return [int(total) for total in np.rint(ascending)]
