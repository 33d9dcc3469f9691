"""Decision records as rows, in whichever transaction they are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from dispatch_router.domain.decision_record import DecisionRecord
from dispatch_router.domain.packed_record import PackedRecord
from dispatch_router.storage.decisions.encoding import Row, decode
from dispatch_router.storage.decisions.schema import AT_THE_DESK
from dispatch_router.storage.decisions.units_pieces import MAX_PIECES
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
# A piece, if nothing needs it, and those that it follows as long as nothing else needs them.
_UNUSED: Final = """
    WITH RECURSIVE unused (digest, follows) AS (
        SELECT digest, follows FROM {prefix}pieces AS piece
        WHERE digest = ? AND {unnamed}
        AND NOT EXISTS (
            SELECT 1 FROM {prefix}pieces AS other WHERE other.follows = piece.digest
        )
        UNION ALL
        SELECT piece.digest, piece.follows
        FROM {prefix}pieces AS piece JOIN unused ON piece.digest = unused.follows
        WHERE {unnamed}
        AND NOT EXISTS (
            SELECT 1 FROM {prefix}pieces AS other
            WHERE other.follows = piece.digest AND other.digest <> unused.digest
        )
    )
    DELETE FROM {prefix}pieces WHERE digest IN (SELECT digest FROM unused)
"""
_UNNAMED: Final = """
    NOT EXISTS (SELECT 1 FROM {prefix}decisions WHERE district = piece.digest)
    AND NOT EXISTS (SELECT 1 FROM {prefix}decisions WHERE conditions = piece.digest)
    AND NOT EXISTS (SELECT 1 FROM {prefix}decisions WHERE units = piece.digest)
"""
_THERE: Final = "SELECT digest FROM {prefix}pieces WHERE digest IN ({marks})"
_PIECES: Final = (
    "INSERT INTO {prefix}pieces (digest, content, follows) VALUES {{rows}} ON CONFLICT DO NOTHING"
)
_RECORDS: Final = (
    "INSERT INTO {prefix}decisions (id, at, own, reply, district, conditions, units) "
    "VALUES {{rows}} ON CONFLICT DO NOTHING"
)
_ONE: Final = (
    "SELECT id, at, own, reply, district, conditions, units FROM {prefix}decisions WHERE id = ?"
)
_ITS_PIECES: Final = """
    WITH RECURSIVE needed (digest, content, follows, depth) AS (
        SELECT digest, content, follows, 1 FROM {prefix}pieces WHERE digest IN (?, ?, ?)
        UNION ALL
        SELECT piece.digest, piece.content, piece.follows, needed.depth + 1
        FROM {prefix}pieces AS piece JOIN needed ON piece.digest = needed.follows
        WHERE needed.depth < ?
    )
    SELECT digest, content FROM needed
"""
_ASKED_AT_ONCE: Final = 500
"""Both databases take more than ten times as many values in one statement."""
_SENT_AT_ONCE: Final = 8
"""So few pieces are sent sooner than it is asked which of them are there."""


class RecordRows:
    """The statements for one pair of tables."""

    def __init__(self, prefix: str = "") -> None:
        """Take what the names of the tables begin with."""
        self._too_old = _TOO_OLD.format(prefix=prefix)
        self._unused = _UNUSED.format(prefix=prefix, unnamed=_UNNAMED.format(prefix=prefix))
        self._prefix = prefix
        self._pieces = _PIECES.format(prefix=prefix)
        self._records = _RECORDS.format(prefix=prefix)
        self._one = _ONE.format(prefix=prefix)
        self._its_pieces = _ITS_PIECES.format(prefix=prefix)

    def keep(self, connection: Connection, records: Sequence[PackedRecord]) -> None:
        """Keep records; one that is kept already stays as it is."""
        # Most records of a second end with a piece that another ends with too.
        ends = {parts[-1].digest: parts for record in records for parts in record.shared}
        pieces = {piece.digest: piece for parts in ends.values() for piece in parts}
        if len(pieces) > _SENT_AT_ONCE:
            for digest in self._there(connection, list(pieces)):
                del pieces[digest]
        insert_rows(connection, self._pieces, list(pieces.values()))
        insert_rows(connection, self._records, [_columns(record) for record in records])

    def find(self, connection: Connection, decision_id: str) -> tuple[Row, dict[str, bytes]] | None:
        """Return a row with its pieces; None where there is none."""
        found = connection.execute(self._one, (decision_id,)).fetchone()
        if found is None:
            return None
        row = Row(found[0], datetime.fromisoformat(found[1]), *found[2:])
        needed = (row.district, row.conditions, row.units, MAX_PIECES)
        return row, dict(connection.execute(self._its_pieces, needed).fetchall())

    def prune(self, connection: Connection, before: datetime, most: int, at_once: int) -> int:
        """Forget the oldest records, and what they alone needed; return how many."""
        bounds = (at_once, _written(before), most)
        forgotten = connection.execute(self._too_old, bounds).fetchall()
        for digest in sorted({digest for digests in forgotten for digest in digests}):
            connection.execute(self._unused, (digest,))
        return len(forgotten)

    def _there(self, connection: Connection, digests: Sequence[str]) -> Iterator[str]:
        """Tell which pieces are kept already: most are, and their contents need not be sent.

        Those that a piece follows are kept with it, and stay as long as it does.
        """
        for first in range(0, len(digests), _ASKED_AT_ONCE):
            part = digests[first : first + _ASKED_AT_ONCE]
            sql = _THERE.format(prefix=self._prefix, marks=", ".join("?" * len(part)))
            yield from (digest for (digest,) in connection.execute(sql, part).fetchall())


MERE: Final = RecordRows()
DESK: Final = RecordRows(AT_THE_DESK)


def decoded(found: tuple[Row, dict[str, bytes]] | None) -> DecisionRecord | None:
    """Return the record of what was found.

    Raises:
        InvalidState: it is there and cannot be read.
    """
    return None if found is None else decode(*found)


def _columns(record: PackedRecord) -> tuple[Any, ...]:
    digests = (pieces[-1].digest for pieces in record.shared)
    return (record.decision_id, _written(record.at), record.own, record.reply, *digests)


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
