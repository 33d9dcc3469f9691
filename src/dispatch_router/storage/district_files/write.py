"""Writing a district's folder: the files that a person could have written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Final

import yaml

from dispatch_router.domain.errors import InvalidDistrict
from dispatch_router.domain.resources import ResourceKind, Resources
from dispatch_router.storage.district_files import files
from dispatch_router.storage.district_files.kept_kinds import KEPT_FILES, KEPT_KINDS, members_of

GRAPH: Final = "graph"
_STAYING: Final = tuple(file for file in files.FILES if file not in KEPT_FILES)


class _Dumper(yaml.SafeDumper):
    """Quotes every text: YAML 1.1, which it knows, and 1.2, which is read, differ in plain ones."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # whatever it is
        """Write out in full what stands twice: aliases are refused when files are read."""
        return True


def _quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')


_Dumper.add_representer(str, _quoted)


def write_district(resources: Resources, folder: Path, into: Path, *, overwrite: bool) -> None:
    """Write resources as files, and put the files and the graph beside them that stay as they are.

    Args:
        resources: of the district.
        folder: has the others.
        into: made where there is none.
        overwrite: replace files of resources that are there; the others are never replaced.

    Raises:
        InvalidDistrict: files are there already, or cannot be written.
    """
    texts = file_texts(resources)
    there = [file for file in texts if (into / file).exists()]
    if there and not overwrite:
        names = ", ".join(there)
        raise InvalidDistrict(
            f"{into}: {names} would be overwritten. Choose another folder, or say --overwrite.",
            f"{into}：{names}已存在。请指定其他文件夹，或使用--overwrite。",
        )
    try:
        into.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            (into / file).write_text(text, encoding="utf-8")
        for file in _STAYING:
            if not (into / file).exists():
                shutil.copyfile(folder / file, into / file)
        if (folder / GRAPH).is_dir() and not (into / GRAPH).exists():
            shutil.copytree(folder / GRAPH, into / GRAPH)
    except OSError as error:
        raise InvalidDistrict(
            f"{into}: cannot be written: {error.strerror or error}.", f"{into}：无法写入。"
        ) from error


def file_texts(resources: Resources) -> dict[str, str]:
    """Return the text of every file of resources, by its name."""
    lists: dict[str, dict[str, list[Any]]] = {}
    for kept in KEPT_KINDS:
        (within,) = kept.within or ("",)
        lists.setdefault(kept.file, {})[within] = members_of(kept, resources)[1]
    return {file: _text(file, parts) for file, parts in lists.items()}


def _text(file: str, parts: dict[str, list[Any]]) -> str:
    if file == files.ZONES:
        return _geojson(parts["features"])
    if "" in parts:
        return _yaml(parts[""])
    calendar = ResourceKind.CALENDAR.value
    return "".join(
        _yaml({key: parts[key]}) for key in sorted(parts, key=lambda key: key != calendar)
    )


def _yaml(value: Any) -> str:
    text: str = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
    return text


def _geojson(features: list[Any]) -> str:
    """Write one feature a line, and so one zone."""
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'
