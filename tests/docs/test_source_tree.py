"""Rules that every file of the repository keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.docs.pages import ROOT, all_pages

LONGEST_FILE_LINES = 300
CODE_FOLDERS = ("src", "tests", "tools", "benchmarks")
UNFINISHED = re.compile(
    "|".join(("TO" + "DO", "FIX" + "ME", r"\bXX" + r"X\b", "place" + "holder", "for" + " now")),
)


def test_no_source_file_is_longer_than_three_hundred_lines() -> None:
    long = {
        file.relative_to(ROOT).as_posix(): length
        for file in _code_files()
        if (length := len(file.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE_LINES
    }

    assert long == {}


def test_nothing_is_left_unfinished() -> None:
    files = [*_code_files(), *(page.path for page in all_pages())]

    unfinished = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]

    assert unfinished == []


def test_the_check_for_unfinished_work_would_find_some() -> None:
    assert UNFINISHED.search("# " + "TO" + "DO: the rest")


def _code_files() -> Iterator[Path]:
    for folder in CODE_FOLDERS:
        for file in sorted((ROOT / folder).rglob("*")):
            ours = file.suffix in {".py", ".js", ".css", ".html"}
            if ours and not {"vendor", "__pycache__"} & set(file.parts):
                yield file
