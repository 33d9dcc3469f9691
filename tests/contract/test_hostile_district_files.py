"""Files of a district from enemies, and from hands that slip."""

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch_router.domain.errors import InvalidDistrict
from dispatch_router.storage.district_files import load_district
from dispatch_router.storage.district_files.files import FILES, MAX_BYTES
from tests.district_folder import CORRECT, DistrictFolder, correct_folder


@pytest.fixture
def folder(tmp_path: Path) -> DistrictFolder:
    return correct_folder(tmp_path)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("- id: 迎新村\n".encode("gbk"), "gazetteer.yaml:1: The file is not UTF-8"),
        (b"- id: a\n- \xff", "gazetteer.yaml:2: The file is not UTF-8"),
        (b"\x80\x04\x95", "gazetteer.yaml:1: The file is not UTF-8"),
        (b"[" * 100_000, "gazetteer.yaml:1: More than 20 levels deep."),
        (b"a: &a [x]\nb: &b [*a,*a]\n", "gazetteer.yaml:1: Anchors"),
        (b"!!python/object/apply:os.system ['true']", "gazetteer.yaml:1: Tags"),
        (b"- {}\n" * 20_001, "gazetteer.yaml:1: There have to be 0 to 20000 items, not 20001."),
        (b"x" * (MAX_BYTES + 1), f"gazetteer.yaml: The file is larger than {MAX_BYTES} bytes."),
        (b"", "gazetteer.yaml: The file is empty."),
        (b"just a word", "gazetteer.yaml:1: This has to be a list of items."),
        (b"- just a word", "gazetteer.yaml:1: [0]: This has to be a mapping"),
        (b"- null", "gazetteer.yaml:1: [0]: This has to be a mapping"),
        (b"- {id: [[[]]]}", "gazetteer.yaml:1: [0].id: This has to be text."),
    ],
)
def test_a_hostile_file_is_refused_in_words(
    folder: DistrictFolder, content: bytes, expected: str
) -> None:
    folder.write("gazetteer.yaml", content)
    said = folder.said()
    assert any(line.startswith(expected) for line in said), said[:5]


def test_a_folder_in_place_of_a_file_is_refused(folder: DistrictFolder) -> None:
    (folder.path / "units.yaml").unlink()
    (folder.path / "units.yaml").mkdir()
    assert "units.yaml: This is no file." in folder.said()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_in_place_of_a_file_does_not_hang(folder: DistrictFolder) -> None:
    (folder.path / "units.yaml").unlink()
    os.mkfifo(folder.path / "units.yaml")
    assert "units.yaml: This is no file." in folder.said()


def test_the_largest_file_that_is_allowed_is_checked_in_reasonable_time(
    folder: DistrictFolder,
) -> None:
    ring = [[106.1, 29.2], *([106.3, 29.2 + step * 1e-5] for step in range(20_000)), [106.1, 29.2]]
    zones = json.loads(CORRECT["zones.geojson"])
    zones["features"] = zones["features"][:1] * 5
    for feature in zones["features"]:
        feature["geometry"]["coordinates"] = [ring]
    folder.write("zones.geojson", json.dumps(zones))
    started = time.monotonic()
    assert folder.mistakes()
    assert time.monotonic() - started < 30


SPOILT = st.sampled_from(
    ["&a ", "*a", "!!x ", "[", "]", "{", "}", "- ", ": ", '"', "'", "\t", "\x00", "é", "1e999",
     ".nan", "-", "\n", "  ", "null", "true", "9" * 40, "|", ">", "#", "%", "@", "`", "\\", "迎"]
)  # fmt: skip


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    file=st.sampled_from(FILES),
    where=st.floats(0, 1),
    removed=st.integers(0, 30),
    put=st.lists(SPOILT, max_size=3),
)
def test_no_slip_of_the_pen_breaks_the_check(
    tmp_path: Path, file: str, where: float, removed: int, put: list[str]
) -> None:
    folder = correct_folder(tmp_path)
    text = CORRECT[file]
    at = int(where * len(text))
    folder.write(file, text[:at] + "".join(put) + text[at + removed :])
    mistakes = folder.mistakes()
    if all(each.warning for each in mistakes):
        load_district(folder.path)
    else:
        with pytest.raises(InvalidDistrict):
            load_district(folder.path)
