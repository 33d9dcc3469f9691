"""Both searches equal the twin as roads close and slow down and units move."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch_router.routing.access import call_accesses
from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.build.network import NOT_PERMITTED
from dispatch_router.routing.graph import RoadGraph
from dispatch_router.routing.hierarchy.customize import TOO_LONG_MS, Weights
from dispatch_router.routing.hierarchy.hierarchy import Hierarchy, build_hierarchy
from dispatch_router.routing.hierarchy.nearby import LABEL_BITS, STEPS
from dispatch_router.routing.hierarchy.partial import customize_again
from dispatch_router.routing.kernels.arrays import NO_TOTAL, NOT_ASKED, Entries
from dispatch_router.routing.metric import metric_of
from dispatch_router.routing.reachability import unreachable
from dispatch_router.routing.searches import BoundedSearch, LabelSearch, Search
from dispatch_router.routing.snapping import SnappedPosition
from dispatch_router.routing.topology import topology_of
from dispatch_router.routing.view import View
from tests.naive.comparison import LOCATE, SNAP, WALK_MS_PER_MM, snapped
from tests.naive.random_network import random_network, random_position
from tests.naive.random_times import random_times
from tests.naive.test_hierarchy_equals_twin import assert_the_legs_are_what_they_say
from tests.naive.twin import NaiveTwin

EXAMPLES = 60 if os.environ.get("NUMBA_DISABLE_JIT") == "1" else 300


class Day:
    """One network; its times change and its units move."""

    def __init__(self, rng: random.Random, node_count: int, edge_count: int, units: int) -> None:
        self.rng = rng
        self.network = random_network(rng, node_count=node_count, edge_count=edge_count)
        self.is_empty = bool((self.network.free_flow_ms == NOT_PERMITTED).all())
        if self.is_empty:
            return
        self.graph: RoadGraph = assemble(self.network)
        self.times = random_times(rng, self.graph)
        metric = metric_of(topology_of(self.graph), self.times)
        self.hierarchy = build_hierarchy(metric, self.graph.states.rank)
        self.units = [self.somewhere() for _ in range(units)]
        self.view = View(metric, self.hierarchy, self.units, SNAP.yard_speed_m_s)
        self.bounded, self.labels = BoundedSearch(metric), LabelSearch(self.hierarchy)

    def somewhere(self) -> SnappedPosition:
        return snapped(self.graph, random_position(self.rng))

    def change(self) -> None:
        self.times = random_times(self.rng, self.graph, self.times)
        metric = metric_of(self.view.metric.topology, self.times)
        self.hierarchy = self.hierarchy.under(metric)
        self.view = self.view.under(metric, self.hierarchy)
        self.bounded = self.bounded.under(metric)
        self.labels = self.labels.under(self.hierarchy)

    def move(self) -> None:
        for _ in range(self.rng.randrange(4) if self.units else 0):
            unit = self.rng.randrange(len(self.units))
            self.units[unit] = self.somewhere()
            self.view.move(unit, self.units[unit])

    def searches(self) -> tuple[Search, Search]:
        return self.bounded, self.labels

    def totals(self, call: SnappedPosition, offset_ms: Sequence[int]) -> list[int | None]:
        return NaiveTwin(self.network, self.times).totals_ms(
            self.units,
            call,
            offset_ms=offset_ms,
            yard_speed_m_s=SNAP.yard_speed_m_s,
            walk_ms_per_mm=WALK_MS_PER_MM,
        )


days = given(
    rng=st.randoms(use_true_random=True),
    node_count=st.integers(2, 14),
    edge_count=st.integers(1, 30),
    unit_count=st.integers(0, 12),
)
many = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


@many
@days
def test_roads_close_and_open_and_units_move(
    rng: random.Random, node_count: int, edge_count: int, unit_count: int
) -> None:
    day = Day(rng, node_count, edge_count, unit_count)
    for _ in range(0 if day.is_empty else 4):
        day.move()
        call = day.somewhere()
        if len(call) > 0:
            assert_both_equal_the_twin(day, call)
        day.change()


def assert_both_equal_the_twin(day: Day, call: SnappedPosition) -> None:
    rng, unit_count = day.rng, len(day.units)
    offset_ms = [rng.randint(0, rng.choice([0, 10, 100_000])) for _ in range(unit_count)]
    asked = [unit for unit in range(unit_count) if rng.random() < 0.8]
    totals = day.totals(call, offset_ms)
    asked_ms = np.full(unit_count, NOT_ASKED, dtype=np.int64)
    asked_ms[asked] = np.array(offset_ms, dtype=np.int64)[asked]
    k, band_ms = rng.randint(1, 6), rng.choice([0, 1, 5_000])
    ranked = sorted((ms, unit) for unit in asked if (ms := totals[unit]) is not None)
    bound = ranked[k - 1][0] + band_ms if len(ranked) >= k else NO_TOTAL
    few = [unit for unit in asked if rng.random() < 0.3]
    accesses = call_accesses(day.view.metric, call, LOCATE)
    for search in day.searches():
        found = search.nearest(day.view, accesses, asked_ms, k, band_ms)
        legs = list(zip(found.total_ms.tolist(), found.unit.tolist(), strict=True))
        assert legs == [place for place in ranked if place[0] <= bound]
        if bound < NO_TOTAL:
            assert found.certain_to_ms == bound
        assert_the_legs_are_what_they_say(search, day.view, accesses, offset_ms, found)
        stranded = unreachable(day.view, accesses, asked_ms, found)
        if stranded is not None:
            assert stranded.tolist() == [unit for unit in asked if totals[unit] is None]
        among = search.among(
            day.view, accesses, np.array(offset_ms, dtype=np.int64), np.array(few, dtype=np.int32)
        )
        legs = list(zip(among.total_ms.tolist(), among.unit.tolist(), strict=True))
        assert legs == [place for place in ranked if place[1] in few]


@many
@days
def test_taking_new_times_step_by_step_is_the_same_as_starting_with_them(
    rng: random.Random, node_count: int, edge_count: int, unit_count: int
) -> None:
    day = Day(rng, node_count, edge_count, unit_count)
    for _ in range(0 if day.is_empty else 4):
        day.move()
        before = day.hierarchy
        day.change()
        metric = day.view.metric
        changed = np.flatnonzero(metric.roads.weight_ms != before.metric.roads.weight_ms)
        arcs = changed.astype(np.int32)
        partial = Weights(before.weights.up.copy(), before.weights.down.copy())
        edges = customize_again(
            metric.roads, before.tree, before.below, before.weights, partial, arcs
        )
        differs = (partial.up != before.weights.up) | (partial.down != before.weights.down)
        assert sorted(edges.tolist()) == np.flatnonzero(differs).tolist()
        anew = build_hierarchy(metric, day.graph.states.rank)
        for weights in (partial, day.hierarchy.weights):
            assert (weights.up == anew.weights.up).all()
            assert (weights.down == anew.weights.down).all()
        fresh = View(metric, anew, day.units, SNAP.yard_speed_m_s)
        assert (day.view.starts.marks == fresh.starts.marks).all()
        for unit in range(unit_count):
            for one, other in zip(day.view.starts_of(unit), fresh.starts_of(unit), strict=True):
                assert one.tolist() == other.tolist()
            assert label_entries(day.view, unit) == label_entries(fresh, unit)
        for view in (day.view, fresh):
            assert_labels_are_in_order(view)


def assert_labels_are_in_order(view: View) -> None:
    """Every label of the fleet stands in its place, and says what is needed at least."""
    labels, nearby = view.labels, view.nearby
    assert labels is not None
    lower_ends = []
    for unit in range(len(view)):
        for label in range(labels.first[unit], labels.first[unit] + labels.size[unit]):
            lower_ends.append((int(labels.vertex[label]), label))
            own_from, first = int(labels.own_from[label]), int(labels.offset[label])
            assert isinstance(view.hierarchy, Hierarchy)
            last_depth = int(view.hierarchy.tree.depth[labels.vertex[label]])
            for step in range(STEPS):
                end = min(last_depth + 1, (step + 1) << int(nearby.step_bits[0]))
                entries = labels.ms[first : first + max(0, end - own_from)]
                least_ms = nearby.least_ms[label * STEPS + step]
                assert least_ms == min(entries.tolist(), default=TOO_LONG_MS)
    keys = nearby.key[: nearby.used[0]].tolist()
    assert [divmod(key, 1 << LABEL_BITS) for key in keys] == sorted(lower_ends)


def label_entries(view: View, unit: int) -> list[tuple[int, int, list[int], list[int]]]:
    """Vertex, first depth, weights and starts, counted from the unit's own first, of each label."""
    labels, slots = view.labels, view.slots
    assert labels is not None
    assert isinstance(view.hierarchy, Hierarchy)
    depth = view.hierarchy.tree.depth
    found = []
    for label in range(labels.first[unit], labels.first[unit] + labels.size[unit]):
        vertex, own_from = int(labels.vertex[label]), int(labels.own_from[label])
        first = int(labels.offset[label])
        entries = slice(first, first + int(depth[vertex]) + 1 - own_from)
        weight, start = labels.weight[entries], labels.start[entries]
        is_way = weight < (1 << 62) - 1
        starts = np.where(is_way, start - slots.first[unit], -1)
        found.append((vertex, own_from, weight.tolist(), starts.tolist()))
    return found


