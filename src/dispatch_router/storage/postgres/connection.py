"""A connection to PostgreSQL that never waits without an end."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, Final, TypeVar

import psycopg

CONNECT_WITHIN_S: Final = 2
ANSWER_WITHIN_S: Final = 5.0
"""Longer than the server gives any statement: a server that lives says so itself."""
MIGRATE_WITHIN_S: Final = 3600.0

# A transaction whose service was cut off in its midst is ended before whoever waits for its lock
# gives up, and that is before the client does.
_SESSION: Final = (
    "-c idle_in_transaction_session_timeout=3000 -c lock_timeout=4000 -c statement_timeout=4000"
)
ResultT = TypeVar("ResultT")


class NoAnswer(psycopg.OperationalError):
    """The server takes connections or bytes and says nothing."""


class BoundedConnection(psycopg.Connection[Any]):
    """Gives a server up that hangs: the network may swallow everything and report no error.

    Attributes:
        answer_within_s: for every answer by itself.
    """

    answer_within_s: float = ANSWER_WITHIN_S

    def wait(
        self, gen: Generator[Any, Any, ResultT], interval: float = 0.1, *args: Any, **kwargs: Any
    ) -> ResultT:
        """Wait for an answer of the server, as psycopg does, and no longer than there may be.

        Raises:
            NoAnswer: nothing came; the connection is closed.
        """
        until = time.monotonic() + self.answer_within_s
        try:
            return super().wait(_bounded(gen, until), interval, *args, **kwargs)
        except NoAnswer:
            self.pgconn.finish()
            raise


def connect(url: str) -> BoundedConnection:
    """Connect.

    Raises:
        psycopg.Error: the server cannot be reached within ``CONNECT_WITHIN_S``.
    """
    return BoundedConnection.connect(
        url,
        autocommit=True,
        connect_timeout=CONNECT_WITHIN_S,
        options=_SESSION,
        keepalives_idle=2,
        keepalives_interval=1,
        keepalives_count=3,
        tcp_user_timeout=round(1000 * ANSWER_WITHIN_S),
        application_name="dispatch_router",
    )


def without_limits(connection: BoundedConnection) -> None:
    """Let statements take as long as they need: to change a schema may take minutes."""
    connection.answer_within_s = MIGRATE_WITHIN_S
    for setting in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
        connection.execute(f"SET {setting} = 0".encode())


def _bounded(gen: Generator[Any, Any, ResultT], until: float) -> Generator[Any, Any, ResultT]:
    """Go on as ``gen`` does; whoever waits for the socket comes back here ten times a second."""
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > until:
                raise NoAnswer("the server does not answer")
            wanted = gen.send(ready)
    except StopIteration as end:
        result: ResultT = end.value
        return result
