"""Decision records in an SQLite file of their own.

Apart from the state: they are many, they go by themselves, and losing the last second of them
loses nobody's incident.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from dispatch_router.domain.decision_record import DecisionRecord
from dispatch_router.storage.decisions.encoding import Encoder, Piece, Row, decode
from dispatch_router.storage.sqlite.database import Database

FILE: Final = "decisions.sqlite3"
# Times are RFC 3339 in UTC with six decimals: they sort as text.
_TABLES: Final = (
    """
    CREATE TABLE pieces (
        digest TEXT PRIMARY KEY,
        content BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE decisions (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        at TEXT NOT NULL,
        own BLOB NOT NULL,
        reply BLOB,
        district TEXT NOT NULL REFERENCES pieces (digest),
        conditions TEXT NOT NULL REFERENCES pieces (digest),
        units TEXT NOT NULL REFERENCES pieces (digest)
    ) STRICT
    """,
    "CREATE INDEX decisions_by_district ON decisions (district)",
    "CREATE INDEX decisions_by_conditions ON decisions (conditions)",
    "CREATE INDEX decisions_by_units ON decisions (units)",
)
STEPS: Final = (_TABLES,)
_UNUSED: Final = """
    DELETE FROM pieces
    WHERE NOT EXISTS (SELECT 1 FROM decisions WHERE district = digest)
    AND NOT EXISTS (SELECT 1 FROM decisions WHERE conditions = digest)
    AND NOT EXISTS (SELECT 1 FROM decisions WHERE units = digest)
"""
_TOO_OLD: Final = """
    DELETE FROM decisions WHERE number IN (
        SELECT number FROM decisions
        WHERE at < ? OR number <= (SELECT max(number) FROM decisions) - ?
        ORDER BY number LIMIT ?
    )
"""


class SqliteDecisions:
    """Keeps decision records; see ``DecisionStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._encoder = Encoder()
        self._encoding = threading.Lock()

    def put(self, records: Sequence[DecisionRecord]) -> None:
        """Keep records, all or none."""
        with self._encoding:
            encoded = [self._encoder.encode(record) for record in records]
        with self._database.writing() as connection:
            for row, pieces in encoded:
                _keep(connection, row, pieces)

    def get(self, decision_id: str) -> DecisionRecord | None:
        """Return one record.

        Raises:
            InvalidState: it is there and cannot be read.
            StorageUnavailable: the file cannot be read.
        """
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT id, at, own, reply, district, conditions, units FROM decisions "
                "WHERE id = ?",
                (decision_id,),
            ).fetchone()
            if found is None:
                return None
            row = Row(found[0], datetime.fromisoformat(found[1]), *found[2:])
            pieces = dict(
                connection.execute(
                    "SELECT digest, content FROM pieces WHERE digest IN (?, ?, ?)",
                    (row.district, row.conditions, row.units),
                )
            )
        return decode(row, pieces)

    def prune(self, before: datetime, most: int, at_once: int) -> int:
        """Forget the oldest records, and what they alone needed."""
        with self._database.writing() as connection:
            forgotten = connection.execute(_TOO_OLD, (_written(before), most, at_once)).rowcount
            if forgotten:
                connection.execute(_UNUSED)
        return forgotten

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def open_decisions(folder: Path) -> SqliteDecisions:
    """Open the file in the folder of the state, which is there and held by this service.

    Raises:
        InvalidState: it cannot be used.
    """
    return SqliteDecisions(Database(folder / FILE, STEPS))


def _keep(connection: sqlite3.Connection, row: Row, pieces: Sequence[Piece]) -> None:
    connection.executemany("INSERT OR IGNORE INTO pieces (digest, content) VALUES (?, ?)", pieces)
    connection.execute(
        "INSERT OR IGNORE INTO decisions "
        "(id, at, own, reply, district, conditions, units) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (row.decision_id, _written(row.at), *row[2:]),
    )


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
