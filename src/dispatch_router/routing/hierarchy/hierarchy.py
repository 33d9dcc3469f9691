"""The hierarchy of one graph: contracted once, customized for every set of driving times."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dispatch_router.routing.graph import Int32
from dispatch_router.routing.hierarchy.contract import Below, Tree, contract
from dispatch_router.routing.hierarchy.customize import Weights, customize
from dispatch_router.routing.hierarchy.partial import customize_again, few_enough
from dispatch_router.routing.kernels.bundle import Bundle
from dispatch_router.routing.metric import Metric


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """A graph that is ready for the second search, under one metric.

    Immutable and shared. Contracted once for each road network: ``tree`` and ``below`` are the same
    under all metrics.
    """

    metric: Metric
    tree: Tree
    below: Below
    weights: Weights

    @cached_property
    def bundle(self) -> Bundle:
        """All of this as one argument for the kernels."""
        return Bundle(self.metric.roads, self.tree, self.weights, self.below)

    @cached_property
    def depth_at_most(self) -> int:
        """Depth of the vertex farthest below its root."""
        return int(self.tree.depth.max(initial=0))

    def under(self, metric: Metric) -> Hierarchy:
        """Take other driving times for the same graph; where few are others, only what they change.

        Raises:
            ValueError: the driving times are of another network.
        """
        if metric.topology is not self.metric.topology:
            raise ValueError("these driving times are of another road network")
        changed = np.flatnonzero(metric.roads.weight_ms != self.metric.roads.weight_ms)
        if few_enough(len(changed), len(metric.roads.weight_ms)):
            arcs = changed.astype(np.int32)
            weights = customize_again(metric.roads, self.tree, self.below, self.weights, arcs)
        else:
            weights = customize(metric.roads, self.tree, self.below)
        return Hierarchy(metric, self.tree, self.below, weights)


def build_hierarchy(metric: Metric, rank: Int32) -> Hierarchy:
    """Contract a graph in a given order and customize it.

    Args:
        metric: the graph and its driving times.
        rank: shape (states,), from ``order.build_order``.

    Raises:
        OrderDoesNotFit: the order is not one of this graph.
    """
    tree, below = contract(metric.topology, rank)
    return Hierarchy(metric, tree, below, customize(metric.roads, tree, below))
