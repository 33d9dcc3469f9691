"""How sure a time is: p90 and the chance to be on time."""

import math
import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_router.domain.policy import SpreadPolicy
from dispatch_router.domain.recommendation import TimeToPerson
from dispatch_router.domain.spread import arrival_spread

PART = st.integers(0, 10_000_000)
CV = st.floats(0.0, 2.0)
TIMES = st.builds(TimeToPerson, PART, PART, PART)
POLICIES = st.builds(SpreadPolicy, CV, CV, CV)


def test_a_time_without_spread_is_its_own_p90_and_on_time_or_not() -> None:
    spread = arrival_spread(TimeToPerson(60_000, 600_000, 60_000), SpreadPolicy(0.0, 0.0, 0.0))
    assert spread.p90_ms() == 720_000
    assert spread.on_time_probability(720_000) == 1.0
    assert spread.on_time_probability(719_999) == 0.0


def test_one_part_alone_has_the_lognormal_s_own_percentile() -> None:
    spread = arrival_spread(TimeToPerson(0, 600_000, 0), SpreadPolicy(0.9, 0.5, 0.9))
    log_sd = math.sqrt(math.log(1.25))
    expected_ms = 600_000 * math.exp(1.2815515655446004 * log_sd - log_sd**2 / 2)
    assert spread.p90_ms() == pytest.approx(expected_ms, abs=1)


def test_p90_and_probability_agree_with_drawing_the_parts_at_random() -> None:
    policy = SpreadPolicy(0.4, 0.3, 0.5)
    time = TimeToPerson(120_000, 840_000, 220_000)
    draw = random.Random(20250602)
    parts = [
        (math.log(ms) - math.log1p(cv**2) / 2, math.sqrt(math.log1p(cv**2)))
        for ms, cv in [(120_000, 0.4), (840_000, 0.3), (220_000, 0.5)]
    ]
    totals = [sum(draw.lognormvariate(*part) for part in parts) for _ in range(20_000)]
    spread = arrival_spread(time, policy)
    assert spread.p90_ms() == pytest.approx(statistics.quantiles(totals, n=10)[-1], rel=0.02)
    on_time = sum(total <= 1_200_000 for total in totals) / len(totals)
    assert spread.on_time_probability(1_200_000) == pytest.approx(on_time, abs=0.015)


@given(time=TIMES, policy=POLICIES)
def test_the_chance_to_be_there_by_the_p90_is_nine_in_ten(
    time: TimeToPerson, policy: SpreadPolicy
) -> None:
    spread = arrival_spread(time, policy)
    if spread.log_sd > 1e-6 and spread.p90_ms() > 1_000_000:
        # p90 is rounded to a millisecond, which a narrow spread makes a visible step.
        step = 1e-6 / spread.log_sd
        assert spread.on_time_probability(spread.p90_ms()) == pytest.approx(0.9, abs=0.01 + step)


@given(time=TIMES, policy=POLICIES, target_ms=st.integers(-10, 50_000_000))
def test_a_probability_stays_between_nothing_and_one_and_grows_with_the_target(
    time: TimeToPerson, policy: SpreadPolicy, target_ms: int
) -> None:
    spread = arrival_spread(time, policy)
    assert 0.0 <= spread.on_time_probability(target_ms) <= 1.0
    assert spread.on_time_probability(target_ms) <= spread.on_time_probability(target_ms + 60_000)


@given(policy=POLICIES)
def test_no_time_at_all_is_certain(policy: SpreadPolicy) -> None:
    spread = arrival_spread(TimeToPerson(0, 0, 0), policy)
    assert spread.p90_ms() == 0
    assert spread.on_time_probability(1) == 1.0
