"""A district's folder: read when right, and every mistake said with its line when not."""

import json
from pathlib import Path

import pytest

from dispatch_router.domain.errors import InvalidDistrict
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.units import DepartureKind
from dispatch_router.storage.district_files import check_district, load_district
from dispatch_router.storage.district_files.files import FILES, OPTIONAL
from tests.district_folder import CORRECT, DistrictFolder, correct_folder


@pytest.fixture
def folder(tmp_path: Path) -> DistrictFolder:
    return correct_folder(tmp_path)


def test_a_correct_folder_has_no_mistakes_and_loads(folder: DistrictFolder) -> None:
    assert folder.said() == []
    district = load_district(folder.path)
    assert [post.station_id for post in district.posts] == ["town", "town"]
    assert [unit.kind for unit in district.units] == [
        DepartureKind.STATION,
        DepartureKind.ZONE_POST,
        DepartureKind.PATROL,
    ]
    assert district.units[2].beat == LonLat(106.25, 29.30)
    assert district.units[2].familiar_zone_ids == frozenset()
    assert district.places[0].aliases == ("迎新",)
    assert district.policy.target_s == {1: 600.0, 2: 900.0, 3: 1800.0}
    assert district.policy.locate.default_uncertainty_m == 30.0
    assert district.zones[1].ring[0] == LonLat(106.3, 29.2)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("district.yaml", "timezone: Asia/Shanghai", "timezone: Asia/Xipeng",
         "district.yaml:3: timezone: This is no IANA time zone"),
        ("district.yaml", "timezone: Asia/Shanghai", "timezone: ../../etc/passwd",
         "district.yaml:3: timezone: This is no IANA time zone"),
        ("district.yaml", "synthetic: true", "synthetic: yes",
         "district.yaml:4: synthetic: This has to be true or false."),
        ("district.yaml", "synthetic: true\n", "",
         "district.yaml:1: synthetic: The key is missing."),
        ("district.yaml", "id: small", "id: 小区",
         "district.yaml:1: id: This has to be made of small letters"),
        ("district.yaml", "id: small", "id: 500107110",
         "district.yaml:1: id: This has to be text: put it in quotes"),
        ("district.yaml", "attribution: made up", 'attribution: "made\\x07up"',
         "district.yaml:5: attribution: White space around it, or a character"),
        ("district.yaml", "attribution: made up", 'attribution: ""',
         "district.yaml:5: attribution: This must not be empty."),
        ("posts.yaml", "kind: zone_post", "kind: kiosk",
         "posts.yaml:9: [1].kind: This has to be 'station' or 'zone_post'."),
        ("posts.yaml", "  station: town\n", "",
         "posts.yaml:7: [1]: A zone post needs the key station"),
        ("posts.yaml", "  kind: station\n", "  kind: station\n  station: town\n",
         "posts.yaml:4: [0].station: A station names no station above it"),
        ("posts.yaml", "  station: town\n", "  station: park\n",
         "posts.yaml:10: [1].station: The district has no post park of kind station."),
        ("posts.yaml", "id: park", "id: town",
         "posts.yaml:7: [1].id: The id town stands in line 1 already."),
        ("posts.yaml", "lat: 29.30}", "lat: 129.30}",
         "posts.yaml:4: [0].position.lat: lat has to lie between -90 and 90; perhaps"),
        ("posts.yaml", "lon: 106.20", "lon: .nan",
         "posts.yaml:4: [0].position.lon: This has to be a finite number."),
        ("posts.yaml", "lon: 106.20", 'lon: "106.20"',
         "posts.yaml:4: [0].position.lon: This has to be a number, without quotes."),
        ("posts.yaml", "approximate: true", "aproximate: true",
         "posts.yaml:5: [0].aproximate: There is no such key: look at its spelling."),
        ("posts.yaml", "functions: [call_response]", "functions: []",
         "posts.yaml:13: [1].functions: At least 1 items are needed."),
        ("posts.yaml", "functions: [call_response]", "functions: [call_response, call_response]",
         "posts.yaml:13: [1].functions[1]: call_response stands here twice."),
        ("units.yaml", "post: park", "post: moon",
         "units.yaml:8: [1].post: The district has no post moon."),
        ("units.yaml", "  beat: {lon: 106.25, lat: 29.30}\n", "",
         "units.yaml:11: [2]: A patrol needs the key beat"),
        ("units.yaml", "  patrol: true\n", "",
         "units.yaml:15: [2].beat: Only a patrol has a beat"),
        ("units.yaml", "[east]", "[east, north]",
         "units.yaml:10: [1].familiar_zones[1]: The district has no zone north."),
        ("units.yaml", "mode: car", "mode: boat",
         "units.yaml:4: [0].mode: This has to be 'car', 'motorcycle' or 'foot'."),
        ("zones.geojson", '"post": "park"', '"post": "moon"',
         "zones.geojson:16: features[1].properties.post: The district has no post moon."),
        ("zones.geojson", '"post": "park", "station": "town"',
         '"post": "park", "station": "park"',
         "zones.geojson:16: features[1].properties.station: The district has no post park of kind"),
        ("zones.geojson", '"id": "east"', '"id": "west"',
         "zones.geojson:16: features[1].properties.id: The id west stands in line 7 already."),
        ("zones.geojson", "[106.1, 29.4], [106.1, 29.2]", "[106.1, 29.4], [106.1, 29.25]",
         "zones.geojson:9: features[0].geometry.coordinates[0]: The outline is not closed"),
        ("zones.geojson", "[106.3, 29.4], [106.1, 29.4]", "[106.1, 29.4], [106.3, 29.4]",
         "zones.geojson:9: features[0].geometry.coordinates[0]: The outline is not valid: Self-"),
        ("zones.geojson", "[106.3, 29.4]", "[29.4, 106.3]",
         "zones.geojson:10: features[0].geometry.coordinates[0][2]: A position is [lon, lat]"),
        ("zones.geojson", "[106.3, 29.4]", "[106.3, 29.4, 300.0]",
         "zones.geojson:10: features[0].geometry.coordinates[0][2]: More than 2 items."),
        ("zones.geojson", "[106.3, 29.4], [106.1, 29.4]", "[106.4, 29.4], [106.1, 29.4]",
         "zones.geojson:18: features[1].geometry: 33% of this zone or of west is in both"),
        ("zones.geojson", '"Polygon"', '"MultiPolygon"',
         "zones.geojson:9: features[0].geometry.type: This has to be 'Polygon'."),
        ("zones.geojson", '"type": "FeatureCollection",', '"type": "FeatureCollection", "x": 1,',
         "zones.geojson:2: x: There is no such key in a FeatureCollection."),
        ("zones.geojson", '"type": "FeatureCollection",',
         '"type": "FeatureCollection", "crs": "EPSG:4490",',
         "zones.geojson:2: crs: GeoJSON is WGS-84 (CRS84) and nothing else"),
        ("zones.geojson", '"Polygon"', "Polygon",
         "zones.geojson:9: This is not JSON: Expecting value, at column"),
        ("zones.geojson", '"type": "FeatureCollection",', '"type": "FeatureCollection", # Town',
         "zones.geojson:2: This is not JSON: "),
        ("zones.geojson", "FeatureCollection", "Topology",
         "zones.geojson:1: This has to be a GeoJSON FeatureCollection."),
        ("gazetteer.yaml", "zh: 双福", "zh: 迎 新",
         "gazetteer.yaml:8: [1].name.zh: '迎 新' also means 迎新村 (line 1)"),
        ("gazetteer.yaml", "id: shuangfu", "id: yingxin",
         "gazetteer.yaml:7: [1].id: The id yingxin stands in line 1 already."),
        ("gazetteer.yaml", "uncertainty_m: 400", "uncertainty_m: -1",
         "gazetteer.yaml:5: [0].uncertainty_m: This has to be 0.0 or more."),
        ("gazetteer.yaml", "uncertainty_m: 400", "uncertainty_m: true",
         "gazetteer.yaml:5: [0].uncertainty_m: This has to be a number, without quotes."),
        ("policy.yaml", "start: 08:00", "start: 8:00",
         "policy.yaml:2: turn_out[0].start: This has to be a time of day from 00:00 to 23:59."),
        ("policy.yaml", 'end: "08:00"', 'end: "07:30"',
         "policy.yaml:1: turn_out: No rule holds for a station during 30 minutes of the day, the "
         "first of them 07:30."),
        ("policy.yaml", "  - {kind: patrol, start: 00:00, end: 00:00, turn_out_s: 0}\n", "",
         "policy.yaml:1: turn_out: No rule holds for a patrol during 1440 minutes"),
        ("policy.yaml", ", 3: 1800}", "}",
         "policy.yaml:15: target_s: Priority 3 has no target."),
        ("policy.yaml", "3: 1800", "4: 1800",
         "policy.yaml:15: target_s[4]: This has to be 1, 2 or 3."),
        ("policy.yaml", "walk_speed_m_s: 1.25", "walk_speed_m_s: 0",
         "policy.yaml:7: locate.walk_speed_m_s: This has to be 0.1 or more."),
        ("policy.yaml", "drive_cv: 0.25", "drive_cv: .inf",
         "policy.yaml:12: spread.drive_cv: This has to be"),
        ("policy.yaml", "tie_band_s: 30", "tie_band_s: null",
         "policy.yaml:14: tie_band_s: This has to be a number"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_file_line_and_advice(
    folder: DistrictFolder, file: str, old: str, new: str, expected: str
) -> None:
    folder.spoil(file, old, new)
    said = folder.said()
    assert any(line.startswith(expected) for line in said), said
    with pytest.raises(InvalidDistrict, match=file.replace(".", r"\.")):
        load_district(folder.path)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("gazetteer.yaml", "lon: 106.40", "lon: 106.50",
         "gazetteer.yaml:9: [1].position: The place is outside every zone"),
        ("units.yaml", "post: park", "post: town", "posts.yaml:7: [1]: No unit is based here."),
        ("units.yaml", "post: town", "post: park",
         "zones.geojson:7: features[0].properties.station: The station town has no unit of its"),
        ("policy.yaml", "{1: 600", "{1: 6000",
         "policy.yaml:15: target_s: A more urgent priority has a longer target"),
        ("policy.yaml", "familiar_m_s: 2.0", "familiar_m_s: 0.2",
         "policy.yaml:10: locate.search_speed_familiar_m_s: Officers who know"),
    ],
)  # fmt: skip
def test_a_warning_is_said_and_stops_nothing(
    folder: DistrictFolder, file: str, old: str, new: str, expected: str
) -> None:
    folder.spoil(file, old, new)
    mistakes = folder.mistakes()
    assert any(str(each).startswith(expected) for each in mistakes), folder.said()
    assert all(each.warning for each in mistakes)
    load_district(folder.path)


