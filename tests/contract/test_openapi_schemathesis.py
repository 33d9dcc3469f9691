"""schemathesis, with all its checks, finds nothing that the OpenAPI document does not say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.live import live_server


def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    with live_server() as (host, port):
        run = subprocess.run(
            [
                str(Path(sys.executable).with_name("schemathesis")),
                "run",
                f"http://{host}:{port}/openapi.json",
                "--checks=all",
                "--max-examples=30",
                "--seed=1",
                "--generation-database=none",
                "--no-color",
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert run.returncode == 0, run.stdout
    assert "No issues found" in run.stdout
