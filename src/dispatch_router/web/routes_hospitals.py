"""``/v1/hospitals``: where people are taken."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter

from dispatch_router.domain.resources import ResourceKind
from dispatch_router.web.collection_items import Collection
from dispatch_router.web.collection_routes import add_collection_routes
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.resource_examples import HOSPITAL_EXAMPLES
from dispatch_router.web.resource_json import hospital_members
from dispatch_router.web.schemas.resource_requests import HospitalRequest
from dispatch_router.web.schemas.resources import HospitalPageReply, HospitalReply


def add_hospital_routes(router: APIRouter, readiness: Readiness) -> None:
    """Add the routes of hospitals."""
    hospitals = Collection(
        kind=ResourceKind.HOSPITALS,
        singular="hospital",
        plural_zh="医院",
        items=lambda district: district.hospitals,
        members=lambda _service, crs: partial(hospital_members, crs=crs),
        reply=HospitalReply,
        page_reply=HospitalPageReply,
        request=HospitalRequest,
        examples=HOSPITAL_EXAMPLES,
    )
    add_collection_routes(router, readiness, hospitals)
