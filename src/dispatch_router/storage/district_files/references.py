"""Whether what the files say of one another holds."""

from __future__ import annotations

from collections.abc import Iterator

from dispatch_router.storage.district_files.capabilities import check_capabilities
from dispatch_router.storage.district_files.desk_rules import check_desk
from dispatch_router.storage.district_files.folder import Folder
from dispatch_router.storage.district_files.mistakes import Mistake
from dispatch_router.storage.district_files.rosters import check_rosters
from dispatch_router.storage.district_files.rows import Item, repeated_ids, said_twice

_ZONE = "properties"


class _Known:
    """The ids that the files state, right or wrong in the rest; None where a file is unreadable."""

    def __init__(self, folder: Folder) -> None:
        posts, zones = folder.posts, folder.zones
        self.posts = {item.text("id") for item in posts.items} if posts.known else None
        self.stations = (
            # An item of no valid kind may yet be meant as a station.
            {item.text("id") for item in posts.items if item.at("kind") != "zone_post"}
            if posts.known
            else None
        )
        self.zones = {item.text(_ZONE, "id") for item in zones.items} if zones.known else None


def check_references(folder: Folder) -> Iterator[Mistake]:
    """Find repeated ids and ids that name nothing."""
    known = _Known(folder)
    yield from repeated_ids(folder.posts.items)
    yield from repeated_ids(folder.units.items)
    yield from repeated_ids(folder.places.items)
    yield from repeated_ids(folder.zones.items, _ZONE)
    yield from repeated_ids(folder.hospitals.items)
    for post in folder.posts.items:
        yield from _check_post(post, known)
    for unit in folder.units.items:
        yield from _check_unit(unit, known)
    for zone in folder.zones.items:
        yield from _unknown_post(zone, known, _ZONE, "post")
        yield from _unknown_station(zone, known, _ZONE, "station")
    for hospital in folder.hospitals.items:
        yield from said_twice(hospital, ("takes",))
    yield from check_rosters(folder)
    yield from check_capabilities(folder)
    yield from check_desk(folder)


def _check_post(post: Item, known: _Known) -> Iterator[Mistake]:
    station = post.at("station")
    if post.at("kind") == "station" and station is not None:
        yield post.mistake(
            ("station",),
            "A station names no station above it: leave the key out.",
            "派出所无需填写station，请删除。",
        )
    if post.at("kind") == "zone_post":
        if station is None:
            yield post.mistake(
                (),
                "A zone post needs the key station: the station that answers for it.",
                "警务站须填写station（所属派出所）。",
            )
        yield from _unknown_station(post, known, "station")
    yield from said_twice(post, ("functions",))


def _check_unit(unit: Item, known: _Known) -> Iterator[Mistake]:
    yield from _unknown_post(unit, known, "post")
    patrols, beat = unit.at("patrol") is True, unit.at("beat")
    if patrols and beat is None:
        yield unit.mistake(
            (),
            "A patrol needs the key beat: where it is by default.",
            "巡逻力量须填写beat（默认巡逻位置）。",
        )
    if unit.at("patrol") in (None, False) and beat is not None:
        yield unit.mistake(
            ("beat",),
            "Only a patrol has a beat: add patrol: true, or leave beat out.",
            "只有巡逻力量才有beat：请加上patrol: true，或删除beat。",
        )
    for index, zone_id in unit.texts("familiar_zones"):
        if known.zones is not None and zone_id not in known.zones:
            yield unit.mistake(
                ("familiar_zones", index),
                f"The district has no zone {zone_id}.",
                f"本辖区没有警务区{zone_id}。",
            )
    yield from said_twice(unit, ("familiar_zones",))


def _unknown_post(item: Item, known: _Known, *keys: str) -> Iterator[Mistake]:
    post_id = item.text(*keys)
    if known.posts is not None and post_id is not None and post_id not in known.posts:
        yield item.mistake(
            keys, f"The district has no post {post_id}.", f"本辖区没有站点{post_id}。"
        )


def _unknown_station(item: Item, known: _Known, *keys: str) -> Iterator[Mistake]:
    post_id = item.text(*keys)
    if known.stations is not None and post_id is not None and post_id not in known.stations:
        yield item.mistake(
            keys,
            f"The district has no post {post_id} of kind station.",
            f"本辖区没有类型为station的站点{post_id}。",
        )


def warn_of_bases(folder: Folder) -> Iterator[Mistake]:
    """Warn of posts without units and of zones that nothing can be compared with."""
    staffed = {unit.post for unit in folder.units.valid}
    seated = {unit.post for unit in folder.units.valid if not unit.patrol}
    for post in folder.posts.items:
        if post.text("id") not in staffed:
            yield post.mistake(
                (), "No unit is based here.", "该站点没有任何出警力量。", warning=True
            )
    for zone in folder.zones.items:
        station = zone.text(_ZONE, "station")
        if station not in seated:
            yield zone.mistake(
                (_ZONE, "station"),
                f"The station {station} has no unit of its own but patrols, so no saving can be "
                "counted in this zone.",
                f"派出所{station}除巡逻外没有出警力量，该警务区无法计算节省的时间。",
                warning=True,
            )
