"""Loading a district from its folder, and saying everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
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
from dispatch_router.storage.district_files.to_domain import district_of, with_resources

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
        raise invalid_district(folder, errors)
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
    mistakes.extend(find_mistakes(folder))
    if near_road is not None:
        mistakes.extend(check_positions(folder, near_road))
    district = None
    if all(mistake.warning for mistake in mistakes):
        # Only now, for a row that was refused would be missed as if it were not there.
        mistakes.extend(warn_of_bases(folder))
        mistakes.extend(warn_of_places_outside_zones(folder))
        base = base_of(folder)
        district = None if base is None else district_in(folder, base)
    return sorted_mistakes(mistakes), district


def find_mistakes(folder: Folder) -> Iterator[Mistake]:
    """Find what is wrong with rows that could be read, in themselves and beside each other."""
    yield from check_references(folder)
    yield from check_consistency(folder)
    yield from check_zones(folder)


def sorted_mistakes(mistakes: list[Mistake]) -> list[Mistake]:
    """Return them by file, then by line."""
    return sorted(mistakes, key=lambda each: (FILES.index(each.file), each.line or 0))


def district_in(folder: Folder, base: District) -> District:
    """Add the rows of a folder that have passed to the district that they are of."""
    return with_resources(
        base,
        folder.posts.valid,
        folder.units.valid,
        folder.zones.valid,
        duty_plan_of(folder.calendar.valid, folder.rosters.valid, folder.units.valid),
        folder.hospitals.valid,
    )


def base_of(folder: Folder) -> District | None:
    """Return the district without what can be changed; None where its files cannot be used."""
    if folder.district is None or folder.policy is None:
        return None
    return district_of(folder.district, folder.places.valid, folder.policy)


def invalid_district(folder: Path, errors: list[Mistake]) -> InvalidDistrict:
    """Say the mistakes of a district's files, the first of them one by one."""
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
