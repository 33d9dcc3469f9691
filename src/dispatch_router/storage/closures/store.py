"""Closures as rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from dispatch_router.application.desk.documents import written_time
from dispatch_router.application.desk.told_states import closure_change
from dispatch_router.application.ports import EarlierRequest, RequestKey
from dispatch_router.domain.closures import ClosureRecord
from dispatch_router.storage.closures.rows import COLUMNS, definition_of, record_of
from dispatch_router.storage.desk.log import append_events
from dispatch_router.storage.sql import Connection, SqlDatabase, insert_rows

KEYS_KEPT: Final = timedelta(days=7)


class SqlClosures:
    """Keeps closures; see ``ClosureStore``."""

    def __init__(self, database: SqlDatabase) -> None:
        self._database = database

    def open_at(self, at: datetime) -> tuple[ClosureRecord, ...]:
        """Return the closures that are in force or to come, by id."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT {COLUMNS} FROM closures WHERE lifted_at IS NULL "  # noqa: S608  # no input
                "AND (ends_at IS NULL OR ends_at > ?) ORDER BY id",
                (written_time(at),),
            ).fetchall()
        return tuple(record_of(row) for row in rows)

    def find(self, closure_id: str) -> ClosureRecord | None:
        """Return one closure, over or not."""
        with self._database.reading() as connection:
            return _found(connection, closure_id)

    def add(self, records: Sequence[ClosureRecord], request: RequestKey | None) -> None:
        """Keep new closures with their events, all or none, and the key of the request."""
        with self._database.writing() as connection:
            insert_rows(
                connection,
                f"INSERT INTO closures ({COLUMNS}) VALUES {{rows}}",  # noqa: S608  # no input
                [_row_of(record) for record in records],
            )
            changes = [closure_change(record) for record in records]
            append_events(connection, changes, records[0].created_at)
            if request is not None:
                _keep_key(connection, request, records)

    def earlier_request(self, key: str) -> EarlierRequest | None:
        """Return what was done under a key within the last ``KEYS_KEPT``."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT request_sha256, made FROM request_keys WHERE key = ?", (key,)
            ).fetchone()
        return None if row is None else EarlierRequest(row[0], tuple(json.loads(row[1])))

    def lift(self, closure_id: str, at: datetime) -> None:
        """Note that a closure was lifted, with the event; one that is lifted stays as it is."""
        with self._database.writing() as connection:
            lifted = connection.execute(
                "UPDATE closures SET lifted_at = ? WHERE id = ? AND lifted_at IS NULL",
                (written_time(at), closure_id),
            )
            record = _found(connection, closure_id) if lifted.rowcount else None
            if record is not None:
                append_events(connection, [closure_change(record)], at)


def _found(connection: Connection, closure_id: str) -> ClosureRecord | None:
    row = connection.execute(
        f"SELECT {COLUMNS} FROM closures WHERE id = ?",  # noqa: S608  # no input
        (closure_id,),
    ).fetchone()
    return None if row is None else record_of(row)


def _row_of(record: ClosureRecord) -> tuple[Any, ...]:
    closure = record.closure
    return (
        closure.id,
        definition_of(closure),
        written_time(closure.starts_at),
        None if closure.ends_at is None else written_time(closure.ends_at),
        closure.reason,
        written_time(record.created_at),
        None if record.lifted_at is None else written_time(record.lifted_at),
    )


def _keep_key(
    connection: Connection, request: RequestKey, records: Sequence[ClosureRecord]
) -> None:
    now = records[0].created_at
    connection.execute(
        "DELETE FROM request_keys WHERE created_at < ?", (written_time(now - KEYS_KEPT),)
    )
    connection.execute(
        "INSERT INTO request_keys (key, request_sha256, created_at, made) VALUES (?, ?, ?, ?)",
        (
            request.key,
            request.request_sha256,
            written_time(now),
            json.dumps([record.id for record in records]),
        ),
    )
