"""Decision records in SQL: the same statements on SQLite and on PostgreSQL.

Apart from the state: they are many, they go by themselves, and losing the last second of them
loses nobody's incident.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from dispatch_router.domain.decision_record import DecisionRecord
from dispatch_router.storage.decisions.encoding import Encoder, Piece, Row, decode
from dispatch_router.storage.sql import Connection, SqlDatabase, insert_rows

# The oldest come first: to look at no more of them than may go keeps this short however many
# there are.
_TOO_OLD: Final = """
    DELETE FROM decisions WHERE number IN (
        SELECT number FROM (SELECT number, at FROM decisions ORDER BY number LIMIT ?) AS oldest
        WHERE at < ? OR number <= (SELECT max(number) FROM decisions) - ?
    ) RETURNING district, conditions, units
"""
_UNUSED: Final = """
    DELETE FROM pieces WHERE digest = ?
    AND NOT EXISTS (SELECT 1 FROM decisions WHERE district = digest)
    AND NOT EXISTS (SELECT 1 FROM decisions WHERE conditions = digest)
    AND NOT EXISTS (SELECT 1 FROM decisions WHERE units = digest)
"""


class SqlDecisions:
    """Keeps decision records; see ``DecisionStore``.

    Writers wait for each other: nobody forgets a piece while another is about to share it.
    """

    def __init__(self, database: SqlDatabase) -> None:
        self._database = database
        self._encoder = Encoder()
        self._encoding = threading.Lock()

    def put(self, records: Sequence[DecisionRecord]) -> None:
        """Keep records, all or none."""
        with self._encoding:
            encoded = [self._encoder.encode(record) for record in records]
        pieces = {piece.digest: piece for _, shared in encoded for piece in shared}
        with self._database.writing() as connection:
            _keep(connection, [row for row, _ in encoded], list(pieces.values()))

    def get(self, decision_id: str) -> DecisionRecord | None:
        """Return one record.

        Raises:
            InvalidState: it is there and cannot be read.
            StorageUnavailable: the database cannot be read.
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
                ).fetchall()
            )
        return decode(row, pieces)

    def prune(self, before: datetime, most: int, at_once: int) -> int:
        """Forget the oldest records, and what they alone needed."""
        with self._database.writing() as connection:
            bounds = (at_once, _written(before), most)
            forgotten = connection.execute(_TOO_OLD, bounds).fetchall()
            for digest in sorted({digest for digests in forgotten for digest in digests}):
                connection.execute(_UNUSED, (digest,))
        return len(forgotten)


def _keep(connection: Connection, rows: Sequence[Row], pieces: Sequence[Piece]) -> None:
    insert_rows(
        connection,
        "INSERT INTO pieces (digest, content) VALUES {rows} ON CONFLICT DO NOTHING",
        pieces,
    )
    insert_rows(
        connection,
        "INSERT INTO decisions (id, at, own, reply, district, conditions, units) VALUES {rows} "
        "ON CONFLICT DO NOTHING",
        [_columns(row) for row in rows],
    )


def _columns(row: Row) -> tuple[Any, ...]:
    return (row.decision_id, _written(row.at), *row[2:])


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
