"""The service as a process: how much memory and processor time it takes."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Watched:
    """Samples of one process, once a second."""

    pid: int
    at_s: list[float] = field(default_factory=list)
    rss_mb: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)

    def cores(self, since_s: float) -> float:
        """How many cores it kept busy, on average from then on."""
        first = next(n for n, at in enumerate(self.at_s) if at >= since_s)
        return (self.cpu_s[-1] - self.cpu_s[first]) / (self.at_s[-1] - self.at_s[first])


async def watch(processes: list[Watched], seconds: float) -> None:
    begun = time.monotonic()
    while (at := time.monotonic() - begun) <= seconds:
        for each in processes:
            each.at_s.append(at)
            each.rss_mb.append(rss_mb(each.pid))
            each.cpu_s.append(cpu_s(each.pid))
        await asyncio.sleep(1.0)


def rss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
