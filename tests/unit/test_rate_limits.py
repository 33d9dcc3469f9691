"""How often a caller may ask."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dispatch_router.application.rate_limits import BURST_S, RateLimits
from dispatch_router.domain.access import Caller


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def caller(caller_id: str = "desk", requests_per_s: float = 5.0) -> Caller:
    return Caller(caller_id, frozenset(), None, requests_per_s)


def test_a_caller_may_ask_two_seconds_worth_at_once_and_then_has_to_wait() -> None:
    clock = Clock()
    limits = RateLimits(clock)
    assert [limits.take(caller()) for _ in range(10)] == [0.0] * 10
    assert limits.take(caller()) == 0.2
    clock.now_s += 0.2
    assert limits.take(caller()) == 0.0
    assert limits.take(caller()) > 0.0


def test_asking_in_vain_does_not_put_off_the_next_answer() -> None:
    clock = Clock()
    limits = RateLimits(clock)
    for _ in range(50):
        limits.take(caller())
    clock.now_s += 0.2
    assert limits.take(caller()) == 0.0


def test_one_caller_does_not_use_up_what_another_may_ask() -> None:
    limits = RateLimits(Clock())
    for _ in range(50):
        limits.take(caller("busy"))
    assert limits.take(caller("quiet")) == 0.0


def test_a_caller_who_may_ask_seldom_may_still_ask_once() -> None:
    clock = Clock()
    limits = RateLimits(clock)
    seldom = caller(requests_per_s=0.01)
    assert limits.take(seldom) == 0.0
    assert limits.take(seldom) == 100.0


def test_the_table_is_bounded_and_forgets_those_who_were_silent_the_longest() -> None:
    limits = RateLimits(Clock(), max_callers=2)
    for _ in range(10):
        limits.take(caller("a"))
    limits.take(caller("b"))
    limits.take(caller("a"))
    limits.take(caller("c"))
    assert len(limits) == 2
    assert limits.take(caller("a")) > 0.0


@given(
    st.floats(0.1, 50.0),
    st.lists(st.floats(0.0, 3.0), min_size=1, max_size=200),
)
def test_never_more_is_answered_than_was_agreed(per_s: float, pauses: list[float]) -> None:
    clock = Clock()
    limits = RateLimits(clock)
    asker = caller(requests_per_s=per_s)
    answered = 0
    begin_s = clock.now_s
    for pause in pauses:
        clock.now_s += pause
        answered += limits.take(asker) == 0.0
    allowed = max(1.0, BURST_S * per_s) + per_s * (clock.now_s - begin_s)
    assert 1 <= answered <= allowed + 1e-6
