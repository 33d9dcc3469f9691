"""What the documentation consists of, read once for all tests of it."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The repository."""

_FENCE = re.compile(r"^```(?P<language>\w*)[^\n]*\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HTML_SOURCE = re.compile(r"<(?:img|a)\b[^>]*?\b(?:src|href)=\"(?P<target>[^\"]+)\"")
_HEADING = re.compile(r"^#{1,6} +(?P<text>.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file."""

    path: Path

    @property
    def name(self) -> str:
        """The path inside the repository."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def text(self) -> str:
        """The whole file."""
        return self.path.read_text(encoding="utf-8")

    def blocks(self, language: str) -> list[str]:
        """Return the fenced blocks that are marked with `language`."""
        return [m["text"] for m in _FENCE.finditer(self.text) if m["language"] == language]

    def links(self) -> list[str]:
        """Return the targets of every link and image, in fenced blocks excepted."""
        prose = _FENCE.sub("", self.text)
        return [m["target"] for pattern in (_LINK, _HTML_SOURCE) for m in pattern.finditer(prose)]

    def anchors(self) -> set[str]:
        """Return the heading anchors, formed as GitHub forms them."""
        prose = _FENCE.sub("", self.text)
        return {_anchor(m["text"]) for m in _HEADING.finditer(prose)}

    def commands(self) -> list[list[str]]:
        """Return every shell command of the page, split into words; continued lines joined."""
        lines = "".join(self.blocks("sh") + self.blocks("bash")).replace("\\\n", " ").splitlines()
        return [
            shlex.split(line, comments=True) for line in lines if shlex.split(line, comments=True)
        ]


def _anchor(heading: str) -> str:
    plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
    return plain.replace(" ", "-")


def all_pages() -> list[Page]:
    """Every Markdown file that a reader is meant to find."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return [Page(path) for path in sorted(found)]
