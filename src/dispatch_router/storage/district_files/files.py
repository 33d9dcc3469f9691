"""Reading the files of a district's folder as text, bounded."""

from __future__ import annotations

import json
from pathlib import Path

from dispatch_router.storage.district_files.document import Document, read_document
from dispatch_router.storage.district_files.mistakes import Mistake

DISTRICT, POSTS, UNITS = "district.yaml", "posts.yaml", "units.yaml"
ZONES, GAZETTEER, POLICY = "zones.geojson", "gazetteer.yaml", "policy.yaml"
ROSTERS, HOSPITALS = "rosters.yaml", "hospitals.yaml"
FILES = (DISTRICT, POSTS, UNITS, ZONES, GAZETTEER, POLICY, ROSTERS, HOSPITALS)
OPTIONAL = frozenset({ROSTERS, HOSPITALS})

MAX_BYTES = 4 * 1024 * 1024
_MISSPELLED = {".yaml": (".yml",), ".geojson": (".json",)}


def is_left_out(folder: Path, file: str) -> bool:
    """Whether a file that a district may go without is not there, under no likely name."""
    path = folder / file
    names = (path, *(path.with_suffix(ending) for ending in _MISSPELLED[path.suffix]))
    return file in OPTIONAL and not any(name.exists() for name in names)


def open_document(folder: Path, file: str, mistakes: list[Mistake]) -> Document | None:
    """Read one file of the folder; what is wrong with it goes to ``mistakes``."""
    text = _read_text(folder, file, mistakes)
    if text is None:
        return None
    if not file.endswith(".geojson"):
        return read_document(text, file, mistakes)
    # JSON may be indented with tabs, YAML may not; inside JSON's quotes no tab is allowed.
    document = read_document(text.replace("\t", " "), file, mistakes)
    if document is not None:
        _require_json(text, file, mistakes)
    return document


def _require_json(text: str, file: str, mistakes: list[Mistake]) -> None:
    """Notice what YAML allows and JSON does not, such as comments: map programs would refuse it.

    The text has been read as YAML already, and so is bounded in depth.
    """
    try:
        # Numbers stay text: their worth is judged elsewhere, and a very long one cannot fail here.
        json.loads(text, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        message = f"This is not JSON: {error.msg}, at column {error.colno}."
        message_zh = f"第{error.colno}列起不是有效的JSON。"
        mistakes.append(Mistake(file, error.lineno, "", message, message_zh))


def _read_text(folder: Path, file: str, mistakes: list[Mistake]) -> str | None:
    path = folder / file

    def refuse(message: str, message_zh: str, line: int | None = None) -> None:
        mistakes.append(Mistake(file, line, "", message, message_zh))

    try:
        if not path.is_file():
            refuse(*_missing(path))
            return None
        with path.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        refuse(f"The file cannot be read: {error}.", "文件无法读取。")
        return None
    if len(content) > MAX_BYTES:
        refuse(f"The file is larger than {MAX_BYTES} bytes.", f"文件超过{MAX_BYTES}字节。")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(
            "The file is not UTF-8: save it as UTF-8.",
            "文件不是UTF-8编码，请另存为UTF-8。",
            content.count(b"\n", 0, error.start) + 1,
        )
        return None


def _missing(path: Path) -> tuple[str, str]:
    if path.exists():
        return "This is no file.", "这不是普通文件。"
    for ending in _MISSPELLED[path.suffix]:
        other = path.with_suffix(ending)
        if other.exists():
            return (
                f"The file is missing; rename {other.name} to {path.name}.",
                f"缺少该文件，请将{other.name}改名为{path.name}。",
            )
    return "The file is missing.", "缺少该文件。"
