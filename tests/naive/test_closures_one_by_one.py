"""Roads close and open one by one; what is brought up to date equals what is made anew.

And whoever began before goes on among the roads as they were.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch_router.routing.access import call_accesses
from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.build.network import NOT_PERMITTED
from dispatch_router.routing.graph import Int32
from dispatch_router.routing.hierarchy import hierarchy as hierarchy_module
from dispatch_router.routing.hierarchy.hierarchy import Hierarchy, build_hierarchy
from dispatch_router.routing.kernels.arrays import Accesses
from dispatch_router.routing.metric import (
    DrivingTimes,
    EdgeTimes,
    Metric,
    free_flow_times,
    metric_of,
    metric_with,
)
from dispatch_router.routing.pricing import Slowed, slowed_otherwise, under_closures
from dispatch_router.routing.reach import core_reach
from dispatch_router.routing.searches import BoundedSearch, LabelSearch
from dispatch_router.routing.snapping import SnappedPosition
from dispatch_router.routing.topology import topology_of
from dispatch_router.routing.view import View
from tests.naive.comparison import LOCATE, SNAP, snapped
from tests.naive.random_network import random_network, random_position
from tests.naive.test_conditions_equal_twin import assert_labels_are_in_order, label_entries

EXAMPLES = 30 if os.environ.get("NUMBA_DISABLE_JIT") == "1" else 150
STEPS = 12


@dataclass
class Reader:
    """Somebody who began to search before some roads closed, and what was answered then."""

    view: View
    bounded: BoundedSearch
    labels: LabelSearch
    accesses: Accesses
    answers: list[tuple[list[int], list[int]]]

    def ask(self) -> list[tuple[list[int], list[int]]]:
        offset_ms = np.zeros(len(self.view), dtype=np.int64)
        found = [
            search.nearest(self.view, self.accesses, offset_ms, 3, 0)
            for search in (self.bounded, self.labels)
        ]
        return [(each.unit.tolist(), each.total_ms.tolist()) for each in found]


class Town:
    """One network under closures that come and go, brought up to date by what changes."""

    def __init__(self, rng: random.Random, node_count: int, unit_count: int) -> None:
        self.rng = rng
        network = random_network(rng, node_count=node_count, edge_count=3 * node_count)
        self.is_empty = bool((network.free_flow_ms == NOT_PERMITTED).all())
        if self.is_empty:
            return
        self.graph = assemble(network)
        self.open_times = free_flow_times(self.graph)
        self.slowed: Slowed | None = None
        self.metric = metric_of(topology_of(self.graph), self.open_times)
        self.hierarchy = build_hierarchy(self.metric, self.graph.states.rank)
        self.units = [self.somewhere() for _ in range(unit_count)]
        self.view = View(self.metric, self.hierarchy, self.units, SNAP.yard_speed_m_s)
        # Asked for once, so that the core is followed.
        assert len(self.view.reach) == self.metric.state_count

    def somewhere(self) -> SnappedPosition:
        return snapped(self.graph, random_position(self.rng))

    def close_and_open(self) -> None:
        """Close, slow or open a few roads; all that is made from them follows."""
        edges = range(2 * len(self.graph.edges.length_mm))
        count = self.rng.choice([0, 1, 2, 6])
        concerned = sorted(self.rng.sample(edges, min(count, len(edges))))
        slowed = Slowed(
            np.array(concerned, dtype=np.int32),
            np.array([self.rng.choice([0, 0, 500]) for _ in concerned], dtype=np.int32),
        )
        changed = slowed_otherwise(self.slowed, slowed)
        self.slowed = slowed
        self.metric = metric_with(self.metric, under_closures(self.open_times, slowed, changed))
        self.hierarchy = self.hierarchy.under(self.metric)
        self.view.put_under(self.metric, self.hierarchy)

    def move(self) -> None:
        for _ in range(self.rng.randrange(3) if self.units else 0):
            unit = self.rng.randrange(len(self.units))
            self.units[unit] = self.somewhere()
            self.view.move(unit, self.units[unit])

    def reader(self, call: SnappedPosition) -> Reader:
        """Begin a search that goes on for a while, among units that stay where they are."""
        accesses = call_accesses(self.metric, call, LOCATE)
        bounded, labels = BoundedSearch(self.metric), LabelSearch(self.hierarchy)
        reader = Reader(self.view.copy(), bounded, labels, accesses, [])
        reader.answers = reader.ask()
        return reader

    def made_anew(self) -> tuple[Metric, Hierarchy, View]:
        edges = np.arange(2 * len(self.graph.edges.length_mm), dtype=np.int32)
        now = under_closures(self.open_times, self.slowed, edges)
        times = DrivingTimes(now.edge_ms, now.leave_ms, now.turn_ms)
        metric = metric_of(self.metric.topology, times)
        hierarchy = build_hierarchy(metric, self.graph.states.rank)
        return metric, hierarchy, View(metric, hierarchy, self.units, SNAP.yard_speed_m_s)


@pytest.fixture(autouse=True)
def _always_follow_what_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """On networks as small as these, everything would be weighed again."""
    monkeypatch.setattr(hierarchy_module, "few_enough", lambda *_: True)


many = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@many
@given(rng=st.randoms(use_true_random=True), nodes=st.integers(2, 30), units=st.integers(0, 12))
def test_what_follows_closures_one_by_one_equals_what_is_made_anew(
    rng: random.Random, nodes: int, units: int
) -> None:
    town = Town(rng, nodes, units)
    for _ in range(0 if town.is_empty else STEPS):
        town.move()
        town.close_and_open()
        assert_everything_is_as_if_made_anew(town)


def assert_everything_is_as_if_made_anew(town: Town) -> None:
    metric, hierarchy, view = town.made_anew()
    for name in ("weight_ms", "edge_ms", "leave_ms"):
        mine, theirs = getattr(town.metric.roads, name), getattr(metric.roads, name)
        assert mine.tolist() == theirs.tolist()
    assert town.hierarchy.weights.up.tolist() == hierarchy.weights.up.tolist()
    assert town.hierarchy.weights.down.tolist() == hierarchy.weights.down.tolist()
    assert town.view.starts.marks.tolist() == view.starts.marks.tolist()
    for unit in range(len(town.units)):
        assert label_entries(town.view, unit) == label_entries(view, unit)
    assert_labels_are_in_order(town.view)
    assert town.view.reach.tolist() == core_by_scipy(metric).tolist()
    assert town.view.stranded().tolist() == view.stranded().tolist()


def core_by_scipy(metric: Metric) -> np.ndarray:
    is_open = metric.roads.weight_ms != NOT_PERMITTED
    topology = metric.topology
    return core_reach(topology.state_count, topology.tail[is_open], topology.arc_head[is_open])


@many
@given(rng=st.randoms(use_true_random=True), nodes=st.integers(2, 30), units=st.integers(1, 12))
def test_who_began_before_roads_closed_goes_on_among_the_roads_as_they_were(
    rng: random.Random, nodes: int, units: int
) -> None:
    town = Town(rng, nodes, units)
    readers: list[Reader] = []
    for _ in range(0 if town.is_empty else STEPS):
        town.move()
        town.close_and_open()
        for reader in readers:
            assert reader.ask() == reader.answers
        call = town.somewhere()
        if len(call) > 0:
            readers.append(town.reader(call))
        while readers and rng.random() < 0.5:
            readers.pop(rng.randrange(len(readers)))


@many
@given(rng=st.randoms(use_true_random=True), nodes=st.integers(2, 30))
def test_conditions_that_were_prepared_and_not_adopted_leave_nothing_behind(
    rng: random.Random, nodes: int
) -> None:
    town = Town(rng, nodes, 3)
    for _ in range(0 if town.is_empty else STEPS):
        edge = np.array([rng.randrange(2 * len(town.graph.edges.length_mm))], dtype=np.int32)
        closed = Slowed(edge, np.zeros(1, dtype=np.int32))
        given_up: EdgeTimes = under_closures(town.open_times, closed, edge)
        other = town.hierarchy.under(metric_with(town.metric, given_up))
        assert other.metric.topology is town.metric.topology
        del other
        town.close_and_open()
        assert_everything_is_as_if_made_anew(town)


def test_a_change_says_which_places_are_others() -> None:
    town = Town(random.Random(3), 20, 3)
    before = town.metric, town.hierarchy
    town.close_and_open()
    metric, hierarchy = town.metric, town.hierarchy
    old_ms, new_ms = before[0].roads.weight_ms, metric.roads.weight_ms
    assert metric.arcs_changed_since(before[0]).tolist() == differing(old_ms, new_ms)
    edges = hierarchy.changed_since(before[1])
    assert edges is not None
    up = differing(before[1].weights.up, hierarchy.weights.up)
    assert set(up) <= set(edges.tolist())


def differing(one: Int32, other: Int32) -> list[int]:
    places: list[int] = np.flatnonzero(one != other).tolist()
    return places
