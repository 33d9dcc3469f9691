"""The event log on either database: every change is in it, in order; no edit goes unnoticed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from dispatch_router.application.desk.audit import MAX_FINDINGS, verify
from dispatch_router.application.desk.open_assignments import read_open_assignments
from dispatch_router.application.retries import RequestKey
from dispatch_router.domain.desk_errors import UnitTaken
from dispatch_router.domain.event_log import NO_HASH, Change, Event, EventKind
from dispatch_router.storage.desk import SqlDeskStore
from tests.desk import S, SmallDesk, key, small_desk
from tests.small_district import StoppedClock


@pytest.fixture
def desk(desk_store: SqlDeskStore) -> SmallDesk:
    return small_desk(desk_store)


def events(store: SqlDeskStore) -> list[Event]:
    with store.reading() as view:
        return list(view.events_after(0, 1000))


def findings(store: SqlDeskStore, known: str | None = None) -> tuple[str, ...]:
    with store.reading() as view:
        return tuple(finding.en for finding in verify(view, known).findings)


def busy_morning(desk: SmallDesk) -> None:
    first, second = desk.file(description="吵架").incident, desk.file().incident
    made = desk.reserve(first.id, "p1")
    desk.move(made.id, S.EN_ROUTE)
    desk.correct(second.id, priority=1)
    desk.reserve(second.id, "p1", divert=True)
    desk.merge(first.id, second.id)


def test_every_change_is_an_event_and_nothing_else_is(
    desk: SmallDesk, desk_store: SqlDeskStore
) -> None:
    busy_morning(desk)
    with pytest.raises(UnitTaken):
        desk.reserve(desk.file().incident.id, "p1")
    assert [event.kind for event in events(desk_store)] == [
        EventKind.INCIDENT_FILED,
        EventKind.INCIDENT_FILED,
        EventKind.UNIT_RESERVED,
        EventKind.ASSIGNMENT_MOVED,
        EventKind.INCIDENT_CORRECTED,
        EventKind.ASSIGNMENT_MOVED,
        EventKind.UNIT_RESERVED,
        EventKind.INCIDENT_MERGED,
        EventKind.INCIDENT_FILED,
    ]
    assert findings(desk_store) == ()


def test_an_event_tells_the_state_but_not_what_people_wrote(
    desk: SmallDesk, desk_store: SqlDeskStore
) -> None:
    desk.file(description="张三打李四")
    (event,) = events(desk_store)
    assert (event.number, event.previous_sha256) == (1, NO_HASH)
    assert event.state["status"] == "open"
    assert "张三" not in json.dumps(event.state, ensure_ascii=False)
    assert len(event.state["description_sha256"]) == 64


def test_the_price_of_a_diversion_is_on_record(desk: SmallDesk, desk_store: SqlDeskStore) -> None:
    busy_morning(desk)
    reserved = events(desk_store)[6]
    assert reserved.details["next_best_unit_id"] == "x1"
    assert reserved.details["next_best_time_to_person_ms"] > 0


def test_the_log_never_goes_back_in_time(desk: SmallDesk, desk_store: SqlDeskStore) -> None:
    desk.file()
    desk.clock.at -= timedelta(hours=1)
    desk.file()
    first, second = events(desk_store)
    assert second.at == first.at
    assert findings(desk_store) == ()


EDITS: dict[str, tuple[str, str]] = {
    "a state": ("UPDATE events SET state = replace(state, 'fight', 'theft') WHERE number = 2", "2"),
    "a time": ("UPDATE events SET at = '2025-01-01T00:00:00.000000+00:00' WHERE number = 3", "3"),
    "a price": ("UPDATE events SET details = '{}' WHERE number = 7", "7"),
    "a kind": ("UPDATE events SET kind = 'incident_closed' WHERE number = 1", "1"),
    "a hash": ("UPDATE events SET sha256 = previous_sha256 WHERE number = 4", "4"),
    "a removal": ("DELETE FROM events WHERE number = 5", "event 5 is missing"),
    "the end": ("DELETE FROM events WHERE number >= 7", "not in the log"),
    "an assignment": (
        "UPDATE assignments SET document = replace(document, '\"p1\"', '\"r1\"')",
        "not as the log tells",
    ),
    "a description": (
        "UPDATE incidents SET document = replace(document, '吵架', '打架')",
        "not as the log tells",
    ),
}


@pytest.mark.parametrize(("sql", "said"), EDITS.values(), ids=EDITS)
def test_every_edit_is_found(
    desk: SmallDesk, desk_store: SqlDeskStore, sql: str, said: str
) -> None:
    busy_morning(desk)
    assert findings(desk_store) == ()
    with desk_store._database.writing() as connection:
        connection.execute(sql)
    assert any(said in finding for finding in findings(desk_store))


def test_a_unit_that_the_log_gives_away_twice_is_found(
    desk: SmallDesk, desk_store: SqlDeskStore
) -> None:
    held = desk.reserve(desk.file().incident.id, "p1")
    with desk_store.writing() as kept:
        state = {"unit_id": "p1", "status": "dispatched"}
        forged = Change(EventKind.UNIT_RESERVED, held.incident_id, "forged", state, {})
        kept.append(forged, desk.clock.at)
    assert "event 3 gives p1 to a second assignment" in findings(desk_store)


def test_findings_are_bounded(desk: SmallDesk, desk_store: SqlDeskStore) -> None:
    for _ in range(MAX_FINDINGS + 5):
        desk.file()
    with desk_store._database.writing() as connection:
        connection.execute("UPDATE events SET details = '{}'")
    assert len(findings(desk_store)) == MAX_FINDINGS


def test_a_log_that_was_written_anew_lacks_the_hash_that_was_noted_down(
    desk: SmallDesk, desk_store: SqlDeskStore
) -> None:
    busy_morning(desk)
    noted = events(desk_store)[-1].sha256
    assert findings(desk_store, noted) == ()
    assert findings(desk_store, "f" * 64) == (f"no event has the hash {'f' * 64}",)


def test_listeners_hear_of_every_commit_once_and_in_order(desk: SmallDesk) -> None:
    heard: list[int] = []

    def listen(new: object) -> None:
        heard.extend(event.number for event in new)  # type: ignore[attr-defined]

    def fail(_: object) -> None:
        raise RuntimeError("a listener's own fault")

    desk.file()
    committed = desk.desk.events
    committed.subscribe(fail)
    assert committed.subscribe(listen) == 1
    busy_morning(desk)
    committed.catch_up()
    committed.unsubscribe(listen)
    desk.file()
    assert heard == list(range(2, 10))


def test_what_another_service_has_done_is_heard_of_at_the_next_tick(
    desk: SmallDesk, desk_store: SqlDeskStore
) -> None:
    other = small_desk(desk_store, clock=StoppedClock(), ids=_Ids())
    incident = desk.file().incident.id
    desk.reserve(incident, "p1")
    assert other.busy() == {}
    other.desk.tick()
    assert other.busy() == {"p1": incident}


def test_a_restart_finds_the_same_units_busy(desk: SmallDesk, desk_store: SqlDeskStore) -> None:
    busy_morning(desk)
    again = read_open_assignments(desk_store)
    assert again.by_unit == desk.desk.open_assignments.by_unit
    assert again.version == desk.desk.open_assignments.version == 8


def test_what_is_refused_keeps_no_reply(desk: SmallDesk) -> None:
    incident = desk.file().incident.id
    held = desk.reserve(incident, "p1")
    retry: Callable[[], object] = lambda: desk.reserve(incident, "p1", request=_retried())  # noqa: E731
    with pytest.raises(UnitTaken):
        retry()
    desk.move(held.id, S.CANCELLED)
    retry()
    assert desk.busy() == {"p1": incident}


def _retried() -> RequestKey:
    return key("the same")


class _Ids:
    def next_id(self) -> str:
        return "unused"
