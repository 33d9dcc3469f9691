"""What was measured, as rows that can be printed, written down and drawn."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

ENOUGH_FOR_P99 = 100


@dataclass(frozen=True)
class Row:
    """One contender in one cell.

    Attributes:
        calls: how many questions were measured.
        p99_us: None where there were too few for one.
        same: share of totals that are the reference's to the millisecond.
        near: share within 1 %.
        median_ratio: of its totals to the reference's.
    """

    graph: str
    nodes: int
    units: int
    k: int
    engine: str
    calls: int
    median_us: float
    p99_us: float | None
    same: float
    near: float
    median_ratio: float


@dataclass(frozen=True)
class Note:
    """A number about one contender on one graph, or why there is none.

    Attributes:
        what: ``build``, ``closure`` or ``memory``, or the cell that was skipped.
        detail: the step of a build.
        value: seconds, or MiB.
    """

    graph: str
    engine: str
    what: str
    detail: str
    value: float | None
    skipped: str | None = None


@dataclass
class Results:
    """All of a run.

    Attributes:
        wrong: answers of exact contenders that were not those of the reference.
    """

    machine: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """Write everything as JSON."""
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Results:
        """Read what ``write`` wrote."""
        found = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            machine=found["machine"],
            rows=[Row(**row) for row in found["rows"]],
            notes=[Note(**note) for note in found["notes"]],
            wrong=found["wrong"],
        )


def median_and_p99_us(times_us: list[float]) -> tuple[float, float | None]:
    """The median, and the 99th percentile where there are enough."""
    enough = len(times_us) >= ENOUGH_FOR_P99
    return float(np.median(times_us)), float(np.percentile(times_us, 99)) if enough else None


def this_machine() -> dict[str, str]:
    """Describe the machine as well as can be done without asking for more packages."""
    processor, memory = platform.processor() or platform.machine(), "unknown"
    cpu_info, memory_info = Path("/proc/cpuinfo"), Path("/proc/meminfo")
    if cpu_info.exists():
        facts = {
            key.strip(): value.strip()
            for line in cpu_info.read_text(encoding="utf-8").splitlines()
            for key, _, value in [line.partition(":")]
        }
        known = (facts.get(key, "") for key in ("model name", "cpu family", "model", "cache size"))
        processor = ", ".join(fact for fact in known if fact) or processor
    if memory_info.exists():
        kib = int(memory_info.read_text(encoding="ascii").split()[1])
        memory = f"{kib / 2**20:.0f} GiB"
    return {
        "processor": processor,
        "cores": str(os.cpu_count()),
        "memory": memory,
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": f"{os.getloadavg()[0]:.2f}",
    }
