"""Which search is asked."""

from __future__ import annotations

from dispatch_router.routing.hierarchy.choice import labels_are_faster

PORTO_STATES = 69_000


def test_few_units_in_a_city_are_found_by_their_labels() -> None:
    assert labels_are_faster(10, k=5, state_count=PORTO_STATES)
    assert labels_are_faster(320, k=5, state_count=PORTO_STATES)


def test_among_a_thousand_units_the_nearest_are_found_by_looking_around() -> None:
    assert not labels_are_faster(1_000, k=5, state_count=PORTO_STATES)


def test_the_more_roads_and_the_more_units_asked_for_the_sooner_labels_win() -> None:
    assert not labels_are_faster(1_000, k=1, state_count=1_000_000)
    assert labels_are_faster(1_000, k=5, state_count=1_000_000)
