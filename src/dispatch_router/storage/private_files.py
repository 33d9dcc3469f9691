"""Files that nobody but the service's own user may read."""

from __future__ import annotations

import os
from pathlib import Path


def open_private(path: Path, flags: int = 0) -> int:
    """Open a file for reading and writing, made where there is none, and return its descriptor.

    Raises:
        OSError: it cannot be opened.
    """
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | flags, 0o600)


def replace_private(path: Path, content: str) -> None:
    """Write a file whole or not at all, so that it is there after a power cut.

    Raises:
        OSError: it cannot be written; what stood there stays.
    """
    draft = path.with_name(path.name + ".new")
    with os.fdopen(open_private(draft, os.O_TRUNC), "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
