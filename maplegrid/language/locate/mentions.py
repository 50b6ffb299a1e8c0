"""What places a text mentions: units of the tower, buildings' bases with zone and number, near-misspellings."""

import heapq
import re
from collections import Counter
from typing import NamedTuple

from maplegrid.language.locate.gazetteer import Gazetteer, House, pairs
from maplegrid.language.locate.names import (
    FOLLOWING,
    SUB_GRID,
    Spelled,
    house_of,
    sound,
    spell,
    without_doubles,
)
from maplegrid.language.normal import is_han
from maplegrid.language.reading import PlaceId, Span

READ_AT_MOST = 4000  # characters; place words of their own may stand at the end
MOST_FILLING = 4  # characters between a name and its house number
WINDOW = 12  # characters before a house number or a place word in which a misspelt name is looked for
HOMOPHONE = 0.9  # how well a name fits that only sounds right; misspelt ones fit less
DOUBLED = 0.85  # the same for a name with a character written twice
FUZZY_TRIES = 16
FUZZY_ANCHORS = 6
_NUMBER_ANCHOR = re.compile(
    r"[a-z]?-?\d{1,4}(?:[栋号巷排])|(?:[a-z东南西北]|\d{1,2})(?:区|期)|(?:厂房|宿舍楼?)\d"
)
_WORD_ANCHOR = re.compile(
    r"(?:花园|小区|新村|大厦|公寓|工业区|工业园|广场|华府|名苑|雅苑|嘉园|家园|宿舍|苑|轩|阁|庭|城|园|村|路|巷)"
)
_LOOSE = re.compile(r"(?:[a-z]区?|\d{1,2}[区期])?-?(?<!\d)\d{1,4}栋|(?<![a-z])[a-z]栋")
_KINDS_OF_PLACE = (
    "工业园|科技园|工业区|产业园|创业园|实业园|商业广场|购物中心|商业街|商务大厦|花园|雅苑|家园|华府|名苑|公馆|佳园"
    "|豪庭|美域|新村|旧村|老围|小区|大厦|公寓|广场|社区|小学|中学|幼儿园|学校|医院|市场|公园|大道|北路|南路|东路"
    "|西路|中路|宿舍|村|坊|路|街|巷|苑|轩|湾|阁|里|园|城|庭"
)
_KIND_OF_PLACE = re.compile(rf"(?:{sound(_KINDS_OF_PLACE)})(?:\d{{1,2}}期)?$")
# 栋 and 号 are mixed up by everybody; 3栋 in a works is more likely the hall than the dormitory
KIND_FITS = {
    ("栋", "号"): 0.7,
    ("号", "栋"): 0.7,
    ("栋", "厂房"): 0.8,
    ("号", "厂房"): 0.7,
    ("栋", "宿舍"): 0.5,
    ("厂房", "栋"): 0.8,
    ("宿舍", "栋"): 0.8,
}
_RELATION = re.compile(r"^.{0,6}?(?:旁边|旁|对面|附近|隔壁|周边|斜对面|路口|后面|前面|之间)")
_CODE = re.compile(r"(?<![\da-z])\d{9,15}(?:f\d{2})?(?![\da-z])")


class Area(NamedTuple):
    """A unit named in the text; `full` unless only its bare name (公明) stands there."""

    unit_id: PlaceId
    span: Span
    full: bool


class Mention(NamedTuple):
    """A base named in the text: how well it fits (1 = letter by letter), and what zone and number follow it."""

    base: str
    quality: float
    zone: str
    number: str
    kind: str
    beside: bool
    span: Span


class Mentions(NamedTuple):
    """All that was found in one text; spans are positions in the original."""

    areas: tuple[Area, ...]
    bases: tuple[Mention, ...]
    numbers: tuple[Mention, ...]


