"""Closures and statuses in the log, on either database: each change is told of, each edit found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from dispatch_router.application.desk.audit import verify
from dispatch_router.application.desk.kept_before import tell_of_what_was_kept_before
from dispatch_router.application.retries import RequestKey
from dispatch_router.domain.closures import AlongLine, ClosureRecord, NamedRoad
from dispatch_router.domain.errors import StorageUnavailable
from dispatch_router.domain.event_log import Event, EventKind
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.unit_status import StatedStatus, UnitStatus
from dispatch_router.domain.units import UnitMode
from dispatch_router.storage.closures import SqlClosures
from dispatch_router.storage.desk import SqlDeskStore
from dispatch_router.storage.sqlite.database import Database
from dispatch_router.storage.sqlite.migrations import STEPS
from dispatch_router.storage.units import SqlUnits
from tests.closures import MORNING, box, closure
from tests.desk import small_desk

HOUR = timedelta(hours=1)
OUT = StatedStatus(UnitStatus.OUT_OF_SERVICE, MORNING, MORNING + HOUR, "张三生病")
BACK = StatedStatus(UnitStatus.IN_SERVICE, MORNING + HOUR)
RECORDS = (
    ClosureRecord(closure(box(106.1, 29.2, 106.123456789, 29.3), id="c1"), MORNING),
    ClosureRecord(
        closure(AlongLine((LonLat(1.5, 2), LonLat(3, -4)), 12.5), id="c2", along_line=True), MORNING
    ),
    ClosureRecord(
        closure(
            NamedRoad("迎新路"),
            id="c3",
            heading_deg=271.5,
            speed_permille=300,
            modes=frozenset({UnitMode.FOOT, UnitMode.CAR}),
            ends_at=MORNING + HOUR,
            reason="李四家门前塌方",
        ),
        MORNING,
    ),
)


class Reports:
    """What is closed and stated on the desk's database."""

    def __init__(self, store: SqlDeskStore) -> None:
        self.store = store
        self.closures, self.units = SqlClosures(store._database), SqlUnits(store._database)

    def make_some(self) -> None:
        self.closures.add(RECORDS, RequestKey("me", "k", "sha"), b"")
        self.closures.lift("c2", MORNING + HOUR)
        self.units.keep_status("p1", OUT)
        self.units.keep_status("t1", OUT)
        self.units.keep_status("p1", BACK)

    def events(self) -> list[Event]:
        with self.store.reading() as view:
            return list(view.events_after(0, 1000))

    def findings(self) -> tuple[str, ...]:
        with self.store.reading() as view:
            return tuple(finding.en for finding in verify(view).findings)

    def run(self, sql: str) -> None:
        with self.store._database.writing() as connection:
            connection.execute(sql)


@pytest.fixture
def reports(desk_store: SqlDeskStore) -> Reports:
    # As a service does before it keeps anything.
    tell_of_what_was_kept_before(desk_store, MORNING)
    return Reports(desk_store)


@pytest.fixture
def older(desk_store: SqlDeskStore) -> Reports:
    """As an older version has left its state, which told of none of it."""
    reports = Reports(desk_store)
    without_events(reports)
    return reports


def test_each_closure_and_each_status_is_an_event(reports: Reports) -> None:
    reports.make_some()
    told = [(event.kind, event.resource) for event in reports.events()]
    assert told == [
        (EventKind.CLOSURE_MADE, "closures/c1"),
        (EventKind.CLOSURE_MADE, "closures/c2"),
        (EventKind.CLOSURE_MADE, "closures/c3"),
        (EventKind.CLOSURE_LIFTED, "closures/c2"),
        (EventKind.UNIT_STATUS_STATED, "units/p1/status"),
        (EventKind.UNIT_STATUS_STATED, "units/t1/status"),
        (EventKind.UNIT_STATUS_STATED, "units/p1/status"),
    ]
    assert reports.findings() == ()


def test_the_events_tell_the_state_but_not_what_people_wrote(reports: Reports) -> None:
    reports.make_some()
    third, lifted, out = (reports.events()[index].state for index in (2, 3, 4))
    assert (third["road"], third["speed_permille"], third["lifted_at"]) == ("迎新路", 300, None)
    assert lifted["line"] == [[1.5, 2], [3, -4]]
    assert lifted["lifted_at"] == "2025-06-02T02:00:00.000000+00:00"
    assert (out["unit_id"], out["status"]) == ("p1", "out_of_service")
    assert len(third["reason_sha256"]) == len(out["note_sha256"]) == 64
    written = json.dumps([event.state for event in reports.events()], ensure_ascii=False)
    assert "李四" not in written
    assert "张三" not in written


def test_what_is_lifted_already_or_not_there_is_no_event(reports: Reports) -> None:
    reports.make_some()
    reports.closures.lift("c2", MORNING + 2 * HOUR)
    reports.closures.lift("nothing", MORNING)
    assert len(reports.events()) == 7


