"""What units report, as kept: the same on both databases, whichever service was told."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from dispatch_router.application.unit_ports import FROM_THE_FIRST, KeptPositions, KeptStatus
from dispatch_router.domain.positions import Fix, Forgotten
from dispatch_router.domain.unit_status import StatedStatus, UnitStatus
from dispatch_router.storage.sql import SqlDatabase
from dispatch_router.storage.units import SqlUnits

AT = datetime(2026, 5, 4, 12, 0, 0, 123_456, tzinfo=UTC)
OUT = StatedStatus(UnitStatus.OUT_OF_SERVICE, AT, None, "爆胎")
REST = StatedStatus(UnitStatus.REST, AT, AT + timedelta(minutes=30))
HERE = Fix(0.1 + 0.2, 1 / 3, 1_700_000_000_123)
LATER = HERE._replace(lon=106.5, at_ms=HERE.at_ms + 1)
FORGOTTEN = Forgotten(HERE.at_ms)
NOW_MS = HERE.at_ms + 1_000


@pytest.fixture
def here(unit_database: SqlDatabase) -> SqlUnits:
    return SqlUnits(unit_database)


@pytest.fixture
def there(unit_database: SqlDatabase) -> SqlUnits:
    """As another service on the same database sees it."""
    return SqlUnits(unit_database)


def test_at_first_there_is_nothing(here: SqlUnits) -> None:
    assert here.statuses_after(FROM_THE_FIRST) == {}
    assert here.positions_after(FROM_THE_FIRST) == KeptPositions(FROM_THE_FIRST, {})


def test_a_status_reads_as_it_was_stated_and_the_last_counts(
    here: SqlUnits, there: SqlUnits
) -> None:
    first = here.keep_status("p1", OUT)
    other = here.keep_status("t1", REST)
    assert there.statuses_after(FROM_THE_FIRST) == {
        "p1": KeptStatus(OUT, first),
        "t1": KeptStatus(REST, other),
    }
    last = there.keep_status("p1", REST)
    assert here.statuses_after(FROM_THE_FIRST)["p1"] == KeptStatus(REST, last)


def test_only_statuses_that_changed_since_are_read(here: SqlUnits) -> None:
    here.keep_status("p1", OUT)
    seen = here.keep_status("t1", OUT)
    assert here.statuses_after(seen) == {}
    version = here.keep_status("p1", REST)
    assert here.statuses_after(seen) == {"p1": KeptStatus(REST, version)}


def test_a_position_reads_as_it_was_reported(here: SqlUnits, there: SqlUnits) -> None:
    here.keep_positions({"p1": HERE, "t1": FORGOTTEN}, NOW_MS)
    assert there.positions_after(FROM_THE_FIRST).by_unit == {"p1": HERE, "t1": FORGOTTEN}


def test_only_positions_that_changed_since_are_read(here: SqlUnits) -> None:
    here.keep_positions({"p1": HERE, "t1": HERE}, NOW_MS)
    seen = here.positions_after(FROM_THE_FIRST).version
    assert here.positions_after(seen) == KeptPositions(seen, {})
    here.keep_positions({"p1": LATER}, NOW_MS)
    assert here.positions_after(seen).by_unit == {"p1": LATER}
    assert here.positions_after(seen).version > seen


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        (LATER, HERE, LATER),
        (HERE, LATER, LATER),
        (HERE, HERE._replace(lon=1.0), HERE),
        (HERE, FORGOTTEN, FORGOTTEN),
        (FORGOTTEN, HERE, FORGOTTEN),
        (LATER, FORGOTTEN, LATER),
        (FORGOTTEN, LATER, LATER),
    ],
)
def test_what_was_measured_later_stays_whoever_comes_last(
    here: SqlUnits,
    there: SqlUnits,
    first: Fix | Forgotten,
    second: Fix | Forgotten,
    kept: Fix | Forgotten,
) -> None:
    here.keep_positions({"p1": first}, NOW_MS)
    there.keep_positions({"p1": second}, NOW_MS)
    assert here.positions_after(FROM_THE_FIRST).by_unit == {"p1": kept}


def test_what_was_kept_before_the_clock_went_back_gives_way(here: SqlUnits) -> None:
    here.keep_positions({"p1": LATER, "t1": HERE}, NOW_MS)
    now_ms = HERE.at_ms - 10
    newer = HERE._replace(at_ms=now_ms)
    here.keep_positions({"p1": newer, "t1": Forgotten(now_ms)}, now_ms)
    assert here.positions_after(FROM_THE_FIRST).by_unit == {"p1": newer, "t1": Forgotten(now_ms)}


def test_thousands_of_positions_are_kept_together(here: SqlUnits) -> None:
    many = {f"u{number}": HERE._replace(lon=number / 100) for number in range(3_210)}
    here.keep_positions(many, NOW_MS)
    here.keep_positions(
        {unit: fix._replace(at_ms=LATER.at_ms) for unit, fix in many.items()}, NOW_MS
    )
    kept = here.positions_after(FROM_THE_FIRST).by_unit
    assert len(kept) == len(many)
    assert kept["u3209"] == Fix(32.09, HERE.lat, LATER.at_ms)


def test_who_reads_on_while_many_write_misses_nothing(here: SqlUnits, there: SqlUnits) -> None:
    def write(name: int) -> None:
        for number in range(20):
            here.keep_positions({f"{name}-{number}": HERE}, NOW_MS)

    writers = [threading.Thread(target=write, args=(name,)) for name in range(3)]
    for writer in writers:
        writer.start()
    seen: dict[str, Fix | Forgotten] = {}
    version = FROM_THE_FIRST
    while any(writer.is_alive() for writer in writers):
        version, changed = there.positions_after(version)
        seen |= changed
    seen |= there.positions_after(version).by_unit
    assert set(seen) == {f"{name}-{number}" for name in range(3) for number in range(20)}
