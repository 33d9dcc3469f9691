"""The database that several services keep their state in."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

import psycopg

from dispatch_router.storage.closures import SqlClosures
from dispatch_router.storage.desk import SqlDeskStore
from dispatch_router.storage.postgres.database import PostgresDatabase

_REST_S: Final = 1.0
_log = logging.getLogger(__name__)


class PostgresState:
    """An open database; any number of services can have it open.

    Attributes:
        closures: what is kept of closures.
        desk: what is kept of incidents and assignments.
    """

    def __init__(self, database: PostgresDatabase) -> None:
        self.closures = SqlClosures(database)
        self.desk = SqlDeskStore(database)
        self._database = database
        self._closing = threading.Event()
        self._watcher: threading.Thread | None = None

    def watch(self, on_commit: Callable[[], None]) -> None:
        """Call ``on_commit`` from a thread of its own whenever any service has committed.

        Also after the connection was lost: what was committed meanwhile was not heard of.
        """
        arguments = (on_commit,)
        self._watcher = threading.Thread(
            target=self._watch, args=arguments, name="hear-of-commits", daemon=True
        )
        self._watcher.start()

    def close(self) -> None:
        """Let the database go."""
        self._closing.set()
        if self._watcher is not None:
            self._watcher.join(2 * _REST_S)
        self._database.close()

    def _watch(self, on_commit: Callable[[], None]) -> None:
        is_lost = False
        while not self._closing.is_set():
            try:
                with self._database.listen() as connection:
                    is_lost = False
                    on_commit()
                    self._hear(connection, on_commit)
            except psycopg.Error as error:
                if not is_lost:
                    _log.warning("the database is lost, trying again: %s", str(error).strip())
                is_lost = True
                self._closing.wait(_REST_S)
            except Exception:  # noqa: BLE001  # whatever it is, the next commit may go better
                _log.exception("what has to be done after a commit failed")
                self._closing.wait(_REST_S)

    def _hear(
        self, connection: psycopg.Connection[tuple[object, ...]], on_commit: Callable[[], None]
    ) -> None:
        while not self._closing.is_set():
            # Several commits within one round are one call.
            if list(connection.notifies(timeout=_REST_S, stop_after=1)):
                on_commit()


def open_postgres_state(url: str) -> PostgresState:
    """Open the state, and bring its schema up to date.

    Raises:
        InvalidState: the database cannot be used.
    """
    return PostgresState(PostgresDatabase(url))
