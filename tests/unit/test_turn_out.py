"""Turn-out rules: parts of the day, past midnight too."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_router.domain.policy import TurnOutRule
from dispatch_router.domain.turn_out import minute_of_day, turn_out_ms, uncovered_minutes
from dispatch_router.domain.units import DepartureKind, UnitMode

STATION, PATROL = DepartureKind.STATION, DepartureKind.PATROL
CAR, FOOT = UnitMode.CAR, UnitMode.FOOT
DAY = TurnOutRule(STATION, time(8), time(20), 120.0)
NIGHT = TurnOutRule(STATION, time(20), time(8), 300.0)
MINUTES = st.integers(0, 1439)


@pytest.mark.parametrize(
    ("clock", "expected_ms"),
    [
        (time(8, 0), 120_000),
        (time(19, 59), 120_000),
        (time(20, 0), 300_000),
        (time(23, 59), 300_000),
        (time(0, 0), 300_000),
        (time(7, 59), 300_000),
    ],
)
def test_the_start_of_a_rule_belongs_to_it_and_the_end_does_not(
    clock: time, expected_ms: int
) -> None:
    assert turn_out_ms([DAY, NIGHT], STATION, CAR, minute_of_day(clock)) == expected_ms


@given(minute=MINUTES)
def test_a_rule_that_ends_where_it_starts_holds_all_day(minute: int) -> None:
    always = TurnOutRule(PATROL, time(3, 30), time(3, 30), 0.0)
    assert turn_out_ms([always], PATROL, CAR, minute) == 0


def test_the_first_rule_that_fits_holds() -> None:
    lunch = TurnOutRule(STATION, time(12), time(13), 200.5)
    assert turn_out_ms([lunch, DAY], STATION, CAR, 12 * 60 + 30) == 200_500
    assert turn_out_ms([DAY, lunch], STATION, CAR, 12 * 60 + 30) == 120_000


def test_rules_of_another_kind_do_not_count() -> None:
    assert turn_out_ms([DAY, NIGHT], PATROL, CAR, 600) is None


@given(start=MINUTES, end=MINUTES)
def test_what_one_rule_leaves_open_its_complement_covers(start: int, end: int) -> None:
    def clock(minute: int) -> time:
        return time(minute // 60, minute % 60)

    one = TurnOutRule(STATION, clock(start), clock(end), 1.0)
    other = TurnOutRule(STATION, clock(end), clock(start), 1.0)
    assert uncovered_minutes([one, other], STATION, CAR) == []
    assert len(uncovered_minutes([one], STATION, CAR)) == (start - end) % 1440


def test_a_kind_without_rules_is_uncovered_all_day() -> None:
    assert len(uncovered_minutes([DAY, NIGHT], PATROL, CAR)) == 1440


def test_a_rule_of_one_mode_holds_for_that_mode_alone() -> None:
    on_foot = TurnOutRule(STATION, time(0), time(0), 30.0, FOOT)
    assert turn_out_ms([on_foot, DAY], STATION, FOOT, 600) == 30_000
    assert turn_out_ms([on_foot, DAY], STATION, CAR, 600) == 120_000
    assert len(uncovered_minutes([on_foot], STATION, CAR)) == 1440
