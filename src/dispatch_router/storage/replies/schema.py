"""The table of kept replies, as SQLite reads it; ``postgres.migrations`` translates.

It takes the place of two that knew neither who had sent a key nor, some of them, the reply.
"""

from __future__ import annotations

from typing import Final

REPLY_TABLES: Final = (
    """
    CREATE TABLE replies (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        caller TEXT NOT NULL,
        key TEXT NOT NULL,
        request_sha256 TEXT NOT NULL,
        is_change INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        reply BLOB NOT NULL,
        UNIQUE (caller, key)
    ) STRICT
    """,
    # The oldest of either kind are found without looking at the other.
    "CREATE INDEX replies_to_changes ON replies (number) WHERE is_change = 1",
    "CREATE INDEX replies_to_questions ON replies (number) WHERE is_change = 0",
    "DROP TABLE kept_replies",
    "DROP TABLE request_keys",
)
