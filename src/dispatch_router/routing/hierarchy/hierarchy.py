"""The hierarchy of one graph: contracted once, customized for every set of driving times."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from dispatch_router.routing.graph import Int32, Int64, UInt8
from dispatch_router.routing.hierarchy.contract import Below, Tree, contract
from dispatch_router.routing.hierarchy.customize import Weights, customize
from dispatch_router.routing.hierarchy.follow_core import core_after
from dispatch_router.routing.hierarchy.partial import customize_again, few_enough
from dispatch_router.routing.kernels.bundle import Bundle
from dispatch_router.routing.metric import Metric
from dispatch_router.routing.reach import Reach
from dispatch_router.routing.versions import Version


class WeightVersions(NamedTuple):
    """The arrays of ``Weights``, of which other hierarchies have other states."""

    up: Version[Int64]
    down: Version[Int64]


class Change(NamedTuple):
    """What has changed since another hierarchy, which is gone when nobody needs it any more.

    Attributes:
        since: that hierarchy.
        edges: those that have other weights now, by their lower ends.
    """

    since: weakref.ref[Hierarchy]
    edges: Int32


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """A graph that is ready for the second search, under one metric.

    Immutable and shared. Contracted once for each road network: ``tree`` and ``below`` are the same
    under all metrics.

    Attributes:
        versions: the weights.
        change: what has changed since the hierarchy that this one was made from; None where that
            was not followed.
        followed: the core, where it was known before and has been followed.
    """

    metric: Metric
    tree: Tree
    below: Below
    versions: WeightVersions
    change: Change | None = None
    followed: Reach | None = None

    @cached_property
    def weights(self) -> Weights:
        """Driving times of all edges."""
        return Weights(self.versions.up.array, self.versions.down.array)

    @cached_property
    def bundle(self) -> Bundle:
        """All of this as one argument for the kernels."""
        return Bundle(self.metric.roads, self.tree, self.weights, self.below)

    @cached_property
    def depth_at_most(self) -> int:
        """Depth of the vertex farthest below its root."""
        return int(self.tree.depth.max(initial=0))

    @property
    def reach(self) -> UInt8:
        """How each state lies to the core, shape (states,); see ``reach.core_reach``."""
        return self.metric.reach if self.followed is None else self.followed.bits.array

    def changed_since(self, other: Hierarchy) -> Int32 | None:
        """List the edges that have other weights under another hierarchy; None where not known."""
        if self.change is not None and self.change.since() is other:
            return self.change.edges
        return None

    def under(self, metric: Metric) -> Hierarchy:
        """Take other driving times for the same graph; where few are others, only what they change.

        Raises:
            ValueError: the driving times are of another network.
        """
        if metric.topology is not self.metric.topology:
            raise ValueError("these driving times are of another road network")
        arcs = metric.arcs_changed_since(self.metric)
        if few_enough(len(arcs), len(metric.roads.weight_ms)):
            return self._following(metric, arcs)
        return customized(metric, self.tree, self.below)

    def _following(self, metric: Metric, arcs: Int32) -> Hierarchy:
        new = Weights(self.versions.up.draft(), self.versions.down.draft())
        edges = customize_again(metric.roads, self.tree, self.below, self.weights, new, arcs)
        versions = WeightVersions(
            self.versions.up.next(new.up, edges), self.versions.down.next(new.down, edges)
        )
        change = Change(weakref.ref(self), edges)
        known = self.metric.known_core if self.followed is None else self.followed
        after = Hierarchy(metric, self.tree, self.below, versions, change)
        if known is None:
            return after
        core = core_after(known, self.metric, metric, self.tree, after.weights, arcs)
        return Hierarchy(metric, self.tree, self.below, versions, change, core)


def customized(metric: Metric, tree: Tree, below: Below) -> Hierarchy:
    """Give a contracted graph its driving times."""
    weights = customize(metric.roads, tree, below)
    return Hierarchy(
        metric, tree, below, WeightVersions(Version(weights.up), Version(weights.down))
    )


def build_hierarchy(metric: Metric, rank: Int32) -> Hierarchy:
    """Contract a graph in a given order and customize it.

    Args:
        metric: the graph and its driving times.
        rank: shape (states,), from ``order.build_order``.

    Raises:
        OrderDoesNotFit: the order is not one of this graph.
    """
    return customized(metric, *contract(metric.topology, rank))
