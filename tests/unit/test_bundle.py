"""Arrays that are handed to kernels by their addresses are read as what they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from dispatch_router.routing.hierarchy.contract import Tree, tree_in
from dispatch_router.routing.hierarchy.customize import Weights, below_in, weights_in
from dispatch_router.routing.hierarchy.hierarchy import build_hierarchy
from dispatch_router.routing.hierarchy.labels import NEARBY, entry_slots_in, labels_in
from dispatch_router.routing.hierarchy.nearby import nearby_at
from dispatch_router.routing.kernels.arrays import roads_in, starts_in, workspace_in
from dispatch_router.routing.kernels.bundle import Bundle
from dispatch_router.routing.kernels.moves import slots_in
from dispatch_router.routing.metric import free_flow_metric
from dispatch_router.routing.searches import new_workspace
from dispatch_router.routing.view import View
from dispatch_router.routing.view_arrays import no_entries, nobody_nearby
from tests.ascii_map import ascii_map
from tests.naive.comparison import snapped

TOWN = ascii_map(
    """
    A---b---C
    |   |
    x-<-y---z
    """
)


def assert_read(part: NamedTuple, read: Callable[[Any], NamedTuple], bundle: Bundle) -> None:
    for name, given, found in zip(part._fields, part, read(bundle.handle), strict=True):
        assert given.dtype == found.dtype, name
        assert given.shape == found.shape, name
        assert (given == found).all(), name


def test_every_part_of_every_bundle_is_read_as_it_was_given() -> None:
    metric = free_flow_metric(TOWN.graph)
    hierarchy = build_hierarchy(metric, TOWN.graph.states.rank)
    assert_read(metric.roads, roads_in, metric.bundle)
    assert_read(metric.roads, roads_in, hierarchy.bundle)
    assert_read(hierarchy.tree, tree_in, hierarchy.bundle)
    assert_read(hierarchy.weights, weights_in, hierarchy.bundle)
    assert_read(hierarchy.below, below_in, hierarchy.bundle)
    view = View(metric, hierarchy, [snapped(TOWN.graph, TOWN.at("C"))], 3.0)
    assert view.labels is not None
    slots = no_entries(3)
    nearby = nobody_nearby(2, 3)
    bundle = Bundle(view.starts, view.slots, view.labels, slots, nearby)
    assert_read(view.starts, starts_in, bundle)
    assert_read(view.slots, slots_in, bundle)
    assert_read(view.labels, labels_in, bundle)
    assert_read(slots, entry_slots_in, bundle)
    assert_read(nearby, lambda handle: nearby_at(handle, NEARBY), bundle)
    workspace = new_workspace(3, 5)._replace(heap=np.arange(5))
    assert_read(workspace, workspace_in, Bundle(workspace))


def test_arrays_of_another_type_or_in_pieces_are_refused() -> None:
    numbers = np.arange(8)
    Bundle(Weights(numbers, numbers))
    with pytest.raises(TypeError, match="Weights wants arrays of int64"):
        Bundle(Weights(numbers, numbers.astype(np.int32)))
    with pytest.raises(TypeError, match="in one piece"):
        Bundle(Weights(numbers, numbers[::2]))
    with pytest.raises(TypeError, match="Tree wants arrays of int32"):
        Bundle(Tree(*(numbers for _ in Tree._fields)))
