"""The schema, as the steps that lead to it; ``user_version`` counts those that were taken.

A step never changes once it was released: the next change is another step.
"""

from __future__ import annotations

from typing import Final

from dispatch_router.storage.decisions.schema import DESK_RECORD_TABLES, FOLLOWING_DESK_PIECES
from dispatch_router.storage.desk.schema import DESK_TABLES
from dispatch_router.storage.replies.schema import REPLY_TABLES
from dispatch_router.storage.resources.schema import RESOURCE_TABLES

# Times are RFC 3339 in UTC with six decimals: they sort as text.
_CLOSURES: Final = (
    """
    CREATE TABLE closures (
        id TEXT PRIMARY KEY,
        definition TEXT NOT NULL,
        starts_at TEXT NOT NULL,
        ends_at TEXT,
        reason TEXT NOT NULL,
        created_at TEXT NOT NULL,
        lifted_at TEXT
    ) STRICT
    """,
    # Those that are over are many after some years, and asked for by id alone.
    "CREATE INDEX closures_not_lifted ON closures (ends_at) WHERE lifted_at IS NULL",
    """
    CREATE TABLE request_keys (
        key TEXT PRIMARY KEY,
        request_sha256 TEXT NOT NULL,
        created_at TEXT NOT NULL,
        made TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX request_keys_by_age ON request_keys (created_at)",
)

_UNITS: Final = (
    """
    CREATE TABLE unit_statuses (
        unit_id TEXT PRIMARY KEY,
        status TEXT NOT NULL,
        since TEXT,
        until TEXT,
        note TEXT NOT NULL
    ) STRICT
    """,
    # Times of measurement as devices state them, milliseconds since 1970.
    """
    CREATE TABLE positions (
        unit_id TEXT PRIMARY KEY,
        lon REAL NOT NULL,
        lat REAL NOT NULL,
        at_ms INTEGER NOT NULL
    ) STRICT
    """,
)

# The version counts the commits that changed units: who has read up to one reads on from there.
# A position that was forgotten keeps its row, so that nobody takes an older one for news.
_SHARED_UNITS: Final = (
    "ALTER TABLE unit_statuses ADD COLUMN version INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX unit_statuses_by_version ON unit_statuses (version)",
    """
    CREATE TABLE unit_positions (
        unit_id TEXT PRIMARY KEY,
        lon REAL,
        lat REAL,
        at_ms INTEGER NOT NULL,
        version INTEGER NOT NULL
    ) STRICT
    """,
    """
    INSERT INTO unit_positions (unit_id, lon, lat, at_ms, version)
    SELECT unit_id, lon, lat, at_ms, 0 FROM positions
    """,
    "DROP TABLE positions",
    "CREATE INDEX unit_positions_by_version ON unit_positions (version)",
)

# One row once the log tells of closures and statuses that were kept before it told of them: the
# number of its last event then. The service tells, for hashes cannot be made in SQL.
_LOG_TELLS_OF_ALL: Final = (
    "CREATE TABLE log_tells_of_all (since INTEGER PRIMARY KEY) STRICT",
    # A keyed hash, never the number.
    "ALTER TABLE incidents ADD COLUMN caller_phone TEXT",
    """
    CREATE INDEX open_incidents_by_caller_phone ON incidents (caller_phone)
    WHERE status = 'open' AND caller_phone IS NOT NULL
    """,
)

# Whether an open incident is near, and when it was reported, is told by the index alone: a busy day
# has thousands of one type in one town.
_NEAR_INCIDENTS: Final = (
    "DROP INDEX open_incidents",
    """
    CREATE INDEX open_incidents_nearby ON incidents (type, lat, lon, reported_at)
    WHERE status = 'open'
    """,
)

# What the call centre calls a merged incident, or who called it in, says of a later call that it is
# the one that goes on.
_MERGED_INCIDENTS: Final = (
    "ALTER TABLE incidents ADD COLUMN merged_into TEXT",
    """
    UPDATE incidents SET merged_into = json_extract(document, '$.merged_into')
    WHERE status = 'merged'
    """,
    """
    CREATE INDEX merged_incidents_by_external_id ON incidents (external_id, reported_at)
    WHERE status = 'merged' AND external_id IS NOT NULL
    """,
    """
    CREATE INDEX merged_incidents_by_caller_phone ON incidents (caller_phone, reported_at)
    WHERE status = 'merged' AND caller_phone IS NOT NULL
    """,
)

STEPS: Final[tuple[tuple[str, ...], ...]] = (
    _CLOSURES,
    _UNITS,
    DESK_TABLES,
    _SHARED_UNITS,
    RESOURCE_TABLES,
    REPLY_TABLES,
    DESK_RECORD_TABLES,
    _LOG_TELLS_OF_ALL,
    _NEAR_INCIDENTS,
    FOLLOWING_DESK_PIECES,
    _MERGED_INCIDENTS,
)
