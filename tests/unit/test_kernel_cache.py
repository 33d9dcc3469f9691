"""Compiled kernels are kept where they can be, and never outlive the code they came from."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import dispatch_router
from dispatch_router.routing import kernel_cache

NOWHERE = Path("/dev/null/nowhere")

INNER = """
from dispatch_router.routing.jit import kernel

@kernel
def step(x: int) -> int:
    return x + 1
"""

OUTER = """
from dispatch_router.routing.jit import kernel
from dispatch_router.routing.inner import step

@kernel
def walk(x: int) -> int:
    return step(x) * 10
"""


def test_a_kernel_follows_a_change_in_another_file_that_it_calls(tmp_path: Path) -> None:
    routing = _copy_of_the_package(tmp_path) / "routing"
    (routing / "inner.py").write_text(INNER)
    (routing / "outer.py").write_text(OUTER)
    ask = "from dispatch_router.routing.outer import walk; print(walk(1))"
    before = _run(ask, tmp_path)

    (routing / "inner.py").write_text(INNER.replace("x + 1", "x + 2"))

    assert (before, _run(ask, tmp_path)) == ("20", "30")


def test_a_second_process_finds_the_kernel_that_the_first_compiled(tmp_path: Path) -> None:
    routing = _copy_of_the_package(tmp_path) / "routing"
    (routing / "inner.py").write_text(INNER)
    ask = (
        "from dispatch_router.routing.inner import step; step(1);"
        " print(sum(step.stats.cache_hits.values()))"
    )

    assert (_run(ask, tmp_path), _run(ask, tmp_path)) == ("0", "1")


def test_the_digest_follows_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("A = 1")
    digests = [kernel_cache.contents_digest(tmp_path)]
    (tmp_path / "a.py").write_text("A = 2")
    digests.append(kernel_cache.contents_digest(tmp_path))
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    digests.append(kernel_cache.contents_digest(tmp_path))

    assert len(set(digests)) == 3


def test_a_home_that_cannot_be_written_is_passed_over(tmp_path: Path) -> None:
    assert kernel_cache.writable_folder([NOWHERE, tmp_path], "v1") == tmp_path / "v1"


def test_without_any_home_there_is_no_folder() -> None:
    assert kernel_cache.writable_folder([NOWHERE], "v1") is None


def test_the_folders_used_most_recently_are_kept(tmp_path: Path) -> None:
    folders = [tmp_path / f"dispatch-router-kernels-{name}" for name in "abc"]
    for folder, used_at in zip(folders, (30, 10, 20), strict=True):
        folder.mkdir()
        os.utime(folder, (used_at, used_at))
    (tmp_path / "something-else").mkdir()

    kernel_cache.remove_oldest(tmp_path, keep=2)

    assert {folder.name[-1] for folder in tmp_path.iterdir()} == {"a", "c", "e"}


def _copy_of_the_package(to: Path) -> Path:
    source = Path(dispatch_router.__file__).parent
    ignored = shutil.ignore_patterns("__pycache__", "static")
    return Path(shutil.copytree(source, to / "dispatch_router", ignore=ignored))


def _run(code: str, folder: Path) -> str:
    inherited = {key: text for key, text in os.environ.items() if key != "NUMBA_CACHE_DIR"}
    # Python's own cache tells edits apart by the second: two edits here lie closer together.
    environment = inherited | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout.strip()
