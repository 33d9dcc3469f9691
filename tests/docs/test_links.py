"""Links inside the documentation lead somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Page, all_pages


@pytest.mark.parametrize("page", all_pages(), ids=lambda page: page.name)
def test_every_relative_link_of_the_page_resolves(page: Page) -> None:
    broken = [link for link in page.links() if _is_relative(link) and not _resolves(page, link)]

    assert broken == []


def test_every_page_of_the_documentation_is_reached_from_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {(index.parent / link.split("#")[0]).resolve() for link in Page(index).links()}

    missing = [
        page.name
        for page in all_pages()
        if page.path.is_relative_to(index.parent) and page.path != index and page.path not in listed
    ]

    assert missing == []


def _is_relative(link: str) -> bool:
    return not link.startswith(("http://", "https://", "mailto:"))


def _resolves(page: Page, link: str) -> bool:
    file, _, anchor = link.partition("#")
    target: Path = (page.path.parent / file).resolve() if file else page.path
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not anchor or target.suffix != ".md" or anchor in Page(target).anchors()
