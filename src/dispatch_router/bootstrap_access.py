"""Who may ask the service: puts the parts together, and keeps them as their files are."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from dispatch_router.application.access import Access, Credentials, Openness
from dispatch_router.config import (
    AccessSettings,
    InvalidSetting,
    ServerSettings,
    Settings,
    variable,
)
from dispatch_router.domain.access import InvalidAccess
from dispatch_router.setting_mistakes import SettingMistake
from dispatch_router.storage.access.files import AccessFiles, TrustedIssuer

_log = logging.getLogger(__name__)
KEY_FILE: Final = "access.yaml"


class AccessControl:
    """What the service asks of its callers, renewed when the files of the keys change."""

    def __init__(self, access: Access, files: AccessFiles) -> None:
        self.access = access
        self._files = files

    def renew(self) -> None:
        """Accept what the files say now; what cannot be read leaves everything as it was."""
        try:
            credentials = self._files.read_if_changed()
        except InvalidAccess as error:
            _log.error("the keys stay as they were: %s", error.detail)
            return
        if credentials is not None:
            self.access.replace(credentials)
            _log.info("the keys were read again: %d", len(credentials.keys))


def access_file(settings: Settings) -> Path:
    """Return the file of the API keys."""
    return settings.access.access_file or settings.state.state_dir / KEY_FILE


def open_access_control(settings: Settings, now: Callable[[], datetime]) -> AccessControl:
    """Read who may ask, and hold it against the address that is listened on.

    Args:
        settings: of the server, the state and the access.
        now: the time, by which keys and tokens expire.

    Raises:
        InvalidAccess: a file cannot be used.
        InvalidSetting: the settings do not go together; among them an address that other machines
            can reach, with nobody having to say who they are.
    """
    file = access_file(settings)
    if settings.access.access_file is not None and not file.exists():
        name = variable("access_file")
        raise InvalidSetting(
            [
                SettingMistake(
                    f"{name}: there is no file {file}. Make it with 'dispatch-router access add'.",
                    f"{name}：文件{file}不存在。请用dispatch-router access add创建。",
                )
            ]
        )
    files = AccessFiles(file, _trusted_issuer(settings.access))
    credentials = files.read()
    openness = _openness(settings.server, credentials)
    return AccessControl(Access(openness, credentials, now), files)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _openness(server: ServerSettings, credentials: Credentials) -> Openness:
    if is_loopback(server.host):
        return Openness.EVERYBODY if server.open_access else Openness.UNTIL_THERE_ARE_KEYS
    if server.open_access:
        raise InvalidSetting(
            [
                SettingMistake(
                    f"--host {server.host}: other machines can reach this address, and "
                    "DISPATCH_OPEN_ACCESS (--open-access) is for loopback alone. Leave it out, and "
                    "make keys with 'dispatch-router access add'.",
                    f"--host {server.host}：其他机器可以访问该地址，"
                    "DISPATCH_OPEN_ACCESS（--open-access）仅限本机回环地址使用。"
                    "请去掉该设置，并用dispatch-router access add创建密钥。",
                )
            ]
        )
    if credentials.are_none():
        raise InvalidSetting(
            [
                SettingMistake(
                    f"--host {server.host}: other machines can reach this address, and there is no "
                    "key by which callers could say who they are. Make one with 'dispatch-router "
                    "access add ID --scope dispatcher', or trust an issuer with "
                    "DISPATCH_JWT_KEYS_FILE. DISPATCH_OPEN_ACCESS is for loopback alone.",
                    f"--host {server.host}：其他机器可以访问该地址，但尚无任何密钥可供验证身份。"
                    "请用dispatch-router access add ID --scope dispatcher创建密钥，"
                    "或用DISPATCH_JWT_KEYS_FILE指定可信签发方。"
                    "DISPATCH_OPEN_ACCESS仅限本机回环地址使用。",
                )
            ]
        )
    return Openness.NOBODY


def _trusted_issuer(settings: AccessSettings) -> TrustedIssuer | None:
    if settings.jwt_keys_file is None:
        return None
    if settings.jwt_issuer is None or settings.jwt_audience is None:
        names = f"{variable('jwt_issuer')}, {variable('jwt_audience')}"
        raise InvalidSetting(
            [
                SettingMistake(
                    f"{variable('jwt_keys_file')}: tokens are accepted only of a stated issuer "
                    f"for a stated audience: set {names} too.",
                    f"{variable('jwt_keys_file')}：使用令牌时还须设置{names}。",
                )
            ]
        )
    return TrustedIssuer(
        jwks_file=settings.jwt_keys_file,
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
        clock_skew_s=settings.jwt_clock_skew_s,
        requests_per_s=settings.jwt_requests_per_s,
    )