def test_all_mistakes_are_said_at_once_in_the_order_of_the_files(folder: DistrictFolder) -> None:
    folder.spoil("policy.yaml", "tie_band_s: 30", "tie_band_s: many")
    folder.spoil("posts.yaml", "kind: zone_post", "kind: kiosk")
    folder.spoil("units.yaml", "post: park", "post: moon")
    folder.spoil("units.yaml", "mode: car", "mode: boat")
    assert [(each.file, each.line) for each in folder.mistakes()] == [
        ("posts.yaml", 9),
        ("units.yaml", 4),
        ("units.yaml", 8),
        ("policy.yaml", 14),
    ]


def test_a_row_with_one_mistake_has_its_others_said_too(folder: DistrictFolder) -> None:
    folder.spoil("units.yaml", "post: park\n  mode: car", "post: moon\n  mode: boat")
    folder.spoil("zones.geojson", '"id": "east", "name"', '"id": "west", "title"')
    assert [(each.line, each.path) for each in folder.mistakes()] == [
        (8, "[1].post"),
        (9, "[1].mode"),
        (10, "[1].familiar_zones[0]"),
        (15, "features[1].properties.name"),
        (16, "features[1].properties.title"),
        (16, "features[1].properties.id"),
    ]


def test_one_broken_post_does_not_make_those_who_name_it_wrong(folder: DistrictFolder) -> None:
    folder.spoil("posts.yaml", "approximate: true", "approximate: perhaps")
    assert len(folder.said()) == 1


