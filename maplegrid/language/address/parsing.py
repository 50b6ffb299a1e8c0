"""An address by rules: at each place the first kind of element whose form and position fit.

Types are those of the CCKS address annotation guide, lower-cased (prov, city, district, devzone, town, community, road,
roadno, subroad, subroadno, poi, subpoi, houseno, cellno, floorno, roomno, assist, distance, redundant, person, country).
Good for: addresses written from large to small with the usual words. Not good for: places known only by name, counties
and towns without 县, 镇, 街道, and names that hold such a word themselves. Nothing is learnt from anybody's data: micro-F1
0.83 on labelled addresses, most of Zhejiang (docs/reference/model-card.md); a trained tagger would do better.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from maplegrid.language.address.names import CITIES, DISTRICTS, MUNICIPALITIES, PROVINCES, TOWNS

READ_AT_MOST = 400


@dataclass(frozen=True, slots=True)
class Element:
    """`value` is text[start:end]."""

    start: int
    end: int
    type: str
    value: str


_HAN = r"[\u4e00-\u9fff]"
_NUMBER = r"(?:\d+|[A-Za-z]\d*|[一二三四五六七八九十百]+|[甲乙丙丁])"
_MANY = r"\d+(?:[、之]\d+)*"
_NOT_DISTRICT = (
    r"(?<!小)(?<!社)(?<!园)(?<!校)(?<!景)(?<!新)(?<!工业)(?<!开发)(?<!商)(?<!城)(?<!住宅)(?<!生活)"
)


def _any(words: list[str]) -> str:
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


# kind and form, tried in this order; `_fits` says after which kinds one may stand
_FORMS: tuple[tuple[str, str], ...] = (
    ("redundant", r"[\s\-—–_－,，、.。;；:：()（）\[\]【】/\\|+*#&~·]+"),
    ("country", r"中国(?!服|轻|银|农|工|建|移|电|联|人|石|邮)"),
    ("prov", rf"(?:{_any(PROVINCES)})(?:省|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)?(?!{_HAN}?[路街巷])"),
    ("city", rf"(?:{_any(MUNICIPALITIES)})市?(?!{_HAN}{{0,2}}[路街])"),
    ("city", rf"(?:{_any(CITIES)})(?:市(?!场)|地区|(?:{_HAN}{{1,6}})?自治州|州(?!{_HAN}))"),
    ("city", rf"(?:{_any(CITIES)})(?!{_HAN}?[路街]|大道|[县乡村]|镇(?!海|江)|大酒店|大厦|公司|银行|商|新村|小区|广场)"),
    ("redundant", r"(?:null|NULL|None|请?电联|请?打电话|电话联系|送货前?请?电话?|市辖区|送到|送货上门|自提|转|请)"),
    ("district", rf"(?:{_any(DISTRICTS)})(?:新区|区|县(?!{_HAN}?[路街])|市(?!场))"),
    ("district", rf"(?:{_any(DISTRICTS)})(?!{_HAN}?[路街道巷]|{_HAN}{{0,2}}(?:大道|小区|大厦|广场|公司|花园|医院|大酒店|工业|科技|市场|机场|国际|商贸|轻纺城|皮革城)|[镇乡村山桥湖埭])"),
    ("town", rf"(?:{_any(TOWNS)})(?:镇(?!{_HAN}?[路街])|街道|乡)"),
    ("town", rf"(?:{_any(TOWNS)})(?!{_HAN}?[路街巷]|大道|{_HAN}{{0,2}}(?:大厦|广场|公司|花园|小区|医院|大酒店|酒店|科技|商|市场|中学|小学)|[村山桥])"),
    ("city", rf"{_HAN}{{2,12}}?自治州"),
    ("district", rf"{_HAN}{{2,12}}?自治[县旗]"),
    ("devzone", rf"{_HAN}{{0,8}}?(?:经济技术开发区|高新技术产业开发区|高新技术开发区|经济开发区|技术开发区|开发区|高新区|保税区|产业集聚区|杭州湾新区|新区(?!{_HAN}{{0,2}}[路街]))"),
    ("district", rf"{_HAN}{{1,6}}?(?:(?:自治县|县|旗)(?!{_HAN}?[路街]|大道)|{_NOT_DISTRICT}(?<![一二三四五六七八九十])(?<!市场)区(?![块域间])|(?<!超)(?<!城)(?<!夜)市(?!场|政|民|区|府|心|中心))"),
    ("town", rf"{_HAN}{{1,5}}?(?:街道办事处|街道|街办事处|镇(?!{_HAN}?[路街]|大道))"),
    ("town", rf"{_HAN}{{1,5}}?(?<!城)(?<!故)(?<!老)乡(?!{_HAN}?[路街])"),
    ("community", rf"{_HAN}{{1,7}}?(?:社区居委会|社区|居委会|村民委员会|行政村|(?<!新)村(?!{_HAN}?[路街口]|委))"),
    ("assist", r"(?:斜对面|正对面|对面|旁边|隔壁|附近|交叉口|交汇处|往[东南西北])"),
    ("road", rf"(?![与和及])(?:{_HAN}|[A-Za-z]|\d(?=\d*号?[路线])){{1,5}}?(?:大道|大街|国道|省道|公路|胡同|巷|(?<!道)路|(?<!步行)街|(?<!大)道(?!院|口))(?:[东南西北中](?:路|段|街)|[一二三四五六七八九十]路)?"),
    ("subroad", rf"(?:{_NUMBER}|{_HAN}{{1,3}})(?:弄|巷|支路|段|里弄)"),
    ("roadno", rf"{_MANY}(?:[-—–－]+\d+)?(?:号(?!楼|院|门|桥|线|库|厂|地)|弄)"),
    ("houseno", rf"{_NUMBER}(?:[-—]{_NUMBER})?(?:号楼|号门|幢楼|栋楼|幢|栋|座|号院|号厂房|#楼?|#)"),
    ("cellno", rf"{_NUMBER}(?:单元|[街排](?={_MANY}|$)|门(?!{_HAN}))"),
    ("floorno", rf"(?:[负地下]{{0,2}}{_NUMBER}|首|顶|底)(?:楼|层|[Ff](?![A-Za-z]))"),
    ("roomno", r"[A-Za-z]?\d{2,5}(?:室|房间|房|号)?"),
    ("distance", r"\d+(?:多)?(?:米|公里|千米)"),
    ("assist", r"(?:院内|斜对面|正对面|对面|旁边|隔壁|附近|门口|交叉口|交汇处|路口|后面|前面|楼下|楼上|[东西南北]侧|交界处|转角|口|旁|内|与|和|边上|往[东南西北]|[东南西北][面边])"),
    ("subpoi", rf"(?:{_NUMBER}|[东南西北中]{{1,2}}{_NUMBER}?)(?:区|期|组|门|园|苑|队|社|馆|厅)"),
)  # fmt: skip
_SAID_TWICE = ("prov", "city", "district")
_COMPILED = tuple((kind, re.compile(form)) for kind, form in _FORMS)
_ORDER = {kind: rank for rank, kind in enumerate(
    ("country", "prov", "city", "district", "devzone", "town", "community", "road")
)}  # fmt: skip
_NAMED_BY = (
    "(?:小区|花园|公寓|大厦|广场|工业园区|工业区|工业园|科技园|产业园|园区|市场|新村|商贸城|商城|大楼|酒店|宾馆|医院|学校|小学|"
    "中学|大学|学院|花苑|家园|名苑|公司|村委会|写字楼|中心(?!路)|银行|超市)"
)
_WHOLE = re.compile(rf"{_HAN}{{1,14}}?{_NAMED_BY}(?:有限公司|分公司|写字楼|大厦|大楼|住宅区|总店)?")
# a number with nothing that says what it counts, or only 号: what it is follows from what it comes after
_BARE = re.compile(rf"(?:{_MANY}|[A-Za-z]{{1,2}}\d*)号?(?!{_HAN}*?(?:路|线)(?!口))")
# 双龙湖龙兴街: four and more characters before 街; the road's own name is the last two, and a direction or a number
_LONG_ROAD = re.compile(
    rf"{_HAN}{{2,4}}(?={_HAN}{{2}}[东南西北中一二三四五六七八九十]?(?:大道|大街|[路街巷])$)"
)
_ROAD_INSIDE = re.compile(
    rf"{_HAN}{{2}}[东南西北中一二三四五六七八九十]?(?:大道|大街|[路街巷])(?!道|口|桥|店|办)"
)
_UNDER = {"": "town", "city": "town", "district": "town", "devzone": "town", "town": "community"}
_ESTATE = re.compile(rf"(?:{_NAMED_BY}|[苑园府庭])$")
_GOES_ON = re.compile(r"[-—–－/]\d")
_AFTER = {
    "road": "roadno", "subroad": "subroadno", "community": "roadno", "poi": "houseno", "subpoi": "houseno",
    "roadno": "houseno", "houseno": "roomno", "cellno": "roomno", "floorno": "roomno",
    "person": "roomno",
}  # fmt: skip
_BREAK = re.compile(
    rf"[A-Za-z]{{1,2}}\d|[\s\-—–_－,，、;；:：()（）/\\|]|{_MANY}(?:号|弄|幢|栋|座|楼|层|室)?|{_NUMBER}(?:单元|号楼|幢|栋|座|楼|层|区|期)"
    r"|旁(?!边)|[东南西北]侧|内$|电联|[提送]前致?电|请|斜对面|对面|旁边|隔壁|附近|门口|交叉口|路口"
)


def parse(text: str) -> list[Element]:
    """The elements of an address from left to right; none inside another, together all of what was read."""
    return _once(list(_elements(text[:READ_AT_MOST])))


def _once(elements: list[Element]) -> list[Element]:
    """Of a province, city or district said twice the first counts, unless the later one is its whole name (金华金华市)."""
    kept = list(elements)
    for kind in _SAID_TWICE:
        places = [at for at, element in enumerate(kept) if element.type == kind]
        if not places:
            continue
        first, last = kept[places[0]].value, kept[places[-1]].value
        counts = places[-1] if len(last) > len(first) and last.startswith(first) else places[0]
        for at in places:
            if at != counts:
                kept[at] = replace(kept[at], type="redundant")
    return kept


def _elements(text: str) -> Iterator[Element]:
    at, before, named = 0, "", False
    while at < len(text):
        kind, end = _next(text, at, before)
        if kind in ("poi", "subpoi"):
            kind, named = "subpoi" if named else "poi", True
        yield Element(at, end, kind, text[at:end])
        if kind not in ("redundant", "assist"):
            before = kind
        at = end


def _next(text: str, at: int, before: str) -> tuple[str, int]:
    for kind, form in _COMPILED:
        found = form.match(text, at)
        if not found or found.end() == at:
            continue
        if _fits(kind, found[0], before):
            return _as_placed(kind, found, before)
    number = _BARE.match(text, at)
    if number and before in _AFTER:
        return _counted(
            number[0], text[number.end() :], before, bool(_ESTATE.search(text[:at]))
        ), number.end()
    return _place(text, at, before)


def _as_placed(kind: str, found: re.Match[str], before: str) -> tuple[str, int]:
    """What comes after a road is a lesser road or its number; of a long name before 路 only the end is the road's."""
    if kind == "road" and before in ("road", "subroad"):
        return "subroad", found.end()
    if kind == "roadno" and before == "subroad":
        return "subroadno", found.end()
    if kind == "road" and (stem := _LONG_ROAD.match(found[0])):
        return _UNDER.get(before, "poi"), found.start() + stem.end()
    if kind == "subpoi" and before == "community" and found[0].endswith("组"):
        return "road", found.end()
    return kind, found.end()


