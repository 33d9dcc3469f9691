"""The event log as rows: read, and appended to in whichever transaction makes the change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import orjson

from dispatch_router.application.desk.audit_ports import UNREADABLE, EventRow
from dispatch_router.application.desk.documents import written_time
from dispatch_router.domain.event_log import (
    Change,
    Event,
    EventKind,
    Link,
    canonical_json,
    chained,
)
from dispatch_router.storage.sql import Connection, insert_rows

_COLUMNS: Final = (
    "number, at, kind, incident_id, assignment_id, state, details, previous_sha256, sha256, "
    "resource"
)


def append_events(connection: Connection, changes: Sequence[Change], at: datetime) -> list[Event]:
    """Put changes at the end of the log, in the transaction that makes them.

    Writers have to wait for each other until they commit, or two would chain to one event.
    """
    rows: list[tuple[Any, ...]] = []
    previous: Event | Link | None = _last_link(connection)
    for change in changes:
        previous = chained(change, at, previous)
        rows.append(_row(previous))
    sql = f"INSERT INTO events ({_COLUMNS}) VALUES {{rows}}"  # noqa: S608  # no input
    insert_rows(connection, sql, rows)
    # As reading them gives them: whoever listens hears the same, now or later.
    return [_event(row) for row in rows]


def events_after(connection: Connection, number: int, limit: int) -> list[Event]:
    """Return events in order, those after ``number``."""
    sql = f"SELECT {_COLUMNS} FROM events WHERE number > ? ORDER BY number LIMIT ?"  # noqa: S608  # no input
    return [_event(row) for row in connection.execute(sql, (number, limit)).fetchall()]


def event_rows_after(connection: Connection, number: int, limit: int) -> list[EventRow]:
    """Return rows in order, those after ``number``, also those that cannot be read."""
    sql = f"SELECT {_COLUMNS} FROM events WHERE number > ? ORDER BY number LIMIT ?"  # noqa: S608  # no input
    return [_event_row(row) for row in connection.execute(sql, (number, limit)).fetchall()]


def _event_row(row: Sequence[Any]) -> EventRow:
    try:
        event = _event(row)
        # An audit takes both for JSON members.
        readable = isinstance(event.state, dict) and isinstance(event.details, dict)
        readable = readable and event.at.tzinfo is not None
    except UNREADABLE:
        readable = False
    return EventRow(row[0], event if readable else None)


def _last_link(connection: Connection) -> Link | None:
    sql = "SELECT number, at, sha256 FROM events ORDER BY number DESC LIMIT 1"
    row = connection.execute(sql).fetchone()
    return None if row is None else Link(row[0], datetime.fromisoformat(row[1]), row[2])


def last_event(connection: Connection) -> Event | None:
    """Return the event that was appended last."""
    sql = f"SELECT {_COLUMNS} FROM events ORDER BY number DESC LIMIT 1"  # noqa: S608  # no input
    row = connection.execute(sql).fetchone()
    return None if row is None else _event(row)


def _row(event: Event) -> tuple[Any, ...]:
    return (
        event.number,
        written_time(event.at),
        event.kind.value,
        # The column is older than events that belong to no incident.
        event.incident_id or "",
        event.assignment_id,
        canonical_json(event.state),
        canonical_json(event.details),
        event.previous_sha256,
        event.sha256,
        event.resource,
    )


def _event(row: Sequence[Any]) -> Event:
    return Event(
        number=row[0],
        at=datetime.fromisoformat(row[1]),
        kind=EventKind(row[2]),
        incident_id=row[3] or None,
        assignment_id=row[4],
        state=orjson.loads(row[5]),
        details=orjson.loads(row[6]),
        previous_sha256=row[7],
        sha256=row[8],
        resource=row[9],
    )
