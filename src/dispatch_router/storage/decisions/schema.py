"""The tables of decision records, as SQLite reads them; ``postgres.migrations`` translates.

Those of mere recommendations stand apart from the state; those of incidents are kept with them.
"""

from __future__ import annotations

from typing import Final


def _tables(prefix: str) -> tuple[str, ...]:
    """Return what makes the tables; times are RFC 3339 in UTC with six decimals: they sort."""
    return (
        f"""
        CREATE TABLE {prefix}pieces (
            digest TEXT PRIMARY KEY,
            content BLOB NOT NULL
        ) STRICT
        """,
        f"""
        CREATE TABLE {prefix}decisions (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            at TEXT NOT NULL,
            own BLOB NOT NULL,
            reply BLOB,
            district TEXT NOT NULL REFERENCES {prefix}pieces (digest),
            conditions TEXT NOT NULL REFERENCES {prefix}pieces (digest),
            units TEXT NOT NULL REFERENCES {prefix}pieces (digest)
        ) STRICT
        """,
        f"CREATE INDEX {prefix}decisions_by_district ON {prefix}decisions (district)",
        f"CREATE INDEX {prefix}decisions_by_conditions ON {prefix}decisions (conditions)",
        f"CREATE INDEX {prefix}decisions_by_units ON {prefix}decisions (units)",
    )


def _following_pieces(prefix: str) -> tuple[str, ...]:
    """Return what lets a piece tell a change of another, which is kept as long as it is."""
    return (
        f"ALTER TABLE {prefix}pieces ADD COLUMN follows TEXT REFERENCES {prefix}pieces (digest)",
        f"""
        CREATE INDEX {prefix}pieces_by_follows ON {prefix}pieces (follows)
        WHERE follows IS NOT NULL
        """,
    )


AT_THE_DESK: Final = "desk_"
"""What the names of the tables begin with that are kept with incidents."""
STEPS: Final = (_tables(""), _following_pieces(""))
DESK_RECORD_TABLES: Final = _tables(AT_THE_DESK)
FOLLOWING_DESK_PIECES: Final = _following_pieces(AT_THE_DESK)
