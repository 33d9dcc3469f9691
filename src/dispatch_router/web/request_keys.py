"""The header ``Idempotency-Key``: the same request sent again is done once."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Annotated, Final

from fastapi import Header
from pydantic import BaseModel
from starlette.types import Scope

from dispatch_router.application.ports import RequestKey
from dispatch_router.web.problems import FieldError, InvalidRequest

_NAME: Final = b"idempotency-key"
_PATTERN: Final = r"^[!-~]{1,100}$"
_KEY: Final = re.compile(rb"[!-~]{1,100}")

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=_PATTERN,
        description="Chosen by the client, 1 to 100 printed ASCII characters, new for each "
        "request. The same request sent again with it is answered with what the first one made.",
    ),
]


def given_key(scope: Scope) -> str | None:
    """Return what the header says; None where there is no such header.

    Raises:
        InvalidRequest: the header stands there twice, or is no key.
    """
    given: list[bytes] = [content for name, content in scope["headers"] if name == _NAME]
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


def request_key(key: str | None, path: str, asked: BaseModel) -> RequestKey | None:
    """Return the key with what was asked for under it.

    What was understood counts, so that white space and the order of members make no difference.
    """
    if key is None:
        return None
    members = [path, asked.model_dump(mode="json", by_alias=True)]
    text = json.dumps(members, sort_keys=True, separators=(",", ":"))
    return RequestKey(key, hashlib.sha256(text.encode()).hexdigest())
