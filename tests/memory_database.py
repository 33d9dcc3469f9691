"""The tables in memory, for tests that need no file."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from dispatch_router.domain.errors import StorageUnavailable
from dispatch_router.storage.sql import Connection, SqlDatabase
from dispatch_router.storage.sqlite.migrations import STEPS


class BreakableDatabase(SqlDatabase, Protocol):
    """A database that can be made to refuse everything, as one does that is away."""

    broken: bool


class Breakable:
    """Stands before a database."""

    def __init__(self, database: SqlDatabase) -> None:
        self.broken = False
        self._database = database

    def reading(self) -> AbstractContextManager[Connection]:
        self._refuse_if_broken()
        return self._database.reading()

    def writing(self) -> AbstractContextManager[Connection]:
        self._refuse_if_broken()
        return self._database.writing()

    def _refuse_if_broken(self) -> None:
        if self.broken:
            raise StorageUnavailable("The database is away.", "数据库无法访问。")


class MemoryDatabase:
    """Forgotten with the last reference to it.

    Attributes:
        broken: refuse everything, as a database that is away does.
    """

    def __init__(self) -> None:
        self.broken = False
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False
        )
        weakref.finalize(self, self._connection.close)
        for step in STEPS:
            for statement in step:
                self._connection.execute(statement)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self.broken:
                raise StorageUnavailable("The disk is full.", "磁盘已满。")
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    reading = writing
