"""Locating the person: walking and searching, in whole milliseconds."""

from hypothesis import given
from hypothesis import strategies as st

from dispatch_router.domain.locate import search_ms, walk_ms
from dispatch_router.domain.policy import LocatePolicy

POLICY = LocatePolicy(
    walk_speed_m_s=1.25,
    walk_detour=1.5,
    search_base_s=60.0,
    search_speed_familiar_m_s=2.0,
    search_speed_unfamiliar_m_s=0.5,
)


def test_the_walk_is_the_straight_line_times_the_detour_at_walking_speed() -> None:
    assert walk_ms(100.0, POLICY) == 120_000


def test_an_exactly_known_place_still_takes_the_time_to_find_the_door() -> None:
    assert search_ms(0.0, POLICY, familiar=True) == 60_000
    assert search_ms(0.0, POLICY, familiar=False) == 60_000


def test_officers_who_know_the_zone_find_the_person_sooner() -> None:
    assert search_ms(400.0, POLICY, familiar=True) == 60_000 + 200_000
    assert search_ms(400.0, POLICY, familiar=False) == 60_000 + 800_000


@given(near=st.floats(0, 20_000), far=st.floats(0, 20_000), familiar=st.booleans())
def test_less_certainty_never_takes_less_time(near: float, far: float, familiar: bool) -> None:
    near, far = sorted((near, far))
    assert search_ms(near, POLICY, familiar=familiar) <= search_ms(far, POLICY, familiar=familiar)
