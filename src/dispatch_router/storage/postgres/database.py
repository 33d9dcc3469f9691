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
from dispatch_router.storage.postgres.connection import (
    BoundedConnection,
    NoAnswer,
    connect,
    without_limits,
)
from dispatch_router.storage.postgres.contact import Contact
from dispatch_router.storage.postgres.lanes import CHANNEL, DESK, LANES, Lane
from dispatch_router.storage.postgres.migrations import migrate
from dispatch_router.storage.postgres.wording import said

_CONNECTIONS: Final = 6
_WAIT_S: Final = 5.0
_LOOKS_EVERY_S: Final = 0.1

_log = logging.getLogger(__name__)


class PostgresTransaction:
    """A transaction that takes ``?`` for values, as SQLite does."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> psycopg.Cursor[Any]:
        """Run one statement."""
        return self._connection.execute(sql.replace("?", "%s").encode("utf-8"), parameters)


class PostgresDatabase:
    """Safe to share between threads; reconnects by itself once the server is back.

    Attributes:
        contact: whether the server answers.
    """

    def __init__(self, url: str, *, migrates: bool = True) -> None:
        """Connect, and bring the schema up to date.

        Args:
            url: ``postgresql://...`` as libpq reads it.
            migrates: else the schema is taken as it is.

        Raises:
            InvalidState: the server cannot be reached, or its schema is newer.
        """
        self._url = url
        self._free: list[BoundedConnection] = []
        self._room = threading.BoundedSemaphore(_CONNECTIONS)
        self._turns = {lane.lock: threading.Semaphore() for lane in LANES}
        try:
            with connect(url) as connection:
                if migrates:
                    without_limits(connection)
                    migrate(connection)
        except psycopg.Error as error:
            raise InvalidState(
                f"DISPATCH_DATABASE_URL: the database cannot be used: {said(error)}",
                f"DISPATCH_DATABASE_URL：数据库无法使用：{said(error)}",
            ) from None
        self.contact = Contact(time.monotonic)

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while (connection := self._idle()) is not None:
            connection.close()

    def reading(self) -> AbstractContextManager[PostgresTransaction]:
        """Read everything inside as it is at one time.

        Raises:
            StorageUnavailable: it could not be read.
        """
        return self._transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", None)

    def writing(self, lane: Lane = DESK) -> AbstractContextManager[PostgresTransaction]:
        """Do everything inside, or nothing of it, and tell the other services.

        Writers of one lane wait for each other, on every replica: so the log has no gaps, and its
        order is that of the commits.

        Raises:
            StorageUnavailable: it could not be done.
        """
        return self._transaction("BEGIN ISOLATION LEVEL READ COMMITTED", lane)

    def listen(self) -> BoundedConnection:
        """Return a connection of its own that hears of every commit.

        Raises:
            psycopg.Error: the server cannot be reached.
        """
        return self._connect(f"LISTEN {CHANNEL}".encode())

    @contextmanager
    def _transaction(self, begin: str, lane: Lane | None) -> Iterator[PostgresTransaction]:
        try:
            with self._turn(lane), self._begun(begin) as connection:
                if lane is not None:
                    connection.execute("SELECT pg_advisory_xact_lock(%s)", (lane.lock,))
                yield PostgresTransaction(connection)
                connection.execute(b"COMMIT" if lane is None else lane.commit())
            self.contact.heard()
        # Without the cause: logged with all that led to it, its detail would quote rows.
        except NoAnswer as error:
            self.contact.lose(error)
            raise _unavailable() from None
        except (OSError, psycopg.Error) as error:
            if not self.contact.is_lost:
                # Where the database stands is for the operator, not for whoever asks.
                _log.error("the database could not be read or written: %s", said(error))
            raise _unavailable() from None

    @contextmanager
    def _turn(self, lane: Lane | None) -> Iterator[None]:
        """Let one writer of a lane at a time queue up at the server.

        Else a service that is cut off would hold up the others again and again, once for each of
        its connections that gets the lock and does not know.
        """
        if lane is None:
            yield
            return
        turn = self._turns[lane.lock]
        self._wait_for(turn)
        try:
            yield
        finally:
            turn.release()

    @contextmanager
    def _begun(self, begin: str) -> Iterator[BoundedConnection]:
        self._wait_for(self._room)
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

    def _wait_for(self, turn: threading.Semaphore) -> None:
        """Wait for others, but not for those that a server which hangs keeps."""
        until = time.monotonic() + _WAIT_S
        while not turn.acquire(timeout=_LOOKS_EVERY_S):
            if self.contact.is_lost or time.monotonic() > until:
                raise _unavailable()

    def _begin(self, begin: bytes) -> BoundedConnection:
        if not self.contact.is_lost:
            return self._begin_on_any(begin)
        if not self.contact.try_alone():
            raise _unavailable()
        try:
            # Those from before are of no use: the server was restarted, or the network swallows
            # what is sent on them.
            self.close()
            connection = self._begin_on_any(begin)
            self.contact.heard()
            return connection
        finally:
            self.contact.tried()

    def _begin_on_any(self, begin: bytes) -> BoundedConnection:
        while (connection := self._idle()) is not None:
            try:
                connection.execute(begin)
            except NoAnswer:
                raise
            except psycopg.Error:
                # The server was restarted since; nothing was asked of it yet, so another will do.
                connection.close()
            else:
                return connection
        return self._connect(begin)

    def _connect(self, first: bytes) -> BoundedConnection:
        """Open a connection and run its first statement."""
        try:
            connection = connect(self._url)
        except psycopg.Error as error:
            self.contact.lose(error)
            raise
        try:
            connection.execute(first)
        except psycopg.Error:
            connection.close()
            raise
        return connection

    def _idle(self) -> BoundedConnection | None:
        try:
            return self._free.pop()
        except IndexError:
            return None

    def _roll_back(self, connection: BoundedConnection) -> None:
        if connection.closed:
            return
        try:
            connection.execute("ROLLBACK")
        except psycopg.Error as error:
            connection.close()
            if isinstance(error, NoAnswer):
                self.contact.lose(error)
        else:
            self._free.append(connection)


def _unavailable() -> StorageUnavailable:
    return StorageUnavailable(
        "The database could not be read or written; the log says why. Send the request again, with "
        "the same Idempotency-Key if it has one: whatever the first did is not done twice.",
        "数据库无法读写，原因见日志。请稍后重发该请求；如带有Idempotency-Key，请使用相同的键，"
        "以免重复执行。",
    )