def test_a_broken_file_hides_no_mistake_in_another(folder: DistrictFolder) -> None:
    folder.write("posts.yaml", "- [")
    folder.spoil("gazetteer.yaml", "uncertainty_m: 400", "uncertainty_m: wide")
    assert [each.file for each in folder.mistakes()] == ["posts.yaml", "gazetteer.yaml"]


@pytest.mark.parametrize("file", sorted(set(FILES) - OPTIONAL))
def test_a_missing_file_is_named(folder: DistrictFolder, file: str) -> None:
    (folder.path / file).unlink()
    assert f"{file}: The file is missing." in folder.said()


def test_a_file_with_the_wrong_ending_is_recognised(folder: DistrictFolder) -> None:
    (folder.path / "policy.yaml").rename(folder.path / "policy.yml")
    assert "policy.yaml: The file is missing; rename policy.yml to policy.yaml." in folder.said()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert "There is no such folder" in str(check_district(tmp_path / "nowhere")[0])
    with pytest.raises(InvalidDistrict, match="no such folder"):
        load_district(tmp_path / "nowhere")


def test_positions_that_no_road_is_near_are_mistakes(folder: DistrictFolder) -> None:
    def near_road(position: LonLat, within_m: float) -> bool:
        assert within_m == 2000.0
        return 106.22 < position.lon < 106.26 or position.lon < 106.21

    said = [str(each) for each in check_district(folder.path, near_road)]
    assert [line.split(":")[:3] for line in said] == [
        ["posts.yaml", "11", " [1].position"],
        ["gazetteer.yaml", "4", " [0].position"],
        ["gazetteer.yaml", "9", " [1].position"],
        ["hospitals.yaml", "3", " [0].position"],
        ["hospitals.yaml", "8", " [1].position"],
    ]
    assert "106.3 29.3 is farther than 2000 m (max_snap_m) from every road" in said[0]


def test_a_little_overlap_of_borders_drawn_by_hand_is_let_pass(folder: DistrictFolder) -> None:
    folder.spoil("zones.geojson", "[106.3, 29.4], [106.1", "[106.301, 29.4], [106.1")
    assert folder.said() == []


def test_geojson_from_other_programs_is_read(folder: DistrictFolder) -> None:
    zones = json.loads(CORRECT["zones.geojson"])
    zones["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    zones["name"] = "zones"
    zones["features"][0]["id"] = 7
    for written in (json.dumps(zones), json.dumps(zones, indent="\t", ensure_ascii=False)):
        folder.write("zones.geojson", written)
        assert folder.said() == []


def test_a_byte_order_mark_and_windows_line_ends_are_read(folder: DistrictFolder) -> None:
    for file, content in CORRECT.items():
        folder.write(file, b"\xef\xbb\xbf" + content.replace("\n", "\r\n").encode())
    assert folder.said() == []
