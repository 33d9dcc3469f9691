"""``dispatch-router recommend``: one call, answered in the terminal as over HTTP."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from dispatch_router.bootstrap import OpenDistrict, district_folder, open_district
from dispatch_router.cli.exit_codes import ExitCode
from dispatch_router.cli.language import Language
from dispatch_router.cli.options import DistrictOption
from dispatch_router.cli.recommendation_text import RecommendationText
from dispatch_router.config import InvalidSetting, load_settings
from dispatch_router.domain.calls import (
    DEFAULT_PRIORITY,
    DEFAULT_TOP,
    MAX_TOP,
    MAX_UNCERTAINTY_M,
    PRIORITIES,
    CallQuestion,
)
from dispatch_router.domain.crs import Crs, to_wgs84
from dispatch_router.domain.errors import (
    DispatchError,
    InvalidDistrict,
    InvalidGraph,
    InvalidQuestion,
)
from dispatch_router.domain.recommendation import Recommendation
from dispatch_router.web.recommendation_json import RecommendationWriter


def recommend(
    *,
    place: Annotated[
        str | None, typer.Option(help="A place of the gazetteer: name, alias or id.")
    ] = None,
    lon: Annotated[float | None, typer.Option(help="Longitude, degrees; with --lat.")] = None,
    lat: Annotated[float | None, typer.Option(help="Latitude, degrees; with --lon.")] = None,
    crs: Annotated[
        Crs,
        typer.Option(
            help="What --lon and --lat are in, and positions in the answer: wgs84 (GPS), gcj02 "
            "(Chinese web maps), bd09 (Baidu)."
        ),
    ] = Crs.WGS84,
    uncertainty_m: Annotated[
        float | None,
        typer.Option(
            help="How far from there the person may be, metres; by default what the gazetteer, or "
            "else the policy, says.",
            min=0.0,
            max=MAX_UNCERTAINTY_M,
        ),
    ] = None,
    priority: Annotated[
        int, typer.Option(help="1 is the most urgent.", min=PRIORITIES[0], max=PRIORITIES[-1])
    ] = DEFAULT_PRIORITY,
    top: Annotated[
        int, typer.Option(help="How many units to rank at most.", min=1, max=MAX_TOP)
    ] = DEFAULT_TOP,
    district: DistrictOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the JSON that POST /v1/recommendations answers.")
    ] = False,
    route: Annotated[
        bool, typer.Option("--route", help="With --json: give each candidate its route.")
    ] = False,
    lang: Annotated[Language, typer.Option(help="Language of the answer.")] = Language.BOTH,
) -> None:
    """Rank all units for one call by the time until officers stand beside the person.

    dispatch-router recommend --place 迎新村

    dispatch-router recommend --lon 106.2683 --lat 29.3778 --uncertainty-m 200 --top 3
    """
    _check_where(place, lon, lat)
    _check_route(route=route, as_json=as_json)
    opened = _open(district, lang)
    try:
        where = place if lon is None or lat is None else to_wgs84(lon, lat, crs)
        question = CallQuestion(where or "", uncertainty_m, priority)
        answer = opened.recommender.recommend(question, top=top, with_routes=route)
    except InvalidQuestion as error:
        raise typer.BadParameter(lang.say(error.detail, error.detail_zh)) from error
    except DispatchError as error:
        _fail(ExitCode.NO_ANSWER, error, lang)
    if as_json:
        typer.echo(RecommendationWriter().write(answer, crs))
    else:
        _print(opened, answer, lang, crs)


def _check_where(place: str | None, lon: float | None, lat: float | None) -> None:
    by_position = lon is not None or lat is not None
    if (place is None) != by_position or (lon is None) != (lat is None):
        raise typer.BadParameter("say where: either --place, or both --lon and --lat.")


def _check_route(*, route: bool, as_json: bool) -> None:
    if route and not as_json:
        raise typer.BadParameter("--route needs --json: the table has no room for a route.")


def _open(district: Path | None, lang: Language) -> OpenDistrict:
    try:
        settings = load_settings(os.environ, {"district": district})
        return open_district(district_folder(settings.district))
    except InvalidSetting as error:
        raise typer.BadParameter(lang.say(error.detail, error.detail_zh)) from error
    except (InvalidDistrict, InvalidGraph) as error:
        _fail(ExitCode.NO_DISTRICT, error, lang)


def _print(opened: OpenDistrict, answer: Recommendation, lang: Language, crs: Crs) -> None:
    console = Console(markup=False, highlight=False, emoji=False)
    for part in RecommendationText(opened.district, lang, crs).say(answer):
        console.print(part)
        console.print()


def _fail(code: ExitCode, error: DispatchError, lang: Language) -> NoReturn:
    console = Console(stderr=True, markup=False, highlight=False, emoji=False)
    console.print(lang.say(error.detail, error.detail_zh), soft_wrap=True)
    raise typer.Exit(int(code))
