"""README shows what really happens."""

from __future__ import annotations

from dispatch_router.bootstrap import district_folder
from dispatch_router.config import DistrictSettings, ServerSettings
from dispatch_router.storage.district_files import load_district
from dispatch_router.web.example import first_command
from tests.docs.pages import ROOT, Page
from tools.make_answer_picture import PICTURE, draw

README = Page(ROOT / "README.md")


def test_the_first_question_is_the_one_that_serve_prints() -> None:
    server = ServerSettings()
    district = load_district(district_folder(DistrictSettings()))

    printed = first_command(f"http://{server.host}:{server.port}", district)

    assert f"{printed}\n" in README.blocks("sh")


def test_the_two_commands_are_what_a_new_user_needs() -> None:
    commands = [words for words in README.commands() if words[0] == "make"]

    assert commands == [["make", "run"], ["make", "test"]]


def test_the_picture_shows_the_answer_as_it_is_now() -> None:
    assert PICTURE.read_text(encoding="utf-8") == draw(), "run `make docs`"


def test_the_picture_fetches_nothing() -> None:
    picture = PICTURE.read_text(encoding="utf-8")

    assert "url(http" not in picture
    assert picture.count("http") == 1, "the SVG namespace alone"
