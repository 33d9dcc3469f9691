"""The ticker goes on whatever happens, and stops when told to."""

from __future__ import annotations

import logging
import threading
import time

import pytest

from dispatch_router.ticker import Ticker


def test_it_calls_again_and_again_until_it_is_stopped() -> None:
    calls, thrice = [], threading.Event()

    def tick() -> None:
        calls.append(threading.current_thread())
        if len(calls) == 3:
            thrice.set()

    ticker = Ticker(tick, 0.001)
    assert thrice.wait(10)
    ticker.stop()
    counted = len(calls)
    time.sleep(0.02)
    assert threading.current_thread() not in calls
    assert not calls[0].is_alive()
    assert len(calls) == counted


def test_a_failure_is_logged_and_does_not_end_it(caplog: pytest.LogCaptureFixture) -> None:
    outcomes, done = iter([RuntimeError("no"), None]), threading.Event()

    def tick() -> None:
        outcome = next(outcomes, None)
        if outcome is not None:
            raise outcome
        done.set()

    with caplog.at_level(logging.ERROR):
        ticker = Ticker(tick, 0.001)
        assert done.wait(10)
        ticker.stop()
    assert "failed" in caplog.text
