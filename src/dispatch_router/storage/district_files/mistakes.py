"""Mistakes in a district's files, each with its place."""

from __future__ import annotations

from dataclasses import dataclass

Step = str | int


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that a person should change.

    Attributes:
        file: name inside the district's folder.
        line: counted from 1; None where the whole file is meant.
        path: where inside the file, such as ``[3].name.zh``; empty for the whole file.
        warning: the district can be used as it is.
    """

    file: str
    line: int | None
    path: str
    message: str
    message_zh: str
    warning: bool = False

    def __str__(self) -> str:
        """``units.yaml:12: [3].post: ...``, as compilers say it."""
        return self.said(self.message)

    def said_zh(self) -> str:
        """Say the same with the Chinese message."""
        return self.said(self.message_zh)

    def said(self, message: str, file: str | None = None) -> str:
        """Put the place before ``message``; ``file`` names the file otherwise."""
        line = "" if self.line is None else f":{self.line}"
        path = f" {self.path}:" if self.path else ""
        return f"{self.file if file is None else file}{line}:{path} {message}"


def written_path(steps: tuple[Step, ...]) -> str:
    """Write ``(3, "name", "zh")`` as ``[3].name.zh``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".")
