"""A way to a server that can be cut: it takes everything, and nothing comes out of it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Way:
    """Forwards TCP connections to a port of this machine.

    While it is cut, what is sent waits, connections stay open and new ones are taken, as behind a
    switch that has died: no error tells either side.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._goes_on = threading.Event()
        self._goes_on.set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._sockets: list[socket.socket] = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._goes_on.clear()

    def mend(self) -> None:
        self._goes_on.set()

    def close(self) -> None:
        self.mend()
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self._sockets.append(near)
                threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        self._goes_on.wait()
        try:
            far = socket.create_connection(("127.0.0.1", self._to))
        except OSError:
            near.close()
            return
        self._sockets.append(far)
        for source, target in ((near, far), (far, near)):
            threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                self._goes_on.wait()
                target.sendall(data)
        self._goes_on.wait()
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)


@contextmanager
def way_to(url: str) -> Iterator[tuple[Way, str]]:
    """Give a way to the server of a database, and the URL of the database by that way."""
    port = urlsplit(url).port
    assert port is not None
    way = Way(port)
    try:
        yield way, url.replace(f":{port}/", f":{way.port}/")
    finally:
        way.close()
