"""Writers that wait for one flush to the disk together.

Flushing takes far longer than all else that a change needs. So whoever has made its changes while
others wait for their turn leaves them uncommitted and lets the next one go on in the same
transaction; the last one commits for all (group commit: DeWitt et al., SIGMOD 1984). Nobody is told
of success before that.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

AT_ONCE: Final = 64
"""No more than these wait for each other; the others wait for the next flush."""


class _Group:
    """Writers that are committed together.

    Attributes:
        size: how many there are.
        is_over: set once they are committed, or nothing of them is kept.
        failure: why nothing is; None where everything is.
    """

    def __init__(self) -> None:
        self.size = 0
        self.is_over = threading.Event()
        self.failure: BaseException | None = None


class Writers:
    """The one connection that writes; safe to share between threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take over a connection that begins no transaction by itself."""
        self._connection = connection
        self._turn = threading.Lock()
        self._counting = threading.Lock()
        self._waiting = 0
        self._group: _Group | None = None

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Do everything inside, or nothing of it; it is on the disk when this is left.

        What is raised inside is raised once what was read there is certain.

        Raises:
            sqlite3.Error: nothing is kept, also of what raised nothing inside.
        """
        refusal: BaseException | None = None
        with self._next_turn():
            group = self._join()
            # Whoever begins a group can take its changes back by ending the whole of it.
            is_first = group.size == 1
            try:
                if not is_first:
                    self._connection.execute("SAVEPOINT writer")
                yield self._connection
                if not is_first:
                    self._connection.execute("RELEASE writer")
            except BaseException as error:  # noqa: BLE001  # raised again once it is certain
                refusal = error
                self._undo(group, error)
            if self._group is group and (not self._waiting or group.size >= AT_ONCE):
                self._commit(group)
        group.is_over.wait()
        if group.failure is not None and group.failure is not refusal:
            raise sqlite3.OperationalError(str(group.failure)) from group.failure
        if refusal is not None:
            raise refusal

    def close(self) -> None:
        """Close the connection once nobody writes."""
        with self._turn:
            self._connection.close()

    @contextmanager
    def _next_turn(self) -> Iterator[None]:
        # Whoever counts as waiting is sure to get its turn, and so to commit for those before it.
        with self._counting:
            self._waiting += 1
        self._turn.acquire()
        try:
            with self._counting:
                self._waiting -= 1
            yield
        finally:
            self._turn.release()

    def _join(self) -> _Group:
        group = self._group
        if group is None:
            self._connection.execute("BEGIN IMMEDIATE")
            group = self._group = _Group()
        group.size += 1
        return group

    def _undo(self, group: _Group, error: BaseException) -> None:
        """Take back one writer's changes; where that cannot be done, those of its whole group."""
        if group.size == 1:
            self._end(group, None)
            return
        try:
            # After some failures SQLite has rolled everything back by itself, and this fails.
            self._connection.execute("ROLLBACK TO writer")
            self._connection.execute("RELEASE writer")
        except sqlite3.Error:
            self._end(group, error)

    def _commit(self, group: _Group) -> None:
        try:
            self._connection.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001  # raised in every writer of the group
            self._end(group, error)
        else:
            self._end(group, None)

    def _end(self, group: _Group, failure: BaseException | None) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        finally:
            self._group = None
            group.failure = failure
            group.is_over.set()
