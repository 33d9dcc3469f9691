"""Whether what the files say of one another holds."""

from __future__ import annotations

from collections.abc import Iterator

from dispatch_router.storage.district_files.folder import Folder
from dispatch_router.storage.district_files.mistakes import Mistake
from dispatch_router.storage.district_files.rows import Located, repeated_ids
from dispatch_router.storage.district_files.schema import PostRow, UnitRow, ZoneRow


def check_references(folder: Folder) -> Iterator[Mistake]:
    """Find repeated ids and ids that name nothing."""
    yield from repeated_ids((located, located.row.id, ("id",)) for located in folder.posts)
    yield from repeated_ids((located, located.row.id, ("id",)) for located in folder.units)
    yield from repeated_ids((located, located.row.id, ("id",)) for located in folder.places)
    yield from repeated_ids(
        (located, located.row.properties.id, ("properties", "id")) for located in folder.zones
    )
    for post in folder.posts:
        yield from _check_post(post, folder)
    for unit in folder.units:
        yield from _check_unit(unit, folder)
    for zone in folder.zones:
        yield from _check_zone(zone, folder)


def _check_post(located: Located[PostRow], folder: Folder) -> Iterator[Mistake]:
    post = located.row
    if post.kind == "station":
        if post.station is not None:
            yield located.mistake(
                ("station",),
                "A station names no station above it: leave the key out.",
                "派出所无需填写station，请删除。",
            )
    elif post.station is None:
        yield located.mistake(
            (),
            "A zone post needs the key station: the station that answers for it.",
            "警务站须填写station（所属派出所）。",
        )
    elif folder.station_ids is not None and post.station not in folder.station_ids:
        yield located.mistake(("station",), *_no_station(post.station))
    if len(set(post.functions)) < len(post.functions):
        yield located.mistake(("functions",), "A function stands here twice.", "职责重复。")


def _check_unit(located: Located[UnitRow], folder: Folder) -> Iterator[Mistake]:
    unit = located.row
    if folder.post_ids is not None and unit.post not in folder.post_ids:
        yield located.mistake(("post",), *_no_post(unit.post))
    if unit.patrol and unit.beat is None:
        yield located.mistake(
            (),
            "A patrol needs the key beat: where it is by default.",
            "巡逻力量须填写beat（默认巡逻位置）。",
        )
    if not unit.patrol and unit.beat is not None:
        yield located.mistake(
            ("beat",),
            "Only a patrol has a beat: add patrol: true, or leave beat out.",
            "只有巡逻力量才有beat：请加上patrol: true，或删除beat。",
        )
    for index, zone_id in enumerate(unit.familiar_zones):
        if folder.zone_ids is not None and zone_id not in folder.zone_ids:
            yield located.mistake(
                ("familiar_zones", index),
                f"zones.geojson has no zone {zone_id}.",
                f"zones.geojson中没有警务区{zone_id}。",
            )


def _check_zone(located: Located[ZoneRow], folder: Folder) -> Iterator[Mistake]:
    zone = located.row.properties
    if folder.post_ids is not None and zone.post not in folder.post_ids:
        yield located.mistake(("properties", "post"), *_no_post(zone.post))
    if folder.station_ids is not None and zone.station not in folder.station_ids:
        yield located.mistake(("properties", "station"), *_no_station(zone.station))


def warn_of_bases(folder: Folder) -> Iterator[Mistake]:
    """Warn of posts without units and of zones that nothing can be compared with."""
    staffed = {located.row.post for located in folder.units}
    seated = {located.row.post for located in folder.units if not located.row.patrol}
    for post in folder.posts:
        if post.row.id not in staffed:
            yield post.mistake(
                (), "No unit is based here.", "该站点没有任何出警力量。", warning=True
            )
    for zone in folder.zones:
        station = zone.row.properties.station
        if station not in seated:
            yield zone.mistake(
                ("properties", "station"),
                f"The station {station} has no unit of its own but patrols, so no saving can be "
                "counted in this zone.",
                f"派出所{station}除巡逻外没有出警力量，该警务区无法计算节省的时间。",
                warning=True,
            )


def _no_post(post_id: str) -> tuple[str, str]:
    return f"posts.yaml has no post {post_id}.", f"posts.yaml中没有站点{post_id}。"


def _no_station(station_id: str) -> tuple[str, str]:
    return (
        f"posts.yaml has no post {station_id} of kind station.",
        f"posts.yaml中没有类型为station的站点{station_id}。",
    )
