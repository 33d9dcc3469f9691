"""What units say of their service, and their newest positions, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dispatch_router.domain.positions import Fix
from dispatch_router.domain.unit_status import StatedStatus, UnitStatus
from dispatch_router.storage.sqlite.closure_rows import written_time
from dispatch_router.storage.sqlite.database import Database


class SqliteUnits:
    """Keeps statuses and positions; see ``StatusStore`` and ``PositionStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def statuses(self) -> Mapping[str, StatedStatus]:
        """Return what each unit stated last, by unit."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT unit_id, status, since, until, note FROM unit_statuses"
            ).fetchall()
        return {
            unit_id: StatedStatus(UnitStatus(status), _time(since), _time(until), note)
            for unit_id, status, since, until, note in rows
        }

    def keep_status(self, unit_id: str, stated: StatedStatus) -> None:
        """Keep a status; it is not lost when this returns."""
        row = (unit_id, stated.status, _text(stated.since), _text(stated.until), stated.note)
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO unit_statuses (unit_id, status, since, until, note) "
                "VALUES (?, ?, ?, ?, ?)",
                row,
            )

    def positions(self) -> Mapping[str, Fix]:
        """Return the position that each unit reported last, by unit."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT unit_id, lon, lat, at_ms FROM positions").fetchall()
        return {unit_id: Fix(lon, lat, at_ms) for unit_id, lon, lat, at_ms in rows}

    def keep_positions(self, positions: Mapping[str, Fix | None]) -> None:
        """Keep positions in one transaction; None forgets that of a unit."""
        forgotten = [(unit_id,) for unit_id, fix in positions.items() if fix is None]
        kept = [(unit_id, *fix) for unit_id, fix in positions.items() if fix is not None]
        with self._database.writing() as connection:
            connection.executemany("DELETE FROM positions WHERE unit_id = ?", forgotten)
            connection.executemany(
                "INSERT OR REPLACE INTO positions (unit_id, lon, lat, at_ms) VALUES (?, ?, ?, ?)",
                kept,
            )


def _text(at: datetime | None) -> str | None:
    return None if at is None else written_time(at)


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
