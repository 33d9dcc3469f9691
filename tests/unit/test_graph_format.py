"""A graph folder is written whole, opened checked, and refused with the file's name."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dispatch_router.domain.errors import InvalidGraph
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.assemble import assemble_district
from dispatch_router.routing.format import open_graph, write_graph
from dispatch_router.routing.version import named_arrays
from tests.ascii_map import ascii_map
from tests.district_roads import as_built

TOWN = ascii_map(
    """
    A->-b---C
        |
        x
    """,
    forbidden=["Abx"],
)
ROADS = as_built(TOWN.graph)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_graph(ROADS, tmp_path / "graph", replace=False)
    return tmp_path / "graph"


def test_what_is_opened_is_what_was_written(folder: Path) -> None:
    opened = open_graph(folder)
    for (name, written), (_, read) in zip(
        named_arrays(ROADS.networks), named_arrays(opened.networks), strict=True
    ):
        np.testing.assert_array_equal(written, read, err_msg=name)
    assert opened.summary == TOWN.graph.summary


def test_every_network_is_written_and_opened_under_one_version(tmp_path: Path) -> None:
    roads = assemble_district(
        {
            UnitMode.FOOT: replace(TOWN.network, mode=UnitMode.FOOT, forbidden=()),
            UnitMode.CAR: TOWN.network,
        }
    )
    write_graph(roads, tmp_path / "graph", replace=False)
    opened = open_graph(tmp_path / "graph")
    assert list(opened.networks) == [UnitMode.CAR, UnitMode.FOOT]
    assert opened.summary == roads.summary
    assert all(graph.summary == roads.summary for graph in opened.networks.values())
    assert roads.summary.version != TOWN.graph.summary.version
    (tmp_path / "graph" / "foot.edges.head.npy").unlink()
    with pytest.raises(InvalidGraph, match=r"foot\.edges\.head\.npy"):
        open_graph(tmp_path / "graph")


def test_the_same_roads_have_the_same_version_and_others_another() -> None:
    again = ascii_map("A->-b---C\n    |\n    x", forbidden=["Abx"])
    other = ascii_map("A->-b---C\n    |\n    x")
    assert again.graph.summary.version == TOWN.graph.summary.version
    assert other.graph.summary.version != TOWN.graph.summary.version


def test_an_existing_graph_gives_way_only_when_told(folder: Path) -> None:
    with pytest.raises(FileExistsError):
        write_graph(ROADS, folder, replace=False)
    write_graph(ROADS, folder, replace=True)
    assert open_graph(folder).summary == TOWN.graph.summary


def test_a_folder_that_holds_something_else_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "love.txt").write_text("dear")
    with pytest.raises(FileExistsError):
        write_graph(ROADS, tmp_path / "letters", replace=True)
    assert (tmp_path / "letters" / "love.txt").exists()


def test_a_write_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disk_full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", disk_full)
    with pytest.raises(OSError, match="No space"):
        write_graph(ROADS, tmp_path / "graph", replace=False)
    assert list(tmp_path.iterdir()) == []


def test_every_missing_file_is_named(folder: Path) -> None:
    for file in sorted(folder.iterdir()):
        content = file.read_bytes()
        file.unlink()
        with pytest.raises(InvalidGraph, match=file.name):
            open_graph(folder)
        file.write_bytes(content)


@pytest.mark.parametrize("keep", [0, 1, 60, 127, 129])
def test_every_truncated_array_is_named(folder: Path, keep: int) -> None:
    for file in sorted(folder.glob("*.npy")):
        content = file.read_bytes()
        if keep >= len(content):
            continue
        file.write_bytes(content[:keep])
        with pytest.raises(InvalidGraph, match=file.name):
            open_graph(folder)
        file.write_bytes(content)


def test_every_flipped_byte_is_found(folder: Path) -> None:
    for file in sorted(folder.glob("*.npy")):
        content = bytearray(file.read_bytes())
        if len(content) == 128:  # an empty array has no byte to flip
            continue
        content[-1] ^= 1
        file.write_bytes(content)
        with pytest.raises(InvalidGraph, match=file.name):
            open_graph(folder)
        content[-1] ^= 1
        file.write_bytes(content)


def test_a_graph_that_was_opened_stays_what_it_was_whatever_becomes_of_its_files(
    folder: Path,
) -> None:
    opened = open_graph(folder)
    before = {name: array.copy() for name, array in named_arrays(opened.networks)}
    for file in folder.glob("*.npy"):
        # As `cp` does: the same file, first without anything in it.
        file.write_bytes(b"")
        file.write_bytes(b"another graph")
    for name, array in named_arrays(opened.networks):
        assert np.array_equal(array, before[name])
        assert not array.flags.writeable


def test_no_room_is_made_for_an_array_larger_than_its_file(folder: Path) -> None:
    target = folder / "car.edges.length_mm.npy"
    shape = (1 << 50,)
    with target.open("wb") as file:
        np.lib.format.write_array_header_1_0(
            file, {"descr": "<i8", "fortran_order": False, "shape": shape}
        )
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["arrays"]["car.edges.length_mm"] |= {"dtype": "<i8", "shape": shape}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InvalidGraph, match=r"edges\.length_mm.*cut short"):
        open_graph(folder)


class _Booby:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (pytest.fail, ("a pickle was run",))


def test_a_pickle_in_the_place_of_an_array_is_refused_and_never_run(folder: Path) -> None:
    target = folder / "car.edges.length_mm.npy"
    target.write_bytes(pickle.dumps(_Booby()))
    with pytest.raises(InvalidGraph, match=r"edges\.length_mm"):
        open_graph(folder)
    np.save(target, np.array([_Booby()], dtype=object), allow_pickle=True)
    with pytest.raises(InvalidGraph, match=r"edges\.length_mm"):
        open_graph(folder)


def test_an_npz_archive_in_the_place_of_an_array_is_refused(folder: Path) -> None:
    target = folder / "car.edges.length_mm.npy"
    with target.open("wb") as file:
        np.savez(file, a=np.arange(3))
    with pytest.raises(InvalidGraph, match=r"edges\.length_mm"):
        open_graph(folder)


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest.update(format="something else"),
        lambda manifest: manifest.update(format_version=1),
        lambda manifest: manifest.update(format_version=None),
        lambda manifest: manifest.pop("summary"),
        lambda manifest: manifest["summary"].update(version="0" * 16),
        lambda manifest: manifest["summary"].update(node_count=True),
        lambda manifest: manifest["summary"].pop("networks"),
        lambda manifest: manifest["summary"].update(networks=[]),
        lambda manifest: manifest["summary"]["networks"].append(manifest["summary"]["networks"][0]),
        lambda manifest: manifest["summary"]["networks"][0].update(mode="sledge"),
        lambda manifest: manifest["summary"]["networks"][0].update(mode="foot"),
        lambda manifest: manifest["summary"]["networks"][0].update(arc_count=-1),
        lambda manifest: manifest["summary"]["networks"][0].update(arc_count=1),
        lambda manifest: manifest["summary"]["networks"][0].update(detour_factor=0.5),
        lambda manifest: manifest["summary"]["networks"][0].update(road_speed_m_s=0.0),
        lambda manifest: manifest["summary"]["bounding_box"].update(west="here"),
        lambda manifest: manifest["arrays"].pop("car.nodes.lon_e7"),
        lambda manifest: manifest.update(arrays=[]),
        lambda manifest: manifest["arrays"]["car.nodes.lon_e7"].update(shape=[10**12]),
        lambda manifest: manifest["arrays"]["car.nodes.lon_e7"].update(shape=[-1]),
    ],
)
def test_a_manifest_that_says_something_wrong_is_refused(folder: Path, change: Change) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest))
    with pytest.raises(InvalidGraph, match=r"manifest\.json|nodes\.lon_e7"):
        open_graph(folder)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"[" * 100_000, b"\xff\xfe", b" " * 2**21],
    ids=lambda content: f"{len(content)} bytes",
)
def test_a_manifest_that_is_not_one_is_refused(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(InvalidGraph, match=r"manifest\.json"):
        open_graph(folder)


def test_a_folder_without_a_graph_is_said_to_hold_none_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(InvalidGraph) as caught:
        open_graph(tmp_path)
    assert caught.value.detail.startswith(f"{tmp_path}/manifest.json: there is no road graph here")
    assert caught.value.detail_zh.startswith(f"{tmp_path}/manifest.json：这里没有路网")
