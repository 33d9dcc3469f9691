"""Where the state is kept: in the folder, or in the database that several services share."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from dispatch_router.application.desk.audit import Audit, verify
from dispatch_router.application.desk.kept_before import tell_of_what_was_kept_before
from dispatch_router.application.retention import Retention
from dispatch_router.config import StateSettings, variable
from dispatch_router.domain.callers import CallerHashing
from dispatch_router.domain.errors import StorageUnavailable
from dispatch_router.storage.desk.caller_key import kept_caller_key, read_caller_key
from dispatch_router.storage.desk.view import SqlDeskView
from dispatch_router.storage.kept_for import KeptFor
from dispatch_router.storage.sql import Connection
from dispatch_router.storage.sqlite import State, open_state
from dispatch_router.storage.sqlite.beside import ReadOnlyDatabase
from dispatch_router.storage.sqlite.state import DATABASE
from dispatch_router.ticker import Ticker

if TYPE_CHECKING:
    from dispatch_router.storage.postgres import PostgresDatabase as SharedDatabase
    from dispatch_router.storage.postgres import PostgresState

HEARD_EVERY_S: Final = 0.5
"""Commits are heard of at once; this often a service looks whether it has missed one."""

CALLER_KEY: Final = "caller.key"
_log = logging.getLogger(__name__)
KeptState: TypeAlias = "State | PostgresState"


def open_kept_state(settings: StateSettings) -> KeptState:
    """Open the database that is set, or else the folder, and let its log tell of all it keeps.

    Raises:
        InvalidState: it cannot be used.
        StorageUnavailable: it cannot be written.
    """
    state = _opened(settings)
    try:
        told = tell_of_what_was_kept_before(state.desk, datetime.now(UTC))
    except BaseException:
        state.close()
        raise
    if told:
        _log.info("the log tells of %d closures and statuses that were kept before it did", told)
    return state


def _opened(settings: StateSettings) -> KeptState:
    if settings.database_url is not None:
        # Imported here: the driver takes a tenth of a start that does without it.
        from dispatch_router.storage.postgres import open_postgres_state

        return open_postgres_state(settings.database_url, _kept_for(settings))
    return open_state(settings.state_dir, _kept_for(settings))


def _kept_for(settings: StateSettings) -> KeptFor:
    return KeptFor(
        changes=Retention(timedelta(days=settings.keys_kept_days), settings.keys_kept_most),
        records=Retention(
            timedelta(days=settings.incident_decisions_kept_days),
            settings.incident_decisions_kept_most,
        ),
    )


def verify_log(settings: StateSettings, known_sha256: str | None) -> Audit:
    """Verify the event log beside the service that writes it.

    Raises:
        InvalidState: it cannot be used.
        StorageUnavailable: it cannot be read.
    """
    with reading_beside(settings) as connection:
        return verify(SqlDeskView(connection), known_sha256)


@contextmanager
def reading_beside(settings: StateSettings) -> Iterator[Connection]:
    """Read the state as it is at one time, beside the service that uses it.

    Raises:
        InvalidState: it cannot be used.
        StorageUnavailable: it cannot be read.
    """
    database: ReadOnlyDatabase | SharedDatabase
    if settings.database_url is None:
        database = ReadOnlyDatabase(settings.state_dir / DATABASE)
    else:
        from dispatch_router.storage.postgres import PostgresDatabase

        database = PostgresDatabase(settings.database_url, migrates=False)
    try:
        with database.reading() as connection:
            yield connection
    finally:
        database.close()


def migrate_state(settings: StateSettings) -> None:
    """Bring the schema and the log up to date.

    Raises:
        InvalidState: the state cannot be used, or another service uses the folder.
        StorageUnavailable: it cannot be written.
    """
    open_kept_state(settings).close()


def caller_hashing(settings: StateSettings) -> CallerHashing:
    """Return what hashes callers: with the key that is set, or one that is kept in the folder.

    Services that share a database need the same key, so none of them makes one for itself: where
    none is set, nothing of callers is taken.

    Raises:
        InvalidState: the key cannot be used.
    """
    if settings.caller_key_file is not None:
        return CallerHashing(read_caller_key(settings.caller_key_file, variable("caller_key_file")))
    if settings.database_url is not None:
        return CallerHashing()
    return CallerHashing(kept_caller_key(settings.state_dir / CALLER_KEY))


class OtherServices:
    """Follows what other services on the same database do."""

    def __init__(
        self,
        state: KeptState,
        *,
        on_desk: Sequence[Callable[[], None]],
        on_units: Callable[[], None],
    ) -> None:
        """Begin to follow; where the state is this service's alone there is nothing to follow.

        Args:
            state: that may be shared.
            on_desk: each takes over what others have changed of incidents, assignments, closures.
            on_units: takes over what others were told by units.
        """
        self._state = state
        self._on_desk = on_desk
        self._on_units = on_units
        state.watch(self._hear_of_the_desk, on_units)
        self._ticker = None
        if state.is_shared:
            # Loading took a while, in which nobody has looked.
            self._look()
            self._ticker = Ticker(self._look, HEARD_EVERY_S)

    def stop(self) -> None:
        """Look no more; the state is closed by whoever has opened it."""
        if self._ticker is not None:
            self._ticker.stop()

    def _hear_of_the_desk(self) -> None:
        for catch_up in self._on_desk:
            catch_up()

    def _look(self) -> None:
        """Ask for what was missed; also so that it is noticed when the database is away."""
        was_away = self._state.is_away()
        # The database says by itself, once, that it is away.
        with suppress(StorageUnavailable):
            self._on_units()
            if was_away:
                self._hear_of_the_desk()


def unless_away(tick: Callable[[], None]) -> Callable[[], None]:
    """Leave what could not be stored or read to the next time; the database has said why."""

    def tick_unless_away() -> None:
        with suppress(StorageUnavailable):
            tick()

    return tick_unless_away
