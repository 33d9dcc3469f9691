"""``access.yaml``: the API keys, of each no more than a digest of its secret."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from dispatch_router.domain.access import (
    DEFAULT_REQUESTS_PER_S,
    Caller,
    InvalidAccess,
    Scope,
)
from dispatch_router.domain.api_keys import ApiKey, SecretDigest
from dispatch_router.storage.district_files.document import read_document
from dispatch_router.storage.district_files.fields import Id, Strict
from dispatch_router.storage.district_files.mistakes import Mistake
from dispatch_router.storage.district_files.rows import Item, read_row, repeated_ids
from dispatch_router.storage.private_files import open_private, replace_private

MAX_BYTES: Final = 1_048_576
MAX_KEYS: Final = 1_000
LEAST_PER_S: Final = 0.01
MOST_PER_S: Final = 100_000.0
_HEADER: Final = """\
# API keys of dispatch_router: made and taken back by 'dispatch-router access', read again within
# seconds of a change. A key itself stands nowhere, only a digest of it.
"""


def _expiry(text: str) -> str:
    try:
        zone = datetime.fromisoformat(text).tzinfo
    except ValueError:
        zone = None
    if zone is None:
        raise PydanticCustomError("expiry", "This has to be a time as 2027-01-31T00:00:00+08:00")
    return text


def _digest(text: str) -> str:
    if SecretDigest.read(text) is None:
        raise PydanticCustomError("digest", "This has to be blake2b:SALT:DIGEST as it was written")
    return text


def _scope(text: str) -> str:
    if text not in set(Scope):
        raise PydanticCustomError("scope", "This has to be one of " + ", ".join(Scope))
    return text


class _KeyRow(Strict):
    id: Id
    secret: Annotated[str, AfterValidator(_digest)]
    scopes: Annotated[list[Annotated[str, AfterValidator(_scope)]], Field(min_length=1)]
    district: Id | None = None
    expires: Annotated[str, AfterValidator(_expiry)] | None = None
    requests_per_s: Annotated[float, Field(ge=LEAST_PER_S, le=MOST_PER_S)] = DEFAULT_REQUESTS_PER_S


class _FileRow(Strict):
    keys: Annotated[list[Any], Field(max_length=MAX_KEYS)]


def read_keys(path: Path) -> tuple[ApiKey, ...]:
    """Read the keys, in the order of the file; none where there is no file.

    Raises:
        InvalidAccess: the file has mistakes; the detail says them with their lines.
    """
    text = _read_text(path)
    if text is None:
        return ()
    mistakes: list[Mistake] = []
    keys = _keys_in(text, path, mistakes)
    if mistakes:
        first = mistakes[0]
        raise InvalidAccess(str(first), first.said_zh())
    return keys


def write_keys(path: Path, keys: Iterable[ApiKey]) -> None:
    """Replace the file at once; a reader sees the old keys or the new ones.

    Raises:
        InvalidAccess: it cannot be written.
    """
    content = _HEADER + yaml.safe_dump({"keys": [_members(key) for key in keys]}, sort_keys=False)
    try:
        # A key that was revoked must not come back with the power.
        replace_private(path, content)
    except OSError as error:
        raise _unusable(path, error) from error


@contextmanager
def changing_keys(path: Path) -> Iterator[None]:
    """Let nobody else change the file meanwhile; makes its folder where there is none.

    Raises:
        InvalidAccess: the folder cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = open_private(path.with_name(path.name + ".lock"))
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _read_text(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise InvalidAccess(
                f"{path}: larger than {MAX_BYTES} bytes.", f"{path}：文件超过{MAX_BYTES}字节。"
            )
        return content.decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, error) from error


def _keys_in(text: str, path: Path, mistakes: list[Mistake]) -> tuple[ApiKey, ...]:
    document = read_document(text, str(path), mistakes)
    if document is None:
        return ()
    whole = read_row(Item(document, (), document.value), _FileRow, mistakes)
    if whole is None:
        return ()
    items = [Item(document, ("keys", index), value) for index, value in enumerate(whole.keys)]
    mistakes.extend(repeated_ids(items))
    rows = [read_row(item, _KeyRow, mistakes) for item in items]
    return tuple(_key_of(row) for row in rows if row is not None)


def _key_of(row: _KeyRow) -> ApiKey:
    scopes = frozenset(Scope(scope) for scope in row.scopes)
    secret = SecretDigest.read(row.secret)
    if secret is None:
        raise AssertionError("the row was checked")
    expires_at = None if row.expires is None else datetime.fromisoformat(row.expires)
    return ApiKey(Caller(row.id, scopes, row.district, row.requests_per_s), secret, expires_at)


def _members(key: ApiKey) -> dict[str, Any]:
    caller = key.caller
    members: dict[str, Any] = {
        "id": caller.id,
        "secret": str(key.secret),
        "scopes": sorted(scope.value for scope in caller.scopes),
    }
    if caller.district is not None:
        members["district"] = caller.district
    if key.expires_at is not None:
        members["expires"] = key.expires_at.isoformat()
    return {**members, "requests_per_s": caller.requests_per_s}


def _unusable(path: Path, error: Exception) -> InvalidAccess:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return InvalidAccess(
        f"{path}: the keys cannot be read or written: {reason}.",
        f"{path}：无法读写密钥文件，请检查路径、权限和UTF-8编码。",
    )
