"""What is said afterwards."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from benchmarks.desk_load.client import Answers
from benchmarks.desk_load.process import Watched

ROW = "{:<16} {:>8} {:>9} {:>8} {:>8} {:>8} {:>8} {:>8}  {}"


def print_answers(kinds: Mapping[str, Answers], seconds: float) -> None:
    print(ROW.format("kind", "answers", "per s", "p50 ms", "p90 ms", "p99 ms", "max ms", "kB", ""))
    for name, answers in kinds.items():
        took = np.array(answers.took_ms or [0.0])
        statuses = " ".join(f"{status}:{n}" for status, n in sorted(answers.by_status.items()))
        total = sum(answers.by_status.values())
        print(
            ROW.format(
                name,
                len(answers.took_ms),
                f"{len(answers.took_ms) / seconds:.1f}",
                *(f"{np.percentile(took, share):.1f}" for share in (50, 90, 99)),
                f"{took.max():.1f}",
                f"{answers.bytes_read / 1000 / max(1, total):.1f}",
                f"{statuses} (sent {answers.sent})",
            )
        )


def print_by_minute(answers: Answers) -> None:
    """Percentiles minute by minute: what grows with the time shows here."""
    due, took = np.array(answers.due_s), np.array(answers.took_ms)
    for minute in range(int(due.max() // 60) + 1):
        of_minute = took[(due >= 60 * minute) & (due < 60 * (minute + 1))]
        if len(of_minute):
            p50, p99 = np.percentile(of_minute, (50, 99))
            print(f"  minute {minute + 1}: p50 {p50:.1f} ms, p99 {p99:.1f} ms")


def print_processes(service: Watched, client: Watched, since_s: float) -> None:
    print(
        f"cores: service {service.cores(since_s):.2f}, client {client.cores(since_s):.2f} "
        "(both on the same machine)"
    )
    kept = list(zip(service.at_s, service.rss_mb, strict=True))
    every = max(1, len(kept) // 10)
    samples = [*kept[::every], kept[-1]]
    print("memory of the service: " + ", ".join(f"{at:.0f} s {mb:.0f} MB" for at, mb in samples))
