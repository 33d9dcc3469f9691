"""The roads of one mode: its topology once, and a profile for every response and condition."""

from __future__ import annotations

import dataclasses
import logging
import threading

import numpy as np

from dispatch_router.domain.closures import Closure
from dispatch_router.domain.conditions import Conditions
from dispatch_router.domain.response import Response
from dispatch_router.domain.traffic import EmergencyPolicy, SpeedPeriod, TrafficPolicy
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.closing.match import ClosureMatcher
from dispatch_router.routing.exemptions import ExemptRoads
from dispatch_router.routing.graph import Int32, RoadGraph
from dispatch_router.routing.hierarchy.contract import OrderDoesNotFit
from dispatch_router.routing.hierarchy.hierarchy import build_hierarchy
from dispatch_router.routing.metric import Metric, free_flow_times, metric_of, metric_with
from dispatch_router.routing.pricing import (
    Pricing,
    Slowed,
    exempt_access,
    open_times,
    slowed_edges,
    slowed_otherwise,
    under_closures,
)
from dispatch_router.routing.profile import Profile
from dispatch_router.routing.searches import BoundedSearch, LabelSearch
from dispatch_router.routing.snapping import Snapping
from dispatch_router.routing.topology import Topology, plain, topology_of

_log = logging.getLogger(__name__)

_NO_EDGES: Int32 = np.empty(0, dtype=np.int32)


class ModeRoads:
    """One network. Whatever it hands out is immutable."""

    def __init__(
        self,
        graph: RoadGraph,
        mode: UnitMode,
        traffic: TrafficPolicy,
        emergency: EmergencyPolicy,
        beside: ModeRoads | None = None,
    ) -> None:
        """Prepare a network for the bounded search; the hierarchy comes with ``contract``.

        Args:
            graph: the network.
            mode: who travels on it.
            traffic: speeds by the hour, and waiting at signals.
            emergency: what an emergency drive may do.
            beside: the same network, laid out already; None to lay it out.
        """
        self.graph = graph
        self.mode = mode
        self.topology: Topology = topology_of(graph) if beside is None else beside.topology
        self.snapping: Snapping = Snapping(graph) if beside is None else beside.snapping
        self._traffic = traffic
        self._emergency = emergency
        self._matcher = ClosureMatcher(graph)
        self._closed: dict[str, Int32] = {}
        self._slowed_by: tuple[tuple[Closure, ...], Slowed | None] = (), None
        self._matching = threading.Lock()
        # Every profile searches with the working memory of these two.
        self._bounded = BoundedSearch(metric_of(self.topology, free_flow_times(graph)))
        self._labels: LabelSearch | None = None

    def contract(self) -> None:
        """Build the hierarchy; profiles made from now on have it."""
        metric = metric_of(self.topology, free_flow_times(self.graph))
        try:
            self._labels = LabelSearch(build_hierarchy(metric, plain(self.graph.states.rank)))
        except OrderDoesNotFit as misfit:
            _log.warning(
                "the bounded search answers alone, the order of the %s graph does not fit: %s",
                self.mode,
                misfit,
            )

    def profile(
        self, response: Response, conditions: Conditions, before: Profile | None = None
    ) -> Profile:
        """Make a profile.

        Args:
            response: which rules bind.
            conditions: the hour and the closures.
            before: what it replaces; whatever has not changed is taken from it.
        """
        pricing = self._pricing(conditions.period, response)
        slowed = self._slowed(conditions.closures)
        same_prices = before is not None and before.pricing == pricing
        if before is not None and same_prices:
            if self._is_as_good(before, slowed):
                return before
            times, open_metric = before.open_times, before.open_metric
            metric, already = before.metric, before.slowed
        else:
            times = open_times(self.graph.edges, pricing)
            metric = open_metric = metric_of(self.topology, times)
            already = None
        edges = slowed_otherwise(already, slowed)
        if len(edges) > 0:
            metric = metric_with(metric, under_closures(times, slowed, edges))
        return Profile(
            graph=self.graph,
            pricing=pricing,
            open_times=times,
            slowed=slowed,
            metric=metric,
            bounded=self._bounded.under(metric),
            by_labels=self._by_labels(metric, before),
            open_metric=open_metric,
            exempt_roads=self._exempt_roads(pricing, metric, before if same_prices else None),
        )

    def closed_edges(self, closure: Closure) -> Int32:
        """Directed edges that a closure concerns, ascending; none where it is for other modes."""
        with self._matching:
            return self._matched(closure)

    def _matched(self, closure: Closure) -> Int32:
        """Match a closure once; the lock is held."""
        if self.mode not in closure.modes:
            return _NO_EDGES
        edges = self._closed.get(closure.id)
        if edges is None:
            edges = self._closed[closure.id] = self._matcher.closed_edges(closure)
        return edges

    def forget_closures_but(self, kept: frozenset[str]) -> None:
        """Drop what was remembered of closures that are over."""
        with self._matching:
            for closure_id in self._closed.keys() - kept:
                del self._closed[closure_id]

    def _pricing(
        self, period: SpeedPeriod | None, response: Response = Response.ROUTINE
    ) -> Pricing:
        # Nobody walks faster for an emergency, or slower at a rush hour.
        on_foot = self.mode is UnitMode.FOOT
        return Pricing(
            mode=self.mode,
            response=Response.ROUTINE if on_foot else response,
            period=None if on_foot else period,
            traffic=self._traffic,
            emergency=self._emergency,
        )

    def _is_as_good(self, before: Profile, slowed: Slowed | None) -> bool:
        has_every_search = (before.by_labels is None) == (self._labels is None)
        if slowed is None:
            return has_every_search and before.slowed is None
        return has_every_search and slowed.is_same(before.slowed)

    def _exempt_roads(
        self, pricing: Pricing, metric: Metric, same_prices: Profile | None
    ) -> ExemptRoads | None:
        if not pricing.uses_exemptions:
            return None
        if same_prices is not None and same_prices.exempt_roads is not None:
            return dataclasses.replace(same_prices.exempt_roads, leave_ms=metric.roads.leave_ms)
        return ExemptRoads(
            graph=self.graph,
            leave_ms=metric.roads.leave_ms,
            turn_ms=pricing.emergency.turn_ms,
            access=exempt_access(self.graph.edges, pricing),
        )

    def _slowed(self, closures: tuple[Closure, ...]) -> Slowed | None:
        with self._matching:
            # The profiles of all responses come one after the other with the same closures.
            if self._slowed_by[0] is not closures:
                concerned = [(self._matched(each), each.speed_permille) for each in closures]
                self._slowed_by = closures, slowed_edges(concerned)
            return self._slowed_by[1]

    def _by_labels(self, metric: Metric, before: Profile | None) -> LabelSearch | None:
        if self._labels is None:
            return None
        hierarchy = before.hierarchy if before is not None else None
        return self._labels.under((hierarchy or self._labels.hierarchy).under(metric))
