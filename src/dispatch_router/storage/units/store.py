"""What units say of their service, and their newest positions, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from dispatch_router.application.desk.documents import written_time
from dispatch_router.application.desk.told_states import status_change
from dispatch_router.application.unit_ports import KeptPositions, KeptStatus
from dispatch_router.domain.positions import Fix, Forgotten
from dispatch_router.domain.unit_status import StatedStatus
from dispatch_router.storage.desk.log import append_events
from dispatch_router.storage.sql import Connection, SqlDatabase, insert_rows
from dispatch_router.storage.units.rows import statuses_after

# What was measured later stays, whoever comes last; see ``Forgotten``. The last value is the
# time after which nothing can have been measured.
_KEEP_NEWER: Final = """
    INSERT INTO unit_positions (unit_id, lon, lat, at_ms, version) VALUES {rows}
    ON CONFLICT (unit_id) DO UPDATE
    SET lon = excluded.lon, lat = excluded.lat, at_ms = excluded.at_ms, version = excluded.version
    WHERE excluded.at_ms > unit_positions.at_ms
    OR (excluded.at_ms = unit_positions.at_ms AND excluded.lon IS NULL)
    OR unit_positions.at_ms > ?
"""
_KEEP_STATUS: Final = """
    INSERT INTO unit_statuses (unit_id, status, since, until, note, version)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (unit_id) DO UPDATE SET status = excluded.status, since = excluded.since,
    until = excluded.until, note = excluded.note, version = excluded.version
"""
# No event is earlier than the one before.
_LONG_AGO: Final = datetime.fromtimestamp(0, UTC)


class SqlUnits:
    """Keeps statuses and positions; see ``StatusStore`` and ``PositionStore``.

    Writers wait for each other, so that versions are in the order of the commits: whoever has read
    up to a version has missed nothing before it.
    """

    def __init__(self, database: SqlDatabase, statuses: SqlDatabase | None = None) -> None:
        """Take where they are kept.

        Args:
            database: whose writers wait for each other.
            statuses: whose writers wait for those of the desk too, as a status is an event of its
                log; None where all writers wait for each other anyway.
        """
        self._database = database
        self._statuses = statuses or database

    def statuses_after(self, version: int) -> Mapping[str, KeptStatus]:
        """Return what was stated since a version, by unit."""
        with self._statuses.reading() as connection:
            return statuses_after(connection, version)

    def keep_status(self, unit_id: str, stated: StatedStatus) -> int:
        """Keep a status with its event; it is not lost when this returns."""
        row = (unit_id, stated.status.value, _text(stated.since), _text(stated.until), stated.note)
        with self._statuses.writing() as connection:
            kept = KeptStatus(stated, _next_version(connection, "unit_statuses"))
            connection.execute(_KEEP_STATUS, (*row, kept.version))
            append_events(connection, [status_change(unit_id, kept)], stated.since or _LONG_AGO)
        return kept.version

    def positions_after(self, version: int) -> KeptPositions:
        """Return the positions that were kept since a version."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT unit_id, lon, lat, at_ms, version FROM unit_positions WHERE version > ?",
                (version,),
            ).fetchall()
        by_unit = {
            unit_id: Forgotten(at_ms) if lon is None else Fix(lon, lat, at_ms)
            for unit_id, lon, lat, at_ms, _ in rows
        }
        return KeptPositions(max((row[4] for row in rows), default=version), by_unit)

    def keep_positions(self, positions: Mapping[str, Fix | Forgotten], latest_ms: int) -> None:
        """Keep positions in one transaction, those alone that are later than what is kept."""
        with self._database.writing() as connection:
            version = _next_version(connection, "unit_positions")
            rows = [
                (unit_id, *_columns(position), version) for unit_id, position in positions.items()
            ]
            insert_rows(connection, _KEEP_NEWER, rows, (latest_ms,))


def _next_version(connection: Connection, table: str) -> int:
    row = connection.execute(f"SELECT coalesce(max(version), 0) + 1 FROM {table}").fetchone()  # noqa: S608  # no input
    return int(row[0])


def _columns(position: Fix | Forgotten) -> tuple[Any, ...]:
    return position if isinstance(position, Fix) else (None, None, position.at_ms)


def _text(at: datetime | None) -> str | None:
    return None if at is None else written_time(at)
