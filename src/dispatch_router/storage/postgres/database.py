"""A few connections to PostgreSQL, one transaction on each at a time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

import psycopg

from dispatch_router.domain.errors import InvalidState, StorageUnavailable
from dispatch_router.storage.postgres.migrations import WRITER_LOCK, migrate

CHANNEL: Final = "dispatch_router_events"
_CONNECTIONS: Final = 4
_WAIT_S: Final = 5.0
# After a connection was refused, the next requests are refused at once for this long: else each
# would hold a thread until its own attempt has failed.
_REST_S: Final = 1.0
_SESSION: Final = (
    "-c statement_timeout=10000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=15000"
)

_log = logging.getLogger(__name__)


class PostgresTransaction:
    """A transaction that takes ``?`` for values, as SQLite does."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> psycopg.Cursor[Any]:
        """Run one statement."""
        return self._connection.execute(sql.replace("?", "%s").encode("utf-8"), parameters)


class PostgresDatabase:
    """Safe to share between threads; reconnects by itself once the server is back."""

    def __init__(self, url: str, *, migrates: bool = True) -> None:
        """Connect, and bring the schema up to date.

        Args:
            url: ``postgresql://...`` as libpq reads it.
            migrates: else the schema is taken as it is.

        Raises:
            InvalidState: the server cannot be reached, or its schema is newer.
        """
        self._url = url
        self._free: list[psycopg.Connection[Any]] = []
        self._room = threading.BoundedSemaphore(_CONNECTIONS)
        self._refused_until = 0.0
        try:
            with self._connect() as connection:
                if migrates:
                    migrate(connection)
        except psycopg.Error as error:
            said = str(error).strip()
            raise InvalidState(
                f"DISPATCH_DATABASE_URL: the database cannot be used: {said}",
                f"DISPATCH_DATABASE_URL：数据库无法使用：{said}",
            ) from error

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while (connection := self._idle()) is not None:
            connection.close()

    def reading(self) -> AbstractContextManager[PostgresTransaction]:
        """Read everything inside as it is at one time.

        Raises:
            StorageUnavailable: it could not be read.
        """
        return self._transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", writes=False)

    def writing(self) -> AbstractContextManager[PostgresTransaction]:
        """Do everything inside, or nothing of it, and tell the other services.

        Writers wait for each other, on every replica: so the log has no gaps, and its order is that
        of the commits.

        Raises:
            StorageUnavailable: it could not be done.
        """
        return self._transaction("BEGIN ISOLATION LEVEL READ COMMITTED", writes=True)

    def listen(self) -> psycopg.Connection[Any]:
        """Return a connection of its own that hears of every commit.

        Raises:
            psycopg.Error: the server cannot be reached.
        """
        connection = self._connect()
        connection.execute(f"LISTEN {CHANNEL}".encode())
        return connection

    @contextmanager
    def _transaction(self, begin: str, *, writes: bool) -> Iterator[PostgresTransaction]:
        try:
            with self._begun(begin) as connection:
                if writes:
                    connection.execute("SELECT pg_advisory_xact_lock(%s)", (WRITER_LOCK,))
                yield PostgresTransaction(connection)
                if writes:
                    connection.execute(f"NOTIFY {CHANNEL}".encode())
                connection.execute("COMMIT")
        except (OSError, psycopg.Error) as error:
            # Where the database stands is for the operator, not for whoever asks.
            _log.error("the database could not be read or written: %s", str(error).strip())
            raise _unavailable() from error

    @contextmanager
    def _begun(self, begin: str) -> Iterator[psycopg.Connection[Any]]:
        if not self._room.acquire(timeout=_WAIT_S):
            raise _unavailable()
        try:
            connection = self._begin(begin.encode())
            try:
                yield connection
            except BaseException:
                self._roll_back(connection)
                raise
            self._free.append(connection)
        finally:
            self._room.release()

    def _begin(self, begin: bytes) -> psycopg.Connection[Any]:
        while (connection := self._idle()) is not None:
            try:
                connection.execute(begin)
            except psycopg.Error:
                # The server was restarted since; nothing was asked of it yet, so another will do.
                connection.close()
            else:
                return connection
        if time.monotonic() < self._refused_until:
            raise _unavailable()
        try:
            fresh = self._connect()
        except psycopg.Error:
            self._refused_until = time.monotonic() + _REST_S
            raise
        fresh.execute(begin)
        return fresh

    def _idle(self) -> psycopg.Connection[Any] | None:
        try:
            return self._free.pop()
        except IndexError:
            return None

    def _roll_back(self, connection: psycopg.Connection[Any]) -> None:
        try:
            connection.execute("ROLLBACK")
        except psycopg.Error:
            connection.close()
        else:
            self._free.append(connection)

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            self._url,
            autocommit=True,
            connect_timeout=3,
            options=_SESSION,
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=2,
            tcp_user_timeout=10_000,
            application_name="dispatch_router",
        )


def _unavailable() -> StorageUnavailable:
    return StorageUnavailable(
        "The database could not be read or written; the log says why. Send the request again, with "
        "the same Idempotency-Key if it has one: whatever the first did is not done twice.",
        "数据库无法读写，原因见日志。请稍后重发该请求；如带有Idempotency-Key，请使用相同的键，"
        "以免重复执行。",
    )
