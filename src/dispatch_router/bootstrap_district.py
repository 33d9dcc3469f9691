"""What the district is made of: from its files at the first start, from the store ever after."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from dispatch_router.application.desk.ports import DeskStore
from dispatch_router.application.district.keep import keep_files, read_kept
from dispatch_router.application.ports import Clock
from dispatch_router.bootstrap_state import open_kept_state, reading_beside
from dispatch_router.config import StateSettings
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import InvalidDistrict, InvalidState
from dispatch_router.domain.event_log import EventKind
from dispatch_router.domain.resource_errors import InconsistentDistrict
from dispatch_router.domain.resources import Resources
from dispatch_router.storage.desk.view import SqlDeskView
from dispatch_router.storage.district_files.kept import DistrictFiles, open_district_files
from dispatch_router.storage.district_files.kept_kinds import KEPT_KINDS
from dispatch_router.storage.district_files.load import load_district
from dispatch_router.storage.district_files.write import write_district

_log = logging.getLogger(__name__)


def open_kept_district(
    folder: Path, store: DeskStore, clock: Clock
) -> tuple[DistrictFiles, Resources, District]:
    """Return a district's files, what is kept of it, and the district that both make.

    What the files say of resources is kept where nothing is yet; afterwards it does not count any
    more, and the log says where it was changed.

    Raises:
        InvalidDistrict: the files have mistakes, or what is kept does not fit them.
        InvalidState: the state is that of another district.
        StorageUnavailable: the state cannot be read.
    """
    files = open_district_files(folder)
    kept, resources = read_kept(store)
    if kept is None:
        load_district(folder)
        keep_files(store, files.base.id, files.resources, clock, only_first=True)
        kept, resources = read_kept(store)
        _log.info(
            "%s: what its files say of %s is kept in the state from now on, and changed there",
            folder,
            _named({kind.file for kind in KEPT_KINDS}),
        )
    if kept is not None:
        if kept.id != files.base.id:
            raise _another_district(folder, kept.id, files.base.id)
        _say_what_does_not_count(folder, files, kept.files)
    try:
        return files, resources, files.of(resources)
    except InconsistentDistrict as error:
        raise InvalidDistrict(
            f"{folder}: what the state keeps of the district does not fit its files: {error}",
            f"{folder}：状态中保存的辖区数据与该文件夹不一致："
            + "；".join(each.said_zh() for each in error.mistakes),
        ) from error


def import_district(folder: Path, settings: StateSettings, clock: Clock) -> Mapping[EventKind, int]:
    """Keep what a district's files say in place of what is kept.

    Returns:
        How many resources were added, changed and removed.

    Raises:
        InvalidDistrict: the files have mistakes.
        InvalidState: the state cannot be used, or a service uses its folder.
        UnitBusy: a unit that is not in the files is on an assignment.
        StorageUnavailable: it could not be done; nothing was changed.
    """
    load_district(folder)
    files = open_district_files(folder)
    with closing(open_kept_state(settings)) as state:
        return keep_files(state.desk, files.base.id, files.resources, clock, only_first=False)


def export_district(folder: Path, into: Path, settings: StateSettings, *, overwrite: bool) -> None:
    """Write what is kept as a district's folder, with the other files and the road graph.

    Args:
        folder: of the district, from where the others come.
        into: where to.
        settings: where the state is.
        overwrite: also where there are such files.

    Raises:
        InvalidDistrict: the other files have mistakes, or files would be overwritten.
        InvalidState: the state cannot be used, or keeps nothing of a district, or of another.
        StorageUnavailable: the state cannot be read.
    """
    files = open_district_files(folder)
    with reading_beside(settings) as connection:
        view = SqlDeskView(connection)
        kept, resources = view.kept_district(), view.resources()
    if kept is None:
        raise InvalidState(
            "The state keeps nothing of a district yet: start the service once, or import one.",
            "状态中还没有辖区数据：请先启动一次服务，或导入辖区。",
        )
    if kept.id != files.base.id:
        raise _another_district(folder, kept.id, files.base.id)
    write_district(resources, folder, into, overwrite=overwrite)


def _say_what_does_not_count(folder: Path, files: DistrictFiles, loaded: Mapping[str, str]) -> None:
    now = files.resources.digests()
    wrong = {mistake.file for mistake in files.mistakes}
    differing = {kind.file for kind in KEPT_KINDS if now[kind.kind] != loaded.get(kind.kind)}
    if wrong | differing:
        _log.warning(
            "%s: %s changed since it was loaded, and does not count: the state does. "
            "'dispatch-router district import %s' takes it over, 'dispatch-router district "
            "export' writes what is kept",
            folder,
            _named(wrong | differing),
            folder,
        )


def _named(names: set[str]) -> str:
    return ", ".join(sorted(names))


def _another_district(folder: Path, kept: str, found: str) -> InvalidState:
    return InvalidState(
        f"The state is that of the district {kept}, and {folder} is the district {found}. Choose "
        "another folder with --state-dir or DISPATCH_STATE_DIR, or let this district take its "
        f"place with 'dispatch-router district import {folder}'.",
        f"状态属于辖区{kept}，而{folder}是辖区{found}。请用--state-dir或DISPATCH_STATE_DIR指定其他"
        f"状态目录，或运行dispatch-router district import {folder}以该辖区取代。",
    )