def find_mentions(gazetteer: Gazetteer, text: str) -> Mentions:
    """Units, bases (misspelt ones only when none is written properly), and house numbers without a base."""
    words = spell(text[:READ_AT_MOST])
    heard = sound(words.text)
    areas = _areas(gazetteer, words, heard)
    bases = _bases(gazetteer, words, heard)
    if not any(_exists(gazetteer, mention) for mention in bases):
        once = without_doubles(words)
        if len(once.text) < len(words.text):
            words, heard = once, sound(once.text)
            found = [m._replace(quality=m.quality * DOUBLED) for m in _bases(gazetteer, words, heard)]
            bases = found or bases
    if not any(_exists(gazetteer, mention) for mention in bases):
        bases = [*bases, *_misspelt(gazetteer, words, heard)]
    return Mentions(tuple(areas), tuple(bases), tuple(_loose_numbers(words)) if not bases else ())


def _exists(gazetteer: Gazetteer, mention: Mention) -> bool:
    """Is there a house of that number? If not, the name may be another one misspelt."""
    houses = gazetteer.bases[mention.base].numbered(mention.number, joined(mention))
    return bool(mention.number) and any(fits(house, mention) for house in houses)


def _original(words: Spelled, start: int, end: int) -> Span:
    return (words.origins[start], words.origins[end - 1] + 1)


def _areas(gazetteer: Gazetteer, words: Spelled, heard: str) -> list[Area]:
    found = [
        Area(unit_id, _original(words, start, end), True)
        for start, end in gazetteer.unit_words.found_in(heard)
        for unit_id in gazetteer.units_by_name[heard[start:end]]
    ]
    found += [
        Area(gazetteer.units_by_code[code.group()], _original(words, *code.span()), True)
        for code in _CODE.finditer(words.text)
        if code.group() in gazetteer.units_by_code
    ]
    return _with_sub_grids(gazetteer, words, found) or _bare_areas(gazetteer, words)


def _with_sub_grids(gazetteer: Gazetteer, words: Spelled, areas: list[Area]) -> list[Area]:
    """公明社区…4小分格: the sub-grid of that number in a community that is named."""
    communities = {area.unit_id for area in areas if gazetteer.units[area.unit_id].level == "community"}
    for found in SUB_GRID.finditer(words.text) if communities else ():
        for community in communities:
            sub_grid = gazetteer.sub_grids.get((community, int(found[1])))
            if sub_grid is not None:
                areas.append(Area(sub_grid, _original(words, *found.span()), True))
    return areas


def _bare_areas(gazetteer: Gazetteer, words: Spelled) -> list[Area]:
    """公明 alone: a hint only, and none when it stands for the whole district or for several units."""
    found = []
    for bare, unit_id in gazetteer.bare_units:
        at = words.text.find(bare)
        if at >= 0 and words.text[at + len(bare) : at + len(bare) + 1] != "区":
            found.append(Area(unit_id, _original(words, at, at + len(bare)), False))
    return found


def _bases(gazetteer: Gazetteer, words: Spelled, heard: str) -> list[Mention]:
    found = []
    for start, end in gazetteer.base_words.found_in(heard):
        written = words.text[start:end]
        names = gazetteer.by_sound[heard[start:end]]
        exact = written in names
        for name in [written] if exact else names:
            found.append(_mention(gazetteer, words, name, 1.0 if exact else HOMOPHONE, start, end))
    return found


def _mention(
    gazetteer: Gazetteer, words: Spelled, base: str, quality: float, start: int, end: int
) -> Mention:
    zone, number, kind, stop = _following(words.text, end)
    if zone and f"{base}{zone}" in gazetteer.bases:  # 根头新村（二期）: the second phase has its own name
        base, end = f"{base}{zone}", words.text.index(zone, end) + len(zone)
        zone, number, kind, stop = _following(words.text, end)
    beside = _RELATION.match(words.text[stop : stop + 10]) is not None
    return Mention(base, quality, zone, number, kind, beside, _original(words, start, stop))


def _following(text: str, end: int) -> tuple[str, str, str, int]:
    """Zone, number and kind after a name, over a few filling words (富豪花园小区里面C区1栋), and where they end."""
    for skipped in range(MOST_FILLING + 1):
        found = FOLLOWING.match(text, end + skipped)
        if found is not None and found.end() > end + skipped:
            zone, number, kind = house_of(found)
            if zone or number:
                return zone, number, kind, found.end()
        if not is_han(text[end + skipped : end + skipped + 1] or " "):
            break
    return "", "", "", end


