"""The whole folder of a district as checked rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dispatch_router.storage.district_files import files
from dispatch_router.storage.district_files.document import Document
from dispatch_router.storage.district_files.mistakes import Mistake
from dispatch_router.storage.district_files.rows import (
    Located,
    RowT,
    read_row,
    read_rows,
    stated_ids,
)
from dispatch_router.storage.district_files.schema import (
    DistrictRow,
    PlaceRow,
    PolicyRow,
    PostRow,
    UnitRow,
    ZoneRow,
)

MAX_POSTS, MAX_UNITS, MAX_ZONES, MAX_PLACES = 2_000, 5_000, 2_000, 20_000

_COLLECTION_KEYS = frozenset({"type", "features", "name", "bbox", "crs"})
_CRS84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}


@dataclass(slots=True)
class Folder:
    """What the files say, as far as it is valid.

    Attributes:
        post_ids: ids that any post states, valid or not; None where posts.yaml cannot be read.
        station_ids: the same of stations alone.
        zone_ids: the same of zones.
    """

    district: Located[DistrictRow] | None = None
    policy: Located[PolicyRow] | None = None
    posts: list[Located[PostRow]] = field(default_factory=list)
    units: list[Located[UnitRow]] = field(default_factory=list)
    zones: list[Located[ZoneRow]] = field(default_factory=list)
    places: list[Located[PlaceRow]] = field(default_factory=list)
    post_ids: set[str] | None = None
    station_ids: set[str] | None = None
    zone_ids: set[str] | None = None


def read_folder(path: Path, mistakes: list[Mistake]) -> Folder:
    """Read every file; what is wrong with a file or a row goes to ``mistakes``."""
    folder = Folder()

    def one(file: str, model: type[RowT]) -> Located[RowT] | None:
        document = files.open_document(path, file, mistakes)
        if document is None:
            return None
        return read_row(document, (), document.value, model, mistakes)

    def many(
        file: str, model: type[RowT], least: int, most: int
    ) -> tuple[list[Located[RowT]], Any]:
        document = files.open_document(path, file, mistakes)
        if document is None:
            return [], None
        rows = read_rows(document, (), document.value, model, mistakes, least=least, most=most)
        return rows, document.value

    folder.district = one(files.DISTRICT, DistrictRow)
    folder.posts, stated_posts = many(files.POSTS, PostRow, 1, MAX_POSTS)
    folder.units, _ = many(files.UNITS, UnitRow, 1, MAX_UNITS)
    zones = files.open_document(path, files.ZONES, mistakes)
    if zones is not None:
        folder.zones, features = _read_zones(zones, mistakes)
        folder.zone_ids = stated_ids(features, "properties")
    folder.places, _ = many(files.GAZETTEER, PlaceRow, 0, MAX_PLACES)
    folder.policy = one(files.POLICY, PolicyRow)
    if stated_posts is not None:
        folder.post_ids = stated_ids(stated_posts)
        folder.station_ids = folder.post_ids - {
            located.row.id for located in folder.posts if located.row.kind != "station"
        }
    return folder


def _read_zones(document: Document, mistakes: list[Mistake]) -> tuple[list[Located[ZoneRow]], Any]:
    value = document.value
    if not isinstance(value, dict) or value.get("type") != "FeatureCollection":
        mistakes.append(
            document.mistake(
                (),
                "This has to be a GeoJSON FeatureCollection.",
                "须为GeoJSON的FeatureCollection。",
            )
        )
        return [], None
    mistakes.extend(
        document.mistake((key,), "There is no such key in a FeatureCollection.", "没有这个键。")
        for key in value
        if key not in _COLLECTION_KEYS
    )
    if "crs" in value and value["crs"] != _CRS84:
        mistakes.append(
            document.mistake(
                ("crs",),
                "GeoJSON is WGS-84 (CRS84) and nothing else: convert it and leave crs out.",
                "GeoJSON只能使用WGS-84（CRS84），请转换坐标并删除crs。",
            )
        )
    features = value.get("features")
    rows = read_rows(document, ("features",), features, ZoneRow, mistakes, least=0, most=MAX_ZONES)
    return rows, features
