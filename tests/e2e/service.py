"""A real `dispatch-router serve` in a process of its own."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

REPOSITORY = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 120


class Service:
    """The process and what it prints."""

    def __init__(self, *arguments: str, **environ: str) -> None:
        # Of its own, as the services of all tests run at the same time.
        self._state = tempfile.TemporaryDirectory()
        environ.setdefault("DISPATCH_STATE_DIR", self._state.name)
        kept = {k: v for k, v in os.environ.items() if not k.startswith("DISPATCH_")}
        source = {"PYTHONPATH": str(REPOSITORY / "src"), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dispatch_router", "serve", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**kept, **source, **environ},
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.printed: list[str] = []
        self.logged: list[str] = []
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self._threads = [
            threading.Thread(target=self._read, args=(self.process.stdout, self.printed, True)),
            threading.Thread(target=self._read, args=(self.process.stderr, self.logged, False)),
        ]
        for thread in self._threads:
            thread.start()

    def _read(self, stream: IO[str], lines: list[str], announce: bool) -> None:
        with stream:
            for line in stream:
                lines.append(line)
                if announce:
                    self._lines.put(line)
        if announce:
            self._lines.put(None)

    def wait_until_ready(self) -> str:
        """Return the address, once the first command is printed whole."""
        until = time.monotonic() + READY_WITHIN_S
        while (line := self._next_line(until)) is not None:
            if line.lstrip().startswith("-d "):
                found = re.search(r"http://\S+:\d+", "".join(self.printed))
                assert found is not None
                return found.group()
        raise AssertionError("it ended before it was ready: " + "".join(self.logged))

    def _next_line(self, until: float) -> str | None:
        try:
            return self._lines.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            raise AssertionError("not ready in time: " + "".join(self.logged)) from None

    def kill(self) -> None:
        """End it at once, and wait until it has."""
        self.process.kill()
        self.wait_for_end()

    def wait_for_end(self, within_s: float = 30) -> int:
        code = self.process.wait(within_s)
        for thread in self._threads:
            thread.join(within_s)
        self._state.cleanup()
        return code


@contextmanager
def running(*arguments: str, **environ: str) -> Iterator[Service]:
    service = Service(*arguments, **environ)
    try:
        yield service
    finally:
        service.kill()
