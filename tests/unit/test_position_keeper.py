"""What is logged of positions that cannot be kept: the begin and the end, not every second."""

from __future__ import annotations

import pytest

from dispatch_router.application.position_keeper import PositionKeeper
from tests.units import Desk


def test_a_failure_is_logged_when_it_begins_and_when_it_ends(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = Desk()
    keeper = PositionKeeper(desk.units)
    desk.report("x1", 106.26)
    desk.store.fails = True
    for _ in range(3):
        keeper.keep()
    desk.store.fails = False
    keeper.keep()
    keeper.keep()
    assert [record.getMessage() for record in caplog.records] == [
        "positions cannot be kept and wait in memory: The disk is full.",
        "positions are kept again",
    ]
    assert desk.store.kept_positions["x1"].lon == 106.26
