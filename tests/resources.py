"""What a district of a test is made of, as the service keeps it."""

from __future__ import annotations

from typing import Any

from dispatch_router.application.desk.ports import DeskStore
from dispatch_router.application.district.in_use import DistrictInUse
from dispatch_router.application.district.keep import keep_files, read_kept
from dispatch_router.application.district.now import Assembly
from dispatch_router.application.ports import Clock
from dispatch_router.domain.district import District
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.names import Name
from dispatch_router.domain.posts import PostKind
from dispatch_router.domain.resources import (
    CALENDAR_ID,
    Resource,
    ResourceKey,
    ResourceKind,
    Resources,
)
from dispatch_router.domain.rosters import Hours
from dispatch_router.domain.units import DepartureKind
from dispatch_router.storage.district_files.folder import Folder
from dispatch_router.storage.district_files.kept import DistrictFiles

K = ResourceKind
Members = dict[str, Any]
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def resources_of(district: District) -> Resources:
    """Say in the words of the files what a district is made of."""
    listed = {
        K.POSTS: [_post(each) for each in district.posts],
        K.UNITS: [_unit(each) for each in district.units],
        K.ZONES: [_zone(each) for each in district.zones],
        K.HOSPITALS: [_hospital(each) for each in district.hospitals],
        K.ROSTERS: [_roster(each) for each in district.duty_plan.rosters],
    }
    kept = [
        Resource(ResourceKey(kind, _id(members)), place, members)
        for kind, rows in listed.items()
        for place, members in enumerate(rows)
    ]
    days = [
        {
            "first": each.first.isoformat(),
            "last": each.last.isoformat(),
            "kind": each.kind.value,
            "name": _name(each.name),
        }
        for each in district.duty_plan.calendar.exceptions
    ]
    return Resources([*kept, Resource(ResourceKey(K.CALENDAR, CALENDAR_ID), 0, {"days": days})])


def files_of(district: District) -> DistrictFiles:
    """What checks changes of a district that no folder has."""
    return DistrictFiles(Folder(), district)


def kept_in(store: DeskStore, district: District, clock: Clock) -> Resources:
    """Keep a district as the first start of a service does, and return what is kept."""
    keep_files(store, district.id, resources_of(district), clock, only_first=True)
    return read_kept(store)[1]


def district_in_use(
    assembly: Assembly[Any], district: District, store: DeskStore, clock: Clock
) -> DistrictInUse[Any]:
    """Open a district that can be changed; its units are the assembly's."""
    resources = kept_in(store, district, clock)
    now = assembly.first(resources, files_of(district).of(resources))
    return DistrictInUse(now, assembly, files_of(district), store, clock)


def _id(members: Members) -> str:
    found: str = members.get("properties", members)["id"]
    return found


def _name(name: Name) -> Members:
    return {"zh": name.zh, "en": name.en}


def _position(position: LonLat) -> Members:
    return {"lon": position.lon, "lat": position.lat}


def _post(post: Any) -> Members:
    above = {"station": post.station_id} if post.kind is PostKind.ZONE_POST else {}
    return {
        "id": post.id,
        "name": _name(post.name),
        "kind": post.kind.value,
        **above,
        "position": _position(post.position),
        "approximate": post.approximate,
        "functions": sorted(each.value for each in post.functions),
    }


def _unit(unit: Any) -> Members:
    return {
        "id": unit.id,
        "name": _name(unit.name),
        "post": unit.post_id,
        "patrol": unit.kind is DepartureKind.PATROL,
        "mode": unit.mode.value,
        **({} if unit.beat is None else {"beat": _position(unit.beat)}),
        "familiar_zones": sorted(unit.familiar_zone_ids),
        "capabilities": sorted(unit.capabilities),
    }


def _zone(zone: Any) -> Members:
    return {
        "type": "Feature",
        "properties": {
            "id": zone.id,
            "name": _name(zone.name),
            "post": zone.post_id,
            "station": zone.station_id,
        },
        "geometry": {
            "type": "Polygon",
            "coordinates": [[[point.lon, point.lat] for point in zone.ring]],
        },
    }


def _hospital(hospital: Any) -> Members:
    return {
        "id": hospital.id,
        "name": _name(hospital.name),
        "position": _position(hospital.position),
        "approximate": hospital.approximate,
        "takes": sorted(each.value for each in hospital.takes),
    }


def _roster(roster: Any) -> Members:
    return {
        "id": roster.id,
        "name": _name(roster.name),
        "units": sorted(roster.unit_ids),
        "posts": [],
        "duty": [_hours(each) for each in roster.duty],
        "away": [_hours(each) for each in roster.away],
    }


def _hours(hours: Hours) -> Members:
    return {
        "days": [*sorted(hours.kinds), *(_DAYS[day] for day in sorted(hours.weekdays))],
        "start": hours.start.isoformat("minutes"),
        "end": hours.end.isoformat("minutes"),
    }
