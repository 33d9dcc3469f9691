"""A profile: one mode and one response under the conditions of now, ready to be searched."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch_router.domain.travel import Basis
from dispatch_router.routing.exemptions import ExemptRoads
from dispatch_router.routing.graph import RoadGraph
from dispatch_router.routing.hierarchy.choice import labels_are_faster
from dispatch_router.routing.hierarchy.hierarchy import Hierarchy
from dispatch_router.routing.metric import DrivingTimes, Metric
from dispatch_router.routing.pricing import Pricing, Slowed
from dispatch_router.routing.searches import BoundedSearch, LabelSearch, Search


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What is searched for the units of one mode.

    Attributes:
        graph: the network of the mode.
        pricing: what the times come from.
        open_times: with nothing closed.
        slowed: what closures concern; None where nothing is closed.
        metric: the times in force.
        bounded: searches backward from the call.
        by_labels: searches the hierarchy; None while there is none.
        open_metric: the same with nothing closed.
        exempt_roads: where rules may be set aside; None where they all bind.
    """

    graph: RoadGraph
    pricing: Pricing
    open_times: DrivingTimes
    slowed: Slowed | None
    metric: Metric
    bounded: BoundedSearch
    by_labels: LabelSearch | None
    open_metric: Metric
    exempt_roads: ExemptRoads | None

    @property
    def basis(self) -> Basis:
        """What its driving times rest on."""
        return Basis.TYPICAL if self.pricing.is_typical else Basis.FREE_FLOW

    @property
    def hierarchy(self) -> Hierarchy | None:
        """The hierarchy under these times, where there is one."""
        return None if self.by_labels is None else self.by_labels.hierarchy

    @property
    def searches(self) -> tuple[Search, ...]:
        """Every search that may be asked."""
        return (self.bounded,) if self.by_labels is None else (self.bounded, self.by_labels)

    def faster_search(self, unit_count: int, k: int) -> Search:
        """Return the search that is expected to answer first."""
        if self.by_labels is not None and labels_are_faster(unit_count, k, self.metric.state_count):
            return self.by_labels
        return self.bounded
