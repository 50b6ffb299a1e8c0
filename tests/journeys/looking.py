"""What a page owes everybody who reads it, and a walk over the pages somebody's own links lead to.

axe-core (MPL-2.0, a test tool only) comes with the package `axe-playwright-python` (MIT); it is never served.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qs, urlsplit

import polib
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.house.book import BOOK

AXE = Axe()
GRAVE = ("serious", "critical")
# Not pages: files, signing out (and protecting one's sign-in, which test_unit_account walks), and the map's tiles; the back office below its front page is Django's own.
ELSEWHERE = re.compile(
    r"^/(static|media|account/(logout|2fa|password)|admin/.+)|\.(xlsx|docx|csv|geojson|gpkg|zip|ics|js|webmanifest)$|/copy$|/photo/"
)
HAN = re.compile(r"[\u4e00-\u9fff]")
FACTS = """() => ({
  title: document.title.trim(),
  headings: [...document.querySelectorAll('h1')].filter(h => h.checkVisibility()).length,
  sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  nameless: [...document.querySelectorAll('input:not([type=hidden]),select,textarea')]
    .filter(f => !f.labels?.length && !f.ariaLabel && !f.getAttribute('aria-labelledby')).map(f => f.name || f.id),
})"""
WORDS = """() => {
  const ours = e => !e.closest('[lang^=zh], [translate=no], script, style, template');
  const said = [], walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  const inEnglish = e => { const l = e.closest('[lang]'); return l && l.lang.startsWith('en') && ours(e); };
  while (walk.nextNode()) if (inEnglish(walk.currentNode.parentElement)) said.push(walk.currentNode.data);
  for (const e of document.querySelectorAll('[aria-label],[placeholder],[title]'))
    if (inEnglish(e)) said.push(...['aria-label', 'placeholder', 'title'].map(n => e.getAttribute(n) || ''));
  return said.map(s => s.trim().replace(/\\s+/g, ' ')).filter(s => /[\\u4e00-\\u9fff]/.test(s));
}"""
LINKS = "() => [...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))"
FOCUS = """() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
  return {tag: e.tagName, skip: e.classList.contains('skip'), shown: r.width > 0 && r.bottom > 0,
          ring: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0, name: e.outerHTML.slice(0, 90)}; }"""


@dataclass(frozen=True)
class Look:
    """One way to read a page: on a phone (390 px) or a desktop (1440 px), in a language, at a text size."""

    phone: bool
    english: bool
    large: bool

    def __str__(self) -> str:
        words = ("phone" if self.phone else "desk", "en" if self.english else "zh")
        return " ".join((*words, *(("large",) if self.large else ())))


LOOKS = (Look(True, True, False), Look(False, False, True), Look(True, False, True), Look(False, True, False))


@cache
def sentences() -> tuple[re.Pattern[str], ...]:
    """The product's own Chinese sentences as patterns; a blank in a sentence stands for any words."""
    found = {form for entry in polib.pofile(str(BOOK)) for form in (entry.msgid, entry.msgid_plural) if form}
    return tuple(_pattern(form) for form in found if HAN.search(form))


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = re.split(r"%\(\w+\)[sd]|%[sd]|\{\w*\}", " ".join(sentence.split()))
    return re.compile("(.+)".join(re.escape(part) for part in parts).replace("%%", "%"))


def untranslated(page: Page) -> list[str]:
    """Sentences of the product's own that an English page says in Chinese.

    Names of places and what people wrote stay Chinese; so only whole pieces of text that are one of the book's
    sentences count, and none within `lang="zh…"` or `translate="no"`.
    """
    return sorted({words for words in page.evaluate(WORDS) if any(s.fullmatch(words) for s in sentences())})


def faults(page: Page, look: Look) -> list[str]:
    """Everything this page owes and does not give, in words."""
    facts = page.evaluate(FACTS)
    found = [f"{n} h1" for n in (facts["headings"],) if n != 1]
    found += ["no title"] * (not facts["title"])
    found += [f"overflows by {facts['sideways']} px"] * (facts["sideways"] > 1)
    found += [f"no label: {name}" for name in facts["nameless"]]
    found += [f"in Chinese: {words}" for words in (untranslated(page) if look.english else ())]
    return found + grave(page)


def grave(page: Page) -> list[str]:
    """What axe-core calls serious or critical, with the first element of each."""
    seen = AXE.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{v['id']} ×{len(v['nodes'])}: {v['nodes'][0]['html'][:160]} {(v['nodes'][0]['any'] or [{}])[0].get('message', '')}"
        for v in seen
        if v["impact"] in GRAVE
    ]


def shape(address: str) -> str:
    """What kind of page this is: numbers and codes left out; lists as they open, and the list of the whole area."""
    parts = urlsplit(address)
    steps = ["*" if re.search(r"\d", step) else step for step in parts.path.split("/")]
    whole = parse_qs(parts.query).get("view") == ["area"]
    return "/".join(steps) + "?view=area" * whole


def pages(page: Page, start: str, go) -> Iterator[str]:
    """The first page of every kind that links lead to from here, breadth first; the caller opens each by `go`."""
    waiting, known = [start], {shape(start)}
    while waiting:
        address = waiting.pop(0)
        go(address)
        yield address
        for link in page.evaluate(LINKS):
            target = _resolved(link, address)
            if target and shape(target) not in known and not ELSEWHERE.search(urlsplit(target).path):
                known.add(shape(target))
                waiting.append(target)


def _resolved(link: str, address: str) -> str:
    link = link.split("#")[0]
    if link.startswith("?"):
        return urlsplit(address).path + link
    return link if link.startswith("/") and not link.startswith("//") else ""


def keyboard_faults(page: Page, tabs: int = 8) -> list[str]:
    """The skip link comes first and leads to the words; every further stop shows where one is."""
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press("Tab")
    first = page.evaluate(FOCUS)
    if not (first["skip"] and first["shown"]):
        return [f"the first stop is not a visible skip link: {first['name']}"]
    page.keyboard.press("Enter")
    if not page.evaluate("location.hash === '#main'"):
        return ["the skip link leads nowhere"]
    found = []
    for _ in range(tabs):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        found += [f"focus not visible: {stop['name']}"] * (stop["tag"] != "BODY" and not stop["ring"])
    return found
