"""The file of the settings."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

from dispatch_router.setting_mistakes import SettingMistake

MAX_FILE_BYTES: Final = 65_536


class UnreadableSettings(Exception):
    """The file cannot be used as a whole."""

    def __init__(self, mistake: SettingMistake) -> None:
        self.mistake = mistake
        super().__init__(mistake.text)


def read_file(file: Path) -> dict[str, Any]:
    """Read the settings of a TOML file.

    Raises:
        UnreadableSettings: it cannot be read, is too long, or no TOML.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        mistake = SettingMistake(
            f"{file}: {error.strerror or error}", f"{file}：无法读取该文件，请检查路径和权限"
        )
        raise UnreadableSettings(mistake) from error
    if len(content) > MAX_FILE_BYTES:
        mistake = SettingMistake(
            f"{file}: longer than {MAX_FILE_BYTES} bytes", f"{file}：文件超过{MAX_FILE_BYTES}字节"
        )
        raise UnreadableSettings(mistake)
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        mistake = SettingMistake(
            f"{file}: no valid TOML: {error}", f"{file}：不是有效的TOML文件，请检查语法和UTF-8编码"
        )
        raise UnreadableSettings(mistake) from error
