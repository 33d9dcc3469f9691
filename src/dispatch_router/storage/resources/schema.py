"""The tables of the district's resources, as SQLite reads them; see ``postgres.migrations``."""

from __future__ import annotations

from typing import Final

RESOURCE_TABLES: Final = (
    """
    CREATE TABLE resources (
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        place INTEGER NOT NULL,
        members TEXT NOT NULL,
        PRIMARY KEY (kind, id)
    ) STRICT
    """,
    # One row at most: whose the resources are, and the event that changed them last.
    """
    CREATE TABLE kept_district (
        id TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        files TEXT NOT NULL
    ) STRICT
    """,
    "ALTER TABLE events ADD COLUMN resource TEXT",
)
