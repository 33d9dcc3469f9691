"""Changing the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from dispatch_router.application.desk.documents import (
    assignment_members,
    decision_members,
    incident_columns,
    incident_members,
)
from dispatch_router.application.retries import RequestKey, TakenMeanwhile
from dispatch_router.domain.assignments import Assignment
from dispatch_router.domain.decisions import Decision
from dispatch_router.domain.event_log import Change, Event, canonical_json
from dispatch_router.domain.incidents import Incident
from dispatch_router.domain.packed_record import PackedRecord
from dispatch_router.storage.decisions.rows import DESK
from dispatch_router.storage.desk.log import append_events
from dispatch_router.storage.desk.view import SqlDeskView
from dispatch_router.storage.kept_for import KeptFor
from dispatch_router.storage.replies.rows import forget_replies, keep_reply
from dispatch_router.storage.resources.rows import SqlResourceChanges
from dispatch_router.storage.sql import Connection

_FORGOTTEN_AT_ONCE: Final = 32
"""Records: more than come between two times, so that however many are too old, they are gone."""


class SqlDeskTransaction(SqlDeskView, SqlResourceChanges):
    """Changes in one transaction; see ``DeskTransaction``."""

    def __init__(self, connection: Connection, kept_for: KeptFor, *, forgets: bool = True) -> None:
        """Begin.

        Args:
            connection: an open transaction.
            kept_for: how long what would else grow without an end is kept.
            forgets: with this change what is too old goes.
        """
        super().__init__(connection)
        self._kept_for = kept_for
        self._forgets = forgets
        self._appended: list[Event] = []

    @property
    def appended(self) -> Sequence[Event]:
        """What was appended to the log so far."""
        return self._appended

    def add_incident(self, incident: Incident) -> None:
        """Keep a new incident."""
        self._run(
            "INSERT INTO incidents "
            "(status, type, reported_at, lon, lat, external_id, caller_phone, merged_into, "
            "document, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *_incident_row(incident),
        )

    def change_incident(self, incident: Incident) -> None:
        """Keep what an incident has become."""
        self._run(
            "UPDATE incidents SET status = ?, type = ?, reported_at = ?, lon = ?, lat = ?, "
            "external_id = ?, caller_phone = ?, merged_into = ?, document = ? WHERE id = ?",
            *_incident_row(incident),
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

    def add_record(self, record: PackedRecord) -> None:
        """Keep all that a recommendation was made from."""
        DESK.keep(self._connection, [record])
        if self._forgets:
            kept = self._kept_for.records
            DESK.prune(self._connection, record.at - kept.age, kept.most, _FORGOTTEN_AT_ONCE)

    def append(self, change: Change, at: datetime) -> Event:
        """Put a change at the end of the log."""
        return self.append_all([change], at)[0]

    def append_all(self, changes: Sequence[Change], at: datetime) -> Sequence[Event]:
        """Put several changes at the end of the log, in their order."""
        events = append_events(self._connection, changes, at)
        self._appended += events
        return events

    def note_that_all_is_told(self) -> None:
        """Note that from now on the log tells of all that is kept."""
        last = self.last_event()
        self._run(
            "INSERT INTO log_tells_of_all (since) VALUES (?)", 0 if last is None else last.number
        )

    def keep_reply(self, request: RequestKey, reply: bytes, at: datetime) -> None:
        """Keep how a request was answered."""
        if self._forgets:
            forget_replies(self._connection, at, self._kept_for.changes, is_change=True)
        if not keep_reply(self._connection, request, reply, at, is_change=True):
            raise TakenMeanwhile

    def _run(self, sql: str, *values: Any) -> int:
        return self._connection.execute(sql, values).rowcount


def _incident_row(incident: Incident) -> tuple[Any, ...]:
    columns = incident_columns(incident).values()
    return (*columns, canonical_json(incident_members(incident)), incident.id)
