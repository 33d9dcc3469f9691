"""What tests of several folders share."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dispatch_router.storage.decisions.schema import STEPS as DECISION_STEPS
from dispatch_router.storage.desk import SqlDeskStore
from dispatch_router.storage.kept_for import KeptFor
from dispatch_router.storage.postgres import PostgresDatabase
from dispatch_router.storage.postgres.lanes import DECISIONS, STATUSES, Lane, LaneDatabase
from dispatch_router.storage.sql import SqlDatabase
from dispatch_router.storage.sqlite.database import Database
from dispatch_router.storage.sqlite.migrations import STEPS
from tests.memory_database import Breakable, BreakableDatabase, MemoryDatabase
from tests.postgres import PostgresServer, postgres_server, require_postgres

DESK_TABLES = (
    "events",
    "replies",
    "desk_decisions",
    "desk_pieces",
    "incident_decisions",
    "assignments",
    "incidents",
    "resources",
    "kept_district",
    "closures",
    "unit_statuses",
    "log_tells_of_all",
)


def pytest_configure() -> None:
    # A run that is told to end says where it was, and takes the servers that it has started along.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    require_postgres()
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def shared_database(postgres: PostgresServer) -> Iterator[PostgresDatabase]:
    database = PostgresDatabase(postgres.new_database())
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgres"])
def desk_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlDeskStore]:
    """An empty store, once of each kind."""
    with (
        sqlite_file(tmp_path, STEPS)
        if request.param == "sqlite"
        else emptied(request, DESK_TABLES) as database
    ):
        # With every change, so that what a test waits for does not depend on how many it makes.
        yield SqlDeskStore(database, KeptFor(forgotten_every=1))


@pytest.fixture(params=["memory", "postgres"])
def http_database(request: pytest.FixtureRequest) -> Iterator[BreakableDatabase]:
    """An empty database for tests of HTTP, once of each kind; skipped where there is no server."""
    if request.param == "memory":
        yield MemoryDatabase()
    else:
        with emptied(request, DESK_TABLES) as database:
            yield Breakable(database)


@pytest.fixture(params=["sqlite", "postgres"])
def unit_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlDatabase]:
    """An empty database for what units report, once of each kind."""
    with (
        sqlite_file(tmp_path, STEPS)
        if request.param == "sqlite"
        else emptied(request, ("unit_statuses", "unit_positions", "events"), STATUSES) as database
    ):
        yield database


@pytest.fixture(params=["sqlite", "postgres"])
def decision_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlDatabase]:
    """An empty database for the records of decisions, once of each kind."""
    with (
        sqlite_file(tmp_path, DECISION_STEPS)
        if request.param == "sqlite"
        else emptied(request, ("decisions", "pieces"), DECISIONS) as database
    ):
        yield database


@contextmanager
def sqlite_file(folder: Path, steps: tuple[tuple[str, ...], ...]) -> Iterator[Database]:
    database = Database(folder / "state.sqlite3", steps)
    yield database
    database.close()


@contextmanager
def emptied(
    request: pytest.FixtureRequest, tables: tuple[str, ...], lane: Lane | None = None
) -> Iterator[SqlDatabase]:
    # Emptied, as making a database anew takes a second.
    shared: PostgresDatabase = request.getfixturevalue("shared_database")
    database = shared if lane is None else LaneDatabase(shared, lane)
    empty(database, tables)
    yield database


def empty(database: SqlDatabase, tables: tuple[str, ...] = DESK_TABLES) -> None:
    """Forget everything that is kept in the tables."""
    with database.writing() as connection:
        for table in tables:
            connection.execute(f"DELETE FROM {table}")
