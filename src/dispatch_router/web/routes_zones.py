"""``/v1/zones``: areas, each with one responsible post."""

from __future__ import annotations

from fastapi import APIRouter

from dispatch_router.domain.resources import ResourceKind
from dispatch_router.web.collection_items import Collection
from dispatch_router.web.collection_routes import add_collection_routes
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.resource_examples import ZONE_EXAMPLES
from dispatch_router.web.resource_json import zone_members
from dispatch_router.web.schemas.resource_requests import ZoneRequest
from dispatch_router.web.schemas.resources import ZonePageReply, ZoneReply


def add_zone_routes(router: APIRouter, readiness: Readiness) -> None:
    """Add the routes of zones; their outlines are GeoJSON and so WGS-84 always."""
    zones = Collection(
        kind=ResourceKind.ZONES,
        singular="zone",
        plural_zh="警务区",
        items=lambda district: district.zones,
        members=lambda _service, _crs: zone_members,
        reply=ZoneReply,
        page_reply=ZonePageReply,
        request=ZoneRequest,
        examples=ZONE_EXAMPLES,
    )
    add_collection_routes(router, readiness, zones)
