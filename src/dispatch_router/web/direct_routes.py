"""The way to the routes that are asked for hundreds of times a second."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fastapi import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from dispatch_router.domain.errors import DispatchError
from dispatch_router.web.strict_body import BodyRoute


class DirectRoutes:
    """Hands requests to those routes that read their bodies themselves, at paths without an id.

    They need nothing of what the framework does on the way to a route, several layers and one path
    compared after the other, which takes a twentieth of the time of a recommendation. All other
    requests go the framework's way.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        routes: Iterable[BaseRoute],
        answer: Callable[[DispatchError], Response],
    ) -> None:
        """Take the routes; more may be added until the first request.

        Args:
            app: the framework's way.
            routes: of the application.
            answer: says what went wrong; raises what the caller cannot help.
        """
        self.app = app
        self._routes = routes
        self._answer = answer
        self._direct: dict[tuple[str, str], ASGIApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        serve = None
        if scope["type"] == "http":
            serve = self._table().get((scope["method"], scope["path"]))
        if serve is None:
            await self.app(scope, receive, send)
            return
        scope["path_params"] = {}
        try:
            await serve(scope, receive, send)
        except DispatchError as error:
            await self._answer(error)(scope, receive, send)

    def _table(self) -> dict[tuple[str, str], ASGIApp]:
        if self._direct is None:
            self._direct = {
                (method, route.path): route.app
                for route in self._routes
                if isinstance(route, BodyRoute) and "{" not in route.path
                for method in route.methods or ()
            }
        return self._direct
