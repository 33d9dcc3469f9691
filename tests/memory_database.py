"""The tables in memory, for tests that need no file."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

from dispatch_router.domain.errors import StorageUnavailable
from dispatch_router.storage.sqlite.migrations import STEPS


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
