"""The same schemas as on SQLite, in PostgreSQL's words, and how many of their steps were taken.

What SQLite keeps in two files, the state and the decisions, has a count of its own each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import psycopg

from dispatch_router.domain.errors import InvalidState
from dispatch_router.storage.decisions.schema import STEPS as DECISION_STEPS
from dispatch_router.storage.postgres.lanes import MIGRATION_LOCK
from dispatch_router.storage.sqlite.migrations import STEPS

_SCHEMAS: Final = (("schema_steps", STEPS), ("decision_schema_steps", DECISION_STEPS))


def migrate(connection: psycopg.Connection[Any]) -> None:
    """Bring the schema up to date, in one transaction that others wait for.

    A user who may not change tables can do this where nothing is left to change.

    Raises:
        InvalidState: a newer version of the service has written the database.
    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
        for counter, steps in _SCHEMAS:
            _bring_up_to_date(connection, counter, steps)


def postgres_form(statement: str) -> str:
    """Write a statement of the schema as PostgreSQL reads it.

    Text sorts by its bytes there too, whatever the language of the database.
    """
    for ours, theirs in (
        (r"\) STRICT\b", ")"),
        (r"\bTEXT\b", 'TEXT COLLATE "C"'),
        (r"\bINTEGER PRIMARY KEY AUTOINCREMENT", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
        (r"\bINTEGER\b", "BIGINT"),
        (r"\bREAL\b", "DOUBLE PRECISION"),
        (r"\bBLOB\b", "BYTEA"),
        (r"\bjson_extract\((\w+), '\$\.(\w+)'\)", r"(\1::json ->> '\2')"),
    ):
        statement = re.sub(ours, theirs, statement)
    return statement


def _bring_up_to_date(
    connection: psycopg.Connection[Any], counter: str, steps: Sequence[Sequence[str]]
) -> None:
    found = connection.execute("SELECT to_regclass(%s)", (counter,)).fetchone()
    if found is None or found[0] is None:
        connection.execute(f"CREATE TABLE {counter} (taken BIGINT PRIMARY KEY)".encode())
    row = connection.execute(f"SELECT coalesce(max(taken), 0) FROM {counter}".encode()).fetchone()  # noqa: S608
    taken = 0 if row is None else int(row[0])
    if taken > len(steps):
        raise InvalidState(
            f"The database was written by a newer version of the service (schema {taken}, this "
            f"version knows {len(steps)}). Start that version.",
            f"数据库由更新版本的服务写入（结构版本{taken}，本版本支持{len(steps)}）。"
            "请启动更新版本。",
        )
    for number, step in enumerate(steps[taken:], taken + 1):
        for statement in step:
            connection.execute(postgres_form(statement).encode("utf-8"))
        connection.execute(f"INSERT INTO {counter} (taken) VALUES (%s)".encode(), (number,))  # noqa: S608
