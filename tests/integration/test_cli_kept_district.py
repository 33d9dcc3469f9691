"""``dispatch-router district import`` and ``export`` on both databases, beside the service."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dispatch_router.application.district.keep import keep_resource, read_kept
from dispatch_router.bootstrap import SystemClock
from dispatch_router.bootstrap_district import open_kept_district
from dispatch_router.bootstrap_state import open_kept_state
from dispatch_router.cli.main import app
from dispatch_router.config import StateSettings
from dispatch_router.domain.errors import InvalidDistrict, InvalidState
from dispatch_router.domain.resources import ResourceKey, ResourceKind
from dispatch_router.storage.desk import SqlDeskStore
from dispatch_router.storage.district_files import load_district
from tests.desk import small_desk
from tests.district_folder import DistrictFolder, correct_folder
from tests.postgres import PostgresServer

RUN = CliRunner()
PARK = ResourceKey(ResourceKind.POSTS, "park")


@pytest.fixture(params=["sqlite", "postgres"])
def settings(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> StateSettings:
    """Where the state is, also for the commands."""
    monkeypatch.setenv("DISPATCH_STATE_DIR", str(tmp_path / "state"))
    if request.param == "sqlite":
        return StateSettings(state_dir=tmp_path / "state")
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.new_database()
    monkeypatch.setenv("DISPATCH_DATABASE_URL", url)
    return StateSettings(state_dir=tmp_path / "state", database_url=url)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DistrictFolder:
    """The district that is served."""
    path = tmp_path / "served"
    path.mkdir()
    monkeypatch.setenv("DISPATCH_DISTRICT", str(path))
    return correct_folder(path)


@contextmanager
def store_of(settings: StateSettings) -> Iterator[SqlDeskStore]:
    with closing(open_kept_state(settings)) as state:
        yield state.desk


def start(folder: DistrictFolder, store: SqlDeskStore) -> object:
    """What a start of the service finds."""
    return open_kept_district(folder.path, store, SystemClock())[2]


def run(*arguments: str) -> tuple[int, str]:
    done = RUN.invoke(app, ["district", *arguments])
    return done.exit_code, done.output


def test_what_is_exported_beside_the_service_is_the_district_that_it_serves(
    settings: StateSettings, folder: DistrictFolder, tmp_path: Path
) -> None:
    with store_of(settings) as store:
        start(folder, store)
        with store.writing() as desk:
            park = desk.resources()[PARK]
            moved = {**park.members, "position": {"lon": 106.31, "lat": 29.31}}
            now = SystemClock().now()
            keep_resource(desk, park, type(park)(PARK, park.place, moved), now)
        served = start(folder, store)
        code, said = run("export", str(tmp_path / "out"), "--lang", "en")
        assert (code, said) == (0, f"{tmp_path / 'out'}: written.\n")
    assert load_district(tmp_path / "out") == served != load_district(folder.path)
    code, said = run("export", str(tmp_path / "out"))
    assert (code, "--overwrite" in said, "已存在" in said) == (4, True, True)
    assert run("export", str(tmp_path / "out"), "--overwrite")[0] == 0


def test_files_that_are_imported_count_from_the_next_start_on(
    settings: StateSettings, folder: DistrictFolder, caplog: pytest.LogCaptureFixture
) -> None:
    with store_of(settings) as store:
        before = start(folder, store)
    folder.spoil("posts.yaml", "{lon: 106.30, lat: 29.30}", "{lon: 106.32, lat: 29.30}")
    with store_of(settings) as store, caplog.at_level(logging.WARNING):
        assert start(folder, store) == before
    assert "posts.yaml changed since it was loaded, and does not count" in caplog.text
    code, said = run("import", str(folder.path), "--lang", "en")
    assert (code, said) == (0, "0 added, 1 changed, 0 removed.\n")
    caplog.clear()
    with store_of(settings) as store, caplog.at_level(logging.WARNING):
        assert start(folder, store) == load_district(folder.path) != before
    assert caplog.text == ""
    assert RUN.invoke(app, ["audit", "verify"]).exit_code == 0


def test_files_with_mistakes_are_not_imported_and_do_not_stop_a_start(
    settings: StateSettings, folder: DistrictFolder, caplog: pytest.LogCaptureFixture
) -> None:
    with store_of(settings) as store:
        before = start(folder, store)
    folder.spoil("units.yaml", "post: park", "post: moon")
    code, said = run("import", str(folder.path))
    assert (code, "The district has no post moon" in said) == (4, True)
    with store_of(settings) as store:
        assert start(folder, store) == before
    assert "units.yaml changed since it was loaded" in caplog.text


def test_an_import_does_not_take_a_unit_from_its_assignment(
    settings: StateSettings, folder: DistrictFolder
) -> None:
    with store_of(settings) as store:
        start(folder, store)
        desk = small_desk(store)
        desk.reserve(desk.file().incident.id, "p1")
        kept = list(read_kept(store)[1])
    text = (folder.path / "units.yaml").read_text("utf-8")
    folder.write("units.yaml", text.replace("id: p1", "id: p2"))
    code, said = run("import", str(folder.path))
    assert (code, "p1 is on the assignment" in said) == (1, True)
    with store_of(settings) as store:
        assert list(read_kept(store)[1]) == kept


def test_a_state_of_another_district_is_refused_until_this_one_is_imported(
    settings: StateSettings, folder: DistrictFolder, tmp_path: Path
) -> None:
    with store_of(settings) as store:
        start(folder, store)
    folder.spoil("district.yaml", "id: small", "id: smaller")
    with store_of(settings) as store, pytest.raises(InvalidState, match="the district small,"):
        start(folder, store)
    assert run("export", str(tmp_path / "out"))[0] == 5
    assert run("import", str(folder.path))[0] == 0
    with store_of(settings) as store:
        start(folder, store)


def test_a_policy_that_does_not_fit_what_is_kept_stops_the_start(
    settings: StateSettings, folder: DistrictFolder
) -> None:
    with store_of(settings) as store:
        start(folder, store)
    folder.spoil("policy.yaml", "tie_band_s: 30", "tie_band_s: soon")
    with store_of(settings) as store, pytest.raises(InvalidDistrict, match=r"policy\.yaml"):
        start(folder, store)


def test_a_folder_of_state_that_a_service_uses_takes_no_import(
    folder: DistrictFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPATCH_STATE_DIR", str(tmp_path / "state"))
    with store_of(StateSettings(state_dir=tmp_path / "state")):
        code, said = run("import", str(folder.path))
    assert (code, "another service" in said) == (5, True)
    code, said = run("export", str(tmp_path / "out"))
    assert (code, "start the service once" in said) == (5, True)
