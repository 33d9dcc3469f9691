"""Closures as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dispatch_router.application.desk.documents import written_time
from dispatch_router.application.desk.told_states import closure_change
from dispatch_router.application.retries import KeptReply, RequestKey, TakenMeanwhile
from dispatch_router.domain.closures import ClosureRecord
from dispatch_router.storage.closures.rows import COLUMNS, definition_of, record_of
from dispatch_router.storage.desk.log import append_events
from dispatch_router.storage.kept_for import KeptFor
from dispatch_router.storage.replies.rows import forget_replies, keep_reply, kept_reply
from dispatch_router.storage.sql import Connection, SqlDatabase, insert_rows


class SqlClosures:
    """Keeps closures; see ``ClosureStore``."""

    def __init__(self, database: SqlDatabase, kept_for: KeptFor | None = None) -> None:
        self._database = database
        self._kept_for = kept_for or KeptFor()

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

    def add(
        self, records: Sequence[ClosureRecord], request: RequestKey | None, reply: bytes
    ) -> None:
        """Keep new closures with their events, all or none, and the reply where there is a key."""
        with self._database.writing() as connection:
            insert_rows(
                connection,
                f"INSERT INTO closures ({COLUMNS}) VALUES {{rows}}",  # noqa: S608  # no input
                [_row_of(record) for record in records],
            )
            at = records[0].created_at
            append_events(connection, [closure_change(record) for record in records], at)
            forget_replies(connection, at, self._kept_for.changes, is_change=True)
            if request is not None and not keep_reply(
                connection, request, reply, at, is_change=True
            ):
                raise TakenMeanwhile

    def kept_reply(self, request: RequestKey) -> KeptReply | None:
        """Return how a request was answered."""
        with self._database.reading() as connection:
            return kept_reply(connection, request)

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
