"""``dispatch-router access``: give out API keys, list them, take them back."""

from __future__ import annotations

import os
import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, NoReturn, TypeAlias

import typer
from rich.console import Console
from rich.table import Table

from dispatch_router.application.give_keys import add_key, revoke_key
from dispatch_router.bootstrap import SystemClock
from dispatch_router.bootstrap_access import access_file
from dispatch_router.cli.exit_codes import ExitCode
from dispatch_router.config import InvalidSetting, load_settings
from dispatch_router.domain.access import (
    DEFAULT_REQUESTS_PER_S,
    Caller,
    InvalidAccess,
    Scope,
)
from dispatch_router.domain.api_keys import KEY_ID_PATTERN, LONGEST_KEY_ID, ApiKey
from dispatch_router.storage.access.key_file import (
    LEAST_PER_S,
    MAX_KEYS,
    MOST_PER_S,
    changing_keys,
    read_keys,
    write_keys,
)

MOST_DAYS = 3_650
_EXIT_CODES = "Exit codes: 0 done, 1 it could not be done, 2 wrong usage or setting."

app = typer.Typer(help="Give out API keys, list them, take them back.", no_args_is_help=True)


def _id(text: str) -> str:
    if len(text) > LONGEST_KEY_ID or not re.fullmatch(KEY_ID_PATTERN, text):
        raise typer.BadParameter(
            f"small letters, digits and single - or _ between them, at most {LONGEST_KEY_ID}"
        )
    return text


KeyId: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="ID",
        callback=_id,
        help="Name of the key: who or what shows it, such as desk-1. It appears in the log.",
        show_default=False,
    ),
]
FileOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="The file of the keys. [default: access.yaml in the folder of the state]",
        show_default=False,
    ),
]
StateDirOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder of the state. [default: .state]", show_default=False),
]


@app.callback()
def root() -> None:
    """Give out API keys, list them, take them back."""


@app.command(epilog=_EXIT_CODES)
def add(
    key_id: KeyId,
    *,
    scope: Annotated[
        list[Scope],
        typer.Option(help="What it is for; may be given several times.", show_default=False),
    ],
    district: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            callback=lambda text: text if text is None else _id(text),
            help="The only district that it holds for. [default: whichever is served]",
            show_default=False,
        ),
    ] = None,
    days: Annotated[
        float | None,
        typer.Option(
            min=0.001,
            max=MOST_DAYS,
            help="How long it holds. [default: until it is revoked]",
            show_default=False,
        ),
    ] = None,
    requests_per_s: Annotated[
        float,
        typer.Option(
            min=LEAST_PER_S,
            max=MOST_PER_S,
            help="How often it may be used in the long run; twice as much at once.",
        ),
    ] = DEFAULT_REQUESTS_PER_S,
    file: FileOption = None,
    state_dir: StateDirOption = None,
) -> None:
    """Make a key and print it, once: only a digest of it is kept.

    A running service accepts it within two seconds. The key alone goes to standard output.

    dispatch-router access add desk-1 --scope dispatcher --days 365

    dispatch-router access add cars --scope unit_feed --requests-per-s 1000
    """
    path = _path(file, state_dir)
    now = SystemClock().now().replace(microsecond=0)
    caller = Caller(key_id, frozenset(scope), district, requests_per_s)
    expires_at = None if days is None else now + timedelta(days=days)
    try:
        with changing_keys(path):
            keys, text = add_key(read_keys(path), caller, expires_at, secrets.token_bytes)
            if len(keys) > MAX_KEYS:
                raise InvalidAccess(
                    f"There are {MAX_KEYS} keys, and there can be no more. Revoke some.",
                    f"密钥数量已达上限{MAX_KEYS}个，请先吊销不用的密钥。",
                )
            write_keys(path, keys)
    except InvalidAccess as error:
        _fail(error)
    typer.echo(text)
    typer.echo(
        f"{path}: 已添加密钥{key_id}。密钥仅显示这一次，请妥善保存。\n"
        f"{path}: the key {key_id} was added. It is shown this once: keep it.",
        err=True,
    )


@app.command("list", epilog=_EXIT_CODES)
def list_keys(file: FileOption = None, state_dir: StateDirOption = None) -> None:
    """List the keys: who has which scopes, and until when. The keys themselves are not kept.

    dispatch-router access list
    """
    try:
        keys = read_keys(_path(file, state_dir))
    except InvalidAccess as error:
        _fail(error)
    table = Table("id", "scopes", "district", "requests_per_s", "expires", box=None)
    now = SystemClock().now()
    for key in keys:
        caller = key.caller
        scopes = " ".join(sorted(caller.scopes))
        often = f"{caller.requests_per_s:g}"
        table.add_row(caller.id, scopes, caller.district or "-", often, _expiry(key, now))
    Console(markup=False, highlight=False, emoji=False).print(table, soft_wrap=True)


@app.command(epilog=_EXIT_CODES)
def revoke(key_id: KeyId, file: FileOption = None, state_dir: StateDirOption = None) -> None:
    """Take a key back: a running service refuses it within two seconds.

    dispatch-router access revoke desk-1
    """
    path = _path(file, state_dir)
    try:
        with changing_keys(path):
            write_keys(path, revoke_key(read_keys(path), key_id))
    except InvalidAccess as error:
        _fail(error)
    typer.echo(f"{path}: 已吊销密钥{key_id}。\n{path}: the key {key_id} was revoked.", err=True)


def _path(file: Path | None, state_dir: Path | None) -> Path:
    try:
        flags = {"access_file": file, "state_dir": state_dir}
        return access_file(load_settings(os.environ, flags))
    except InvalidSetting as error:
        for text in (error.detail, error.detail_zh):
            typer.echo(text, err=True)
        raise typer.Exit(int(ExitCode.WRONG_USAGE)) from error


def _expiry(key: ApiKey, now: datetime) -> str:
    if key.expires_at is None:
        return "-"
    ended = " (expired)" if now >= key.expires_at else ""
    return key.expires_at.isoformat() + ended


def _fail(error: InvalidAccess) -> NoReturn:
    for text in (error.detail, error.detail_zh):
        typer.echo(text, err=True)
    raise typer.Exit(int(ExitCode.FAILED)) from error
