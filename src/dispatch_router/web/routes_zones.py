"""``/v1/zones``: areas, each with one responsible post."""

from __future__ import annotations

from fastapi import APIRouter

from dispatch_router.web.collection_routes import Collection, add_collection_routes
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.resource_json import zone_members
from dispatch_router.web.schemas.resources import ZonePageReply, ZoneReply


def add_zone_routes(router: APIRouter, readiness: Readiness) -> None:
    """Add the routes that read zones; their outlines are GeoJSON and so WGS-84 always."""
    zones = Collection(
        plural="zones",
        singular="zone",
        plural_zh="警务区",
        items=lambda district: district.zones,
        members=lambda _service, _crs: zone_members,
        reply=ZoneReply,
        page_reply=ZonePageReply,
    )
    add_collection_routes(router, readiness, zones)
