"""The secret key under which callers are hashed, as a file."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

from dispatch_router.domain.callers import LEAST_KEY_BYTES
from dispatch_router.domain.errors import InvalidState
from dispatch_router.storage.private_files import replace_private

MOST_BYTES: Final = 4_096


def read_caller_key(path: Path, named: str) -> bytes:
    """Read a key; white space around it does not count.

    Args:
        path: of the file.
        named: what the mistake is said of, such as the setting.

    Raises:
        InvalidState: it cannot be read, or is no key.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _unusable(path, named, error) from error
    key = content.strip()
    if not LEAST_KEY_BYTES <= len(key) <= len(content) <= MOST_BYTES:
        raise InvalidState(
            f"{named}: {path} is no key: {LEAST_KEY_BYTES} to {MOST_BYTES} bytes are needed. Make "
            f"one with 'head -c 32 /dev/urandom | base64 > {path}', once for all services on one "
            "database.",
            f"{named}：{path}不是密钥，须为{LEAST_KEY_BYTES}至{MOST_BYTES}字节。"
            f"可用head -c 32 /dev/urandom | base64 > {path}生成，共用数据库的各服务使用同一密钥。",
        )
    return key


def kept_caller_key(path: Path) -> bytes:
    """Read the key that the service has made for itself, and make it where there is none yet.

    Raises:
        InvalidState: it cannot be read or made.
    """
    if not path.exists():
        try:
            # Half a key would be refused at every start.
            replace_private(path, secrets.token_hex(LEAST_KEY_BYTES) + "\n")
        except OSError as error:
            raise _unusable(path, "caller key", error) from error
    return read_caller_key(path, "caller key")


def _unusable(path: Path, named: str, error: OSError) -> InvalidState:
    return InvalidState(
        f"{named}: {path} cannot be read or made: {error.strerror or error}. Look at the path and "
        "its rights.",
        f"{named}：无法读取或创建{path}，请检查路径和权限。",
    )
