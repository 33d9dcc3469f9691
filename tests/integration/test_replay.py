"""Decisions of a real service, made again after a restart, after the district changed, or not."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from dispatch_router.application.closure_drafts import ClosureDraft
from dispatch_router.application.live_positions import UnitFix
from dispatch_router.bootstrap import open_service
from dispatch_router.config import DistrictSettings, StateSettings
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.closures import NamedRoad
from dispatch_router.domain.crs import Crs
from dispatch_router.domain.decision_record import Asked, Replayed
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.positions import Fix
from dispatch_router.domain.response import Response
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.format import open_graph, write_graph
from dispatch_router.routing.graph import DistrictRoads
from dispatch_router.routing.version import content_version
from dispatch_router.web.readiness import DispatchService
from tests.xipeng import XIPENG

QUESTIONS = [
    Asked(CallQuestion("迎新村", response=response), top, with_routes, crs, list_others)
    for response in Response
    for top, with_routes, crs, list_others in (
        (5, False, Crs.WGS84, True),
        (3, True, Crs.GCJ02, False),
    )
] + [
    Asked(CallQuestion(LonLat(106.26 + 0.011 * n, 29.27 + 0.013 * n), 40.0 * n, 1), 4, True)
    for n in range(8)
]

AT_NO_TIME = datetime.fromtimestamp(0, UTC)


@pytest.fixture
def district(tmp_path: Path) -> Path:
    return shutil.copytree(XIPENG, tmp_path / "xipeng")


def opened(district: Path, state: Path) -> DispatchService:
    return open_service(DistrictSettings(district=district), StateSettings(state_dir=state))


@pytest.fixture
def service(district: Path, tmp_path: Path) -> Iterator[DispatchService]:
    service = opened(district, tmp_path / "state")
    yield service
    service.close()


def decide(service: DispatchService, asked: Asked) -> str:
    made = service.recommender.recommend(
        asked.question, top=asked.top, with_routes=asked.with_routes
    )
    written = service.writer.write_both(made, asked.crs, list_others=asked.list_others)
    service.decisions.note(asked, made, written)
    return made.decision_id


def replay(service: DispatchService, decision_id: str) -> Replayed:
    record = service.decisions.find(decision_id)
    assert record is not None
    return service.replay(record)


def replayed_all(service: DispatchService, ids: list[str]) -> list[bool]:
    return [replay(service, decision_id).identical for decision_id in ids]


def test_decisions_are_made_again_to_the_byte_by_either_search(service: DispatchService) -> None:
    bounded = [decide(service, asked) for asked in QUESTIONS]
    service.complete()
    by_labels = [decide(service, asked) for asked in QUESTIONS]
    (closed,) = service.closures.add([ClosureDraft(NamedRoad("迎新路"), "塌方")], batch=False)
    under_closure = [decide(service, asked) for asked in QUESTIONS]
    service.closures.lift(closed.id)
    assert all(replayed_all(service, bounded + by_labels + under_closure))
    assert replay(service, under_closure[0]).reply != replay(service, bounded[0]).reply


def test_decisions_between_which_units_moved_are_made_again_each_from_where_they_were(
    district: Path, tmp_path: Path
) -> None:
    first, ids, dice = opened(district, tmp_path / "state"), [], random.Random(7)
    patrols = [unit.id for unit in first.district.units][:6]
    for number in range(60):
        now_ms = first.units.now_ms() + number
        told = [
            UnitFix(unit_id, Fix(106.30 + dice.random() / 500, 29.30 + number / 9000, now_ms))
            for unit_id in dice.sample(patrols, dice.randint(1, 3))
        ]
        assert first.units.report(told).accepted == len(told)
        ids.append(decide(first, QUESTIONS[number % len(QUESTIONS)]))
        if number % 7 == 0:
            first.decisions.flush(AT_NO_TIME)
    # Of some it is known from memory still where the units were.
    assert all(replayed_all(first, ids))
    first.close()
    second = opened(district, tmp_path / "state")
    assert all(replayed_all(second, ids))
    second.close()


def test_a_month_later_in_another_district_it_is_still_the_same(
    district: Path, tmp_path: Path
) -> None:
    first = opened(district, tmp_path / "state")
    ids = [decide(first, asked) for asked in QUESTIONS]
    first.close()
    change(district / "policy.yaml", "walk_speed_m_s: 1.3", "walk_speed_m_s: 2.0")
    change(district / "policy.yaml", "speed_kmh: 20", "speed_kmh: 30")
    change(district / "gazetteer.yaml", "迎新村", "新村")
    second = opened(district, tmp_path / "state")
    assert all(replayed_all(second, ids))
    now_ids = [decide(second, asked) for asked in QUESTIONS[4:]]
    assert [replay(second, i).reply for i in now_ids] != [replay(second, i).reply for i in ids[4:]]
    second.close()


def test_another_road_graph_is_said_and_the_old_one_is_found_where_it_was_put(
    district: Path, tmp_path: Path
) -> None:
    first = opened(district, tmp_path / "state")
    decision_id = decide(first, QUESTIONS[0])
    recorded = first.graph().version
    first.close()
    (district / "graphs").mkdir()
    shutil.move(district / "graph", tmp_path / "old")
    write_slower_graph(tmp_path / "old", district / "graph")
    second = opened(district, tmp_path / "state")
    gone = replay(second, decision_id)
    assert (gone.reply, gone.identical) == (None, False)
    (missing,) = gone.missing
    assert (missing.ingredient, missing.recorded) == ("graph", recorded)
    assert missing.present == second.graph().version != recorded
    shutil.move(tmp_path / "old", district / "graphs" / "2025")
    (district / "graphs" / "no graph").mkdir()
    assert replay(second, decision_id).identical
    second.close()


def write_slower_graph(graph: Path, folder: Path) -> None:
    roads = open_graph(graph)
    car = roads.networks[UnitMode.CAR]
    slower_ms = np.where(
        car.edges.free_flow_ms > 0, 2 * car.edges.free_flow_ms, car.edges.free_flow_ms
    )
    edges = replace(car.edges, free_flow_ms=slower_ms.astype(car.edges.free_flow_ms.dtype))
    networks = {**roads.networks, UnitMode.CAR: replace(car, edges=edges)}
    summary = replace(roads.summary, version=content_version(networks))
    write_graph(DistrictRoads(networks, summary), folder, replace=False)


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
