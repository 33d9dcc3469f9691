"""The table of who is on duty says at any instant what the rosters say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch_router.application.duty_table import DutyTable
from dispatch_router.domain.rosters import OffDuty, on_duty
from tests.small_district import SMALL_DISTRICT

CHINA = ZoneInfo("Asia/Shanghai")
# With the first of the eight holidays in October in it.
START = datetime(2025, 9, 29, tzinfo=UTC)
MINUTES = st.integers(0, 12 * 24 * 60)


@settings(deadline=None)
@given(st.lists(MINUTES, min_size=1, max_size=6))
def test_one_table_asked_at_many_instants_is_never_out_of_date(minutes: list[int]) -> None:
    units = SMALL_DISTRICT.units
    table = DutyTable(SMALL_DISTRICT.duty_plan, units, CHINA)
    for minute in minutes:
        at = START + timedelta(minutes=minute)
        now = table.at(at)
        for index, unit in enumerate(units):
            expected = on_duty(SMALL_DISTRICT.duty_plan, unit.id, at.astimezone(CHINA))
            assert table.standing(index, now) == expected
            assert now.off[index] == isinstance(expected, OffDuty)
            assert now.away[index] == (isinstance(expected, OffDuty) and expected.away)


def test_what_holds_is_not_looked_up_again() -> None:
    table = DutyTable(SMALL_DISTRICT.duty_plan, SMALL_DISTRICT.units, CHINA)
    now = table.at(START)
    assert table.at(START + timedelta(minutes=29)) is now
    assert table.at(START + timedelta(minutes=30)) is not now
