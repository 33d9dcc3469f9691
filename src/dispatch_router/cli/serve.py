"""``dispatch-router serve``: answer over HTTP."""

from __future__ import annotations

import gc
import ipaddress
import logging
import os
import signal
import socket
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from dispatch_router.application.access import Access
from dispatch_router.bootstrap import SystemClock, open_service
from dispatch_router.bootstrap_access import AccessControl, open_access_control
from dispatch_router.cli.exit_codes import ExitCode
from dispatch_router.cli.options import DistrictOption
from dispatch_router.config import (
    InvalidSetting,
    ServerSettings,
    Settings,
    load_settings,
    unknown_variables,
)
from dispatch_router.domain.access import InvalidAccess
from dispatch_router.domain.errors import DispatchError
from dispatch_router.logs import configure_logging
from dispatch_router.ticker import Ticker
from dispatch_router.web.example import first_command
from dispatch_router.web.readiness import DispatchService, Readiness
from dispatch_router.web.server import http_server, let_go_of_stalled

_log = logging.getLogger(__name__)
LOOK_AT_KEYS_EVERY_S: Final = 1.0
SWITCH_THREADS_EVERY_S: Final = 0.0005
"""How long another thread may keep a call waiting for Python's global lock. With the
usual 5 ms one filing beside it would keep it waiting for longer than the call takes."""


def serve(
    *,
    host: Annotated[
        str | None,
        typer.Option(help="Address to listen on. [default: 127.0.0.1]", show_default=False),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help="Port; 0 takes a free one. [default: 8000]", show_default=False),
    ] = None,
    district: DistrictOption = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="TOML file with settings.", show_default=False),
    ] = None,
    state_dir: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder of the state. [default: .state]",
            show_default=False,
        ),
    ] = None,
    open_access: Annotated[
        bool | None,
        typer.Option(
            "--open-access",
            help="Ask nobody who they are, though there are keys; on loopback alone.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Answer recommendations over HTTP until stopped.

    Prints its address and a first command once it is ready. Every setting can also come from the
    environment (DISPATCH_PORT=8010) or from a file; docs/operations.md lists them.

    dispatch-router serve

    dispatch-router serve --district /srv/my-district --port 8010
    """
    flags = {
        "host": host,
        "port": port,
        "district": district,
        "config": config,
        "state_dir": state_dir,
        "open_access": open_access,
    }
    settings = _settings(flags)
    configure_logging(settings.log)
    for name in unknown_variables(os.environ):
        _log.warning("%s sets nothing; docs/operations.md lists the settings", name)
    control = _access_control(settings)
    listener = _listen(settings.server)
    watch = Ticker(control.renew, LOOK_AT_KEYS_EVERY_S)
    try:
        failure = _run(settings, control, listener, _url(listener))
    finally:
        watch.stop()
    if failure is not None:
        _fail(ExitCode.of(failure), *_said(failure))


def _settings(flags: Mapping[str, object]) -> Settings:
    try:
        return load_settings(os.environ, flags)
    except InvalidSetting as error:
        _fail(ExitCode.WRONG_USAGE, error.detail, error.detail_zh)


def _access_control(settings: Settings) -> AccessControl:
    try:
        return open_access_control(settings, SystemClock().now)
    except (InvalidSetting, InvalidAccess) as error:
        _fail(ExitCode.WRONG_USAGE, error.detail, error.detail_zh)


def _listen(server: ServerSettings) -> socket.socket:
    """Take the port now, so that what is printed and logged is true."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            server.host, server.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as error:
        _fail(
            ExitCode.FAILED,
            f"{server.host}:{server.port}: {error.strerror or error}. "
            "Choose another address with --host and --port.",
            f"无法在{server.host}:{server.port}上监听。请用--host和--port指定其他地址或端口。",
        )
    let_go_of_stalled(listener)
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    address = ipaddress.ip_address(host)
    if address.is_unspecified:
        address = ipaddress.ip_address("127.0.0.1" if address.version == 4 else "::1")
    shown = f"[{address}]" if address.version == 6 else str(address)
    return f"http://{shown}:{port}"


def _run(
    settings: Settings, control: AccessControl, listener: socket.socket, url: str
) -> Exception | None:
    """Serve until a signal or until loading fails; return why it failed."""
    sys.setswitchinterval(SWITCH_THREADS_EVERY_S)
    failures: list[Exception] = []

    def stop_for(error: Exception) -> None:
        if not isinstance(error, DispatchError):
            _log.error("the service could not be loaded", exc_info=error)
        failures.append(error)
        server.should_exit = True

    def greet() -> None:
        _keep_for_good()
        _log.info("ready on %s", url)
        typer.echo(_greeting(readiness.service(), url, control.access))

    readiness = Readiness(
        partial(open_service, settings.district, settings.state),
        on_ready=greet,
        on_complete=_keep_for_good,
        on_failure=stop_for,
    )
    server = http_server(readiness, settings.limits, settings.server, control.access)

    def stop(_signal: int, _frame: object) -> None:
        server.should_exit = True

    # uvicorn puts its own handlers in place of these while it runs, and after a graceful stop
    # raises the signal again: these make that the end of a job well done.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    if control.access.is_open():
        level = logging.WARNING if settings.server.open_access else logging.INFO
        _log.log(level, "access is open: nobody on this machine has to say who they are")
    _log.info("loading; %s/healthz answers already", url)
    server.run(sockets=[listener])
    _log.info("stopped")
    if not failures and readiness.is_loading():
        _end_at_once()
    return failures[0] if failures else None


def _end_at_once() -> NoReturn:
    """End the process, of which everything is closed, without waiting for what it compiles.

    Python would tear the thread out of the compiler, which takes that for a fault and aborts.
    """
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


def _keep_for_good() -> None:
    """Spare the collector what is loaded by now: it would look at it again and again."""
    gc.collect()
    gc.freeze()


def _greeting(service: DispatchService, url: str, access: Access) -> str:
    district = service.district
    return (
        f"{district.name.zh} {district.name.en}: {url} (API: {url}/docs)\n\n"
        f"{first_command(url, district, with_key=not access.is_open())}\n"
    )


def _said(error: Exception) -> tuple[str, ...]:
    if isinstance(error, DispatchError):
        return error.detail, error.detail_zh
    return (f"{type(error).__name__}: {error}",)


def _fail(code: ExitCode, *messages: str) -> NoReturn:
    for message in messages:
        typer.echo(message, err=True)
    raise typer.Exit(int(code))
