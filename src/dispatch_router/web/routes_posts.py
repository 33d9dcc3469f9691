"""``/v1/posts``: from where officers set off."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Request, Response

from dispatch_router.domain.crs import Crs
from dispatch_router.web.listing import (
    DEFAULT_PAGE,
    PAGE_PARAMETERS,
    CrsParameter,
    Cursor,
    Limit,
    page_members,
)
from dispatch_router.web.openapi import documented
from dispatch_router.web.problems import NotFound
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.resource_json import post_members
from dispatch_router.web.schemas.resources import PostListReply, PostReply
from dispatch_router.web.validation import refuse_query

PostId = Annotated[str, Path(min_length=1, max_length=100, description="Id of the post.")]


def add_post_routes(router: APIRouter, readiness: Readiness) -> None:
    """Add the routes that read posts."""

    @router.get(
        "/v1/posts",
        summary="List the posts",
        operation_id="list_posts",
        tags=["district"],
        **documented(PostListReply),
    )
    async def list_posts(
        request: Request,
        limit: Limit = DEFAULT_PAGE,
        cursor: Cursor = None,
        crs: CrsParameter = "wgs84",
    ) -> Response:
        """List stations and zone posts by id."""
        refuse_query(request, *PAGE_PARAMETERS, "crs")
        district = readiness.service().district
        members = page_members(
            district.posts,
            lambda post: post_members(post, district, Crs(crs)),
            limit=limit,
            cursor=cursor,
        )
        return Response(orjson.dumps(members), media_type="application/json")

    @router.get(
        "/v1/posts/{post_id}",
        summary="Read one post",
        operation_id="read_post",
        tags=["district"],
        **documented(PostReply, "not_found"),
    )
    async def read_post(request: Request, post_id: PostId, crs: CrsParameter = "wgs84") -> Response:
        """Read one station or zone post."""
        refuse_query(request, "crs")
        district = readiness.service().district
        for post in district.posts:
            if post.id == post_id:
                members = post_members(post, district, Crs(crs))
                return Response(orjson.dumps(members), media_type="application/json")
        raise NotFound(
            "There is no post with this id. GET /v1/posts lists them.",
            "没有这个编号的警务站点。可通过 GET /v1/posts 查看全部站点。",
        )
