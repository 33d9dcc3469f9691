"""Where compiled kernels are kept between starts.

Numba sees that a kernel's own file changed, but not that a kernel or a constant which it uses from
another file did, and would go on running the old one. So the folder is named for the contents of
all files of routing/, and a new version starts with an empty folder.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numba

FOLDERS_KEPT = 4
"""Folders of earlier versions are removed beyond that many, the oldest first."""

_PREFIX = "dispatch-router-kernels-"

_log = logging.getLogger(__name__)


def prepare_cache() -> bool:
    """Point Numba to the folder for this version; return whether there is one to write to.

    ``NUMBA_CACHE_DIR`` goes first, then the package's own ``__pycache__``, then the user's cache.
    """
    here = Path(__file__).parent
    given = [Path(os.environ["NUMBA_CACHE_DIR"])] if os.environ.get("NUMBA_CACHE_DIR") else []
    homes = [*given, here / "__pycache__", *_user_cache()]
    folder = writable_folder(homes, _PREFIX + contents_digest(here))
    if folder is None:
        _log.warning("no folder to keep the compiled search in: it is compiled at every start")
        return False
    remove_oldest(folder.parent)
    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    return True


def contents_digest(folder: Path) -> str:
    """Return a short digest over the names and contents of all Python files in a folder."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def writable_folder(homes: Iterable[Path], name: str) -> Path | None:
    """Make a folder of that name in the first home that can be written; None where none can."""
    for home in homes:
        folder = home / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # The name may be there, from a time when it could be written.
            with tempfile.TemporaryFile(dir=folder):
                os.utime(folder)
        except OSError:
            continue
        return folder
    return None


def remove_oldest(home: Path, keep: int = FOLDERS_KEPT) -> None:
    """Remove what earlier versions left in a home, except the folders used most recently."""
    folders = sorted(home.glob(_PREFIX + "*"), key=_used_at, reverse=True)
    for folder in folders[keep:]:
        # Another process may be removing it as well.
        shutil.rmtree(folder, ignore_errors=True)


def _used_at(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _user_cache() -> list[Path]:
    # Never a shared folder such as /tmp: code is loaded from here.
    try:
        return [Path.home() / ".cache"]
    except RuntimeError:  # a user without a home
        return []
