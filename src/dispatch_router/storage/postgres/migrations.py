"""The same schema as on SQLite, in PostgreSQL's words; ``schema_steps`` counts the steps taken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import psycopg

from dispatch_router.domain.errors import InvalidState
from dispatch_router.storage.sqlite.migrations import STEPS

# "DsRo": the lock that migrations wait for. Writers wait for the one after it.
MIGRATION_LOCK: Final = 0x4473526F
WRITER_LOCK: Final = MIGRATION_LOCK + 1


def migrate(connection: psycopg.Connection[Any]) -> None:
    """Bring the schema up to date, in one transaction that others wait for.

    A user who may not change tables can do this where nothing is left to change.

    Raises:
        InvalidState: a newer version of the service has written the database.
    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
        found = connection.execute("SELECT to_regclass('schema_steps')").fetchone()
        if found is None or found[0] is None:
            connection.execute("CREATE TABLE schema_steps (taken BIGINT PRIMARY KEY)")
        row = connection.execute("SELECT coalesce(max(taken), 0) FROM schema_steps").fetchone()
        taken = 0 if row is None else int(row[0])
        if taken > len(STEPS):
            raise InvalidState(
                f"The database was written by a newer version of the service (schema {taken}, this "
                f"version knows {len(STEPS)}). Start that version.",
                f"数据库由更新版本的服务写入（结构版本{taken}，本版本支持{len(STEPS)}）。"
                "请启动更新版本。",
            )
        _take(connection, STEPS[taken:], taken)


def postgres_form(statement: str) -> str:
    """Write a statement of the schema as PostgreSQL reads it.

    Text sorts by its bytes there too, whatever the language of the database.
    """
    for ours, theirs in (
        (r"\) STRICT\b", ")"),
        (r"\bTEXT\b", 'TEXT COLLATE "C"'),
        (r"\bINTEGER\b", "BIGINT"),
        (r"\bREAL\b", "DOUBLE PRECISION"),
        (r"\bBLOB\b", "BYTEA"),
    ):
        statement = re.sub(ours, theirs, statement)
    return statement


def _take(connection: psycopg.Connection[Any], steps: Sequence[Sequence[str]], taken: int) -> None:
    for number, step in enumerate(steps, taken + 1):
        for statement in step:
            connection.execute(postgres_form(statement).encode("utf-8"))
        connection.execute("INSERT INTO schema_steps (taken) VALUES (%s)", (number,))