@many
@days
def test_a_call_that_no_road_leads_to_is_walked_to_from_the_nearest_junctions(
    rng: random.Random, node_count: int, edge_count: int, unit_count: int
) -> None:
    """As if each junction were a call on the end of every road into it."""
    day = Day(rng, node_count, edge_count, unit_count)
    if day.is_empty:
        return
    roads = day.view.metric.roads
    offset_ms = np.array([rng.randint(0, 10_000) for _ in range(unit_count)], dtype=np.int64)
    state = [rng.randrange(day.view.metric.state_count) for _ in range(rng.randint(0, 5))]
    rest_ms = [rng.choice([0, 5, 30_000]) for _ in state]
    entries = Entries(np.array(state, dtype=np.int32), np.array(rest_ms, dtype=np.int64))
    k = rng.randint(1, 6)
    found = day.bounded.nearest_from(day.view, entries, offset_ms, k, 0)
    arcs = [
        day.bounded.driven_arcs(day.view, None, found, leg).tolist()
        for leg in range(len(found.unit))
    ]
    best: dict[int, int] = {}
    for at, rest in zip(state, rest_ms, strict=True):
        for unit, ms in ways_to(day.view, at, unit_count).items():
            best[unit] = min(best.get(unit, NO_TOTAL), int(offset_ms[unit]) + ms + rest)
    ranked = sorted((ms, unit) for unit, ms in best.items())
    bound = ranked[k - 1][0] if len(ranked) >= k else NO_TOTAL
    legs = list(zip(found.total_ms.tolist(), found.unit.tolist(), strict=True))
    assert legs == [place for place in ranked if place[0] <= bound]
    for leg, driven in enumerate(arcs):
        start = found.start[leg]
        at = [roads.head_state[day.view.starts.edge[start]], *roads.arc_head[driven].tolist()]
        assert roads.tail[driven].tolist() == at[:-1]
        assert at[-1] == state[found.access[leg]]
        ms = day.view.starts.ms[start] + roads.weight_ms[driven].sum()
        rest = rest_ms[found.access[leg]]
        assert found.total_ms[leg] == offset_ms[found.unit[leg]] + ms + rest


def ways_to(view: View, state: int, unit_count: int) -> dict[int, int]:
    """Least time of each unit to a state, by relaxing every arc until nothing changes."""
    roads = view.metric.roads
    to_state = {state: 0}
    while True:
        before = dict(to_state)
        for tail, head, ms in zip(
            roads.tail.tolist(), roads.arc_head.tolist(), roads.weight_ms.tolist(), strict=True
        ):
            if ms >= 0 and head in to_state:
                to_state[tail] = min(to_state.get(tail, NO_TOTAL), to_state[head] + ms)
        if before == to_state:
            break
    found: dict[int, int] = {}
    for unit in range(unit_count):
        own = view.starts_of(unit)
        for edge, ms in zip(own.edge.tolist(), own.ms.tolist(), strict=True):
            at = int(roads.head_state[edge])
            if at in to_state:
                found[unit] = min(found.get(unit, NO_TOTAL), ms + to_state[at])
    return found
