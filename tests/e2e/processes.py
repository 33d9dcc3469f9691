"""Parts of these tests that run in processes of their own, and no wait without an end."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.e2e.service import REPOSITORY

SAYS_SOMETHING_WITHIN_S = 60.0
ENDS_WITHIN_S = 120.0


class OtherProcess:
    """A module of these tests; what it prints is read as it comes."""

    def __init__(self, module: str, *arguments: str) -> None:
        self.name = module
        environ = {"PYTHONPATH": f"{REPOSITORY / 'src'}:{REPOSITORY}", "PATH": "/usr/bin:/bin"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", f"tests.e2e.{module}", *arguments],
            cwd=REPOSITORY,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as printed:
            for line in printed:
                self._lines.put(line.strip())
        self._lines.put(None)

    def line(self, within_s: float = SAYS_SOMETHING_WITHIN_S) -> str:
        """Return the next line that it prints."""
        said = self._next(time.monotonic() + within_s)
        assert said is not None, f"{self.name} has ended: {self.process.poll()}"
        return said

    def rest(self, within_s: float = ENDS_WITHIN_S) -> list[str]:
        """Return all that it prints until it ends."""
        until, lines = time.monotonic() + within_s, []
        while (said := self._next(until)) is not None:
            lines.append(said)
        assert self.process.wait(10) == 0, f"{self.name} has failed"
        return lines

    def tell(self, line: str) -> None:
        """Write a line to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        """End it at once, and wait until it has."""
        self.process.kill()
        self.process.wait(10)
        self._reader.join(10)
        assert self.process.stdin is not None
        self.process.stdin.close()

    def _next(self, until: float) -> str | None:
        try:
            return self._lines.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            raise AssertionError(f"{self.name} was waited for too long") from None


@contextmanager
def running_process(module: str, *arguments: str) -> Iterator[OtherProcess]:
    """Run a module of these tests until the end of the block."""
    started = OtherProcess(module, *arguments)
    try:
        yield started
    finally:
        started.kill()
