"""``dispatch-router warm-up``: compile the search ahead of the first start."""

from __future__ import annotations

import os
import time

import typer

from dispatch_router.bootstrap import district_folder, open_district
from dispatch_router.bootstrap_roads import warm_up as warm_up_district
from dispatch_router.cli.exit_codes import ExitCode
from dispatch_router.cli.options import DistrictOption
from dispatch_router.config import InvalidSetting, load_settings
from dispatch_router.domain.errors import DispatchError


def warm_up(
    district: DistrictOption = None,
) -> None:
    """Compile the search and keep it, so that the next start is ready at once.

    Opens the district and recommends once, as a start does, and exits. For building images.
    """
    start = time.perf_counter()
    try:
        settings = load_settings(os.environ, {"district": district})
        opened = open_district(district_folder(settings.district))
        warm_up_district(opened.engine, opened.now, with_hierarchy=True)
    except InvalidSetting as error:
        typer.echo(f"{error.detail}\n{error.detail_zh}", err=True)
        raise typer.Exit(int(ExitCode.WRONG_USAGE)) from None
    except DispatchError as error:
        typer.echo(f"{error.detail}\n{error.detail_zh}", err=True)
        raise typer.Exit(int(ExitCode.of(error))) from None
    seconds = time.perf_counter() - start
    typer.echo(f"{opened.district.name.zh} {opened.district.name.en}: warm in {seconds:.1f} s")
