"""A district's folder written by a test, correct until the test spoils it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from dispatch_router.storage.district_files import Mistake, check_district

CORRECT = {
    "district.yaml": """\
id: small
name: {zh: 小区, en: Small}
timezone: Asia/Shanghai
synthetic: true
attribution: made up
""",
    "posts.yaml": """\
- id: town
  name: {zh: 镇派出所, en: Town Station}
  kind: station
  position: {lon: 106.20, lat: 29.30}
  approximate: true
  functions: [call_response, government_services]
- id: park
  name: {zh: 园区警务站, en: Park Post}
  kind: zone_post
  station: town
  position: {lon: 106.30, lat: 29.30}
  approximate: true
  functions: [call_response]
""",
    "units.yaml": """\
- id: t1
  name: {zh: 镇所一组, en: Town 1}
  post: town
  mode: car
  familiar_zones: [west]
- id: p1
  name: {zh: 园区一组, en: Park 1}
  post: park
  mode: car
  familiar_zones: [east]
- id: x1
  name: {zh: 巡逻一组, en: Patrol 1}
  post: town
  patrol: true
  mode: car
  beat: {lon: 106.25, lat: 29.30}
""",
    "zones.geojson": """\
{
  "type": "FeatureCollection",
  "features": [
    {
      "type": "Feature",
      "properties": {
        "id": "west", "name": {"zh": "西片", "en": "West"}, "post": "town", "station": "town"
      },
      "geometry": {"type": "Polygon", "coordinates": [[
        [106.1, 29.2], [106.3, 29.2], [106.3, 29.4], [106.1, 29.4], [106.1, 29.2]
      ]]}
    },
    {
      "type": "Feature",
      "properties": {
        "id": "east", "name": {"zh": "东片", "en": "East"}, "post": "park", "station": "town"
      },
      "geometry": {"type": "Polygon", "coordinates": [[
        [106.3, 29.2], [106.45, 29.2], [106.45, 29.4], [106.3, 29.4], [106.3, 29.2]
      ]]}
    }
  ]
}
""",
    "gazetteer.yaml": """\
- id: yingxin
  name: {zh: 迎新村, en: Yingxin Village}
  aliases: [迎新]
  position: {lon: 106.34, lat: 29.30}
  uncertainty_m: 400
  source: made up
- id: shuangfu
  name: {zh: 双福, en: Shuangfu}
  position: {lon: 106.40, lat: 29.30}
  uncertainty_m: 0
  source: made up
""",
    "policy.yaml": """\
turn_out:
  - {kind: station, start: 08:00, end: 20:00, turn_out_s: 120}
  - {kind: station, start: "20:00", end: "08:00", turn_out_s: 300}
  - {kind: zone_post, start: 00:00, end: 00:00, turn_out_s: 60}
  - {kind: patrol, start: 00:00, end: 00:00, turn_out_s: 0}
locate:
  walk_speed_m_s: 1.25
  walk_detour: 1.5
  search_base_s: 60
  search_speed_familiar_m_s: 2.0
  search_speed_unfamiliar_m_s: 0.5
spread: {turn_out_cv: 0.4, drive_cv: 0.25, locate_cv: 0.5}
snap: {max_snap_m: 2000, candidate_within_m: 30, yard_speed_m_s: 3}
tie_band_s: 30
target_s: {1: 600, 2: 900, 3: 1800}
""",
    "rosters.yaml": """\
calendar:
  - {first: 2025-10-01, last: 2025-10-08, kind: rest_day, name: {zh: 国庆节, en: National Day}}
  - {first: 2025-09-28, kind: workday, name: {zh: 调休, en: Made up}}
rosters:
  - id: everyone
    name: {zh: 全员, en: Everyone}
    posts: [town, park]
    units: [x1]
    duty:
      - {days: [workday], start: 08:30, end: 18:00}
    away:
      - {days: [workday, tue], start: 14:30, end: 16:30}
  - id: weekend-team
    name: {zh: 周末值班组, en: Weekend team}
    units: [t1]
    duty:
      - {days: [rest_day], start: 00:00, end: 00:00}
""",
    "hospitals.yaml": """\
- id: general
  name: {zh: 镇医院, en: Town Hospital}
  position: {lon: 106.21, lat: 29.30}
  approximate: true
  takes: [emergency_24h, trauma]
- id: clinic
  name: {zh: 眼科门诊, en: Eye Clinic}
  position: {lon: 106.31, lat: 29.30}
  approximate: false
  takes: [eye]
""",
}


@dataclass
class DistrictFolder:
    """The folder on disk."""

    path: Path

    def write(self, file: str, content: str | bytes) -> None:
        data = content.encode() if isinstance(content, str) else content
        (self.path / file).write_bytes(data)

    def spoil(self, file: str, old: str, new: str) -> None:
        """Replace a text that stands in the file."""
        text = (self.path / file).read_text("utf-8")
        assert old in text
        self.write(file, text.replace(old, new, 1))

    def said(self) -> list[str]:
        """What the check says, in English."""
        return [str(mistake) for mistake in self.mistakes()]

    def mistakes(self) -> list[Mistake]:
        found = check_district(self.path)
        assert all(mistake.message_zh for mistake in found)
        english = re.compile(r"\b(or|and|of|the|is|has)\b")
        assert not [each.message_zh for each in found if english.search(each.message_zh)]
        return found


def correct_folder(path: Path) -> DistrictFolder:
    """Write a district without a mistake."""
    folder = DistrictFolder(path)
    for file, content in CORRECT.items():
        folder.write(file, content)
    return folder
