"""A PostgreSQL server of the tests' own: started once, thrown away at the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest

START_WITHIN_S = 60
_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))


@dataclass
class PostgresServer:
    """A server on this machine that flushes as a real one does."""

    binaries: Path
    data: Path
    port: int
    _databases: count[int] = field(default_factory=lambda: count(1))

    def start(self) -> None:
        self._control("start", "--wait", f"--timeout={START_WITHIN_S}", f"--log={self.data}/log")

    def stop(self, mode: str = "fast") -> None:
        self._control("stop", f"--mode={mode}")

    def new_database(self) -> str:
        """Make an empty database and return its URL."""
        name = f"desk{next(self._databases)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)

    def url(self, database: str) -> str:
        return f"postgresql://tester@127.0.0.1:{self.port}/{database}"

    def _control(self, *arguments: str) -> None:
        run_as_postgres(self.binaries / "pg_ctl", *arguments, "--pgdata", str(self.data))


def missing() -> str | None:
    """Say why there can be no server; None where there can be one."""
    if not _BINARIES:
        return "no PostgreSQL server is installed below /usr/lib/postgresql"
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        return "PostgreSQL does not run as root, and there is no setpriv"
    return None


def require_postgres() -> None:
    reason = missing()
    if reason is not None:
        pytest.skip(reason)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    # Not below pytest's own folder, which the server's user may not enter.
    folder = Path(tempfile.mkdtemp(prefix="dispatch-postgres-"))
    server = PostgresServer(_BINARIES[-1], folder / "data", _free_port())
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
        initdb = ("--auth=trust", "--username=tester", "--encoding=UTF8", "--locale=C.UTF-8")
        run_as_postgres(server.binaries / "initdb", *initdb, "--pgdata", str(server.data))
        with (server.data / "postgresql.conf").open("a") as settings:
            settings.write(
                f"listen_addresses = '127.0.0.1'\nport = {server.port}\n"
                f"unix_socket_directories = '{folder}'\nshared_buffers = 32MB\n"
            )
        server.start()
        yield server
        server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_as_postgres(program: Path, *arguments: str) -> None:
    """Run a program of the server, which refuses to be root."""
    as_user = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--")
    prefix = as_user if os.geteuid() == 0 else ()
    done = subprocess.run(
        [*prefix, str(program), *arguments],
        # What the server inherits it keeps: a pipe would never end.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        timeout=START_WITHIN_S + 10,
    )
    assert done.returncode == 0, (program.name, arguments)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def wait_until_answered(url: str, within_s: float = 30.0) -> None:
    """Wait until a server that was started again takes connections."""
    until = time.monotonic() + within_s
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            assert time.monotonic() < until, "the server does not come back"
            time.sleep(0.1)
        else:
            return
