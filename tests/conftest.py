"""What tests of several folders share."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatch_router.storage.desk import SqlDeskStore
from dispatch_router.storage.postgres import PostgresDatabase
from dispatch_router.storage.sql import SqlDatabase
from dispatch_router.storage.sqlite.database import Database
from tests.postgres import PostgresServer, postgres_server, require_postgres


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
    if request.param == "sqlite":
        database = Database(tmp_path / "state.sqlite3")
        yield SqlDeskStore(database)
        database.close()
    else:
        # Emptied, as making a database anew takes a second.
        shared: PostgresDatabase = request.getfixturevalue("shared_database")
        empty(shared)
        yield SqlDeskStore(shared)


def empty(database: SqlDatabase) -> None:
    """Forget everything that is kept of the desk and of the district."""
    with database.writing() as connection:
        for table in (
            "events",
            "kept_replies",
            "incident_decisions",
            "assignments",
            "incidents",
            "resources",
            "kept_district",
        ):
            connection.execute(f"DELETE FROM {table}")
