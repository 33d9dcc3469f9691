"""Kinds of things that a district has, and how one of them is answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Protocol, TypeVar

import orjson
from fastapi import Path, Response
from fastapi.openapi.models import Example
from pydantic import BaseModel
from starlette.types import Scope

from dispatch_router.domain.crs import Crs
from dispatch_router.domain.district import District
from dispatch_router.domain.resources import ResourceKey, ResourceKind
from dispatch_router.web.etags import etag_of, is_known
from dispatch_router.web.problems import NotFound
from dispatch_router.web.readiness import DispatchService
from dispatch_router.web.schemas.resource_requests import ResourceRequest

ItemId = Annotated[str, Path(min_length=1, max_length=100)]


class HasId(Protocol):
    """Something that a list is ordered by."""

    @property
    def id(self) -> str:
        """Unique in the list."""
        ...


ItemT = TypeVar("ItemT", bound=HasId)


@dataclass(frozen=True, slots=True)
class Collection(Generic[ItemT]):
    """One kind of thing that a district has.

    Attributes:
        kind: what they are.
        singular: what one of them is called.
        plural_zh: the same in Chinese.
        items: finds them in a district.
        members: makes what makes JSON members of one, for one answer.
        reply: documents those members.
        page_reply: documents a page of them.
        request: what one is changed by.
        examples: of that.
    """

    kind: ResourceKind
    singular: str
    plural_zh: str
    items: Callable[[District], Sequence[ItemT]]
    members: Callable[[DispatchService, Crs], Callable[[ItemT], dict[str, Any]]]
    reply: type[BaseModel]
    page_reply: type[BaseModel]
    request: type[ResourceRequest]
    examples: dict[str, Example]

    @property
    def plural(self) -> str:
        """The last part of the path, ``posts``."""
        return self.kind.value

    @property
    def path(self) -> str:
        """Where the list is."""
        return f"/v1/{self.kind.value}"

    @property
    def item_path(self) -> str:
        """Where one of them is."""
        return self.path + "/{item_id}"

    def key(self, item_id: str) -> ResourceKey:
        """Name one of them."""
        return ResourceKey(self.kind, item_id)


@dataclass(frozen=True, slots=True)
class FoundItem:
    """One item as it is answered.

    Attributes:
        content: the reply in UTF-8.
        etag: names the reply, and what the item is by definition.
    """

    content: bytes
    etag: str

    def answer(self, *, status: int = 200) -> Response:
        """Answer it, to be asked for again before it is used again."""
        return Response(
            self.content,
            status_code=status,
            media_type="application/json",
            headers={"etag": self.etag, "cache-control": "no-cache"},
        )

    def last_answer(self) -> Response:
        """Answer what is gone now."""
        headers = {"cache-control": "no-store"}
        return Response(self.content, media_type="application/json", headers=headers)

    def answer_unless_known(self, scope: Scope) -> Response:
        """Answer it, or that nothing has changed since the client had it."""
        if is_known(scope, self.etag):
            headers = {"etag": self.etag, "cache-control": "no-cache"}
            return Response(status_code=304, headers=headers)
        return self.answer()


def find_item(
    service: DispatchService, collection: Collection[Any], item_id: str, crs: Crs
) -> FoundItem:
    """Return one item.

    Raises:
        NotFound: there is none with this id.
    """
    resource = service.now.resources.get(collection.key(item_id))
    for item in collection.items(service.district):
        if item.id == item_id and resource is not None:
            content = orjson.dumps(collection.members(service, crs)(item))
            return FoundItem(content, etag_of(resource.revision, content))
    raise NotFound(
        f"There is no {collection.singular} with this id. GET {collection.path} lists them.",
        f"没有这个编号。可通过 GET {collection.path} 查看全部{collection.plural_zh}。",
    )
