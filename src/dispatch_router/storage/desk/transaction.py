"""Changing the desk."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from dispatch_router.application.desk.documents import (
    assignment_members,
    decision_members,
    incident_members,
    written_time,
)
from dispatch_router.application.desk.ports import KeptReply
from dispatch_router.domain.assignments import Assignment
from dispatch_router.domain.decisions import Decision
from dispatch_router.domain.event_log import Change, Event, canonical_json
from dispatch_router.domain.incidents import Incident
from dispatch_router.storage.desk.log import append_events
from dispatch_router.storage.desk.view import SqlDeskView
from dispatch_router.storage.resources.rows import SqlResourceChanges

REPLIES_KEPT: Final = timedelta(days=7)
# Replies are JSON of many similar rows; the quickest level makes a tenth of them.
_COMPRESSION: Final = 1


class SqlDeskTransaction(SqlDeskView, SqlResourceChanges):
    """Changes in one transaction; see ``DeskTransaction``."""

    def add_incident(self, incident: Incident) -> None:
        """Keep a new incident."""
        self._run(
            "INSERT INTO incidents "
            "(id, status, type, reported_at, lon, lat, external_id, caller_phone, document) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            incident.id,
            *_incident_columns(incident),
        )

    def change_incident(self, incident: Incident) -> None:
        """Keep what an incident has become."""
        self._run(
            "UPDATE incidents SET status = ?, type = ?, reported_at = ?, lon = ?, lat = ?, "
            "external_id = ?, caller_phone = ?, document = ? WHERE id = ?",
            *_incident_columns(incident),
            incident.id,
        )

    def add_assignment(self, assignment: Assignment) -> bool:
        """Keep a new assignment, unless its unit has an open one."""
        changed = self._run(
            "INSERT INTO assignments (id, incident_id, unit_id, status, document) "
            "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            assignment.id,
            assignment.incident_id,
            assignment.unit_id,
            assignment.status.value,
            canonical_json(assignment_members(assignment)),
        )
        return changed == 1

    def change_assignment(self, assignment: Assignment) -> None:
        """Keep what an assignment has become."""
        self._run(
            "UPDATE assignments SET incident_id = ?, status = ?, document = ? WHERE id = ?",
            assignment.incident_id,
            assignment.status.value,
            canonical_json(assignment_members(assignment)),
            assignment.id,
        )

    def add_decision(self, decision: Decision) -> None:
        """Keep a recommendation."""
        self._run(
            "INSERT INTO incident_decisions (id, incident_id, document) VALUES (?, ?, ?)",
            decision.id,
            decision.incident_id,
            canonical_json(decision_members(decision)),
        )

    def append(self, change: Change, at: datetime) -> Event:
        """Put a change at the end of the log."""
        return append_events(self._connection, [change], at)[0]

    def append_all(self, changes: Sequence[Change], at: datetime) -> Sequence[Event]:
        """Put several changes at the end of the log, in their order."""
        return append_events(self._connection, changes, at)

    def note_that_all_is_told(self) -> None:
        """Note that from now on the log tells of all that is kept."""
        last = self.last_event()
        self._run(
            "INSERT INTO log_tells_of_all (since) VALUES (?)", 0 if last is None else last.number
        )

    def keep_reply(self, key: str, route: str, kept: KeptReply, at: datetime) -> None:
        """Keep how a request was answered."""
        self._run("DELETE FROM kept_replies WHERE created_at < ?", written_time(at - REPLIES_KEPT))
        self._run(
            "INSERT INTO kept_replies (key, route, request_sha256, created_at, reply) "
            "VALUES (?, ?, ?, ?, ?)",
            key,
            route,
            kept.request_sha256,
            written_time(at),
            zlib.compress(kept.reply, _COMPRESSION),
        )

    def _run(self, sql: str, *values: Any) -> int:
        return self._connection.execute(sql, values).rowcount


def _incident_columns(incident: Incident) -> tuple[Any, ...]:
    return (
        incident.status.value,
        incident.type,
        written_time(incident.reported_at),
        incident.position.lon,
        incident.position.lat,
        incident.external_id,
        incident.caller.phone,
        canonical_json(incident_members(incident)),
    )