def test_closures_of_which_one_cannot_be_kept_leave_no_event(reports: Reports) -> None:
    reports.make_some()
    another = ClosureRecord(closure(NamedRoad("x"), id="c4"), MORNING)
    with pytest.raises(StorageUnavailable):
        reports.closures.add((another, RECORDS[0]), None, b"")
    assert (len(reports.events()), reports.findings()) == (7, ())


def test_reports_and_incidents_have_one_chain(reports: Reports) -> None:
    desk = small_desk(reports.store)
    desk.reserve(desk.file().incident.id, "p1")
    reports.make_some()
    desk.file()
    assert [event.number for event in reports.events()] == list(range(1, 11))
    assert reports.findings() == ()


EDITS = {
    "a closure's end": "UPDATE closures SET ends_at = NULL WHERE id = 'c3'",
    "a closure's speed": (
        "UPDATE closures SET definition = replace(definition, '300', '900') WHERE id = 'c3'"
    ),
    "a closure's reason": "UPDATE closures SET reason = 'rain' WHERE id = 'c3'",
    "a lift": "UPDATE closures SET lifted_at = NULL WHERE id = 'c2'",
    "a lift of one that holds": (
        "UPDATE closures SET lifted_at = '2025-06-02T02:00:00.000000+00:00' WHERE id = 'c1'"
    ),
    "a closure taken away": "DELETE FROM closures WHERE id = 'c1'",
    "a closure added": (
        "INSERT INTO closures (id, definition, starts_at, reason, created_at) "
        "SELECT 'c0', definition, starts_at, reason, created_at FROM closures WHERE id = 'c1'"
    ),
    "a status": "UPDATE unit_statuses SET status = 'rest' WHERE unit_id = 't1'",
    "a status' end": "UPDATE unit_statuses SET until = NULL WHERE unit_id = 't1'",
    "a status' note": "UPDATE unit_statuses SET note = '' WHERE unit_id = 't1'",
    "a status' version": "UPDATE unit_statuses SET version = 99 WHERE unit_id = 't1'",
    "a status taken away": "DELETE FROM unit_statuses WHERE unit_id = 't1'",
    "a status added": (
        "INSERT INTO unit_statuses (unit_id, status, note, version) VALUES ('x1', 'rest', '', 4)"
    ),
    "a lift that is no event": "DELETE FROM events WHERE number = 4",
}


@pytest.mark.parametrize("sql", EDITS.values(), ids=EDITS)
def test_every_edit_behind_the_log_is_found(reports: Reports, sql: str) -> None:
    reports.make_some()
    assert reports.findings() == ()
    reports.run(sql)
    assert reports.findings()


def without_events(reports: Reports) -> None:
    reports.make_some()
    reports.run("DELETE FROM events")


def test_what_an_older_version_has_kept_is_told_of_once(older: Reports) -> None:
    assert "closures/c1 is not in the log" in older.findings()
    assert tell_of_what_was_kept_before(older.store, MORNING) == 5
    assert older.findings() == ()
    assert {str(event.details) for event in older.events()} == {"{'source': 'kept_before'}"}
    kinds = {event.resource: event.kind for event in older.events()}
    assert kinds["closures/c2"] is EventKind.CLOSURE_LIFTED
    assert kinds["closures/c3"] is EventKind.CLOSURE_MADE
    older.closures.lift("c1", MORNING + HOUR)
    assert older.findings() == ()


def test_what_is_added_afterwards_behind_the_log_is_not_told_of(older: Reports) -> None:
    tell_of_what_was_kept_before(older.store, MORNING)
    older.run(EDITS["a closure added"])
    older.run(EDITS["a status added"])
    assert tell_of_what_was_kept_before(older.store, MORNING) == 0
    assert older.findings() == (
        "closures/c0 is not in the log",
        "units/x1/status is not in the log",
    )


@contextmanager
def opened(path: Path, steps: tuple[tuple[str, ...], ...]) -> Iterator[Database]:
    database = Database(path, steps)
    try:
        yield database
    finally:
        database.close()


def test_a_file_that_an_older_version_has_written_is_brought_up_to_date(tmp_path: Path) -> None:
    path, before = tmp_path / "state.sqlite3", STEPS[: STEPS.index(_that_makes("log_tells_of_all"))]
    with opened(path, before) as older:
        without_events(Reports(SqlDeskStore(older)))
    with opened(path, STEPS) as newer:
        reports = Reports(SqlDeskStore(newer))
        tell_of_what_was_kept_before(reports.store, MORNING)
        assert reports.findings() == ()


def _that_makes(table: str) -> tuple[str, ...]:
    return next(step for step in STEPS if any(f"CREATE TABLE {table}" in each for each in step))
