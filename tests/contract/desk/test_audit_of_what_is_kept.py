"""Edits behind the log are found and named, on either database: columns, decisions, notes."""

from __future__ import annotations

import pytest

from dispatch_router.application.desk.audit import verify
from dispatch_router.application.desk.audit_kept import differing
from dispatch_router.application.desk.audit_told import Told
from dispatch_router.application.desk.kept_before import tell_of_what_was_kept_before
from dispatch_router.domain.callers import CallerHashes
from dispatch_router.domain.names import Name
from dispatch_router.domain.unit_status import UnitStatus
from dispatch_router.storage.desk import SqlDeskStore
from tests.desk import S, SmallDesk, small_desk
from tests.small_district import NOON_IN_CHINA
from tests.web import small_service


@pytest.fixture
def desk(desk_store: SqlDeskStore) -> SmallDesk:
    """A service with a district, whose one incident, 000002, has p1 on the way."""
    service = small_service(database=desk_store._database)
    service.closures.catch_up()
    desk = small_desk(desk_store)
    filed = desk.file(external_id="E-78", caller=CallerHashes("a" * 64))
    desk.reserve(filed.incident.id, "p1")
    return desk


def run(store: SqlDeskStore, *statements: str) -> None:
    with store._database.writing() as connection:
        for sql in statements:
            connection.execute(sql)


def findings(store: SqlDeskStore) -> tuple[Name, ...]:
    with store.reading() as view:
        return verify(view).findings


COLUMNS = {
    "incidents": {
        "status": "'closed'",
        "type": "'theft'",
        "reported_at": "'2025-01-01T00:00:00.000000+00:00'",
        "lon": "106.5",
        "lat": "29.5",
        "external_id": "NULL",
        "caller_phone": "NULL",
        "merged_into": "'000009'",
    },
    "assignments": {"status": "'cleared'", "unit_id": "'t2'"},
}


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [(table, *edit) for table, columns in COLUMNS.items() for edit in columns.items()],
)
def test_a_column_that_the_desk_decides_by_has_to_be_as_the_document_says(
    desk: SmallDesk, desk_store: SqlDeskStore, table: str, column: str, value: str
) -> None:
    assert findings(desk_store) == ()
    run(desk_store, f"UPDATE {table} SET {column} = {value}")
    (finding,) = findings(desk_store)
    what, what_zh = ("incident", "警情") if table == "incidents" else ("assignment", "派警")
    assert finding.en.startswith(f"the column {column} of {what} 0")
    assert finding.zh.startswith(what_zh)
    assert f"的{column}列" in finding.zh


def test_an_assignment_and_a_decision_that_were_put_to_another_incident_are_found(
    desk: SmallDesk, desk_store: SqlDeskStore
) -> None:
    other = desk.file().incident.id
    run(desk_store, f"UPDATE assignments SET incident_id = '{other}'")
    run(desk_store, f"UPDATE incident_decisions SET incident_id = '{other}'")
    named = [finding.en for finding in findings(desk_store)]
    assert [each.partition(" 0")[0] for each in named] == [
        "the column incident_id of assignment",
        "the column incident_id of decision",
    ]


EDITS = {
    "a decision removed": ("DELETE FROM incident_decisions", "is in the log and is not kept"),
    "a decision changed": (
        "UPDATE incident_decisions SET document = replace(document, '\"p1\"', '\"t2\"')",
        "is not as the log tells",
    ),
    "a decision added": (
        "INSERT INTO incident_decisions SELECT 'forged', incident_id, document "
        "FROM incident_decisions",
        "decision forged is not in the log",
    ),
    "the version of the district": ("UPDATE kept_district SET version = 1", "kept_district"),
    "the files of the district": ("UPDATE kept_district SET files = '{}'", "kept_district"),
    "the note of the district": ("DELETE FROM kept_district", "kept_district"),
}


@pytest.mark.parametrize(("sql", "said"), EDITS.values(), ids=EDITS)
def test_every_edit_beside_the_log_is_named(
    desk: SmallDesk, desk_store: SqlDeskStore, sql: str, said: str
) -> None:
    run(desk_store, sql)
    assert any(said in finding.en for finding in findings(desk_store))


