"""How places are written: one spelling for 一栋, 1号楼, １幢 and 1#, and keys that forgive homophones.

A building's name is taken apart into base, zone and number: 富豪花园C区1栋 → 富豪花园 + c区 + 1 (栋). The same
cutting is done where a text mentions the base, so that the two meet whatever spelling was used.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from maplegrid.language.normal import fold
from maplegrid.language.tables import rows_of

_NUMERALS = "零〇一二三四五六七八九十百两"
_CHINESE_NUMBER = rf"[{_NUMERALS}]+(?=号|[栋区期巷街路弄单层排组队坊横室小]|网格)"
_HOUSE = rf"(?P<house>\d+|[{_NUMERALS}]+|(?<![a-z])[a-z])(?:号楼|幢|座|橦|号栋|栋楼(?![下上道顶])|#楼|#栋|#)"
_LEFT_OUT = frozenset(" ·•()[]【】“”")
# said to a telephone: 12冬 is 12栋, 4豪 is 4号 (not 2好几天); written twice by mistake: 3巷巷5号
_MISHEARD = (
    r"(?<=[0-9])(?:(?P<building>[冬动懂洞董])(?![物工静手作态漫天季瓜])|(?P<door>[毫豪浩皓昊灏壕])(?!米)"
    r"|(?P<lane>[翔祥享象像项响])(?=\d))|(?<=[a-z])(?P<zone_word>[渠曲驱屈])(?=\d)"
)
_TWICE = (
    r"(?P<twice>[巷区期栋号村])(?P=twice)"
    r"|(?P<numeral>[一二三四五六七八九十])(?P=numeral)(?=[巷期])"  # 二二巷 is 二巷; the 22nd is written 二十二巷
)
_REWRITE = re.compile(rf"{_TWICE}|{_MISHEARD}|{_HOUSE}|(?P<han>{_CHINESE_NUMBER})")
_DIGITS = {**{char: i for i, char in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
ZONE = r"(?:(?:[a-z]|\d{1,2}|[东南西北中])(?:区|期|组团|苑|坊)|\d{1,3}(?:巷|排))"
NUMBER = r"(?:[a-z]-?)?\d{1,4}(?:-\d{1,4})?(?:[a-z](?![a-z]))?|[a-z]"
WHAT = r"(?:厂房|宿舍楼|宿舍)"
_HOUSE_NUMBER = rf"(?:(?P<number>{NUMBER})(?P<kind>栋|号|(?={WHAT}))(?P<what>{WHAT})?|(?P<front>{WHAT})(?P<back>\d{{1,3}})(?:栋|号)?"
_NAME = re.compile(rf"^(?P<base>.+?)(?P<zone>{ZONE})?(?:-|第)?{_HOUSE_NUMBER})?$")
FOLLOWING = re.compile(
    rf"(?:小区)?(?P<zone>{ZONE})?(?:-|第|的|,)?{_HOUSE_NUMBER}|(?P<dashed>[a-z]?\d{{1,3}})(?=-\d|单元|楼下|[旁对门的里,，。]|$))?"
)
SUB_GRID = re.compile(r"第?(\d{1,2})号?小分格")


class Spelled(NamedTuple):
    """A text in the one spelling, and for each of its characters the place in the original."""

    text: str
    origins: list[int]


class PlaceName(NamedTuple):
    """A building's name taken apart; `zone`, `number` and `kind` may be empty."""

    base: str
    zone: str
    number: str
    kind: str


def number_of(numeral: str) -> int:
    """Chinese numerals up to 999 (十五, 二十, 一百零三, 三〇二) as a number."""
    if not set(numeral) & {"十", "百"}:
        return int("".join(str(_DIGITS[char]) for char in numeral))
    total, digit = 0, 0
    for char in numeral:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit


def spell(text: str) -> Spelled:
    """The text in the one spelling: half-width, lower-case, no spaces, Arabic numbers, 栋 for every house word."""
    folded = fold(text)
    places = [at for at, char in enumerate(folded) if char not in _LEFT_OUT]
    bare = "".join(folded[at] for at in places)
    pieces: list[str] = []
    origins: list[int] = []
    at = 0
    for found in _REWRITE.finditer(bare):
        start, end = found.span()
        new = _rewritten(found)
        pieces += [bare[at:start], new]
        origins += places[at:start]
        origins += [places[start]] * (len(new) - 1) + [places[end - 1]]
        at = end
    pieces.append(bare[at:])
    origins += places[at:]
    return Spelled("".join(pieces), origins)


def without_doubles(words: Spelled) -> Spelled:
    """The same with every character that is written twice in a row written once (根头头南区)."""
    kept = [
        at
        for at, char in enumerate(words.text)
        if not (at and char == words.text[at - 1] and not char.isdigit())
    ]
    return Spelled("".join(words.text[at] for at in kept), [words.origins[at] for at in kept])


def _rewritten(found: re.Match[str]) -> str:
    if found["twice"] is not None:
        return found["twice"]
    if found["numeral"] is not None:
        return str(number_of(found["numeral"]))
    for heard, word in (("building", "栋"), ("door", "号"), ("lane", "巷"), ("zone_word", "区")):
        if found[heard]:
            return word
    if found["han"] is not None:
        return str(number_of(found["han"]))
    house = found["house"]
    return f"{house if house[0] < '~' else number_of(house)}栋"


def spelled(name: str) -> str:
    """`spell` without the places: for names."""
    return spell(name).text


def take_apart(name: str) -> PlaceName:
    """A name in the one spelling → base, zone, number and its word; a name that is only a number is its own base."""
    found = _NAME.match(name)
    if found is None or len(found["base"]) < 2:
        return PlaceName(name, "", "", "")
    return PlaceName(found["base"], *house_of(found))


def house_of(found: re.Match[str]) -> tuple[str, str, str]:
    """Zone, number and kind (栋, 号, 厂房 or 宿舍) from a match of a name or of what follows one in a text."""
    parts = found.groupdict()
    number = parts["number"] or parts["back"] or parts.get("dashed") or ""
    what = (parts["what"] or parts["front"] or "").removesuffix("楼")
    kind = what or parts["kind"] or ("栋" if number else "")
    return parts["zone"] or "", number_key(number), kind


def number_key(number: str) -> str:
    """ "01" and "1" are the same house; "c-1" and "c1" too."""
    letters = re.match(r"^([a-z]?)-?0*(\d*)(.*)$", number)
    return number if letters is None else "".join(letters.groups())


@lru_cache(maxsize=1)
def _sounds() -> dict[int, str]:
    return {ord(char): row["characters"][0] for row in rows_of("homophones") for char in row["characters"]}


def sound(text: str) -> str:
    """The same length, each character replaced by the first of those that sound like it."""
    return text.translate(_sounds())
