"""The desk in a database."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

from dispatch_router.storage.desk.transaction import SqlDeskTransaction
from dispatch_router.storage.desk.view import SqlDeskView
from dispatch_router.storage.kept_for import KeptFor
from dispatch_router.storage.sql import SqlDatabase


class SqlDeskStore:
    """Keeps the desk; see ``DeskStore``. Safe to share between threads."""

    def __init__(self, database: SqlDatabase, kept_for: KeptFor | None = None) -> None:
        self._database = database
        self._kept_for = kept_for or KeptFor()
        self._changes = itertools.count(1)

    @contextmanager
    def reading(self) -> Iterator[SqlDeskView]:
        """Read everything inside as it is at one time."""
        with self._database.reading() as connection:
            yield SqlDeskView(connection)

    @contextmanager
    def writing(self) -> Iterator[SqlDeskTransaction]:
        """Do everything inside, or nothing of it."""
        with self._database.writing() as connection:
            forgets = next(self._changes) % self._kept_for.forgotten_every == 0
            yield SqlDeskTransaction(connection, self._kept_for, forgets=forgets)
