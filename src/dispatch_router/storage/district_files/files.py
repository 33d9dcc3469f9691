"""Reading the files of a district's folder as text, bounded."""

from __future__ import annotations

from pathlib import Path

from dispatch_router.storage.district_files.document import Document, read_document
from dispatch_router.storage.district_files.mistakes import Mistake

DISTRICT, POSTS, UNITS = "district.yaml", "posts.yaml", "units.yaml"
ZONES, GAZETTEER, POLICY = "zones.geojson", "gazetteer.yaml", "policy.yaml"
FILES = (DISTRICT, POSTS, UNITS, ZONES, GAZETTEER, POLICY)

MAX_BYTES = 4 * 1024 * 1024
_MISSPELLED = {".yaml": (".yml",), ".geojson": (".json",)}


def open_document(folder: Path, file: str, mistakes: list[Mistake]) -> Document | None:
    """Read one file of the folder; what is wrong with it goes to ``mistakes``."""
    text = _read_text(folder, file, mistakes)
    if text is None:
        return None
    if file.endswith(".geojson"):
        # JSON may be indented with tabs, YAML may not; inside JSON's quotes no tab is allowed.
        text = text.replace("\t", " ")
    return read_document(text, file, mistakes)


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
