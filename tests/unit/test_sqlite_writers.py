"""Writers that share a flush: each is kept or refused by itself, and told when it is certain."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from dispatch_router.domain.errors import StorageUnavailable
from dispatch_router.storage.sqlite.database import Database

TABLE = (("CREATE TABLE kept (value TEXT PRIMARY KEY) STRICT",),)
WAIT_S = 20.0


class RefusedError(Exception):
    """Somebody's change is against a rule."""


class Writing:
    """A writer that stays inside its transaction until it is let go."""

    def __init__(self, pool: ThreadPoolExecutor, database: Database, value: str) -> None:
        self.entered, self.may_leave = threading.Event(), threading.Event()
        self._database, self._value = database, value
        self.raises: Exception | None = None
        self.done: Future[None] = pool.submit(self._write)

    def let_go(self, *, raising: Exception | None = None) -> None:
        self.raises = raising
        self.may_leave.set()

    def _write(self) -> None:
        with self._database.writing() as connection:
            self.entered.set()
            connection.execute("INSERT INTO kept VALUES (?)", (self._value,))
            assert self.may_leave.wait(WAIT_S)
            if self.raises is not None:
                raise self.raises


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "test.sqlite3", TABLE)
    yield opened
    opened.close()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as made:
        yield made


def kept(database: Database) -> list[str]:
    with database.reading() as connection:
        return [row[0] for row in connection.execute("SELECT value FROM kept ORDER BY value")]


def two_together(pool: ThreadPoolExecutor, database: Database) -> tuple[Writing, Writing]:
    """The second waits for its turn while the first makes its change."""
    first = Writing(pool, database, "first")
    assert first.entered.wait(WAIT_S)
    second = Writing(pool, database, "second")
    while not database._writers._waiting:
        threading.Event().wait(0.001)
    return first, second


def test_a_writer_alone_is_kept_when_it_is_told(database: Database) -> None:
    with database.writing() as connection:
        connection.execute("INSERT INTO kept VALUES ('one')")
        assert kept(database) == []
    assert kept(database) == ["one"]


def test_nobody_is_told_before_the_flush_that_keeps_its_change(
    database: Database, pool: ThreadPoolExecutor
) -> None:
    first, second = two_together(pool, database)
    first.let_go()
    assert second.entered.wait(WAIT_S)
    assert not first.done.done()
    assert kept(database) == []
    second.let_go()
    first.done.result(WAIT_S)
    second.done.result(WAIT_S)
    assert kept(database) == ["first", "second"]


def test_who_is_refused_takes_nobody_along(database: Database, pool: ThreadPoolExecutor) -> None:
    first, second = two_together(pool, database)
    first.let_go(raising=RefusedError())
    assert second.entered.wait(WAIT_S)
    second.let_go()
    second.done.result(WAIT_S)
    with pytest.raises(RefusedError):
        first.done.result(WAIT_S)
    assert kept(database) == ["second"]


def test_a_refusal_by_what_another_has_changed_waits_until_that_is_kept(
    database: Database, pool: ThreadPoolExecutor
) -> None:
    first, second = two_together(pool, database)
    third = Writing(pool, database, "third")
    while database._writers._waiting < 2:
        threading.Event().wait(0.001)
    first.let_go()
    assert second.entered.wait(WAIT_S)
    second.let_go(raising=RefusedError())
    assert third.entered.wait(WAIT_S)
    assert not second.done.done()
    third.let_go()
    third.done.result(WAIT_S)
    with pytest.raises(RefusedError):
        second.done.result(WAIT_S)
    assert kept(database) == ["first", "third"]


def test_where_the_flush_fails_nobody_is_told_of_success(
    database: Database, pool: ThreadPoolExecutor
) -> None:
    first, second = two_together(pool, database)
    first.let_go()
    assert second.entered.wait(WAIT_S)
    # As SQLite does by itself where the disk is full: all of the transaction is gone.
    database._connection.execute("ROLLBACK")
    second.let_go()
    for each in (first, second):
        with pytest.raises(StorageUnavailable):
            each.done.result(WAIT_S)
    assert kept(database) == []


def test_after_a_failure_the_next_writer_begins_anew(
    database: Database, pool: ThreadPoolExecutor
) -> None:
    first, second = two_together(pool, database)
    first.let_go(raising=sqlite3.OperationalError("disk I/O error"))
    assert second.entered.wait(WAIT_S)
    second.let_go()
    with pytest.raises(StorageUnavailable):
        first.done.result(WAIT_S)
    second.done.result(WAIT_S)
    assert kept(database) == ["second"]


def test_many_writers_at_once_are_all_kept(database: Database) -> None:
    def write(number: int) -> None:
        with database.writing() as connection:
            connection.execute("INSERT INTO kept VALUES (?)", (f"{number:03}",))

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(write, range(200)))
    assert kept(database) == [f"{number:03}" for number in range(200)]
