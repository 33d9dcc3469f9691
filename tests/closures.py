"""Closures for tests: of every road alike unless told otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dispatch_router.application.ports import EarlierRequest, RequestKey
from dispatch_router.domain.closures import (
    CLOSED,
    AlongLine,
    Area,
    Closure,
    ClosureRecord,
    NamedRoad,
)
from dispatch_router.domain.errors import StorageUnavailable
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.units import UnitMode

MORNING = datetime(2025, 6, 2, 1, 0, tzinfo=UTC)


def closure(shape: Area | AlongLine | NamedRoad, **changes: Any) -> Closure:
    members: dict[str, Any] = {
        "id": "c1",
        "heading_deg": None,
        "along_line": False,
        "speed_permille": CLOSED,
        "modes": frozenset(UnitMode),
        "starts_at": MORNING,
        "ends_at": None,
        "reason": "made up",
    }
    return Closure(shape=shape, **(members | changes))


def area(*corners: LonLat) -> Area:
    return Area((*corners, corners[0]))


def box(west: float, south: float, east: float, north: float) -> Area:
    return area(LonLat(west, south), LonLat(east, south), LonLat(east, north), LonLat(west, north))


class MemoryClosures:
    """A store that forgets everything with the process.

    Attributes:
        broken: refuse every change, as a full disk does.
    """

    def __init__(self) -> None:
        self.broken = False
        self._records: dict[str, ClosureRecord] = {}
        self._requests: dict[str, EarlierRequest] = {}

    def open_at(self, at: datetime) -> tuple[ClosureRecord, ...]:
        return tuple(each for _, each in sorted(self._records.items()) if each.is_open_at(at))

    def find(self, closure_id: str) -> ClosureRecord | None:
        return self._records.get(closure_id)

    def add(self, records: Sequence[ClosureRecord], request: RequestKey | None) -> None:
        self._refuse_if_broken()
        self._records |= {record.id: record for record in records}
        if request is not None:
            made = tuple(record.id for record in records)
            self._requests[request.key] = EarlierRequest(request.request_sha256, made)

    def earlier_request(self, key: str) -> EarlierRequest | None:
        return self._requests.get(key)

    def lift(self, closure_id: str, at: datetime) -> None:
        self._refuse_if_broken()
        self._records[closure_id] = replace(self._records[closure_id], lifted_at=at)

    def _refuse_if_broken(self) -> None:
        if self.broken:
            raise StorageUnavailable("The disk is full.", "磁盘已满。")
