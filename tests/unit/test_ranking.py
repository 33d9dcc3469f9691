"""The order of the units: total, and ties that never reach farther than the band."""

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from dispatch_router.domain.ranking import Contender, tie_groups

CONTENDERS = st.lists(
    st.builds(
        Contender,
        st.integers(0, 200),
        st.booleans(),
        st.text("abc", min_size=1, max_size=4),
        st.just(0),
    ),
    unique_by=lambda contender: contender.unit_id,
    max_size=20,
)
BANDS = st.integers(0, 60)


def order(contenders: list[Contender], band_ms: int) -> list[str]:
    return [each.unit_id for group in tie_groups(contenders, band_ms) for each in group]


def test_the_sooner_unit_comes_first_when_the_band_is_passed() -> None:
    soon, late = Contender(100, False, "b", 0), Contender(131, True, "a", 1)
    assert order([late, soon], 30) == ["b", "a"]


def test_inside_the_band_the_responsible_post_comes_first() -> None:
    soon, late = Contender(100, False, "a", 0), Contender(130, True, "b", 1)
    assert order([soon, late], 30) == ["b", "a"]


def test_inside_the_band_two_of_a_kind_are_ordered_by_id() -> None:
    assert order([Contender(100, False, "b", 0), Contender(110, False, "a", 1)], 30) == ["a", "b"]


def test_without_a_band_only_equal_times_tie() -> None:
    contenders = [
        Contender(5, False, "a", 0),
        Contender(5, True, "c", 1),
        Contender(6, True, "b", 2),
    ]
    assert tie_groups(contenders, 0) == [(contenders[1], contenders[0]), (contenders[2],)]


def test_a_chain_of_small_steps_does_not_tie_its_ends() -> None:
    chain = [Contender(20 * step, False, f"u{step}", step) for step in range(5)]
    assert [len(group) for group in tie_groups(chain, 30)] == [2, 2, 1]


@given(contenders=CONTENDERS, band_ms=BANDS)
def test_a_group_is_led_by_its_fastest_and_is_never_wider_than_the_band(
    contenders: list[Contender], band_ms: int
) -> None:
    for group in tie_groups(contenders, band_ms):
        times = [each.total_ms for each in group]
        assert max(times) - min(times) <= band_ms


@given(contenders=CONTENDERS, band_ms=BANDS)
def test_groups_follow_one_another_in_time_and_hold_everyone_once(
    contenders: list[Contender], band_ms: int
) -> None:
    groups = tie_groups(contenders, band_ms)
    assert sorted(each for group in groups for each in group) == sorted(contenders)
    for earlier, later in itertools.pairwise(groups):
        leader_ms = min(each.total_ms for each in earlier)
        assert min(each.total_ms for each in later) > leader_ms + band_ms


@given(contenders=CONTENDERS, band_ms=BANDS, seed=st.integers(0, 99))
def test_the_order_does_not_depend_on_how_the_units_were_listed(
    contenders: list[Contender], band_ms: int, seed: int
) -> None:
    shuffled = contenders.copy()
    random.Random(seed).shuffle(shuffled)
    assert tie_groups(shuffled, band_ms) == tie_groups(contenders, band_ms)
