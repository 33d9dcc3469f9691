"""Changes of the small district over HTTP, for tests."""

from __future__ import annotations

from typing import Any

import httpx

from dispatch_router.web.schemas.resources import HospitalReply, PostReply, ZoneReply
from dispatch_router.web.schemas.rosters import RosterReply
from dispatch_router.web.schemas.units import UnitReply
from tests.web import Client

PARK = "/v1/posts/park"
NAME = {"zh": "新", "en": "New"}
POST: dict[str, Any] = {
    "name": {"zh": "园区警务站", "en": "Park Post"},
    "kind": "zone_post",
    "station_id": "town",
    "position": {"lon": 106.6, "lat": 29.3},
    "approximate": False,
    "functions": ["call_response", "traffic"],
}
UNIT: dict[str, Any] = {
    "name": NAME,
    "post_id": "park",
    "mode": "motorcycle",
    "familiar_zone_ids": ["east"],
    "capabilities": ["boat"],
}
BOX = [[106.6, 29.2], [106.7, 29.2], [106.7, 29.3], [106.6, 29.2]]
ZONE: dict[str, Any] = {
    "name": NAME,
    "post_id": "park",
    "station_id": "town",
    "geometry": {"type": "Polygon", "coordinates": [BOX]},
}
HOSPITAL: dict[str, Any] = {
    "name": NAME,
    "position": {"lon": 106.3, "lat": 29.3},
    "approximate": True,
    "takes": ["trauma", "burns"],
}
ROSTER: dict[str, Any] = {
    "name": NAME,
    "named_unit_ids": ["x1"],
    "post_ids": ["town"],
    "duty": [{"days": ["rest_day"], "start": "00:00", "end": "00:00"}],
}
NEW: dict[str, tuple[dict[str, Any], type[Any]]] = {
    "posts": (POST, PostReply),
    "units": (UNIT, UnitReply),
    "zones": (ZONE, ZoneReply),
    "hospitals": (HOSPITAL, HospitalReply),
    "rosters": (ROSTER, RosterReply),
}
MAKE = {"If-None-Match": "*"}


def put(client: Client, path: str, body: object, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.request("PUT", path, json=body, headers=named)


def change(client: Client, path: str, body: object) -> httpx.Response:
    """Change what was read, as a client does."""
    return put(client, path, body, If_Match=client.get(path).headers["etag"])


def delete(client: Client, path: str, etag: str | None = None) -> httpx.Response:
    headers = {"If-Match": etag or client.get(path).headers["etag"]}
    return client.request("DELETE", path, headers=headers)
