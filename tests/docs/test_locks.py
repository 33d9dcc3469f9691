"""The lock files hold what pyproject.toml asks for, with hashes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.docs.pages import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUN = PROJECT["project"]["dependencies"]
DEV = PROJECT["project"]["optional-dependencies"]["dev"]
BUILD = PROJECT["build-system"]["requires"]
PEERS_LOCK = "benchmarks/requirements-peers.lock"
PEERS = [
    line
    for line in (ROOT / "benchmarks" / "requirements-peers.in").read_text("utf-8").splitlines()
    if not line.startswith("#")
]

ENTRY = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)(?P<marker>[^\\\n]*)\\\n"
    r"(?P<hashes>(?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
    re.MULTILINE,
)


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements-build.lock", BUILD),
        ("requirements.lock", RUN),
        ("requirements-dev.lock", RUN + DEV),
        (PEERS_LOCK, PEERS),
    ],
)
def test_the_lock_holds_all_that_the_project_asks_for(lock: str, wanted: list[str]) -> None:
    locked = _locked_versions(ROOT / lock)

    missing = [
        text
        for requirement in map(Requirement, wanted)
        if not requirement.specifier.contains(
            locked.get(canonicalize_name(requirement.name), Version("0"))
        )
        for text in [str(requirement)]
    ]

    assert missing == [], "run `make lock` and commit the locks"


def test_the_build_requirement_is_locked_under_the_same_bounds() -> None:
    assert PROJECT["dependency-groups"]["build"] == BUILD


def test_tests_run_with_the_versions_that_users_run() -> None:
    run = _locked_versions(ROOT / "requirements.lock")
    dev = _locked_versions(ROOT / "requirements-dev.lock")

    assert {name: dev.get(name) for name in run} == run


@pytest.mark.parametrize("lock", [*(path.name for path in sorted(ROOT.glob("*.lock"))), PEERS_LOCK])
def test_every_locked_package_has_its_hashes_and_no_index_is_named(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    requirements = [line for line in text.splitlines() if line and line[0] not in "# "]

    assert requirements
    assert len(requirements) == len(ENTRY.findall(text))
    assert "://" not in text


def _locked_versions(lock: Path) -> dict[str, Version]:
    text = lock.read_text(encoding="utf-8")
    return {canonicalize_name(m["name"]): Version(m["version"]) for m in ENTRY.finditer(text)}
