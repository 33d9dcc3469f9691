"""``/v1/units``: crews that can be sent, as they are now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter

from dispatch_router.domain.crs import Crs
from dispatch_router.domain.resources import ResourceKind
from dispatch_router.domain.units import Unit
from dispatch_router.web.collection_items import Collection
from dispatch_router.web.collection_routes import add_collection_routes
from dispatch_router.web.readiness import DispatchService, Readiness
from dispatch_router.web.resource_examples import UNIT_EXAMPLES
from dispatch_router.web.schemas.resource_requests import UnitRequest
from dispatch_router.web.schemas.units import UnitPageReply, UnitReply
from dispatch_router.web.unit_json import unit_members


def add_unit_routes(router: APIRouter, readiness: Readiness) -> None:
    """Add the routes of units."""
    units = Collection(
        kind=ResourceKind.UNITS,
        singular="unit",
        plural_zh="出警力量",
        items=lambda district: district.units,
        members=_members_now,
        reply=UnitReply,
        page_reply=UnitPageReply,
        request=UnitRequest,
        examples=UNIT_EXAMPLES,
    )
    add_collection_routes(router, readiness, units)


def _members_now(service: DispatchService, crs: Crs) -> Callable[[Unit], dict[str, Any]]:
    """Describe all units of an answer as they are at one instant."""
    held = service.desk.open_assignments
    at = service.units.now(held.incidents())
    timezone = ZoneInfo(service.district.timezone)
    return lambda unit: unit_members(
        service.units.one(unit.id, at), held.of(unit.id), crs, timezone
    )
