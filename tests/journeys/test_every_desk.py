"""Every page of every desk, at phone and desktop width, in both languages and in large text, judged by axe-core.

Whoever signs in opens each kind of page that links lead to. The first person to see a kind of page reads it at both
widths, the second in one more look; the lists and case pages, which differ from desk to desk, everybody reads in one.
The looks go round, so languages and text sizes are spread.
"""

from collections import Counter
from itertools import cycle

import pytest

from tests.journeys.looking import LOOKS, Look, faults, keyboard_faults, pages, shape

pytestmark = pytest.mark.journey

DESKS = {
    "resident": "",
    "chief": "gm04.chief",
    "grid-staff": "gm04.service",
    "community": "gm.desk1",
    "community-secretary": "gm.secretary",
    "street": "gongming.desk1",
    "street-deputy": "gongming.deputy",
    "department": "water.clerk1",
    "command": "district.duty1",
    "hotline": "district.hotline1",
    "hall": "gongming.hall",
    "police": "gm04.police",
    "auditor": "audit1",
    "system-admin": "admin.system",
    "security-admin": "admin.security",
    "audit-admin": "admin.audit",
    "grid-centre": "gridcentre.desk1",
}
SEEN: Counter[str] = Counter()
OWN = {"/cases/", "/cases/*"}
TURNS = cycle(LOOKS)


def wear(window, look: Look) -> None:
    """Read as this look says: width, language, text size."""
    language = "en" if look.english else "zh-hans"
    cookies = {"language": language, "large_text": "1" if look.large else "0"}
    window.page.context.add_cookies(
        [{"name": name, "value": value, "url": window.site.address} for name, value in cookies.items()]
    )
    window.page.set_viewport_size(
        {"width": 390, "height": 844} if look.phone else {"width": 1440, "height": 900}
    )


def looks_for(address: str) -> list[Look]:
    """Both widths when nobody has seen such a page before, then one more; own desks always."""
    kind = shape(address)
    SEEN[kind] += 1
    if SEEN[kind] == 1:
        return [next(TURNS), next(TURNS)]
    return [next(TURNS)] if SEEN[kind] == 2 or kind in OWN else []


@pytest.mark.parametrize("desk", DESKS)
def test_every_page_of_the_desk_can_be_read_by_everybody(desk, site, screen):
    window = screen(phone=desk in ("resident", "chief", "grid-staff"))
    if DESKS[desk]:
        window.sign_in(DESKS[desk])
    found, visited = [], 0
    for address in pages(window.page, "/cases/" if DESKS[desk] else "/", window.go):
        visited += 1
        for look in looks_for(address):
            wear(window, look)
            window.go(address)
            found += [f"{address} [{look}] {fault}" for fault in faults(window.page, look)]
        if address in ("/", "/cases/", "/territory/"):
            found += [f"{address} {fault}" for fault in keyboard_faults(window.page)]
    found += [f"console: {line}" for line in window.complaints]
    assert visited >= 5, "the walk led nowhere"
    assert found == [], "\n" + "\n".join(found)
