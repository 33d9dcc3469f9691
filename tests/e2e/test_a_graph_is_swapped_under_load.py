"""The roads are replaced while calls come in: no call is dropped, and none is answered by two maps.

Two graphs take turns, as built from the bundled roads and from the same without a bridge. Every
answer names its graph, and has to be what that graph alone answers.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import pytest
import yaml

from dispatch_router.cli.exit_codes import ExitCode
from dispatch_router.routing.format import write_graph
from tests.e2e.service import running
from tests.e2e.test_the_story_of_yingxin import without_ways
from tests.xipeng import XIPENG, built_roads, drawn_xml

QUESTION = {"location": {"place": "迎新村"}, "top": 9}
CLIENTS, SWAPS = 4, 6
DriveTimes = dict[str, float]


class Callers:
    """Clients that ask without a pause; they note every answer, and everything that is not one."""

    def __init__(self, url: str) -> None:
        self._url, self._done = url, threading.Event()
        self.answers: list[tuple[str, DriveTimes]] = []
        self.failures: list[str] = []
        self._threads = [threading.Thread(target=self._ask_on) for _ in range(CLIENTS)]

    def __enter__(self) -> Callers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join(60)

    def _ask_on(self) -> None:
        with httpx.Client(base_url=self._url, timeout=30) as client:
            while not self._done.is_set():
                try:
                    self.answers.append(ask(client))
                except (httpx.HTTPError, AssertionError) as failure:
                    self.failures.append(repr(failure))


def ask(client: httpx.Client) -> tuple[str, DriveTimes]:
    reply = client.post("/v1/recommendations", json=QUESTION)
    assert reply.status_code == 200, reply.text
    answer = reply.json()
    drives = {each["unit_id"]: each["parts"]["drive_s"] for each in answer["candidates"]}
    return answer["graph_version"], drives


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled district without hours of its own, and beside it a graph without the bridge."""
    folder = tmp_path_factory.mktemp("swapped") / "xipeng"
    shutil.copytree(XIPENG, folder)
    policy = yaml.safe_load((folder / "policy.yaml").read_text(encoding="utf-8"))
    del policy["speeds"]
    (folder / "policy.yaml").write_text(yaml.safe_dump(policy), encoding="utf-8")
    xml = without_ways(drawn_xml(), '<tag k="bridge:name" v="双溪桥"/>', ways=1)
    write_graph(built_roads(xml, folder.parent), folder.parent / "other", replace=False)
    return folder


@pytest.fixture(scope="module")
def url(district: Path) -> Iterator[str]:
    with running("--port", "0", "--district", str(district)) as service:
        yield service.wait_until_ready()


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A valid graph of the same roads, fifty degrees farther west."""
    folder = tmp_path_factory.mktemp("elsewhere")
    moved, nodes = re.subn(r"lon='106\.", "lon='56.", drawn_xml())
    assert nodes > 1000
    write_graph(built_roads(moved, folder), folder / "graph", replace=False)
    return folder / "graph"


def put_in_place(graph: Path, district: Path) -> None:
    """Replace the folder in two steps, as ``graph build --force`` does."""
    shutil.rmtree(district / "graph", ignore_errors=True)
    shutil.copytree(graph, district / "graph")


def reload(url: str) -> httpx.Response:
    return httpx.post(url + "/v1/graph/reload", timeout=60)


def test_every_answer_is_wholly_of_one_graph_and_none_is_dropped(district: Path, url: str) -> None:
    graphs = [district.parent / "other", XIPENG / "graph"]
    in_use: list[str] = []
    with Callers(url) as callers, httpx.Client(base_url=url, timeout=30) as client:
        in_use.append(ask(client)[0])
        for swap in range(SWAPS):
            put_in_place(graphs[swap % 2], district)
            reloaded = reload(url)
            assert reloaded.status_code == 200, reloaded.text
            assert reloaded.json()["changed"] is True
            assert reloaded.json()["previous_version"] == in_use[-1]
            # From its answer on, no other graph is asked.
            in_use.append(ask(client)[0])
            assert in_use[-1] == reloaded.json()["graph"]["graph_version"] != in_use[-2]
    assert callers.failures == []
    assert len(set(in_use)) == 2
    seen: defaultdict[str, defaultdict[str, set[float]]] = defaultdict(lambda: defaultdict(set))
    for version, drives in callers.answers:
        for unit, drive_s in drives.items():
            seen[version][unit].add(drive_s)
    assert set(seen) == set(in_use)
    assert all(len(times) == 1 for units in seen.values() for times in units.values())
    one, other = seen.values()
    assert one["park-crew"] != other["park-crew"]


def broken(graph: Path) -> dict[str, Any]:
    """Damage a graph in a way of each kind: contents, a file that is gone, all that is gone."""
    array = next(graph.glob("*.npy"))

    def is_damaged() -> None:
        array.write_bytes(array.read_bytes()[:-1] + b"?")

    return {
        "damaged": is_damaged,
        "incomplete": array.unlink,
        "gone": lambda: shutil.rmtree(graph),
    }


@pytest.mark.parametrize("damage", ["damaged", "incomplete", "gone"])
def test_a_graph_that_cannot_be_used_leaves_the_old_one_serving(
    district: Path, url: str, damage: str
) -> None:
    put_in_place(XIPENG / "graph", district)
    assert reload(url).status_code == 200
    with httpx.Client(base_url=url, timeout=30) as client:
        before = ask(client)
        broken(district / "graph")[damage]()
        refused = reload(url)
        assert (refused.status_code, refused.json()["code"]) == (409, "invalid_graph")
        assert ask(client) == before
        put_in_place(XIPENG / "graph", district)
        assert reload(url).json()["changed"] is False
        assert ask(client) == before


def test_files_that_are_copied_over_those_in_use_end_nothing(district: Path, url: str) -> None:
    put_in_place(XIPENG / "graph", district)
    assert reload(url).status_code == 200
    with Callers(url) as callers, httpx.Client(base_url=url, timeout=30) as client:
        before = ask(client)
        for file in sorted((district.parent / "other").iterdir()):
            # As `cp other/* graph/` does: the same file, for a moment with nothing in it.
            (district / "graph" / file.name).write_bytes(b"")
            ask(client)
            (district / "graph" / file.name).write_bytes(file.read_bytes())
        assert ask(client) == before
        assert reload(url).json()["changed"] is True
        assert ask(client) != before
    assert callers.failures == []


def test_a_valid_graph_of_another_place_leaves_the_old_one_serving(
    district: Path, url: str, elsewhere: Path
) -> None:
    put_in_place(XIPENG / "graph", district)
    assert reload(url).status_code == 200
    with httpx.Client(base_url=url, timeout=30) as client:
        before = ask(client)
        put_in_place(elsewhere, district)
        refused = reload(url)
        assert (refused.status_code, refused.json()["code"]) == (409, "invalid_graph")
        assert "not that of the district xipeng" in refused.json()["detail"]
        assert ask(client) == before
        put_in_place(XIPENG / "graph", district)
        assert reload(url).json()["changed"] is False


def test_a_start_on_the_graph_of_another_place_is_refused(tmp_path: Path, elsewhere: Path) -> None:
    folder = tmp_path / "xipeng"
    shutil.copytree(XIPENG, folder)
    put_in_place(elsewhere, folder)
    with running("--port", "0", "--district", str(folder)) as service:
        assert service.wait_for_end(120) == ExitCode.NO_DISTRICT
        assert "not that of the district xipeng" in "".join(service.logged)
