"""Decision records as rows, in whichever transaction they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from dispatch_router.domain.decision_record import DecisionRecord
from dispatch_router.domain.packed_record import PackedRecord
from dispatch_router.storage.decisions.encoding import Row, decode
from dispatch_router.storage.decisions.schema import AT_THE_DESK
from dispatch_router.storage.sql import Connection, insert_rows

# The oldest come first: to look at no more of them than may go keeps this short however many
# there are.
_TOO_OLD: Final = """
    DELETE FROM {prefix}decisions WHERE number IN (
        SELECT number FROM (
            SELECT number, at FROM {prefix}decisions ORDER BY number LIMIT ?
        ) AS oldest
        WHERE at < ? OR number <= (SELECT max(number) FROM {prefix}decisions) - ?
    ) RETURNING district, conditions, units
"""
_UNUSED: Final = """
    DELETE FROM {prefix}pieces WHERE digest = ?
    AND NOT EXISTS (SELECT 1 FROM {prefix}decisions WHERE district = digest)
    AND NOT EXISTS (SELECT 1 FROM {prefix}decisions WHERE conditions = digest)
    AND NOT EXISTS (SELECT 1 FROM {prefix}decisions WHERE units = digest)
"""
_PIECES: Final = (
    "INSERT INTO {prefix}pieces (digest, content) VALUES {{rows}} ON CONFLICT DO NOTHING"
)
_RECORDS: Final = (
    "INSERT INTO {prefix}decisions (id, at, own, reply, district, conditions, units) "
    "VALUES {{rows}} ON CONFLICT DO NOTHING"
)
_ONE: Final = (
    "SELECT id, at, own, reply, district, conditions, units FROM {prefix}decisions WHERE id = ?"
)
_ITS_PIECES: Final = "SELECT digest, content FROM {prefix}pieces WHERE digest IN (?, ?, ?)"


class RecordRows:
    """The statements for one pair of tables."""

    def __init__(self, prefix: str = "") -> None:
        """Take what the names of the tables begin with."""
        self._too_old = _TOO_OLD.format(prefix=prefix)
        self._unused = _UNUSED.format(prefix=prefix)
        self._pieces = _PIECES.format(prefix=prefix)
        self._records = _RECORDS.format(prefix=prefix)
        self._one = _ONE.format(prefix=prefix)
        self._its_pieces = _ITS_PIECES.format(prefix=prefix)

    def keep(self, connection: Connection, records: Sequence[PackedRecord]) -> None:
        """Keep records; one that is kept already stays as it is."""
        pieces = {piece.digest: piece for record in records for piece in record.pieces}
        insert_rows(connection, self._pieces, list(pieces.values()))
        insert_rows(connection, self._records, [_columns(record) for record in records])

    def find(self, connection: Connection, decision_id: str) -> tuple[Row, dict[str, bytes]] | None:
        """Return a row with its pieces; None where there is none."""
        found = connection.execute(self._one, (decision_id,)).fetchone()
        if found is None:
            return None
        row = Row(found[0], datetime.fromisoformat(found[1]), *found[2:])
        digests = (row.district, row.conditions, row.units)
        return row, dict(connection.execute(self._its_pieces, digests).fetchall())

    def prune(self, connection: Connection, before: datetime, most: int, at_once: int) -> int:
        """Forget the oldest records, and what they alone needed; return how many."""
        bounds = (at_once, _written(before), most)
        forgotten = connection.execute(self._too_old, bounds).fetchall()
        for digest in sorted({digest for digests in forgotten for digest in digests}):
            connection.execute(self._unused, (digest,))
        return len(forgotten)


MERE: Final = RecordRows()
DESK: Final = RecordRows(AT_THE_DESK)


def decoded(found: tuple[Row, dict[str, bytes]] | None) -> DecisionRecord | None:
    """Return the record of what was found.

    Raises:
        InvalidState: it is there and cannot be read.
    """
    return None if found is None else decode(*found)


def _columns(record: PackedRecord) -> tuple[Any, ...]:
    digests = (piece.digest for piece in record.pieces)
    return (record.decision_id, _written(record.at), record.own, record.reply, *digests)


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
