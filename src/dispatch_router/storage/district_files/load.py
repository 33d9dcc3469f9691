"""Loading a district from its folder, and saying everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

from dispatch_router.domain.district import District
from dispatch_router.domain.errors import InvalidDistrict
from dispatch_router.storage.district_files.consistency import check_consistency
from dispatch_router.storage.district_files.files import FILES
from dispatch_router.storage.district_files.folder import Folder, read_folder
from dispatch_router.storage.district_files.geometry import (
    NearRoad,
    check_positions,
    check_zones,
    warn_of_places_outside_zones,
)
from dispatch_router.storage.district_files.mistakes import Mistake
from dispatch_router.storage.district_files.references import check_references, warn_of_bases
from dispatch_router.storage.district_files.rosters import duty_plan_of
from dispatch_router.storage.district_files.to_domain import district_of

# More would be read by nobody; the rest shows when these are mended.
MAX_MISTAKES = 500
_SHOWN_IN_ERROR = 20


def load_district(folder: Path) -> District:
    """Read a district that is free of mistakes; warnings do not stop it.

    Raises:
        InvalidDistrict: the detail says the mistakes, each with file and line.
    """
    mistakes, district = _read(folder, None)
    errors = [mistake for mistake in mistakes if not mistake.warning]
    if errors or district is None:
        raise _invalid(folder, errors)
    return district


def check_district(folder: Path, near_road: NearRoad | None = None) -> list[Mistake]:
    """Find every mistake and every warning in a district's files.

    Args:
        folder: the district's folder.
        near_road: asks its road graph, to find positions that no road is near; None leaves that
            out.

    Returns:
        By file, then by line; at most ``MAX_MISTAKES``. Warnings that depend on the whole come once
        there is nothing else.
    """
    mistakes, _ = _read(folder, near_road)
    return mistakes[:MAX_MISTAKES]


def _read(path: Path, near_road: NearRoad | None) -> tuple[list[Mistake], District | None]:
    if not path.is_dir():
        return [Mistake(str(path), None, "", "There is no such folder.", "没有这个文件夹。")], None
    mistakes: list[Mistake] = []
    folder = read_folder(path, mistakes)
    mistakes.extend(check_references(folder))
    mistakes.extend(check_consistency(folder))
    mistakes.extend(check_zones(folder))
    if near_road is not None:
        mistakes.extend(check_positions(folder, near_road))
    district = None
    if all(mistake.warning for mistake in mistakes):
        # Only now, for a row that was refused would be missed as if it were not there.
        mistakes.extend(warn_of_bases(folder))
        mistakes.extend(warn_of_places_outside_zones(folder))
        district = _district(folder)
    mistakes.sort(key=lambda each: (FILES.index(each.file), each.line or 0))
    return mistakes, district


def _district(folder: Folder) -> District | None:
    if folder.district is None or folder.policy is None:
        return None
    return district_of(
        folder.district,
        folder.posts.valid,
        folder.units.valid,
        folder.zones.valid,
        folder.places.valid,
        folder.policy,
        duty_plan_of(folder.calendar.valid, folder.rosters.valid, folder.units.valid),
        folder.hospitals.valid,
    )


def _invalid(folder: Path, errors: list[Mistake]) -> InvalidDistrict:
    shown = errors[:_SHOWN_IN_ERROR]
    more = len(errors) - len(shown)
    lines = [str(each) for each in shown]
    lines_zh = [each.said_zh() for each in shown]
    if more:
        lines.append(f"and {more} more")
        lines_zh.append(f"另有{more}处")
    return InvalidDistrict(
        "\n".join([f"{folder}: the district cannot be used; mistakes: {len(errors)}", *lines]),
        "\n".join([f"{folder}：辖区文件夹中有{len(errors)}处错误", *lines_zh]),
    )