@pytest.mark.parametrize(
    ("sql", "said", "said_zh"),
    [
        ("UPDATE incidents SET document = '{'", "incident 000002 cannot", "警情000002无法读取"),
        ("UPDATE incidents SET document = '[]'", "incident 000002 cannot", "警情000002无法读取"),
        ("UPDATE assignments SET document = ''", "assignment 0", "派警0"),
        ("UPDATE incident_decisions SET document = '{}'", "decision 0", "决策0"),
        ("UPDATE resources SET members = '{' WHERE id = 'p1'", "units/p1 cannot", "units/p1无法"),
        ("UPDATE resources SET kind = 'x' WHERE id = 'p1'", "x/p1 cannot", "x/p1无法读取"),
        ("UPDATE kept_district SET files = '{'", "kept_district", "kept_district"),
        ("UPDATE events SET state = '{' WHERE number = 3", "event 3 cannot", "第3号事件无法读取"),
        ("UPDATE events SET at = 'x' WHERE number = 3", "event 3 cannot", "第3号事件无法读取"),
        ("UPDATE events SET kind = 'x' WHERE number = 3", "event 3 cannot", "第3号事件无法读取"),
        ("UPDATE events SET details = '1' WHERE number = 3", "event 3 cannot", "第3号事件无法读取"),
    ],
)
def test_what_cannot_be_read_is_a_finding_and_hides_no_other(
    desk: SmallDesk, desk_store: SqlDeskStore, sql: str, said: str, said_zh: str
) -> None:
    run(desk_store, sql, "UPDATE unit_statuses SET status = 'x'")
    found = findings(desk_store)
    assert any(each.en.startswith(said) or said in each.en for each in found), found
    assert any(said_zh in each.zh for each in found), found


def test_closures_and_statuses_that_cannot_be_read_are_named_each(
    desk_store: SqlDeskStore,
) -> None:
    run(
        desk_store,
        "INSERT INTO closures VALUES ('c1', '{', 'x', NULL, 'y', 'z', NULL)",
        "INSERT INTO unit_statuses (unit_id, status, note, version) VALUES ('p1', 'x', '', 1)",
    )
    said = [finding.en for finding in findings(desk_store)]
    assert "closures/c1 cannot be read" in said
    assert "units/p1/status cannot be read" in said


def test_the_ranking_of_an_older_log_is_held_to_its_record(
    desk: SmallDesk, desk_store: SqlDeskStore
) -> None:
    told = Told()
    with desk_store.reading() as view:
        for event in view.events_after(0, 99):
            told.hear(event)
        for key, decision in told.decisions.items():
            assert decision.sha256 is not None
            told.decisions[key] = decision._replace(sha256=None)
        assert list(differing(view, told)) == []
    run(
        desk_store,
        "UPDATE incident_decisions SET document = replace(document, '\"p1\"', '\"t2\"')",
    )
    told = Told()
    with desk_store.reading() as view:
        for event in view.events_after(0, 99):
            told.hear(event)
        told.decisions = {k: each._replace(sha256=None) for k, each in told.decisions.items()}
        (finding,) = differing(view, told)
    assert finding.en.startswith("decision ")


def test_whoever_removes_the_note_that_the_log_tells_of_all_is_found(
    desk_store: SqlDeskStore,
) -> None:
    service = small_service(database=desk_store._database)
    service.units.state("p1", UnitStatus.REST, None, "")
    assert findings(desk_store) == ()
    run(desk_store, "DELETE FROM log_tells_of_all")
    (finding,) = findings(desk_store)
    assert "log_tells_of_all" in finding.en
    assert "log_tells_of_all" in finding.zh


def test_what_was_told_of_a_second_time_is_found_also_afterwards(desk_store: SqlDeskStore) -> None:
    service = small_service(database=desk_store._database)
    service.units.state("p1", UnitStatus.REST, None, "")
    run(desk_store, "DELETE FROM log_tells_of_all")
    assert tell_of_what_was_kept_before(desk_store, NOON_IN_CHINA) == 1
    (finding,) = findings(desk_store)
    assert "tells belatedly" in finding.en
    assert "补记" in finding.zh


def test_files_that_were_loaded_and_changed_since_are_still_as_the_log_tells(
    desk: SmallDesk, desk_store: SqlDeskStore
) -> None:
    held = desk.desk.open_assignments.of("p1")
    assert held is not None
    desk.move(held.id, S.ON_SCENE)
    again = small_service(database=desk_store._database)
    assert again.units.knows("p1")
    assert findings(desk_store) == ()
