"""The service is put together from a district's folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dispatch_router.bootstrap import district_folder, open_district, open_service
from dispatch_router.config import DistrictSettings
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.crs import Crs
from dispatch_router.domain.errors import InvalidDistrict, InvalidGraph
from dispatch_router.web.schemas.recommendation import RecommendationReply
from tests.xipeng import XIPENG


def test_the_bundled_district_is_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert district_folder(DistrictSettings()) == XIPENG


def test_a_district_that_is_set_is_taken_and_nothing_else(tmp_path: Path) -> None:
    assert district_folder(DistrictSettings(district=tmp_path)) == tmp_path
    with pytest.raises(InvalidDistrict):
        open_service(DistrictSettings(district=tmp_path))


def test_the_service_answers_from_the_bundled_district() -> None:
    service = open_service(DistrictSettings())
    answer = service.recommender.recommend(CallQuestion("迎新村"), top=5, with_routes=True)
    written = RecommendationReply.model_validate_json(service.writer.write(answer, Crs.GCJ02))
    assert written.graph_version == service.graph().version
    assert written.candidates[0].route is not None
    assert service.district.synthetic


def test_a_district_without_a_graph_says_how_to_make_one(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(XIPENG, folder, ignore=shutil.ignore_patterns("graph", "*.gz"))
    with pytest.raises(InvalidGraph, match="dispatch-router graph build"):
        open_district(folder)
