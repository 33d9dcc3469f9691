"""Reading the desk."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import orjson

from dispatch_router.application.desk.documents import (
    assignment_of,
    decision_of_members,
    incident_of,
    written_time,
)
from dispatch_router.application.desk.ports import Held
from dispatch_router.application.retries import KeptReply, RequestKey
from dispatch_router.application.unit_ports import FROM_THE_FIRST, KeptStatus
from dispatch_router.domain.assignments import Assignment
from dispatch_router.domain.closures import ClosureRecord
from dispatch_router.domain.decisions import Decision
from dispatch_router.domain.duplicates import KnownCall
from dispatch_router.domain.event_log import Event
from dispatch_router.domain.geo import BoundingBox
from dispatch_router.domain.incidents import Incident, IncidentStatus
from dispatch_router.storage.closures.rows import closures_after
from dispatch_router.storage.desk import log
from dispatch_router.storage.desk.audit_rows import SqlAuditRows
from dispatch_router.storage.replies.rows import kept_reply
from dispatch_router.storage.resources.rows import SqlResourceView
from dispatch_router.storage.units.rows import statuses_after

MAX_ALIKE: Final = 100
# The words of the partial index, so that both databases use it.
IS_OPEN: Final = "status IN ('dispatched', 'en_route', 'on_scene', 'transporting')"

_NEAR: Final = (
    "SELECT document, id FROM incidents WHERE status = 'open' AND type = ? "
    "AND lat BETWEEN ? AND ? AND lon BETWEEN ? AND ? AND reported_at BETWEEN ? AND ? "
    "ORDER BY reported_at DESC"
)
_SAME_EXTERNAL_ID: Final = (
    "SELECT document, id FROM incidents WHERE status = 'open' AND external_id = ?"
)
_SAME_PHONE: Final = (
    "SELECT document, id FROM incidents WHERE status = 'open' AND caller_phone = ? "
    "AND reported_at BETWEEN ? AND ? ORDER BY reported_at DESC"
)
_MERGED_EXTERNAL_ID: Final = (
    "SELECT document, merged_into FROM incidents WHERE status = 'merged' AND external_id = ? "
    "ORDER BY reported_at DESC LIMIT ?"
)
_MERGED_PHONE: Final = (
    "SELECT document, merged_into FROM incidents WHERE status = 'merged' AND caller_phone = ? "
    "AND reported_at BETWEEN ? AND ? ORDER BY reported_at DESC LIMIT ?"
)
# From a call to the incident that it went on as, over as many merges as there were.
_GOES_ON_AS: Final = (
    "WITH RECURSIVE onward (document, next_id) AS ({calls} UNION "
    "SELECT onward.document, (SELECT merged_into FROM incidents "
    "WHERE incidents.id = onward.next_id AND incidents.status = 'merged') "
    "FROM onward WHERE onward.next_id IS NOT NULL) "
    "SELECT onward.document, incidents.id FROM onward "
    "JOIN incidents ON incidents.id = onward.next_id WHERE incidents.status = 'open'"
)
_DECLINED: Final = "SELECT unit_id FROM assignments WHERE incident_id = ? AND status = 'declined'"


class SqlDeskView(SqlResourceView, SqlAuditRows):
    """The desk in one transaction; see ``DeskView``."""

    def incident(self, incident_id: str) -> Incident | None:
        """Return one incident."""
        row = self._one("SELECT document FROM incidents WHERE id = ?", incident_id)
        return None if row is None else incident_of(json.loads(row[0]))

    def incidents(
        self, *, after: str | None, limit: int, status: IncidentStatus | None
    ) -> Sequence[Incident]:
        """Return incidents by id."""
        if status is None:
            sql, values = "SELECT document FROM incidents WHERE id > ?", [after or ""]
        else:
            sql = "SELECT document FROM incidents WHERE status = ? AND id > ?"
            values = [status.value, after or ""]
        rows = self._all(f"{sql} ORDER BY id LIMIT ?", *values, limit)
        return [incident_of(json.loads(row[0])) for row in rows]

    def like(
        self, incident: Incident, since: datetime, until: datetime, box: BoundingBox
    ) -> Sequence[KnownCall]:
        """Return open incidents of the same type nearby, of the same phone or external id."""
        times = (written_time(since), written_time(until))
        near = (box.south, box.north, box.west, box.east)
        alike: list[tuple[str, tuple[Any, ...]]] = [(_NEAR, (incident.type, *near, *times))]
        merged: list[tuple[str, tuple[Any, ...]]] = []
        if incident.external_id is not None:
            alike.append((_SAME_EXTERNAL_ID, (incident.external_id,)))
            merged.append((_MERGED_EXTERNAL_ID, (incident.external_id, MAX_ALIKE)))
        if incident.caller.phone is not None:
            alike.append((_SAME_PHONE, (incident.caller.phone, *times)))
            merged.append((_MERGED_PHONE, (incident.caller.phone, *times, MAX_ALIKE)))
        if merged:
            calls = " UNION ".join(f"SELECT * FROM ({each}) AS calls" for each, _ in merged)  # noqa: S608  # no input
            given_all = tuple(value for _, given in merged for value in given)
            alike.append((_GOES_ON_AS.format(calls=calls), given_all))
        # One statement: every further one would wait once more for Python's global lock.
        sql = " UNION ".join(
            f"SELECT document, id FROM ({each} LIMIT ?) AS alike"  # noqa: S608  # no input
            for each, _ in alike
        )
        values = [value for _, given in alike for value in (*given, MAX_ALIKE)]
        # There may be a hundred, for every call that is filed.
        return [
            KnownCall(incident_of(orjson.loads(document)), open_id)
            for document, open_id in self._all(sql, *values)
        ]

    def assignment(self, assignment_id: str) -> Assignment | None:
        """Return one assignment."""
        row = self._one("SELECT document FROM assignments WHERE id = ?", assignment_id)
        return None if row is None else assignment_of(json.loads(row[0]))

    def assignments_of(self, incident_id: str) -> Sequence[Assignment]:
        """Return the assignments of an incident, by id."""
        rows = self._all(
            "SELECT document FROM assignments WHERE incident_id = ? ORDER BY id", incident_id
        )
        return [assignment_of(json.loads(row[0])) for row in rows]

    def open_assignments(self) -> Sequence[Assignment]:
        """Return every open assignment, by unit."""
        rows = self._all(f"SELECT document FROM assignments WHERE {IS_OPEN} ORDER BY unit_id")  # noqa: S608  # no input
        return [assignment_of(json.loads(row[0])) for row in rows]

    def open_assignment_of(self, unit_id: str) -> Assignment | None:
        """Return the open assignment of a unit."""
        sql = f"SELECT document FROM assignments WHERE unit_id = ? AND {IS_OPEN}"  # noqa: S608  # no input
        row = self._one(sql, unit_id)
        return None if row is None else assignment_of(json.loads(row[0]))

    def held_on_the_way(self) -> Sequence[Held]:
        """Return every unit that was sent and has not arrived, by unit."""
        rows = self._all(
            "SELECT assignments.document, incidents.document FROM assignments "  # noqa: S608  # no input
            "JOIN incidents ON incidents.id = assignments.incident_id "
            f"WHERE assignments.{IS_OPEN} "
            "AND assignments.status IN ('dispatched', 'en_route') ORDER BY assignments.unit_id"
        )
        return [
            Held(assignment_of(json.loads(held)), incident_of(json.loads(incident)))
            for held, incident in rows
        ]

    def passed_over(self, unit_ids: Collection[str], incident_id: str) -> frozenset[str]:
        """Return those of the units that are busy or have declined an incident."""
        if not unit_ids:
            return frozenset()
        marks = ", ".join("?" * len(unit_ids))
        # One statement, as in ``like``.
        busy = f"SELECT unit_id FROM assignments WHERE {IS_OPEN} AND unit_id IN ({marks})"  # noqa: S608  # marks alone
        rows = self._all(f"{busy} UNION {_DECLINED}", *unit_ids, incident_id)
        return frozenset(row[0] for row in rows).intersection(unit_ids)

    def declined(self, incident_id: str) -> frozenset[str]:
        """Return the units that have declined an incident."""
        return frozenset(row[0] for row in self._all(_DECLINED, incident_id))

    def latest_decision(self, incident_id: str) -> Decision | None:
        """Return the recommendation that was made last for an incident."""
        row = self._one(
            "SELECT document FROM incident_decisions WHERE incident_id = ? "
            "ORDER BY id DESC LIMIT 1",
            incident_id,
        )
        return None if row is None else decision_of_members(json.loads(row[0]))

    def decision(self, decision_id: str) -> Decision | None:
        """Return one recommendation."""
        row = self._one("SELECT document FROM incident_decisions WHERE id = ?", decision_id)
        return None if row is None else decision_of_members(json.loads(row[0]))

    def kept_reply(self, request: RequestKey) -> KeptReply | None:
        """Return how a request was answered."""
        return kept_reply(self._connection, request)

    def closures(self, *, after: str | None, limit: int) -> Sequence[ClosureRecord]:
        """Return closures by id, over and lifted ones too."""
        return closures_after(self._connection, after or "", limit)

    def statuses(self) -> Mapping[str, KeptStatus]:
        """Return what every unit stated last of its service, by unit."""
        return statuses_after(self._connection, FROM_THE_FIRST)

    def tells_of_all(self) -> bool:
        """Tell whether the log was made to tell of what was kept before it told of all."""
        return self._one("SELECT 1 FROM log_tells_of_all") is not None

    def events_after(self, number: int, limit: int) -> Sequence[Event]:
        """Return events in order."""
        return log.events_after(self._connection, number, limit)

    def last_event(self) -> Event | None:
        """Return the event that was appended last."""
        return log.last_event(self._connection)

    def _one(self, sql: str, *values: Any) -> Any:
        return self._connection.execute(sql, values).fetchone()

    def _all(self, sql: str, *values: Any) -> list[Any]:
        return self._connection.execute(sql, values).fetchall()
