"""A district's road graph on disk: a folder of .npy arrays with a manifest.

The folder appears whole or not at all. Nothing in it can run code, and nothing in it is believed
before it is checked: sizes, types, hashes, and that no index leaves its array.
"""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from dispatch_router.domain.errors import InvalidGraph
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.graph import DistrictRoads, RoadGraph
from dispatch_router.routing.manifest import (
    MANIFEST_NAME,
    ArrayEntry,
    Manifest,
    read_manifest,
    render_manifest,
)
from dispatch_router.routing.refusal import refused
from dispatch_router.routing.validate import check_graph
from dispatch_router.routing.version import (
    GROUPS,
    array_digest,
    array_names,
    named_arrays,
    version_of_digests,
)


def write_graph(roads: DistrictRoads, folder: Path, *, replace: bool) -> None:
    """Write a graph beside ``folder`` and move it there in one step.

    Args:
        roads: what to write.
        folder: where it shall appear; its parent must exist.
        replace: give way to a folder that is there already, if it holds a graph.

    Raises:
        FileExistsError: ``folder`` exists and ``replace`` is false, or it holds something else.
        OSError: the disk refuses.
    """
    if folder.exists() and not (replace and (folder / MANIFEST_NAME).is_file()):
        raise FileExistsError(f"{folder} exists already")
    with _scratch_folder_beside(folder) as scratch:
        entries = {}
        for name, array in named_arrays(roads.networks):
            plain = np.ascontiguousarray(array)
            with (scratch / f"{name}.npy").open("wb") as file:
                np.save(file, plain, allow_pickle=False)
                os.fsync(file.fileno())
            entries[name] = ArrayEntry(plain.dtype.str, plain.shape, array_digest(plain))
        text = render_manifest(Manifest(summary=roads.summary, arrays=entries))
        (scratch / MANIFEST_NAME).write_text(text, encoding="utf-8")
        _move_into_place(scratch, folder)


def open_graph(folder: Path) -> DistrictRoads:
    """Read the networks of all modes and check all of them; there is always one for cars.

    The files may be replaced or changed afterwards: nothing of them is read again.

    Raises:
        InvalidGraph: a file is missing, cut short, of another version, of another hash or leads
            outside its arrays; the detail names the file.
    """
    manifest = read_manifest(folder / MANIFEST_NAME)
    summary = manifest.summary
    modes = [network.mode for network in summary.networks]
    names = {name for mode in modes for _, _, name in array_names(mode)}
    digests = {name: manifest.entry(name, folder).sha256 for name in names}
    if version_of_digests(digests) != summary.version:
        raise _refused(folder / MANIFEST_NAME, "its version is not the hash of its arrays")
    networks = {mode: _open_network(mode, manifest, folder) for mode in modes}
    for described in summary.networks:
        counts = (described.node_count, described.edge_count, described.arc_count)
        if _counts(networks[described.mode]) != counts:
            raise _refused(folder / MANIFEST_NAME, f"it miscounts the {described.mode} network")
    return DistrictRoads(networks=networks, summary=summary)


def _counts(graph: RoadGraph) -> tuple[int, int, int]:
    return len(graph.nodes.lon_e7), len(graph.edges.tail), len(graph.states.tail)


def _open_network(mode: UnitMode, manifest: Manifest, folder: Path) -> RoadGraph:
    fields: dict[str, dict[str, np.ndarray]] = {group: {} for group in GROUPS}
    for group, field, name in array_names(mode):
        fields[group][field] = _open_array(folder / f"{name}.npy", manifest.arrays[name])
    parts = {group: kind(**fields[group]) for group, kind in GROUPS.items()}
    graph = RoadGraph(summary=manifest.summary, **parts)  # type: ignore[arg-type]
    check_graph(graph, folder, mode)
    return graph


def _open_array(path: Path, expected: ArrayEntry) -> np.ndarray:
    try:
        with path.open("rb") as file:
            array = _read_array(file, path, expected)
    except FileNotFoundError:
        raise _refused(path, "it is missing") from None
    except (OSError, ValueError, EOFError, OverflowError, SyntaxError, TypeError) as error:
        raise _refused(path, f"it is not a readable .npy file ({type(error).__name__})") from None
    if array_digest(array) != expected.sha256:
        raise _refused(path, "its content does not have the hash in the manifest")
    array.flags.writeable = False
    return array


def _read_array(file: BinaryIO, path: Path, expected: ArrayEntry) -> np.ndarray:
    """Read an array into memory of this process.

    Never mapped: whoever copies another graph over the files would change what was checked under a
    search, and one that is shorter for a moment would end the process.
    """
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("of another version than NumPy writes plain arrays in")
    shape, by_columns, dtype = np.lib.format.read_array_header_1_0(file)
    if (dtype.str, shape) != (expected.dtype, expected.shape) or dtype.hasobject or by_columns:
        raise _refused(path, f"it is {dtype.str}{shape}, the manifest says otherwise")
    count = math.prod(shape)
    # Before room is made for it: header and manifest may name any size.
    if os.fstat(file.fileno()).st_size < file.tell() + count * dtype.itemsize:
        raise _refused(path, "it is cut short")
    array = np.fromfile(file, dtype=dtype, count=count)
    if len(array) != count:
        raise _refused(path, "it is cut short")
    return array.reshape(shape)


@contextlib.contextmanager
def _scratch_folder_beside(folder: Path) -> Iterator[Path]:
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _move_into_place(scratch: Path, folder: Path) -> None:
    scratch.chmod(0o755)
    if not folder.exists():
        scratch.rename(folder)
        return
    with _scratch_folder_beside(folder) as aside:
        folder.rename(aside / "old")
        try:
            scratch.rename(folder)
        except OSError:
            (aside / "old").rename(folder)
            raise


def _refused(path: Path, reason: str) -> InvalidGraph:
    return refused(path, reason, "路网文件无效")
