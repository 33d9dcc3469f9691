"""``/v1/units``: crews that can be sent."""

from __future__ import annotations

from fastapi import APIRouter

from dispatch_router.web.collection_routes import Collection, add_collection_routes
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.resource_json import unit_members
from dispatch_router.web.schemas.resources import UnitPageReply, UnitReply


def add_unit_routes(router: APIRouter, readiness: Readiness) -> None:
    """Add the routes that read units."""
    units = Collection(
        plural="units",
        singular="unit",
        plural_zh="出警力量",
        items=lambda district: district.units,
        members=unit_members,
        reply=UnitReply,
        page_reply=UnitPageReply,
    )
    add_collection_routes(router, readiness, units)
