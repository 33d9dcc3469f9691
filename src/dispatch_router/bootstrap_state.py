"""Where the state is kept: in the folder, or in the database that several services share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dispatch_router.application.desk.audit import Audit, verify
from dispatch_router.config import StateSettings
from dispatch_router.storage.desk.view import SqlDeskView
from dispatch_router.storage.postgres import PostgresDatabase, PostgresState, open_postgres_state
from dispatch_router.storage.sql import Connection
from dispatch_router.storage.sqlite import State, open_state
from dispatch_router.storage.sqlite.beside import ReadOnlyDatabase
from dispatch_router.storage.sqlite.state import DATABASE


def open_kept_state(settings: StateSettings) -> State | PostgresState:
    """Open the database that is set, or else the folder.

    Raises:
        InvalidState: it cannot be used.
    """
    if settings.database_url is not None:
        return open_postgres_state(settings.database_url)
    return open_state(settings.state_dir)


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
    database = (
        ReadOnlyDatabase(settings.state_dir / DATABASE)
        if settings.database_url is None
        else PostgresDatabase(settings.database_url, migrates=False)
    )
    try:
        with database.reading() as connection:
            yield connection
    finally:
        database.close()


def migrate_state(settings: StateSettings) -> None:
    """Bring the schema up to date.

    Raises:
        InvalidState: the state cannot be used, or another service uses the folder.
    """
    open_kept_state(settings).close()


def close_states(state: State | PostgresState, local: State) -> None:
    """Let both go, which are one where the state is kept in the folder."""
    state.close()
    if local is not state:
        local.close()
