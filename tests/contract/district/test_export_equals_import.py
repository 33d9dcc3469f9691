"""What is written as files reads as what was kept, whatever people call things."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch_router.domain.resources import (
    CALENDAR_ID,
    Resource,
    ResourceKey,
    ResourceKind,
    Resources,
)
from dispatch_router.storage.district_files import load_district
from dispatch_router.storage.district_files.kept import open_district_files
from dispatch_router.storage.district_files.write import file_texts
from tests.district_folder import correct_folder
from tests.xipeng import XIPENG

K = ResourceKind
# What YAML takes for something else when nothing says that it is text.
WORDS = ["1e5", "0x10", "null", "true", "no", "007", "12_3", "1e400", "y", "500107110217"]
IDS = st.sampled_from(WORDS) | st.from_regex(
    r"[a-z0-9]{1,6}([-_][a-z0-9]{1,6}){0,2}", fullmatch=True
)
UNSEEN = ["Cc", "Cf", "Zl", "Zp", "Cs"]
TEXT = (
    st.text(st.characters(exclude_categories=UNSEEN), min_size=1, max_size=30)
    .map(str.strip)
    .filter(bool)
)
NAMES = st.fixed_dictionaries(
    {"zh": TEXT, "en": TEXT | st.sampled_from(["08:30", "~", "- a: b #"])}
)
POSITIONS = st.fixed_dictionaries({"lon": st.floats(-180, 180), "lat": st.floats(-90, 90)})
CLOCK = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))
HOURS = st.fixed_dictionaries(
    {
        "days": st.lists(st.sampled_from(["workday", "rest_day", "mon", "sun"]), min_size=1,
                         max_size=4, unique=True),
        "start": CLOCK,
        "end": CLOCK,
    }
)  # fmt: skip


@st.composite
def districts(draw: st.DrawFn) -> Resources:
    """A district that fits together."""
    posts = draw(st.lists(IDS, min_size=1, max_size=4, unique=True))
    zones = draw(st.lists(IDS, max_size=3, unique=True))
    units = draw(st.lists(IDS, min_size=1, max_size=4, unique=True))
    post = st.sampled_from(posts)
    some_zones = st.lists(st.sampled_from(zones), unique=True) if zones else st.just([])
    kept: list[tuple[ResourceKey, int, dict[str, Any]]] = []

    def keep(kind: ResourceKind, its_id: str, members: dict[str, Any]) -> None:
        place = sum(key.kind is kind for key, _, _ in kept)
        kept.append((ResourceKey(kind, its_id), place, members))

    for each in posts:
        keep(K.POSTS, each, {
            "id": each, "name": draw(NAMES), "kind": "station", "position": draw(POSITIONS),
            "approximate": draw(st.booleans()), "functions": ["call_response"],
        })  # fmt: skip
    for each in units:
        patrol = draw(st.booleans())
        keep(K.UNITS, each, {
            "id": each, "name": draw(NAMES), "post": draw(post), "patrol": patrol, "mode": "foot",
            **({"beat": draw(POSITIONS)} if patrol else {}),
            "familiar_zones": draw(some_zones), "capabilities": draw(st.lists(IDS, unique=True)),
        })  # fmt: skip
    for index, each in enumerate(zones):
        west = 10.0 * index + draw(st.floats(0, 1))
        ring = [[west, 1.5], [west + 2.0, 1.0], [west + 2.0, draw(st.floats(2, 3))], [west, 1.5]]
        keep(K.ZONES, each, {
            "type": "Feature",
            "properties": {
                "id": each, "name": draw(NAMES), "post": draw(post), "station": draw(post)
            },
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        })  # fmt: skip
    for each in draw(st.lists(IDS, max_size=2, unique=True)):
        keep(K.HOSPITALS, each, {
            "id": each, "name": draw(NAMES), "position": draw(POSITIONS), "approximate": True,
            "takes": ["trauma"],
        })  # fmt: skip
    for each in draw(st.lists(IDS, max_size=2, unique=True)):
        keep(K.ROSTERS, each, {
            "id": each, "name": draw(NAMES),
            "units": draw(st.lists(st.sampled_from(units), min_size=1, unique=True)),
            "posts": draw(st.lists(post, unique=True)),
            "duty": draw(st.lists(HOURS, min_size=1, max_size=2)),
            "away": draw(st.lists(HOURS, max_size=2)),
        })  # fmt: skip
    days = [{"first": "2026-10-01", "last": "2026-10-07", "kind": "rest_day", "name": draw(NAMES)}]
    keep(K.CALENDAR, CALENDAR_ID, {"days": draw(st.sampled_from([days, []]))})
    return Resources(Resource(*each) for each in kept)


@settings(max_examples=100, deadline=None)
@given(districts())
def test_files_that_are_written_say_what_was_kept(kept: Resources) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = correct_folder(Path(name))
        folder.write("gazetteer.yaml", "[]\n")
        known = open_district_files(folder.path)
        for file, text in file_texts(kept).items():
            folder.write(file, text)
        files = open_district_files(folder.path)
        assert list(files.resources) == list(kept)
        assert files.resources.digests() == kept.digests()
        assert load_district(folder.path) == known.of(kept)


def test_xipeng_is_the_same_after_it_was_written(tmp_path: Path) -> None:
    files, folder = open_district_files(XIPENG), correct_folder(tmp_path)
    for file in ("district.yaml", "policy.yaml", "gazetteer.yaml"):
        folder.write(file, (XIPENG / file).read_bytes())
    for file, text in file_texts(files.resources).items():
        folder.write(file, text)
    assert load_district(tmp_path) == load_district(XIPENG) == files.of(files.resources)
