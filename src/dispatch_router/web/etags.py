"""Entity tags: which state of a resource a client has seen (RFC 9110, sections 8.8.3 and 13.1).

A tag has two parts, as in ``"5d41402abc4b2a76-8f14e45fceea167a"``. The first names what the
resource is by definition, and is all that ``If-Match`` looks at; the second names the reply byte
for byte. So a unit that has moved meanwhile is another reply, but no reason to refuse a change of
its crew.
"""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Final

from fastapi import Header
from pydantic import WithJsonSchema
from starlette.types import Scope

from dispatch_router.application.district.expected import Expected
from dispatch_router.domain.errors import DispatchError
from dispatch_router.web.problems import FieldError, InvalidRequest

_TAG: Final = r'(?:W/)?"[!#-~\x80-\xff]*"'
_TAGS: Final = re.compile(rf"\s*{_TAG}\s*(?:,\s*{_TAG}\s*)*")
_ONE_TAG: Final = re.compile(_TAG)
_MAX_TAGS: Final = 20
# Shown, not checked: whoever reads a header says what is wrong with it.
_SHOWN_TAGS: Final = WithJsonSchema(
    {
        "type": "string",
        "pattern": rf'^(\*|(W/)?"[!#-~]*"(, ?(W/)?"[!#-~]*"){{0,{_MAX_TAGS - 1}}})$',
        "examples": ['"2-6b86b273ff34fce1"'],
    }
)

IfMatch = Annotated[
    str | None,
    _SHOWN_TAGS,
    Header(
        alias="If-Match",
        max_length=2_000,
        description="The `ETag` that the item had when it was read; `*` for whichever it has.",
    ),
]
IfNoneMatch = Annotated[
    str | None,
    Header(
        alias="If-None-Match",
        max_length=2_000,
        description="`*` to make a new item, where there is none with this id.",
    ),
]
SeenBefore = Annotated[
    str | None,
    _SHOWN_TAGS,
    Header(
        alias="If-None-Match",
        max_length=2_000,
        description="The `ETag` of the reply that the client has: where nothing has changed since, "
        "304 is answered without a body.",
    ),
]


class PreconditionRequired(DispatchError):
    """A change that does not say what it changes."""

    code = "precondition_required"


def etag_of(revision: str, content: bytes) -> str:
    """Return the tag of a reply."""
    return f'"{revision}-{hashlib.sha256(content).hexdigest()[:16]}"'


def preconditions(scope: Scope) -> dict[str, str | None]:
    """Return what the two headers say, each in one line; None where they are not there."""
    return {"if_match": _line(scope, b"if-match"), "if_none_match": _line(scope, b"if-none-match")}


def version_tag(version: int | str) -> str:
    """Return the tag of what counts its changes, as the answer to a change of it names it."""
    return f'"{version}"'


def match_header(scope: Scope) -> dict[str, str | None]:
    """Return what ``If-Match`` says, in one line; None where it is not there."""
    return {"if_match": _line(scope, b"if-match")}


def seen_versions(if_match: str | None) -> frozenset[str] | None:
    """Return the versions that a client has seen; None where any will do.

    Raises:
        InvalidRequest: ``If-Match`` cannot be understood.
    """
    return None if if_match is None else expected(if_match, None, may_be_new=False).revisions


def is_known(scope: Scope, etag: str) -> bool:
    """Tell whether the client has this reply already.

    Raises:
        InvalidRequest: ``If-None-Match`` is no list of tags.
    """
    line = preconditions(scope)["if_none_match"]
    if line is None:
        return False
    tags = _tags("If-None-Match", line)
    return tags == ["*"] or etag in {tag.removeprefix("W/") for tag in tags}


def expected(if_match: str | None, if_none_match: str | None, *, may_be_new: bool) -> Expected:
    """Return what a client believes of the item that it changes.

    Args:
        if_match: the header.
        if_none_match: the header.
        may_be_new: ``If-None-Match: *`` may be sent in place of ``If-Match``.

    Raises:
        PreconditionRequired: they do not say.
        InvalidRequest: they cannot be understood, or say two things.
    """
    if if_none_match is not None:
        if not may_be_new or if_match is not None or if_none_match != "*":
            raise _out_of_place()
        return Expected(absent=True)
    if if_match is None:
        raise _required(may_be_new=may_be_new)
    tags = _tags("If-Match", if_match)
    if tags == ["*"]:
        return Expected()
    # A weak tag matches nothing here: it does not promise that the item is the same.
    strong = (tag.strip('"') for tag in tags if not tag.startswith("W/"))
    return Expected(frozenset(tag.partition("-")[0] for tag in strong))


def _line(scope: Scope, name: bytes) -> str | None:
    given = [content.decode("latin-1") for key, content in scope["headers"] if key == name]
    return ", ".join(given).strip() if given else None


def _tags(header: str, line: str) -> list[str]:
    if line == "*":
        return ["*"]
    tags = _ONE_TAG.findall(line) if _TAGS.fullmatch(line) else []
    if not 0 < len(tags) <= _MAX_TAGS:
        raise _not_understood(header)
    return tags


def _required(*, may_be_new: bool) -> PreconditionRequired:
    new = ", or If-None-Match: * to make it" if may_be_new else ""
    new_zh = "；新建时请发送If-None-Match: *" if may_be_new else ""
    return PreconditionRequired(
        f"Send If-Match with the ETag that the item had when you read it{new}.",
        f"请在If-Match中提供读取该项目时的ETag{new_zh}。",
    )


def _not_understood(header: str) -> InvalidRequest:
    return InvalidRequest(
        [
            FieldError(
                header,
                'send *, or ETags as they were answered, with their quotes: "..."',
                '请发送*，或原样发送应答中的ETag（含引号）："..."',
            )
        ]
    )


def _out_of_place() -> InvalidRequest:
    return InvalidRequest(
        [
            FieldError(
                "If-None-Match",
                "send * to make a new item, without If-Match; deleting goes by If-Match",
                "新建项目时仅可发送*，且不得同时发送If-Match；删除时请使用If-Match",
            )
        ]
    )
