"""The tables of the desk, as SQLite reads them; ``postgres.migrations`` says how PostgreSQL does.

Times are RFC 3339 in UTC with six decimals: they sort as text. What is looked for has a column,
the rest of an item is one JSON document.
"""

from __future__ import annotations

from typing import Final

DESK_TABLES: Final = (
    """
    CREATE TABLE incidents (
        id TEXT PRIMARY KEY,
        status TEXT NOT NULL,
        type TEXT NOT NULL,
        reported_at TEXT NOT NULL,
        lon REAL NOT NULL,
        lat REAL NOT NULL,
        external_id TEXT,
        document TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX incidents_by_status ON incidents (status, id)",
    "CREATE INDEX open_incidents ON incidents (type, lat) WHERE status = 'open'",
    """
    CREATE INDEX open_incidents_by_external_id ON incidents (external_id)
    WHERE status = 'open' AND external_id IS NOT NULL
    """,
    """
    CREATE TABLE assignments (
        id TEXT PRIMARY KEY,
        incident_id TEXT NOT NULL REFERENCES incidents (id),
        unit_id TEXT NOT NULL,
        status TEXT NOT NULL,
        document TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX assignments_by_incident ON assignments (incident_id, id)",
    # The one rule that nothing may break, whatever the program does.
    """
    CREATE UNIQUE INDEX one_open_assignment_per_unit ON assignments (unit_id)
    WHERE status IN ('dispatched', 'en_route', 'on_scene', 'transporting')
    """,
    """
    CREATE TABLE incident_decisions (
        id TEXT PRIMARY KEY,
        incident_id TEXT NOT NULL REFERENCES incidents (id),
        document TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX decisions_by_incident ON incident_decisions (incident_id, id)",
    """
    CREATE TABLE events (
        number INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        kind TEXT NOT NULL,
        incident_id TEXT NOT NULL,
        assignment_id TEXT,
        state TEXT NOT NULL,
        details TEXT NOT NULL,
        previous_sha256 TEXT NOT NULL,
        sha256 TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE kept_replies (
        key TEXT NOT NULL,
        route TEXT NOT NULL,
        request_sha256 TEXT NOT NULL,
        created_at TEXT NOT NULL,
        reply BLOB NOT NULL,
        PRIMARY KEY (key, route)
    ) STRICT
    """,
    "CREATE INDEX kept_replies_by_age ON kept_replies (created_at)",
)