def _counted(number: str, rest: str, before: str, estate: bool) -> str:
    """What a bare number counts: 8-11-2284 is house, stairway, room; 16-221 house and room; 175-9 house and stairway."""
    if (
        before in ("houseno", "poi", "subpoi")
        and number.isdigit()
        and len(number) >= 3
        and not _GOES_ON.match(rest)
    ):
        return "roomno"
    if number.endswith("号") and before == "poi":
        return "houseno" if estate else "roadno"
    if number.endswith("号") and before == "subpoi":
        return "houseno"
    if before == "houseno":
        return "cellno"
    return _AFTER[before]


def _fits(kind: str, value: str, before: str) -> bool:
    """Whether an element of this kind may stand after the one before."""
    rank = _ORDER.get(kind)
    if kind in _SAID_TWICE and before in _ORDER:
        return True
    if rank is not None and kind != "road":
        known = _ORDER.get(before, -1 if before in ("", "redundant") else 99)
        if known > rank or known == 99:
            return False
    if kind == "road":
        return before not in ("houseno", "cellno", "floorno", "roomno")
    if kind == "subroad":
        return before == "road"
    if kind == "roadno":
        return before in ("road", "subroad", "community", "town", "", "district", "devzone")
    if kind == "subpoi":
        return before in ("poi", "subpoi", "community", "roadno")
    if kind == "roomno":
        if value.endswith(("室", "房", "房间")):
            return True
        return before in ("cellno", "floorno") and len(value) >= 3
    return True


def _place(text: str, at: int, before: str) -> tuple[str, int]:
    """A place known by its name: to the word that ends such names, else to the next number or mark."""
    whole = _WHOLE.match(text, at)
    stop = _BREAK.search(text, at + 1)
    end = stop.start() if stop else len(text)
    if whole and whole.end() <= end:
        end = whole.end()
    road = _ROAD_INSIDE.search(text, at + 2, end)
    if road:
        end = road.start()
    return "person" if before in ("floorno", "roomno") else "poi", end
