"""The header ``Idempotency-Key``: the same request sent again is done once."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Final

from starlette.types import Scope

from dispatch_router.application.retries import RequestKey
from dispatch_router.web.access_gate import caller_of
from dispatch_router.web.problems import FieldError, InvalidRequest

NAME: Final = b"idempotency-key"
_KEY: Final = re.compile(rb"[!-~]{1,100}")
_SENT: Final = "dispatch_router.request_key"
REUSED: Final = "idempotency_key_reused"
KEY_PARAMETER: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": r"^[!-~]{1,100}$"},
    "description": "Chosen by the client, 1 to 100 printed ASCII characters, new for each "
    "request. The same request sent again with it is given the first answer; another request "
    f"is `{REUSED}`.",
}


def keyed(arguments: dict[str, Any]) -> dict[str, Any]:
    """Add to the arguments of a route that it reads the header.

    Args:
        arguments: as ``documented`` returned them.
    """
    return {**arguments, "openapi_extra": {"parameters": [KEY_PARAMETER]}}


def note_key(scope: Scope, asked: Any) -> None:
    """Note what a request is sent with, for ``sent_key``; nothing where there is no such header.

    Args:
        scope: of the request.
        asked: what its body says, in JSON's own kinds: white space and the order of members make
            no difference.

    Raises:
        InvalidRequest: the header stands there twice, or is no key.
    """
    key = _given(scope)
    if key is not None:
        members = [scope["method"], scope["path"], asked]
        text = json.dumps(members, sort_keys=True, separators=(",", ":"))
        # A subject may be somebody's name, and whether it is the same is all that matters.
        caller = hashlib.sha256(caller_of(scope).id.encode()).hexdigest()
        scope[_SENT] = RequestKey(caller, key, hashlib.sha256(text.encode()).hexdigest())


def sent_key(scope: Scope) -> RequestKey | None:
    """Return what ``note_key`` has noted; None where there is no key."""
    key: RequestKey | None = scope.get(_SENT)
    return key


def _given(scope: Scope) -> str | None:
    given: list[bytes] = [content for name, content in scope["headers"] if name == NAME]
    if not given:
        return None
    if len(given) == 1 and _KEY.fullmatch(given[0]) is not None:
        return given[0].decode("ascii")
    raise InvalidRequest(
        [
            FieldError(
                "Idempotency-Key",
                "give one key of 1 to 100 printed ASCII characters",
                "须为一个由1至100个可打印ASCII字符组成的键",
            )
        ]
    )
