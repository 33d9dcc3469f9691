"""Decision records in SQL: the same statements on SQLite and on PostgreSQL.

Those of mere recommendations stand apart from the state: they are many, they go by themselves, and
losing the last second of them loses nobody's incident.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dispatch_router.domain.decision_record import DecisionRecord
from dispatch_router.storage.decisions.encoding import Encoder
from dispatch_router.storage.decisions.rows import DESK, MERE, decoded
from dispatch_router.storage.sql import SqlDatabase


class SqlDecisions:
    """Keeps decision records; see ``DecisionStore``.

    Writers wait for each other: nobody forgets a piece while another is about to share it.
    """

    def __init__(self, database: SqlDatabase) -> None:
        self._database = database
        self._encoder = Encoder()

    def put(self, records: Sequence[DecisionRecord]) -> None:
        """Keep records, all or none."""
        packed = [self._encoder.encode(record) for record in records]
        with self._database.writing() as connection:
            MERE.keep(connection, packed)

    def get(self, decision_id: str) -> DecisionRecord | None:
        """Return one record.

        Raises:
            InvalidState: it is there and cannot be read.
            StorageUnavailable: the database cannot be read.
        """
        with self._database.reading() as connection:
            found = MERE.find(connection, decision_id)
        return decoded(found)

    def prune(self, before: datetime, most: int, at_once: int) -> int:
        """Forget the oldest records, and what they alone needed."""
        with self._database.writing() as connection:
            return MERE.prune(connection, before, most, at_once)


class SqlDeskDecisions:
    """Has the records that are kept with incidents; see ``KeptRecords``.

    They are written by the transactions of the desk.
    """

    def __init__(self, database: SqlDatabase) -> None:
        self._database = database

    def get(self, decision_id: str) -> DecisionRecord | None:
        """Return one record; raises as ``SqlDecisions`` does."""
        with self._database.reading() as connection:
            found = DESK.find(connection, decision_id)
        return decoded(found)
