"""The header ``Idempotency-Key``: the same request sent again is done once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final

from fastapi import Header
from pydantic import BaseModel
from starlette.types import Scope

from dispatch_router.application.ports import RequestKey
from dispatch_router.web.problems import FieldError, InvalidRequest

_NAME: Final = b"idempotency-key"
_PATTERN: Final = r"^[!-~]{1,100}$"
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
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


def request_key(
    key: str | None, path: str, asked: BaseModel, instead: Mapping[str, Any] = NOTHING
) -> RequestKey | None:
    """Return the key with what was asked for under it.

    What was understood counts, so that white space and the order of members make no difference.

    Args:
        key: None where the client sent none.
        path: with the ids in it.
        asked: what was sent.
        instead: counts in place of members of these names, which must not be kept in any form that
            could be guessed and tried; None where such a member was not sent.
    """
    if key is None:
        return None
    dumped = asked.model_dump(mode="json", by_alias=True, exclude=set(instead))
    known = {name: value for name, value in instead.items() if value is not None}
    text = json.dumps([path, dumped | known], sort_keys=True, separators=(",", ":"))
    return RequestKey(key, hashlib.sha256(text.encode()).hexdigest())
