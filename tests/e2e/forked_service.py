"""The service in a process that has Python's modules loaded already: it starts in a third of the
time, and is killed like any other."""

from __future__ import annotations

import multiprocessing
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection

from dispatch_router.cli.main import main as dispatch_router
from tests.e2e.service import READY_WITHIN_S

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["dispatch_router.bootstrap", "tests.e2e.forked_service"])


class ForkedService:
    """What ``dispatch-router serve --port 0`` does, until it is killed."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._printed, printed_by_it = _CONTEXT.Pipe(duplex=False)
        self._process = _CONTEXT.Process(target=_serve, args=(dict(environ), printed_by_it))
        self._process.start()
        printed_by_it.close()

    def wait_until_ready(self) -> str:
        """Return its address, once the first command is printed whole."""
        until, printed = time.monotonic() + READY_WITHIN_S, b""
        while b"\n  -d " not in printed:
            assert self._printed.poll(max(0.0, until - time.monotonic())), "not ready in time"
            part = os.read(self._printed.fileno(), 65_536)
            assert part, f"it ended before it was ready: {printed!r}"
            printed += part
        found = re.search(r"http://\S+:\d+", printed.decode())
        assert found is not None
        return found.group()

    def kill(self) -> None:
        """End it at once, and wait until it has."""
        self._process.kill()
        self._process.join(30)
        assert self._process.exitcode is not None
        self._printed.close()


@contextmanager
def forked_service(environ: Mapping[str, str]) -> Iterator[ForkedService]:
    """Serve until the end of the block."""
    service = ForkedService(environ)
    try:
        yield service
    finally:
        if not service._printed.closed:
            service.kill()


def _serve(environ: dict[str, str], printed: Connection) -> None:
    os.dup2(printed.fileno(), sys.stdout.fileno())
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    for name in [name for name in os.environ if name.startswith("DISPATCH_")]:
        del os.environ[name]
    os.environ.update(environ)
    sys.argv = ["dispatch-router", "serve", "--port", "0"]
    dispatch_router()
