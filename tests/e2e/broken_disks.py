"""Ways in which a disk fails, done to a running service; a test skips where one cannot be done."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.e2e.service import Service

Fault = Callable[[Service, Path], AbstractContextManager[None]]
"""Given a service and its state folder, breaks the disk until the end of the block."""


@contextmanager
def small_disk(folder: Path, size: str = "8m") -> Iterator[Path]:
    """Mount a file system of its own."""
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    run_or_skip("mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True, timeout=20)


def run_or_skip(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    except FileNotFoundError:
        pytest.skip(f"there is no {command[0]} here")
    if done.returncode != 0:
        pytest.skip(f"{command[0]} is not possible here: {done.stderr.strip()}")


@contextmanager
def without_room(service: Service, state: Path) -> Iterator[None]:
    """Fill the disk to its last byte; to be used on a small one."""
    ballast = state.parent / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def without_growth(service: Service, state: Path) -> Iterator[None]:
    """Let every write to a file fail, as on a disk that answers no more."""
    soft, hard = resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only(service: Service | None, state: Path) -> Iterator[None]:
    """Let nobody write to the files of the state, not even root."""
    # But for what is shared in memory: the system ends a process that writes there all the same.
    files = [str(path) for path in state.glob("*.sqlite3*") if not path.name.endswith("-shm")]
    run_or_skip("chattr", "+i", *files)
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", *files], check=True, timeout=20)
