"""What units say of their service, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dispatch_router.application.unit_ports import KeptStatus
from dispatch_router.domain.unit_status import StatedStatus, UnitStatus
from dispatch_router.storage.sql import Connection


def statuses_after(connection: Connection, version: int) -> Mapping[str, KeptStatus]:
    """Return what was stated since a version, by unit."""
    rows = connection.execute(
        "SELECT unit_id, status, since, until, note, version FROM unit_statuses WHERE version > ?",
        (version,),
    ).fetchall()
    return {
        unit_id: KeptStatus(
            StatedStatus(UnitStatus(status), _time(since), _time(until), note), changed
        )
        for unit_id, status, since, until, note, changed in rows
    }


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
