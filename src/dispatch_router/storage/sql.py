"""What both databases offer: statements with ``?`` for values, inside a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

_ROWS_AT_ONCE: Final = 500
"""Both databases take more than ten times as many values in one statement."""


class Rows(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""
        ...

    def fetchone(self) -> Any:
        """Return the next row; None where there is no more."""
        ...

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        ...


class Connection(Protocol):
    """An open transaction."""

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Rows:
        """Run one statement."""
        ...


class SqlDatabase(Protocol):
    """Transactions; see ``DeskStore`` for what they promise."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Read everything inside as it is at one time."""
        ...

    def writing(self) -> AbstractContextManager[Connection]:
        """Do everything inside, or nothing of it; one writer after the other."""
        ...


def insert_rows(
    connection: Connection, sql: str, rows: Sequence[Sequence[Any]], then: Sequence[Any] = ()
) -> None:
    """Insert many rows in few statements.

    Args:
        connection: an open transaction.
        sql: with ``{rows}`` where the rows go.
        rows: all of the same length.
        then: the values of marks that come after the rows.
    """
    for first in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows[first : first + _ROWS_AT_ONCE]
        marks = "(" + ", ".join("?" * len(part[0])) + ")"
        values = [*(value for row in part for value in row), *then]
        connection.execute(sql.format(rows=", ".join([marks] * len(part))), values)
