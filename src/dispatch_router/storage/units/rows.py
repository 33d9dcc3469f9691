"""What units say of their service, as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dispatch_router.application.unit_ports import KeptStatus
from dispatch_router.domain.unit_status import StatedStatus, UnitStatus
from dispatch_router.storage.sql import Connection


def statuses_after(connection: Connection, version: int) -> Mapping[str, KeptStatus]:
    """Return what was stated since a version, by unit."""
    rows = connection.execute(
        "SELECT unit_id, status, since, until, note, version FROM unit_statuses WHERE version > ?",
        (version,),
    ).fetchall()
    return {row[0]: status_of(row) for row in rows}


def status_of(row: Sequence[Any]) -> KeptStatus:
    """Read a row: unit_id, status, since, until, note, version."""
    _, status, since, until, note, version = row
    stated = StatedStatus(UnitStatus(status), _time(since), _time(until), note)
    return KeptStatus(stated, version)


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
