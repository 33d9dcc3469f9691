"""The whole folder of a district as checked rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from dispatch_router.storage.district_files import files
from dispatch_router.storage.district_files.hospital_schema import HospitalRow
from dispatch_router.storage.district_files.mistakes import Mistake
from dispatch_router.storage.district_files.roster_schema import ExceptionalDaysRow, RosterRow
from dispatch_router.storage.district_files.rows import Item, Rows, RowT, read_row, read_rows
from dispatch_router.storage.district_files.schema import (
    DistrictRow,
    PlaceRow,
    PolicyRow,
    PostRow,
    UnitRow,
    ZoneRow,
)

MAX_POSTS, MAX_UNITS, MAX_ZONES, MAX_PLACES = 2_000, 5_000, 2_000, 20_000
MAX_ROSTERS, MAX_EXCEPTIONAL_DAYS, MAX_HOSPITALS = 1_000, 500, 500

_COLLECTION_KEYS = frozenset({"type", "features", "name", "bbox", "crs"})
_ROSTER_KEYS = ("calendar", "rosters")
_CRS84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}


@dataclass(slots=True)
class Folder:
    """What the files say; rows are None where they are not valid."""

    district_item: Item | None = None
    district: DistrictRow | None = None
    policy_item: Item | None = None
    policy: PolicyRow | None = None
    posts: Rows[PostRow] = field(default_factory=Rows)
    units: Rows[UnitRow] = field(default_factory=Rows)
    zones: Rows[ZoneRow] = field(default_factory=Rows)
    places: Rows[PlaceRow] = field(default_factory=Rows)
    calendar: Rows[ExceptionalDaysRow] = field(default_factory=Rows)
    rosters: Rows[RosterRow] = field(default_factory=Rows)
    hospitals: Rows[HospitalRow] = field(default_factory=Rows)


def read_folder(path: Path, mistakes: list[Mistake]) -> Folder:
    """Read every file; what is wrong with a file or a row goes to ``mistakes``."""
    folder = Folder()

    def whole(file: str) -> Item | None:
        document = files.open_document(path, file, mistakes)
        return None if document is None else Item(document, (), document.value)

    def rows(item: Item | None, model: type[RowT], least: int, most: int) -> Rows[RowT]:
        return Rows() if item is None else read_rows(item, model, mistakes, least=least, most=most)

    folder.district_item = whole(files.DISTRICT)
    if folder.district_item is not None:
        folder.district = read_row(folder.district_item, DistrictRow, mistakes)
    folder.posts = rows(whole(files.POSTS), PostRow, 1, MAX_POSTS)
    folder.units = rows(whole(files.UNITS), UnitRow, 1, MAX_UNITS)
    zones = whole(files.ZONES)
    features = None if zones is None else _features(zones, mistakes)
    folder.zones = rows(features, ZoneRow, 0, MAX_ZONES)
    folder.places = rows(whole(files.GAZETTEER), PlaceRow, 0, MAX_PLACES)
    folder.policy_item = whole(files.POLICY)
    if folder.policy_item is not None:
        folder.policy = read_row(folder.policy_item, PolicyRow, mistakes)
    if not files.is_left_out(path, files.ROSTERS):
        calendar, rosters = _parts_of_rosters(whole(files.ROSTERS), mistakes)
        folder.calendar = rows(calendar, ExceptionalDaysRow, 0, MAX_EXCEPTIONAL_DAYS)
        folder.rosters = rows(rosters, RosterRow, 0, MAX_ROSTERS)
    if not files.is_left_out(path, files.HOSPITALS):
        folder.hospitals = rows(whole(files.HOSPITALS), HospitalRow, 0, MAX_HOSPITALS)
    return folder


def _parts_of_rosters(
    whole: Item | None, mistakes: list[Mistake]
) -> tuple[Item | None, Item | None]:
    """Return the two lists of ``rosters.yaml``."""
    if whole is None:
        return None, None
    if not isinstance(whole.value, dict):
        mistakes.append(
            whole.mistake((), "This has to be a mapping of keys to values.", "须为键值映射。")
        )
        return None, None
    mistakes.extend(
        whole.mistake(
            (key,), "There is no such key: look at its spelling.", "没有这个键，请检查拼写。"
        )
        for key in whole.value
        if key not in _ROSTER_KEYS
    )
    if "rosters" not in whole.value:
        mistakes.append(whole.mistake((), "The key rosters is missing.", "缺少键rosters。"))
    calendar, rosters = (
        Item(whole.document, (key,), whole.value.get(key, [])) for key in _ROSTER_KEYS
    )
    return calendar, rosters


def _features(collection: Item, mistakes: list[Mistake]) -> Item | None:
    """Return the list of features of a GeoJSON file."""
    if collection.at("type") != "FeatureCollection":
        mistakes.append(
            collection.mistake(
                (),
                "This has to be a GeoJSON FeatureCollection.",
                "须为GeoJSON的FeatureCollection。",
            )
        )
        return None
    mistakes.extend(
        collection.mistake((key,), "There is no such key in a FeatureCollection.", "没有这个键。")
        for key in collection.value
        if key not in _COLLECTION_KEYS
    )
    if collection.at("crs") not in (None, _CRS84):
        mistakes.append(
            collection.mistake(
                ("crs",),
                "GeoJSON is WGS-84 (CRS84) and nothing else: convert it and leave crs out.",
                "GeoJSON只能使用WGS-84（CRS84），请转换坐标并删除crs。",
            )
        )
    return Item(collection.document, ("features",), collection.at("features"))