def _misspelt(gazetteer: Gazetteer, words: Spelled, heard: str) -> list[Mention]:
    """Names with a wrong, missing or extra character, looked for before house numbers and place words."""
    found: dict[str, Mention] = {}
    for end in _ends(words.text):
        start = max(0, end - WINDOW)
        window = heard[start:end]
        for key, errors in _close(gazetteer, window):
            for name in gazetteer.by_sound[key]:
                mention = _mention(gazetteer, words, name, 1.0, max(start, end - len(key)), end)
                mention = mention._replace(quality=_likeness(gazetteer, mention, key, window, errors))
                if name not in found or mention.quality > found[name].quality:
                    found[name] = mention
    best = sorted(found.values(), key=lambda m: (-m.quality, not m.number, m.base))
    return [m for m in best if m.quality >= best[0].quality - 0.1][:5]


def _likeness(gazetteer: Gazetteer, mention: Mention, key: str, window: str, errors: int) -> float:
    """How much to trust a misspelt name: less when its own part is hurt, not only the 花园 or 新村 behind it.

    A house of that number speaks for it; without one, half of a two-character name proves little.
    """
    if own_part(key) in window:
        return 0.97 - 0.15 * errors
    if len(own_part(key)) >= 3:
        return 0.85 - 0.15 * errors
    return 0.62 if _exists(gazetteer, mention) else 0.35


def own_part(key: str) -> str:
    """A base without the kind of place at its end: 富豪花园 → 富豪 (in the characters of the sound key)."""
    return _KIND_OF_PLACE.sub("", key) or key


def _ends(text: str) -> list[int]:
    """Where a name may end: before house numbers and zones first, then after words such as 花园."""
    before = [found.start() for found in _NUMBER_ANCHOR.finditer(text)]
    after = [found.end() for found in _WORD_ANCHOR.finditer(text)]
    return list(dict.fromkeys(end for end in (*before, *after) if end > 1))[:FUZZY_ANCHORS]


def _close(gazetteer: Gazetteer, window: str) -> list[tuple[str, int]]:
    """Bases that end where the window ends, with the number of wrong characters (at most one in four)."""
    votes: Counter[str] = Counter()
    for gram in pairs(window):
        votes.update(gazetteer.grams.get(gram, ()))
    ending = set(window[-2:])
    likely = [(-count / (2 * len(key) - 3), key) for key, count in votes.items() if ending & set(key[-2:])]
    close = []
    for _, key in heapq.nsmallest(FUZZY_TRIES, likely):
        allowed = 1 if len(key) < 7 else 2
        errors = errors_at_end(key, window, allowed) if len(key) >= 3 else allowed + 1
        if errors <= allowed:
            close.append((key, errors))
    return close


def errors_at_end(word: str, window: str, allowed: int) -> int:
    """Fewest insertions, deletions and replacements that turn `word` into some ending of the window."""
    tail = window[-(len(word) + allowed) :]
    previous = [0] * (len(tail) + 1)
    for i, char in enumerate(word, start=1):
        row = [i]
        for j, other in enumerate(tail, start=1):
            row.append(min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (char != other)))
        previous = row
    return previous[-1]


def _loose_numbers(words: Spelled) -> list[Mention]:
    """House numbers without a name ("C区1栋"), useful only where the neighbourhood already is known."""
    found = []
    for house in _LOOSE.finditer(words.text):
        parts = FOLLOWING.match(words.text, house.start())
        if parts is not None and parts["number"]:
            found.append(Mention("", 0.8, *house_of(parts), False, _original(words, *parts.span())))
    return found[:2]


def fits(house: House, mention: Mention) -> float:
    """How well a house answers to zone, number and kind as written: 1 exactly, 0 not at all."""
    same_kind = 1.0 if mention.kind == house.kind else KIND_FITS.get((mention.kind, house.kind), 0.4)
    if mention.number == house.number and mention.zone == house.zone:
        return same_kind
    if mention.number == house.number and not mention.zone:
        return 0.8 * same_kind
    return 0.95 * same_kind if joined(house) == joined(mention) else 0.0


def joined(house: House | Mention) -> str:
    """C区1栋 and C1栋 are the same: the zone's letter and the number in one."""
    return f"{house.zone[:1]}{house.number}" if house.zone[:1].isalpha() else f"{house.zone}/{house.number}"
