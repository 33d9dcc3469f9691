"""A district of resources that the service keeps, beside the files that stay files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from dispatch_router.domain.district import District
from dispatch_router.domain.errors import InvalidDistrict
from dispatch_router.domain.resource_errors import InconsistentDistrict, ResourceMistake
from dispatch_router.domain.resources import ResourceKey, ResourceKind, Resources
from dispatch_router.storage.district_files.folder import Folder, read_folder
from dispatch_router.storage.district_files.geometry import check_zones
from dispatch_router.storage.district_files.kept_kinds import (
    KEPT_FILES,
    KEPT_KINDS,
    members_of,
    resources_in,
)
from dispatch_router.storage.district_files.load import (
    base_of,
    district_in,
    find_mistakes,
    invalid_district,
    sorted_mistakes,
)
from dispatch_router.storage.district_files.mistakes import Mistake, written_path
from dispatch_router.storage.district_files.references import check_references
from dispatch_router.storage.district_files.rows import read_rows

_List = tuple[str, str]
"""A list of rows: its file, and the keys that lead to it there."""
_ITEM: Final = re.compile(r"\[[0-9]+\]\.?")


class DistrictFiles:
    """The files of a district as they were read; see ``MakesDistricts``.

    Attributes:
        base: the district without its resources.
        resources: what the files say of those.
        mistakes: in the files of those; the other files have none.
    """

    def __init__(self, folder: Folder, base: District, mistakes: Sequence[Mistake] = ()) -> None:
        """Take what ``open_district_files`` has read."""
        self.base = base
        self.resources = resources_in(folder)
        self.mistakes = tuple(mistakes)
        self._folder = folder

    def of(self, resources: Resources) -> District:
        """Check resources as the files are checked, and put the district together.

        Raises:
            InconsistentDistrict: they do not fit together, or not to the policy.
        """
        folder, mistakes = replace(self._folder), list[Mistake]()
        keys: dict[_List, list[ResourceKey]] = {}
        for kept in KEPT_KINDS:
            keys[kept.file, written_path(kept.within)], rows = members_of(kept, resources)
            whole = kept.whole(rows)
            read = read_rows(whole, kept.model, mistakes, least=kept.least, most=kept.most)
            setattr(folder, kept.rows, read)
        mistakes.extend(check_references(folder))
        mistakes.extend(check_zones(folder))
        errors = [_named(each, keys) for each in mistakes if not each.warning]
        if errors:
            raise InconsistentDistrict(errors)
        return district_in(folder, self.base)


def open_district_files(path: Path) -> DistrictFiles:
    """Read a district's files, of which those of the resources may have mistakes.

    Raises:
        InvalidDistrict: the others have; the detail says them, each with file and line.
    """
    if not path.is_dir():
        raise InvalidDistrict(f"{path}: There is no such folder.", f"{path}：没有这个文件夹。")
    mistakes: list[Mistake] = []
    folder = read_folder(path, mistakes)
    mistakes.extend(find_mistakes(folder))
    errors = [mistake for mistake in sorted_mistakes(mistakes) if not mistake.warning]
    staying = [mistake for mistake in errors if mistake.file not in KEPT_FILES]
    base = base_of(folder)
    if staying or base is None:
        raise invalid_district(path, staying)
    return DistrictFiles(folder, base, [each for each in errors if each.file in KEPT_FILES])


def _named(mistake: Mistake, keys: Mapping[_List, Sequence[ResourceKey]]) -> ResourceMistake:
    """Say of which resource a mistake is, and where inside it."""
    within, bracket, inside = mistake.path.partition("[")
    known = keys.get((mistake.file, within))
    if known is None or not bracket or not mistake.line:
        return ResourceMistake(None, mistake.path, mistake.message, mistake.message_zh)
    key, path = known[mistake.line - 1], bracket + inside
    # The calendar is one resource with all of its days; of others an item is one.
    is_part = key.kind is ResourceKind.CALENDAR
    path = f"days{path}" if is_part else _ITEM.sub("", path, count=1)
    return ResourceMistake(key, path, mistake.message, mistake.message_zh)
