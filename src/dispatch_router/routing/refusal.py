"""What is said of a graph folder that cannot be used."""

from __future__ import annotations

from pathlib import Path

from dispatch_router.domain.errors import InvalidGraph


def refused(file: Path, reason: str, problem_zh: str) -> InvalidGraph:
    """Name the file, what is wrong with it, and the way out."""
    return InvalidGraph(
        f"{file}: {reason}; build the graph again with 'dispatch-router graph build'.",
        f"{file}：{problem_zh}，请用dispatch-router graph build重新生成。",
    )
