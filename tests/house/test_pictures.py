"""Every picture the papers show exists, and none is kept that no paper shows."""

import re

from tests.house.collect import PACKAGE

ROOT = PACKAGE.parent
SHOWN = re.compile(r"screenshots/([a-z0-9-]+\.png)")


def test_the_papers_show_exactly_the_pictures_that_are_kept():
    papers = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    shown = {name for paper in papers for name in SHOWN.findall(paper.read_text(encoding="utf-8"))}
    kept = {path.name for path in (ROOT / "docs" / "screenshots").glob("*.png")}
    assert shown == kept, shown ^ kept
