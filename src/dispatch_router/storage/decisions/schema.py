"""The tables of decision records, as SQLite reads them; ``postgres.migrations`` translates."""

from __future__ import annotations

from typing import Final

# Times are RFC 3339 in UTC with six decimals: they sort as text.
_TABLES: Final = (
    """
    CREATE TABLE pieces (
        digest TEXT PRIMARY KEY,
        content BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE decisions (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        at TEXT NOT NULL,
        own BLOB NOT NULL,
        reply BLOB,
        district TEXT NOT NULL REFERENCES pieces (digest),
        conditions TEXT NOT NULL REFERENCES pieces (digest),
        units TEXT NOT NULL REFERENCES pieces (digest)
    ) STRICT
    """,
    "CREATE INDEX decisions_by_district ON decisions (district)",
    "CREATE INDEX decisions_by_conditions ON decisions (conditions)",
    "CREATE INDEX decisions_by_units ON decisions (units)",
)
STEPS: Final = (_TABLES,)
