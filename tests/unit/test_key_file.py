"""The file of the API keys."""

from __future__ import annotations

import os
import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from dispatch_router.bootstrap_access import AccessControl
from dispatch_router.domain.access import InvalidAccess, Scope
from dispatch_router.storage.access.files import AccessFiles, TrustedIssuer
from dispatch_router.storage.access.key_file import changing_keys, read_keys, write_keys
from tests.access import NOW, access_for, key_of

DESK = key_of("desk-1", Scope.DISPATCHER, Scope.OPS, district="xipeng", expires_at=NOW)[0]
CARS = key_of("cars", Scope.UNIT_FEED, requests_per_s=0.5)[0]
SECRET = str(DESK.secret)


def test_keys_are_read_as_they_were_written(tmp_path: Path) -> None:
    file = tmp_path / "access.yaml"
    write_keys(file, [DESK, CARS])
    assert read_keys(file) == (DESK, CARS)
    write_keys(file, [])
    assert read_keys(file) == ()


def test_nobody_else_may_read_the_file(tmp_path: Path) -> None:
    file = tmp_path / "state" / "access.yaml"
    with changing_keys(file):
        write_keys(file, [DESK])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_file_that_is_not_there_has_no_keys(tmp_path: Path) -> None:
    assert read_keys(tmp_path / "access.yaml") == ()


@pytest.mark.parametrize(
    ("row", "line", "says"),
    [
        ("{id: desk, scopes: [ops]}", 2, "secret: The key is missing"),
        (f"{{id: Desk, secret: '{SECRET}', scopes: [ops]}}", 2, "small letters"),
        ("{id: desk, secret: open, scopes: [ops]}", 2, "blake2b:SALT:DIGEST"),
        (f"{{id: desk, secret: '{SECRET}', scopes: [boss]}}", 2, "one of call_taker"),
        (f"{{id: desk, secret: '{SECRET}', scopes: []}}", 2, "At least 1"),
        (f"{{id: desk, secret: '{SECRET}', scopes: [ops], expires: soon}}", 2, "2027-01-31T"),
        (
            f"{{id: desk, secret: '{SECRET}', scopes: [ops], expires: '2027-01-01'}}",
            2,
            "2027-01-31T",
        ),
        (f"{{id: desk, secret: '{SECRET}', scopes: [ops], requests_per_s: 0}}", 2, "0.01"),
        (f"{{id: desk, secret: '{SECRET}', scopes: [ops], colour: red}}", 2, "no such key"),
        ("desk", 2, "mapping"),
    ],
)
def test_a_mistake_is_said_with_its_line_in_both_languages(
    tmp_path: Path, row: str, line: int, says: str
) -> None:
    file = tmp_path / "access.yaml"
    file.write_text(f"keys:\n- {row}\n")
    with pytest.raises(InvalidAccess, match=f"access.yaml:{line}: ") as error:
        read_keys(file)
    assert says in error.value.detail
    assert error.value.detail_zh != error.value.detail


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"keys: 7",
        b"[]",
        b"keys: [*x]",
        b"keys: []\nmore: 1",
        b"\xff",
        b"#" * 1100000,
        b"keys: [" + b"{}," * 1001 + b"]",
    ],
)
def test_a_file_that_is_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "access.yaml"
    file.write_bytes(content)
    with pytest.raises(InvalidAccess, match=r"access\.yaml"):
        read_keys(file)


def test_one_id_stands_in_it_once(tmp_path: Path) -> None:
    file = tmp_path / "access.yaml"
    write_keys(file, [DESK, DESK])
    with pytest.raises(InvalidAccess, match="stands in line"):
        read_keys(file)


def test_changes_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "access.yaml"

    def add(number: int) -> None:
        with changing_keys(file):
            write_keys(file, [*read_keys(file), key_of(f"desk-{number}", Scope.OPS)[0]])

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(read_keys(file)) == 8


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InvalidAccess, match=r"access\.yaml"):
        write_keys(tmp_path / "access.yaml", [])


def test_a_changed_file_is_noticed_and_an_unchanged_one_not_read_again(tmp_path: Path) -> None:
    file = tmp_path / "access.yaml"
    files = AccessFiles(file)
    assert files.read().are_none()
    assert files.read_if_changed() is None
    write_keys(file, [DESK])
    changed = files.read_if_changed()
    assert changed is not None
    assert set(changed.keys) == {"desk-1"}
    assert files.read_if_changed() is None


def test_a_file_that_breaks_leaves_the_keys_as_they_were_and_is_complained_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "access.yaml"
    files = AccessFiles(file)
    write_keys(file, [DESK])
    files.read()
    key, text = key_of("cars", Scope.UNIT_FEED)
    control = AccessControl(access_for(key), files)
    file.write_text("keys: [")
    control.renew()
    control.renew()
    assert control.access.caller_of(text) is key.caller
    assert caplog.text.count("the keys stay as they were") == 1
    write_keys(file, [key_of("cars-2", Scope.UNIT_FEED)[0]])
    control.renew()
    assert control.access.caller_of(key_of("cars-2")[1]).id == "cars-2"


def test_the_file_of_the_issuer_is_read_too(tmp_path: Path) -> None:
    trusted = TrustedIssuer(tmp_path / "jwks.json", "i", "a", 30.0, 1.0)
    with pytest.raises(InvalidAccess, match=r"jwks\.json"):
        AccessFiles(tmp_path / "access.yaml", trusted).read()


def test_a_time_of_expiry_keeps_its_instant(tmp_path: Path) -> None:
    file = tmp_path / "access.yaml"
    at = NOW + timedelta(days=1, microseconds=7)
    write_keys(file, [key_of("desk-1", Scope.OPS, expires_at=at)[0]])
    assert read_keys(file)[0].expires_at == at
