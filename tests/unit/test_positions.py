"""Which reported positions are believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_router.domain.positions import (
    NO_TRACK,
    Fix,
    PositionPolicy,
    RefusedPosition,
    Track,
    judge_of,
    metres_between,
)
from dispatch_router.domain.units import UnitMode

NOW_MS = 1_750_000_000_000
CAR = judge_of(PositionPolicy(), UnitMode.CAR)
WALKER = judge_of(PositionPolicy(), UnitMode.FOOT)
# A hundredth of a degree of longitude is about 970 m here.
HERE = (106.30, 29.30)


def fix(seconds: float, east_m: float = 0.0) -> Fix:
    """A report measured some seconds from now, some metres east of here."""
    return Fix(HERE[0] + east_m / 97_000.0, HERE[1], NOW_MS + round(1000 * seconds))


def test_the_first_report_is_believed() -> None:
    assert CAR.take(NO_TRACK, fix(-1), NOW_MS) == (Track(fix(-1)), None)


def test_a_newer_report_takes_the_place_of_the_older() -> None:
    track, refused = CAR.take(Track(fix(-10)), fix(-5, 100), NOW_MS)
    assert (track.newest, refused) == (fix(-5, 100), None)


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (fix(-6), RefusedPosition.OLDER),
        (fix(-5), RefusedPosition.DUPLICATE),
        (fix(-5, 50), RefusedPosition.DUPLICATE),
        (fix(11), RefusedPosition.FUTURE),
        (fix(-901), RefusedPosition.TOO_OLD),
        (fix(0, 5_000), RefusedPosition.TELEPORT),
    ],
)
def test_a_report_that_cannot_be_is_refused_and_changes_nothing(
    report: Fix, expected: RefusedPosition
) -> None:
    track, refused = CAR.take(Track(fix(-5)), report, NOW_MS)
    assert refused is expected
    assert track.newest == fix(-5)


def test_a_clock_that_is_a_little_ahead_is_let_pass() -> None:
    assert CAR.take(NO_TRACK, fix(9), NOW_MS)[1] is None


def test_what_was_taken_before_the_clock_went_back_does_not_stand_in_the_way() -> None:
    an_hour_ago = NOW_MS - 3_600_000
    before = Track(fix(-5), suspect=fix(-2, 9_000))
    report = fix(-3_595, 5_000)
    assert CAR.take(before, report, an_hour_ago) == (Track(report), None)


def test_what_a_car_can_do_nobody_can_on_foot() -> None:
    before = Track(fix(-30))
    assert CAR.take(before, fix(0, 1_500), NOW_MS)[1] is None
    assert WALKER.take(before, fix(0, 1_500), NOW_MS)[1] is RefusedPosition.TELEPORT


def test_a_scatter_of_positions_at_a_standstill_is_no_jump() -> None:
    assert WALKER.take(Track(fix(-1)), fix(0, 250), NOW_MS)[1] is None


def test_a_jump_that_the_next_report_confirms_is_believed() -> None:
    track, _ = CAR.take(Track(fix(-5)), fix(-3, 9_000), NOW_MS)
    track, refused = CAR.take(track, fix(-1, 9_010), NOW_MS)
    assert (track, refused) == (Track(fix(-1, 9_010)), None)


def test_a_jump_that_is_only_repeated_is_not() -> None:
    track, _ = CAR.take(Track(fix(-5)), fix(-3, 9_000), NOW_MS)
    assert CAR.take(track, fix(-3, 9_000), NOW_MS)[1] is RefusedPosition.TELEPORT


def test_a_single_jump_is_forgotten_when_the_unit_reports_from_where_it_was() -> None:
    track, _ = CAR.take(Track(fix(-5)), fix(-3, 9_000), NOW_MS)
    track, refused = CAR.take(track, fix(-1, 20), NOW_MS)
    assert (track, refused) == (Track(fix(-1, 20)), None)


def test_distances_go_the_short_way_over_the_date_line() -> None:
    assert metres_between(Fix(179.999, 0.0, 0), Fix(-179.999, 0.0, 0)) == pytest.approx(222.39)


@given(st.lists(st.tuples(st.integers(-1_000, 20), st.integers(-20_000, 20_000)), max_size=30))
def test_whatever_comes_what_is_believed_only_gets_newer(
    reports: list[tuple[int, int]],
) -> None:
    track = NO_TRACK
    for seconds, east_m in reports:
        before = track.newest
        track, refused = CAR.take(track, fix(seconds, east_m), NOW_MS)
        if refused is not None:
            assert track.newest == before
        else:
            assert track.newest == fix(seconds, east_m)
            assert before is None or before.at_ms < track.newest.at_ms
            assert -900_000 <= track.newest.at_ms - NOW_MS <= 10_000
