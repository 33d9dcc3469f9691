"""Nobody gets past here who has not said who they are, where that is asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from dispatch_router.application.access import Access
from dispatch_router.application.rate_limits import RateLimits
from dispatch_router.domain.access import (
    ANYBODY,
    Caller,
    Forbidden,
    RateLimited,
    Unauthenticated,
    require,
)
from dispatch_router.domain.errors import DispatchError
from dispatch_router.web.problems import NotFound, problem_response
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.route_scopes import RouteScopes, is_open

_CHALLENGE: Final = 'Bearer realm="dispatch_router"'
_BEARER: Final = b"bearer "
_NO_METHOD: Final = "NOT-OFFERED"
_CALLER: Final = "dispatch_router.caller"
_CHECK: Final = "dispatch_router.check_again"


class AccessGate:
    """Lets a request pass whose caller is known, has the scope, and asks not too often.

    Stands behind `ReadyGate`: the district is known here.
    """

    def __init__(
        self, app: ASGIApp, *, access: Access, rate_limits: RateLimits, readiness: Readiness
    ) -> None:
        self.app = app
        self._access = access
        self._rate_limits = rate_limits
        self._readiness = readiness
        self._routes = RouteScopes()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request pass, or refuse it with a problem."""
        if scope["type"] == "http" and not is_open(scope["path"]):
            scope[_CHECK] = self._check
            try:
                if not self._access.is_open():
                    scope = self._admit(scope)
            except DispatchError as error:
                await problem_response(error, _headers(error))(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _admit(self, scope: Scope) -> Scope:
        caller = self._access.caller_of(_shown(scope))
        wait_s = self._rate_limits.take(caller)
        if wait_s > 0.0:
            raise RateLimited(caller.requests_per_s, wait_s)
        routes = self._routes.of_path(scope["path"])
        # Answered here, so that no route can be reached that the table does not know.
        if not routes:
            raise NotFound(
                "There is nothing at this path. GET /docs shows what there is.",
                "该路径不存在。可打开 /docs 查看全部接口。",
            )
        allowed = routes.get(scope["method"])
        if allowed is None:
            # The application knows best which methods there are, and has none of this name.
            return {**scope, "method": _NO_METHOD}
        require(caller, allowed, self._readiness.service().district.id)
        scope[_CALLER] = caller
        return scope

    def _check(self, scope: Scope) -> None:
        if not self._access.is_open():
            caller = self._access.caller_of(_shown(scope))
            allowed = self._routes.of_path(scope["path"])[scope["method"]]
            require(caller, allowed, self._readiness.service().district.id)


def check_again(scope: Scope) -> None:
    """Refuse a request that goes on for long, once its caller would be refused if it came now.

    Raises:
        Unauthenticated: what was shown does not hold any more.
        Forbidden: the caller may not do this any more.
    """
    check: Callable[[Scope], None] | None = scope.get(_CHECK)
    if check is not None:
        check(scope)


def caller_of(scope: Scope) -> Caller:
    """Return who sent a request that has passed the gate."""
    caller: Caller = scope.get(_CALLER, ANYBODY)
    return caller


def _shown(scope: Scope) -> str | None:
    """Return what the header ``Authorization`` shows; RFC 6750, 2.1."""
    shown: bytes | None = None
    for name, value in scope["headers"]:
        if name == b"authorization":
            if shown is not None:
                # Two of them: whoever stands between could have read the other one.
                return ""
            shown = value
    if shown is None:
        return None
    if shown[: len(_BEARER)].lower() != _BEARER:
        return ""
    return shown[len(_BEARER) :].strip().decode("latin-1")


def _headers(error: DispatchError) -> Mapping[str, str]:
    if isinstance(error, Unauthenticated):
        reason = ', error="invalid_token"' if error.refused else ""
        return {"www-authenticate": _CHALLENGE + reason}
    if isinstance(error, Forbidden):
        scopes = f', scope="{" ".join(error.needed)}"' if error.needed else ""
        return {"www-authenticate": f'{_CHALLENGE}, error="insufficient_scope"{scopes}'}
    if isinstance(error, RateLimited):
        return {"retry-after": str(math.ceil(error.retry_after_s))}
    return {}
