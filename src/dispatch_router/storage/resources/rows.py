"""The district's resources as rows."""

from __future__ import annotations

import json

from dispatch_router.application.district.ports import KeptDistrict
from dispatch_router.domain.event_log import canonical_json
from dispatch_router.domain.resources import Resource, ResourceKey, ResourceKind, Resources
from dispatch_router.storage.sql import Connection


class SqlResourceView:
    """Reads them in one transaction; see ``ResourceView``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def kept_district(self) -> KeptDistrict | None:
        """Return whose resources are kept."""
        row = self._connection.execute("SELECT id, version, files FROM kept_district").fetchone()
        return None if row is None else KeptDistrict(row[0], row[1], json.loads(row[2]))

    def resources(self) -> Resources:
        """Return all of them."""
        kept = self.kept_district()
        rows = self._connection.execute("SELECT kind, id, place, members FROM resources").fetchall()
        return Resources(
            (
                Resource(ResourceKey(ResourceKind(kind), its_id), place, json.loads(members))
                for kind, its_id, place, members in rows
            ),
            0 if kept is None else kept.version,
        )

    def has_lost_unit(self, unit_id: str) -> bool:
        """Tell whether a district is kept, and this unit is not of it."""
        sql = (
            "SELECT 1 FROM kept_district WHERE NOT EXISTS "
            "(SELECT 1 FROM resources WHERE kind = 'units' AND id = ?)"
        )
        return self._connection.execute(sql, (unit_id,)).fetchone() is not None


class SqlResourceChanges:
    """Changes them in one transaction; see ``ResourceChanges``."""

    _connection: Connection

    def keep_district(self, kept: KeptDistrict) -> None:
        """Keep whose resources these are, in place of what was kept before."""
        self._connection.execute("DELETE FROM kept_district")
        self._connection.execute(
            "INSERT INTO kept_district (id, version, files) VALUES (?, ?, ?)",
            (kept.id, kept.version, canonical_json(kept.files)),
        )

    def keep_resource(self, resource: Resource) -> None:
        """Keep a resource, or what it has become."""
        self._connection.execute(
            "INSERT INTO resources (kind, id, place, members) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (kind, id) DO UPDATE SET place = excluded.place, "
            "members = excluded.members",
            (
                resource.key.kind.value,
                resource.key.id,
                resource.place,
                canonical_json(resource.members),
            ),
        )

    def forget_resource(self, key: ResourceKey) -> None:
        """Keep a resource no longer."""
        self._connection.execute(
            "DELETE FROM resources WHERE kind = ? AND id = ?", (key.kind.value, key.id)
        )
