"""Which search is asked."""

from __future__ import annotations

import pytest

from dispatch_router.routing.hierarchy.choice import labels_are_faster

BAYREUTH, PORTO, SIXTEEN_PORTOS = 2_591, 69_859, 1_117_000


@pytest.mark.parametrize(
    ("states", "units"), [(BAYREUTH, 100), (PORTO, 1_000), (SIXTEEN_PORTOS, 5_000)]
)
def test_few_units_on_many_roads_are_found_by_their_labels(states: int, units: int) -> None:
    assert labels_are_faster(10, k=5, state_count=states)
    assert labels_are_faster(units, k=5, state_count=states)


@pytest.mark.parametrize(("states", "units"), [(BAYREUTH, 300), (PORTO, 2_000)])
def test_among_many_units_the_nearest_are_found_by_looking_around(states: int, units: int) -> None:
    assert not labels_are_faster(units, k=5, state_count=states)
    assert not labels_are_faster(5_000, k=5, state_count=states)


def test_the_more_roads_and_the_more_units_asked_for_the_sooner_labels_win() -> None:
    assert not labels_are_faster(5_000, k=1, state_count=SIXTEEN_PORTOS)
    assert labels_are_faster(5_000, k=5, state_count=SIXTEEN_PORTOS)
    assert not labels_are_faster(2_000, k=5, state_count=PORTO)
    assert labels_are_faster(2_000, k=50, state_count=PORTO)


def test_nobody_to_send_is_no_trouble() -> None:
    assert labels_are_faster(0, k=5, state_count=PORTO)
