"""The service is put together from a district's folder."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import psycopg
import pytest

from dispatch_router.application.closure_drafts import ClosureDraft
from dispatch_router.bootstrap import district_folder, open_district, open_service
from dispatch_router.config import DistrictSettings, StateSettings
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.closures import NamedRoad
from dispatch_router.domain.crs import Crs
from dispatch_router.domain.decision_record import Asked
from dispatch_router.domain.errors import InvalidDistrict, InvalidGraph, InvalidState
from dispatch_router.web.schemas.recommendation import RecommendationReply
from tests.postgres import PostgresServer
from tests.xipeng import XIPENG


def test_the_bundled_district_is_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert district_folder(DistrictSettings()) == XIPENG


def test_a_district_that_is_set_is_taken_and_nothing_else(tmp_path: Path) -> None:
    assert district_folder(DistrictSettings(district=tmp_path)) == tmp_path
    with pytest.raises(InvalidDistrict):
        open_service(DistrictSettings(district=tmp_path), StateSettings(state_dir=tmp_path))


def test_a_start_that_failed_leaves_the_state_to_the_next_one(tmp_path: Path) -> None:
    state = StateSettings(state_dir=tmp_path / "state")
    for _ in range(2):
        with pytest.raises(InvalidDistrict):
            open_service(DistrictSettings(district=tmp_path), state)


def test_a_start_that_failed_leaves_no_connection_to_the_database(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    url = postgres.new_database()
    # On PostgreSQL the folder of the state is not needed, and not touched.
    state = StateSettings(state_dir=tmp_path / "file" / "state", database_url=url)
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidDistrict):
        open_service(DistrictSettings(district=tmp_path), state)
    ours = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'dispatch_router'"
    with psycopg.connect(url) as connection:
        until = time.monotonic() + 5
        while connection.execute(f"{ours} AND datname = current_database()").fetchone() != (0,):
            assert time.monotonic() < until
            time.sleep(0.05)


def test_the_service_needs_no_folder_where_the_state_is_in_a_database(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    folder = tmp_path / "never made"
    state = StateSettings(state_dir=folder, database_url=postgres.new_database())
    service = open_service(DistrictSettings(), state)
    asked = Asked(CallQuestion("迎新村"), 5, with_routes=False)
    made = service.recommender.recommend(asked.question, top=5, with_routes=False)
    service.decisions.note(asked, made, service.writer.write_both(made, Crs.WGS84))
    service.close()
    assert not folder.exists()

    again = open_service(DistrictSettings(), state)
    record = again.decisions.find(made.decision_id)
    assert record is not None
    assert again.replay(record).identical
    again.close()


def test_the_service_answers_from_the_bundled_district(tmp_path: Path) -> None:
    service = open_service(DistrictSettings(), StateSettings(state_dir=tmp_path / "state"))
    answer = service.recommender.recommend(CallQuestion("迎新村"), top=5, with_routes=True)
    written = RecommendationReply.model_validate_json(service.writer.write(answer, Crs.GCJ02))
    assert written.graph_version == service.graph().version
    assert written.candidates[0].route is not None
    assert service.district.synthetic
    with pytest.raises(InvalidState, match="another service"):
        open_service(DistrictSettings(), StateSettings(state_dir=tmp_path / "state"))
    service.close()


def test_a_closure_by_the_name_of_a_road_of_xipeng_is_kept_over_a_restart(tmp_path: Path) -> None:
    state = StateSettings(state_dir=tmp_path / "state")
    first = open_service(DistrictSettings(), state)
    (made,) = first.closures.add([ClosureDraft(NamedRoad("迎新路"), "塌方")], batch=False)
    assert made.length_m > 1000
    assert made.in_force
    first.close()

    second = open_service(DistrictSettings(), state)
    assert second.closures.page(after=None, limit=10, in_force=True) == ([made], None)
    second.close()


def test_a_district_without_a_graph_says_how_to_make_one(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(XIPENG, folder, ignore=shutil.ignore_patterns("graph", "*.gz"))
    with pytest.raises(InvalidGraph, match="dispatch-router graph build"):
        open_district(folder)
