"""The hierarchy of one graph: contracted once, customized for every set of driving times."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch_router.routing.fleet import Fleet
from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.hierarchy.climb import Climb
from dispatch_router.routing.hierarchy.contract import Below, Tree, contract
from dispatch_router.routing.hierarchy.customize import Weights, customize
from dispatch_router.routing.hierarchy.labels import Labels, label_fleet
from dispatch_router.routing.hierarchy.search import nearest_by_labels
from dispatch_router.routing.hierarchy.unpack import driven_edges
from dispatch_router.routing.kernels.arrays import Accesses
from dispatch_router.routing.kernels.nearest import Legs
from dispatch_router.routing.metric import Metric


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """A graph that is ready for the second search, under one metric.

    Immutable and shared; every thread climbs with ``climb.new_climb`` of its own.
    """

    metric: Metric
    tree: Tree
    below: Below
    weights: Weights

    def under(self, metric: Metric) -> Hierarchy:
        """Take other driving times for the same graph."""
        weights = customize(metric.roads, self.tree, self.below)
        return Hierarchy(metric, self.tree, self.below, weights)

    def labels(self, fleet: Fleet, climb: Climb) -> Labels:
        """Make the labels of a fleet; they hold for this metric only."""
        return label_fleet(
            self.metric.roads, self.tree, self.weights.up, fleet.starts, len(fleet), climb
        )

    def nearest(
        self,
        fleet: Fleet,
        labels: Labels,
        accesses: Accesses,
        offset_ms: Int64,
        k: int,
        band_ms: int,
        climb: Climb,
    ) -> Legs:
        """Find the units that reach the call first; see ``search.nearest_by_labels``."""
        return nearest_by_labels(
            self.metric.roads,
            self.tree,
            self.weights.down,
            fleet.starts,
            labels,
            accesses,
            offset_ms,
            k,
            band_ms,
            climb,
        )

    def driven_edges(
        self, fleet: Fleet, accesses: Accesses, found: Legs, leg: int, climbs: tuple[Climb, Climb]
    ) -> Int32:
        """List the directed edges that a leg drives from end to end.

        The edge that the unit stands on and that of the call are not among them. Of no use to a
        leg that stays on its edge.
        """
        roads = self.metric.roads
        return driven_edges(
            roads,
            self.tree,
            self.below,
            self.weights,
            int(roads.head_state[fleet.starts.edge[found.start[leg]]]),
            int(accesses.edge[found.access[leg]]),
            climbs,
        )


def build_hierarchy(metric: Metric, rank: Int32) -> Hierarchy:
    """Contract a graph in a given order and customize it.

    Args:
        metric: the graph and its driving times.
        rank: shape (states,), from ``order.build_order``.

    Raises:
        OrderDoesNotFit: the order is not one of this graph.
    """
    tree, below = contract(metric.roads, rank)
    return Hierarchy(metric, tree, below, customize(metric.roads, tree, below))
