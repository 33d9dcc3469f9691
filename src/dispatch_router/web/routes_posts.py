"""``/v1/posts``: from where officers set off."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter

from dispatch_router.domain.resources import ResourceKind
from dispatch_router.web.collection_items import Collection
from dispatch_router.web.collection_routes import add_collection_routes
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.resource_examples import POST_EXAMPLES
from dispatch_router.web.resource_json import post_members
from dispatch_router.web.schemas.resource_requests import PostRequest
from dispatch_router.web.schemas.resources import PostPageReply, PostReply


def add_post_routes(router: APIRouter, readiness: Readiness) -> None:
    """Add the routes of posts."""
    posts = Collection(
        kind=ResourceKind.POSTS,
        singular="post",
        plural_zh="警务站点",
        items=lambda district: district.posts,
        members=lambda service, crs: partial(post_members, district=service.district, crs=crs),
        reply=PostReply,
        page_reply=PostPageReply,
        request=PostRequest,
        examples=POST_EXAMPLES,
    )
    add_collection_routes(router, readiness, posts)
