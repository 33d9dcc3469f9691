"""What every engine is given, and how its answers are compared."""

from __future__ import annotations

import math
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import osmium
import pytest

from benchmarks.engines.graphs import ComparisonGraph, Recipe, comparable
from benchmarks.engines.growth import series_of
from benchmarks.engines.markdown import tables
from benchmarks.engines.measure import Cell, agreement, expected_s
from benchmarks.engines.osm_export import osm_id, roads_of, write_osm
from benchmarks.engines.ours import BOUNDED, CHOSEN, LABELS, OurEngine, OurSearch
from benchmarks.engines.plot import draw
from benchmarks.engines.python_peers import Networkx, Scipy
from benchmarks.engines.question import FEW, Contender, Question, least
from benchmarks.engines.results import Note, Results, Row
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.assemble import assemble_district
from tests.ascii_map import ascii_map

TOWN = """
    A---b->-C---g
    |   |   |   |
    d---+---E---h
    """


@pytest.fixture
def question(tmp_path: Path) -> Question:
    network = comparable(ascii_map(TOWN, step_ms=10_049).network, Recipe("drawn", 2, 1))
    roads = assemble_district({UnitMode.CAR: network})
    return Question(ComparisonGraph("drawn", tmp_path, roads, None))


def exact_contenders(question: Question) -> list[Contender]:
    ours = [OurSearch(question, name) for name in (CHOSEN, BOUNDED, LABELS)]
    return [Scipy(question), Networkx(question), *ours]


def test_times_are_whole_tenths_of_a_second(question: Question) -> None:
    assert set((question.links.ms % 100).tolist()) == {0}
    assert question.links.ms.min() >= 100


def test_all_who_are_given_the_same_times_say_the_same(question: Question) -> None:
    units = question.core[::2].tolist()
    contenders = [*exact_contenders(question), OurEngine(question)]
    for contender in contenders:
        contender.place(units)
        contender.expect(question.core.tolist())

    for call in question.core.tolist():
        answers = {tuple(contender.nearest(call, 3)) for contender in contenders}
        assert len(answers) == 1


def test_a_closed_road_is_driven_round_by_all_and_forgotten_when_it_opens(
    question: Question,
) -> None:
    contenders = exact_contenders(question)
    links, longer = question.links, 0
    for link in range(len(links.tail)):
        road = question.closed_road(link)
        ends = {road.tail, road.head}
        elsewhere = [node for node in question.core.tolist() if node not in ends]
        for contender in contenders:
            contender.place(elsewhere[:2])
            contender.expect(elsewhere)
        for call in elsewhere:
            before = {tuple(contender.nearest(call, 2)) for contender in contenders}
            for contender in contenders:
                contender.close(road)
            closed = {tuple(contender.nearest(call, 2)) for contender in contenders}
            for contender in contenders:
                contender.reopen()
            after = {tuple(contender.nearest(call, 2)) for contender in contenders}
            assert before == after
            assert len(before) == len(closed) == 1
            longer += before != closed
    assert longer > 0


def test_exported_roads_carry_every_direction_once(question: Question, tmp_path: Path) -> None:
    path = tmp_path / "roads.osm.pbf"
    write_osm(question.graph, path)

    found = {}
    for way in osmium.FileProcessor(str(path), osmium.osm.WAY):
        tail, head = (node.ref for node in way.nodes)
        found[tail, head] = int(way.tags["tenths"])
        if way.tags["oneway"] == "no":
            found[head, tail] = int(way.tags["tenths"])

    links = question.links
    assert found == {
        (osm_id(tail), osm_id(head)): ms // 100
        for tail, head, ms in zip(
            links.tail.tolist(), links.head.tolist(), links.ms.tolist(), strict=True
        )
    }
    assert len(roads_of(question.graph).tail) < len(links.tail)


def test_the_least_times_are_ascending_and_leave_out_who_has_no_way() -> None:
    assert least([30, None, 10, 20], 2) == [10, 20]
    assert least([30.0, math.inf], 5) == [30]
    assert least([30, None, 20] * FEW, 2) == [20, 20]
    assert least(np.array([30.0, math.inf, 20.0] * FEW), FEW + 1) == [20] * FEW + [30]


def test_an_answer_that_is_missing_does_not_agree() -> None:
    reference = Cell(answers={0: [100, 200], 1: [50]})

    whole = agreement(Cell(answers={0: [100, 200]}), reference)
    part = agreement(Cell(answers={0: [100, 201], 1: []}), reference)

    assert (whole.compared, whole.same, whole.near) == (2, 1.0, 1.0)
    assert (part.compared, part.same) == (3, pytest.approx(1 / 3))
    assert part.near == pytest.approx(2 / 3)


def test_growth_is_the_power_that_fits() -> None:
    rows = [
        Row("porto", 68_684, units, 5, engine, 500, median_us, None, 1.0, 1.0, 1.0)
        for engine, power in (("steady", 0.0), ("linear", 1.0))
        for units in (10, 100, 1000)
        for median_us in [30.0 * units**power]
    ]

    (series,) = series_of(rows)

    assert series.varies == "units"
    assert series.powers() == pytest.approx({"steady": 0.0, "linear": 1.0})


def test_the_picture_is_well_formed_and_names_who_was_measured(tmp_path: Path) -> None:
    rows = [
        Row("porto", 68_684, units, 5, engine, 500, median_us, None, 1.0, 1.0, 1.0)
        for units in (10, 100)
        for engine, median_us in ((CHOSEN, 0.5), ("networkx", 180_000.0))
    ]
    results = Results(machine={"cores": "2"}, rows=rows)
    results.write(tmp_path / "results.json")
    draw(Results.read(tmp_path / "results.json"), tmp_path / "plot.svg")

    words = {text.text for text in ElementTree.parse(tmp_path / "plot.svg").iter() if text.text}
    assert {CHOSEN, "networkx", "porto, k=5"} <= words
    assert "scipy" not in words


def test_what_a_question_will_take_is_judged_by_fewer_units() -> None:
    assert expected_s({}, 100) == 0
    assert expected_s({10: 0.2}, 100) == 0.2
    assert expected_s({10: 0.2, 100: 2.0}, 1000) == pytest.approx(20)
    assert expected_s({10: 0.2, 100: 0.3}, 1000) == pytest.approx(0.45)
    assert expected_s({10: 0.2, 100: 0.1}, 1000) == 0.1


def test_tables_for_the_documentation_say_what_was_not_measured() -> None:
    rows = [
        Row("porto", 68_684, units, 5, engine, 500, 1234.4, 2000.6, 1.0, 1.0, 1.0)
        for engine, units in ((CHOSEN, 10), (CHOSEN, 100), ("networkx", 10))
    ]
    notes = [Note("porto", CHOSEN, "build", "order", 1.5), Note("porto", CHOSEN, "memory", "", 16)]

    lines = tables(Results(rows=rows, notes=notes)).splitlines()

    assert "| engine | 10 | 100 |" in lines
    assert "| networkx | 1,234 / 2,001 | - |" in lines
    assert f"| {CHOSEN} | order 1.50 s | - | 16 MiB |" in lines
