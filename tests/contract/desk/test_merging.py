"""Merging incidents, on either database: nothing that was urgent or known of a call is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dispatch_router.application.desk.audit import verify
from dispatch_router.application.desk.incident_records import IncidentDraft
from dispatch_router.domain.callers import CallerHashes
from dispatch_router.domain.desk_errors import NotDivertible
from dispatch_router.domain.event_log import EventKind
from dispatch_router.domain.geo import BoundingBox, LonLat
from dispatch_router.domain.incidents import Incident
from dispatch_router.domain.response import Response
from dispatch_router.storage.desk import SqlDeskStore
from dispatch_router.storage.desk.view import SqlDeskView
from dispatch_router.storage.postgres.migrations import postgres_form
from dispatch_router.storage.sql import insert_rows
from dispatch_router.storage.sqlite.database import Database
from dispatch_router.storage.sqlite.migrations import STEPS
from tests.desk import SmallDesk, draft, key, small_desk
from tests.small_district import NOON_IN_CHINA


@pytest.fixture
def desk(desk_store: SqlDeskStore) -> SmallDesk:
    return small_desk(desk_store)


def test_the_incident_that_goes_on_takes_the_more_urgent_of_both(
    desk: SmallDesk, desk_store: SqlDeskStore
) -> None:
    urgent = desk.file(priority=1, response=Response.EMERGENCY).incident
    routine = desk.file(priority=3).incident
    merged = desk.merge(urgent.id, routine.id)
    assert (merged.incident.priority, merged.incident.response) == (1, Response.EMERGENCY)
    assert (merged.incident.version, merged.changed) == (2, ("priority", "response"))
    assert merged.shown.decision_id == merged.recommendation.decision_id
    assert merged.first_before.unit_id == "p1"
    with desk_store.reading() as view:
        *_, last = view.events_after(0, 99)
    assert last.kind is EventKind.INCIDENT_CORRECTED
    assert last.details["merged_incident_id"] == urgent.id
    assert last.details["changed"] == ["priority", "response"]


@pytest.mark.parametrize(
    ("merged", "into", "changed"),
    [
        ((1, Response.ROUTINE), (2, Response.EMERGENCY), ("priority",)),
        ((3, Response.EMERGENCY), (2, Response.ROUTINE), ("response",)),
        ((3, Response.ROUTINE), (2, Response.EMERGENCY), ()),
        ((2, Response.ROUTINE), (2, Response.ROUTINE), ()),
    ],
)
def test_priority_and_response_are_each_the_more_urgent(
    desk: SmallDesk,
    merged: tuple[int, Response],
    into: tuple[int, Response],
    changed: tuple[str, ...],
) -> None:
    first, second = (desk.file(priority=p, response=r).incident for p, r in (merged, into))
    answer = desk.merge(first.id, second.id)
    priority, response = answer.incident.priority, answer.incident.response
    assert priority == min(merged[0], into[0])
    assert response is max(merged[1], into[1], key=[Response.ROUTINE, Response.EMERGENCY].index)
    assert answer.changed == changed
    assert (answer.recommendation is not None) == bool(changed)
    assert answer.incident.version == (2 if changed else 1)


def test_nobody_takes_a_unit_from_an_urgent_call_by_way_of_a_routine_one(desk: SmallDesk) -> None:
    urgent = desk.file(priority=1, response=Response.EMERGENCY).incident
    desk.reserve(urgent.id, "p1")
    routine = desk.file(priority=3).incident
    desk.merge(urgent.id, routine.id)
    later = desk.file(priority=2, type="fire")
    assert later.diversions == ()
    with pytest.raises(NotDivertible):
        desk.reserve(later.incident.id, "p1", divert=True)
    assert desk.busy() == {"p1": routine.id}


def test_a_merge_sent_again_changes_nothing_more(desk: SmallDesk) -> None:
    urgent, routine = (desk.file(priority=priority).incident for priority in (1, 3))
    first = desk.merge(urgent.id, routine.id, request=key("k"))
    reply = desk.reply
    assert desk.merge(urgent.id, routine.id, request=key("k")) is None
    assert desk.reply == reply
    again = desk.merge(urgent.id, routine.id)
    assert (again.incident, again.changed) == (first.incident, ())


def test_what_became_more_urgent_is_offered_units_of_others(desk: SmallDesk) -> None:
    desk.reserve(desk.file(priority=3).incident.id, "p1")
    urgent, routine = (desk.file(priority=priority).incident for priority in (1, 3))
    merged = desk.merge(urgent.id, routine.id)
    assert [offer.unit.unit_id for offer in merged.diversions] == ["p1"]


def test_what_a_merged_call_was_called_names_the_incident_that_goes_on(desk: SmallDesk) -> None:
    first, second, third = (
        desk.file(external_id=each).incident.id for each in ("E-78", "E-79", "E-80")
    )
    desk.merge(first, second)
    desk.clock.at += timedelta(days=1)
    (duplicate,) = desk.file(external_id="E-78", where="双福", type="theft").duplicates
    assert (duplicate.incident_id, duplicate.merged_id) == (second, first)
    assert (duplicate.same_external_id, duplicate.apart_s) == (True, 86_400.0)
    desk.merge(second, third)
    named = desk.file(external_id="E-78", where="双福", type="flood").duplicates
    assert third in {each.incident_id for each in named}
    assert second not in {each.incident_id for each in named}
    desk.close(third)
    assert third not in {each.incident_id for each in desk.file(external_id="E-78").duplicates}


def test_who_called_a_merged_call_in_is_known_again(desk: SmallDesk) -> None:
    phone = CallerHashes("a" * 64)
    first = desk.file(caller=phone, type="theft").incident.id
    second = desk.file().incident.id
    desk.merge(first, second)
    (duplicate,) = desk.file(caller=phone, type="flood").duplicates
    assert (duplicate.incident_id, duplicate.merged_id) == (second, first)
    assert (duplicate.same_caller, duplicate.same_external_id) == (True, False)
    desk.clock.at += timedelta(minutes=31)
    assert desk.file(caller=phone, type="riot").duplicates == ()


def test_an_incident_is_named_once_for_the_surest_of_its_calls(desk: SmallDesk) -> None:
    first = desk.file(external_id="E-78").incident.id
    second = desk.file().incident.id
    desk.merge(first, second)
    (duplicate,) = desk.file(external_id="E-78").duplicates
    assert (duplicate.incident_id, duplicate.merged_id) == (second, first)


def test_an_incident_is_no_duplicate_of_what_was_merged_into_it(desk: SmallDesk) -> None:
    first, second = desk.file(external_id="E-78").incident.id, desk.file().incident.id
    desk.merge(first, second)
    assert desk.correct(second, external_id="E-78").duplicates == ()


def test_what_an_older_version_has_merged_is_known_too(
    desk: SmallDesk, desk_store: SqlDeskStore
) -> None:
    first, second = desk.file(external_id="E-78").incident.id, desk.file().incident.id
    desk.merge(first, second)
    (fill,) = (sql for step in STEPS for sql in step if "SET merged_into" in sql)
    is_sqlite = isinstance(desk_store._database, Database)
    with desk_store._database.writing() as connection:
        connection.execute("UPDATE incidents SET merged_into = NULL")
        connection.execute(fill if is_sqlite else postgres_form(fill))
    (duplicate,) = desk.file(external_id="E-78").duplicates
    assert (duplicate.incident_id, duplicate.merged_id) == (second, first)
    with desk_store.reading() as view:
        assert verify(view).findings == ()


def test_merged_calls_are_looked_for_in_an_index_alone(desk_store: SqlDeskStore) -> None:
    is_sqlite = isinstance(desk_store._database, Database)
    with desk_store._database.writing() as connection:
        names = "id, status, type, reported_at, lon, lat, external_id, caller_phone, document"
        rows = [
            (str(each), "merged", "x", "2025", 106.0, 29.0, f"E-{each}", f"{each}", "{}")
            for each in range(2_000)
        ]
        insert_rows(connection, f"INSERT INTO incidents ({names}) VALUES {{rows}}", rows)
        connection.execute("ANALYZE incidents")
    with desk_store._database.reading() as connection:
        if not is_sqlite:
            # It would read a table as small as this from end to end.
            connection.execute("SET LOCAL enable_seqscan = off")
        asked: list[str] = []

        class Explaining(SqlDeskView):
            def _all(self, sql: str, *values: object) -> list[object]:
                explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
                rows = connection.execute(explain + sql, values).fetchall()
                asked.append("\n".join(str(row) for row in rows))
                return []

        call = draft(external_id="E-78", caller=CallerHashes("a" * 64))
        incident = incident_of_draft(call)
        Explaining(connection).like(incident, NOON_IN_CHINA, NOON_IN_CHINA, BOX)
    (plan,) = asked
    assert "merged_incidents_by_external_id" in plan
    assert "merged_incidents_by_caller_phone" in plan
    assert "SCAN incidents" not in plan
    assert "Seq Scan on incidents" not in plan


BOX = BoundingBox(west=106.2, south=29.2, east=106.4, north=29.4)


def incident_of_draft(call: IncidentDraft) -> Incident:
    assert isinstance(call.where, LonLat)
    return Incident(
        id="new",
        position=call.where,
        place=None,
        uncertainty_m=None,
        type=call.type,
        priority=call.priority,
        response=call.response,
        reported_at=NOON_IN_CHINA,
        filed_at=NOON_IN_CHINA,
        external_id=call.external_id,
        caller=call.caller,
    )
