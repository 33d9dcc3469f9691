"""Rows as an audit reads them; see ``AuditedDesk``."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson

from dispatch_router.application.desk.audit_ports import (
    UNREADABLE,
    DocumentRow,
    DocumentTable,
    EventRow,
    StateRow,
)
from dispatch_router.application.desk.told_states import (
    closure_state,
    closure_subject,
    status_state,
    status_subject,
)
from dispatch_router.domain.resources import Resource, ResourceKey, ResourceKind
from dispatch_router.storage.closures.rows import COLUMNS as CLOSURE_COLUMNS
from dispatch_router.storage.closures.rows import record_of
from dispatch_router.storage.decisions.packing import unpacked
from dispatch_router.storage.decisions.schema import AT_THE_DESK
from dispatch_router.storage.desk import log
from dispatch_router.storage.sql import Connection
from dispatch_router.storage.units.rows import status_of

_COLUMNS: Final[Mapping[DocumentTable, tuple[str, ...]]] = {
    "incidents": (
        "status",
        "type",
        "reported_at",
        "lon",
        "lat",
        "external_id",
        "caller_phone",
        "merged_into",
    ),
    "assignments": ("incident_id", "unit_id", "status"),
    "incident_decisions": ("incident_id",),
}
_CLOSURES: Final = f"SELECT {CLOSURE_COLUMNS} FROM closures ORDER BY id"  # noqa: S608  # no input
_STATUSES: Final = (
    "SELECT unit_id, status, since, until, note, version FROM unit_statuses ORDER BY unit_id"
)
_RESOURCES: Final = "SELECT kind, id, place, members FROM resources ORDER BY kind, id"
_REPLY: Final = f"SELECT reply FROM {AT_THE_DESK}decisions WHERE id = ?"  # noqa: S608  # no input


class SqlAuditRows:
    """Reads rows one by one: one that cannot be read hides no other."""

    _connection: Connection

    def event_rows(self, after: int, limit: int) -> Sequence[EventRow]:
        """Return rows of the log by number."""
        return log.event_rows_after(self._connection, after, limit)

    def document_rows(self, table: DocumentTable, after: str, limit: int) -> Sequence[DocumentRow]:
        """Return rows by id."""
        names = _COLUMNS[table]
        sql = (
            f"SELECT id, document, {', '.join(names)} FROM {table} "  # noqa: S608  # no input
            "WHERE id > ? ORDER BY id LIMIT ?"
        )
        rows = self._connection.execute(sql, (after, limit)).fetchall()
        return [DocumentRow(row[0], dict(zip(names, row[2:], strict=True)), row[1]) for row in rows]

    def state_rows(self) -> Iterator[StateRow]:
        """Yield what is kept of the district, the closures and what units stated."""
        for row in self._connection.execute(_RESOURCES).fetchall():
            yield _state(f"{row[0]}/{row[1]}", _resource_state, row)
        for row in self._connection.execute(_CLOSURES).fetchall():
            yield _state(closure_subject(row[0]), lambda row: closure_state(record_of(row)), row)
        for row in self._connection.execute(_STATUSES).fetchall():
            yield _state(
                status_subject(row[0]), lambda row: status_state(row[0], status_of(row)), row
            )

    def recorded_ranking(self, decision_id: str) -> Sequence[tuple[str, int]] | None:
        """Return whom a decision's record names, with milliseconds."""
        row = self._connection.execute(_REPLY, (decision_id,)).fetchone()
        if row is None or row[0] is None:
            return None
        try:
            reply = orjson.loads(unpacked(bytes(row[0])))
        except zlib.error as error:
            raise ValueError(str(error)) from error
        return [
            (each["unit_id"], round(1000 * each["time_to_person_s"]))
            for each in reply["candidates"]
        ]

    def told_since(self) -> Sequence[int]:
        """Return the notes that the log tells of all from there on."""
        rows = self._connection.execute("SELECT since FROM log_tells_of_all").fetchall()
        return [row[0] for row in rows]


def _resource_state(row: Sequence[Any]) -> Mapping[str, Any]:
    kind, its_id, place, members = row
    return Resource(ResourceKey(ResourceKind(kind), its_id), place, json.loads(members)).state()


def _state(
    subject_id: str, read: Callable[[Sequence[Any]], Mapping[str, Any]], row: Sequence[Any]
) -> StateRow:
    try:
        return StateRow(subject_id, read(row))
    except UNREADABLE:
        return StateRow(subject_id, None)
