"""Units on the roads: many at one place, and arrays that have to grow."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch_router.routing import view as view_module
from dispatch_router.routing.access import call_accesses
from dispatch_router.routing.hierarchy.hierarchy import build_hierarchy
from dispatch_router.routing.metric import free_flow_metric
from dispatch_router.routing.searches import BoundedSearch, LabelSearch
from dispatch_router.routing.snapping import NOWHERE
from dispatch_router.routing.view import View
from tests.ascii_map import ascii_map
from tests.naive.comparison import LOCATE, SNAP, snapped
from tests.naive.test_conditions_equal_twin import assert_labels_are_in_order, label_entries

TOWN = ascii_map(
    """
    A---b---C---d
    |   |   |   |
    e-<-f---g---H
    """
)
METRIC = free_flow_metric(TOWN.graph)
HIERARCHY = build_hierarchy(METRIC, TOWN.graph.states.rank)


def a_view(places: str) -> View:
    units = [snapped(TOWN.graph, TOWN.at(place)) for place in places]
    return View(METRIC, HIERARCHY, units, SNAP.yard_speed_m_s)


def test_of_hundreds_at_one_post_all_that_tie_are_found_in_order() -> None:
    view = a_view("A" * 300)
    call = call_accesses(METRIC, snapped(TOWN.graph, TOWN.at("H")), LOCATE)
    for search in (BoundedSearch(METRIC), LabelSearch(HIERARCHY)):
        found = search.nearest(view, call, np.zeros(300, dtype=np.int64), 1, 0)
        assert found.unit.tolist() == list(range(300))
        assert len(set(found.total_ms.tolist())) == 1


def test_one_of_hundreds_drives_off_and_another_comes_back() -> None:
    view = a_view("A" * 300)
    view.move(7, snapped(TOWN.graph, TOWN.at("H")))
    view.move(9, snapped(TOWN.graph, TOWN.at("H")))
    view.move(9, snapped(TOWN.graph, TOWN.at("A")))
    call = call_accesses(METRIC, snapped(TOWN.graph, TOWN.at("H")), LOCATE)
    for search in (BoundedSearch(METRIC), LabelSearch(HIERARCHY)):
        found = search.nearest(view, call, np.zeros(300, dtype=np.int64), 2, 0)
        assert found.unit.tolist() == [7, *(unit for unit in range(300) if unit != 7)]


def test_a_unit_that_leaves_the_roads_has_no_start_until_it_is_back() -> None:
    view = a_view("AC")
    before = label_entries(view, 1)
    view.move(1, NOWHERE)
    assert len(view.starts_of(1).edge) == 0
    assert label_entries(view, 1) == []
    view.move(1, snapped(TOWN.graph, TOWN.at("C")))
    assert label_entries(view, 1) == before


def test_labels_that_find_no_room_get_more(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = a_view("ACdH")
    monkeypatch.setattr(view_module, "ENTRIES_AT_FIRST", 1)
    cramped = a_view("AAAA")
    for unit, place in enumerate("ACdH"):
        cramped.move(unit, snapped(TOWN.graph, TOWN.at(place)))
    for unit in range(4):
        assert label_entries(cramped, unit) == label_entries(fresh, unit)


@pytest.mark.parametrize("few_at_once", [0, 64])
def test_labels_stay_in_order_however_many_units_move_at_once(
    monkeypatch: pytest.MonkeyPatch, few_at_once: int
) -> None:
    monkeypatch.setattr(view_module, "FEW_AT_ONCE", few_at_once)
    # Steps of two depths: a city has more ancestors than there are steps.
    monkeypatch.setattr(view_module, "step_bits_for", lambda _depth: 1)
    view = a_view("AbCdefgH" * 3)
    assert_labels_are_in_order(view)
    view.move_many(
        {unit: snapped(TOWN.graph, TOWN.at("C" if unit % 2 else "H")) for unit in (1, 4, 5, 17)}
    )
    assert_labels_are_in_order(view)
    view.move(4, NOWHERE)
    assert_labels_are_in_order(view)
    view.move_many({unit: snapped(TOWN.graph, TOWN.at("A")) for unit in range(24)})
    assert_labels_are_in_order(view)


def test_times_of_another_network_are_refused() -> None:
    other = free_flow_metric(TOWN.graph)
    with pytest.raises(ValueError, match="another road network"):
        a_view("A").under(other, None)
    with pytest.raises(ValueError, match="another road network"):
        HIERARCHY.under(other)
