"""The real extracts, which stand beside the repository and are no part of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared_extract(name: str) -> Path:
    """Return an extract, or skip the test where there are none."""
    path = Path(os.environ.get("DISPATCH_SHARED_DATA", _BESIDE)) / name
    if not path.is_file():
        pytest.skip(f"{path} is not there; set DISPATCH_SHARED_DATA to the folder of extracts")
    return path
