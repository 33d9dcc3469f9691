"""The database that several services keep their state in."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Final

import psycopg

from dispatch_router.domain.errors import StorageUnavailable
from dispatch_router.storage.closures import SqlClosures
from dispatch_router.storage.decisions import SqlDecisions, SqlDeskDecisions
from dispatch_router.storage.desk import SqlDeskStore
from dispatch_router.storage.kept_for import KeptFor
from dispatch_router.storage.postgres.connection import BoundedConnection, NoAnswer
from dispatch_router.storage.postgres.database import PostgresDatabase
from dispatch_router.storage.postgres.lanes import (
    DECISIONS,
    REPLIES,
    STATUSES,
    TOLD_DESK,
    TOLD_UNITS,
    UNITS,
    LaneDatabase,
)
from dispatch_router.storage.replies import SqlReplies
from dispatch_router.storage.units import SqlUnits

_REST_S: Final = 0.5
_SILENCE_S: Final = 1.0
_log = logging.getLogger(__name__)


class PostgresState:
    """An open database; any number of services can have it open.

    Attributes:
        closures: what is kept of closures.
        desk: what is kept of incidents and assignments.
        units: what is kept of units.
        decisions: the records of mere recommendations.
        desk_decisions: the records of decisions for incidents.
        replies: to requests under a key that have changed nothing.
        is_shared: other services may change what is kept.
    """

    is_shared = True

    def __init__(self, database: PostgresDatabase, kept_for: KeptFor | None = None) -> None:
        self.closures = SqlClosures(database, kept_for)
        self.desk = SqlDeskStore(database, kept_for)
        self.replies = SqlReplies(LaneDatabase(database, REPLIES), kept_for)
        self.units = SqlUnits(LaneDatabase(database, UNITS), LaneDatabase(database, STATUSES))
        self.decisions = SqlDecisions(LaneDatabase(database, DECISIONS))
        self.desk_decisions = SqlDeskDecisions(database)
        self._database = database
        self._closing = threading.Event()
        self._watcher: threading.Thread | None = None

    def is_away(self) -> bool:
        """Whether other services' changes may be missing: asked by who catches up often."""
        return self._database.contact.is_away()

    def watch(
        self, on_desk: Callable[[], None], on_units: Callable[[], None] = lambda: None
    ) -> None:
        """Call these from a thread of its own whenever any service has committed.

        Also after the connection was lost: what was committed meanwhile was not heard of.

        Args:
            on_desk: incidents, assignments or closures have changed.
            on_units: positions or statuses have.
        """
        self._watcher = threading.Thread(
            target=self._watch,
            args=({TOLD_DESK: on_desk, TOLD_UNITS: on_units},),
            name="hear-of-commits",
            daemon=True,
        )
        self._watcher.start()

    def close(self) -> None:
        """Let the database go."""
        self._closing.set()
        if self._watcher is not None:
            self._watcher.join(2 * _SILENCE_S)
        self._database.close()

    def _watch(self, told: Mapping[str, Callable[[], None]]) -> None:
        while not self._closing.is_set():
            try:
                with self._database.listen() as connection:
                    for do in told.values():
                        do()
                    self._hear(connection, told)
            except NoAnswer as error:
                self._database.contact.lose(error)
            except (psycopg.Error, StorageUnavailable):
                # Whoever asks the database next finds out whether it is away, and says so.
                pass
            except Exception:  # noqa: BLE001  # whatever it is, the next commit may go better
                _log.exception("what has to be done after a commit failed")
            self._closing.wait(_REST_S)

    def _hear(self, connection: BoundedConnection, told: Mapping[str, Callable[[], None]]) -> None:
        while not self._closing.is_set():
            # Several commits within one round are one call.
            heard = {each.payload for each in connection.notifies(timeout=_SILENCE_S, stop_after=1)}
            if not heard:
                # Silence and a connection that swallows everything look the same.
                connection.execute("SELECT 1")
                self._database.contact.heard()
            for payload in heard:
                if (do := told.get(payload)) is not None:
                    do()


def open_postgres_state(url: str, kept_for: KeptFor | None = None) -> PostgresState:
    """Open the state, and bring its schema up to date.

    Args:
        url: of the database.
        kept_for: how long what would else grow without an end is kept.

    Raises:
        InvalidState: the database cannot be used.
    """
    return PostgresState(PostgresDatabase(url), kept_for)
