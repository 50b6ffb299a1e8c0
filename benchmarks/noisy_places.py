"""Which building is it, as people really write it: the place reader beside the most similar name.

Addresses of the demo district with one or two kinds of noise each: the zone or the word for the house put another way,
numbers in Chinese, a homophone, a wrong, missing or doubled character, community or street in front, a story around it.
Seeds for tuning and reporting differ.
"""

import difflib
import random
import re
import time
from collections import Counter
from collections.abc import Callable

from benchmarks.measuring import Line

REPORTED, TUNED = 20261124, 7
SCANNED = 60
FEW = 3  # an address that more buildings share names none of them
STORIES = (
    "{place}楼下的路灯坏了好几天", "我住{place}，楼上半夜装修", "昨天{place}门口的下水道堵了，污水流到马路上",
    "你好，我是{place}的住户，我家停水两天了，请帮忙看看", "{place}", "在{place}旁边有人乱倒垃圾", "{place}对面的烧烤摊太吵",
)  # fmt: skip
DIGITS = dict(zip("123456789", "一二三四五六七八九", strict=True))
Noise = Callable[[random.Random, str], str]


def _in_chinese(draw: random.Random, name: str) -> str:
    return re.sub(r"(?<!\d)[1-9](?!\d)", lambda found: DIGITS[found[0]], name)


def _other_word(draw: random.Random, name: str) -> str:
    return re.sub(
        r"(?<=\d)(栋|号楼|座|幢)$", lambda _: draw.choice(["栋", "号楼", "幢", "座", "#", ""]), name
    )


def _dropped(draw: random.Random, name: str) -> str:
    places = [found.start() for found in re.finditer(r"[\u4e00-\u9fff](?=[\u4e00-\u9fff]{2})", name)]
    at = draw.choice(places) if len(places) > 3 else None
    return name if at is None else name[:at] + name[at + 1 :]


def _doubled(draw: random.Random, name: str) -> str:
    at = draw.randrange(len(name))
    return name[: at + 1] + name[at:] if not name[at].isdigit() else name


def _spaced(draw: random.Random, name: str) -> str:
    return re.sub(r"(\d+)", r" \1 ", name).strip()


def _homophone(draw: random.Random, name: str) -> str:
    from maplegrid.language.tables import rows_of

    groups = [row["characters"] for row in rows_of("homophones")]
    known = [
        (at, group) for at, char in enumerate(name) for group in groups if char in group and len(group) > 1
    ]
    if not known:
        return name
    at, group = draw.choice(known)
    return name[:at] + draw.choice([char for char in group if char not in (name[at], " ")]) + name[at + 1 :]


KINDS: dict[str, Noise] = {
    "numbers in Chinese": _in_chinese, "another word for the house": _other_word, "a character missing": _dropped,
    "a character doubled": _doubled, "blanks": _spaced, "a homophone": _homophone,
}  # fmt: skip


def measure(texts: int, seed: int = REPORTED) -> list[Line]:
    from maplegrid.cli.language.locate import _of_demo
    from maplegrid.language.locate import locate

    places, draw = _of_demo(), random.Random(seed)
    units, shared = places.units, Counter(row.address for row in places.buildings)
    asked = []
    for row in draw.sample(list(places.buildings), texts):
        kinds = draw.sample(sorted(KINDS), draw.choice([0, 1, 1, 2]))
        known = row.address if shared[row.address] <= FEW else row.name
        name = draw.choice([row.name, row.name, *row.aliases[:1], known])
        for kind in kinds:
            name = KINDS[kind](draw, name)
        front = units[row.community_id].name if draw.random() < 0.4 and row.community_id else ""
        asked.append((draw.choice(STORIES).format(place=front + name), row, kinds))
    begin = time.perf_counter()
    found = [locate(places, text) for text, _, _ in asked]
    spent = (time.perf_counter() - begin) / len(asked)
    names = {row.name: row for row in places.buildings}
    begin = time.perf_counter()
    by_likeness = [difflib.get_close_matches(text, names, n=3, cutoff=0.0) for text, _, _ in asked[:SCANNED]]
    scan = (time.perf_counter() - begin) / SCANNED
    third = sum(
        row.id in [place.building_id for place in some[:3]]
        for some, (_, row, _) in zip(found, asked, strict=True)
    )
    theirs = sum(row.name in some for some, (_, row, _) in zip(by_likeness, asked, strict=False))
    sub_grid = sum(
        bool(some) and some[0].sub_grid_id == row.sub_grid_id
        for some, (_, row, _) in zip(found, asked, strict=True)
    )
    note = (
        f"{texts} noisy addresses; building in first three {third / texts:.1%} (likest name {theirs / SCANNED:.1%}), "
        f"sub-grid first {sub_grid / texts:.1%}; calibration error {_calibration(found, asked):.3f}"
    )
    return [
        Line(
            "building in noisy words",
            f"{spent * 1e3:.2f} ms",
            f"likest name {scan * 1e3:.0f} ms",
            scan / spent,
            note,
        )
    ]


def _calibration(found: list, asked: list) -> float:
    """Expected calibration error of the first candidate's probability, ten bins."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for some, (_, row, _) in zip(found, asked, strict=True):
        if some and some[0].building_id is not None:
            sure = some[0].probability
            bins.setdefault(min(9, int(sure * 10)), []).append((sure, some[0].building_id == row.id))
    total = sum(len(rows) for rows in bins.values())
    return sum(
        abs(sum(sure for sure, _ in rows) - sum(right for _, right in rows)) for rows in bins.values()
    ) / max(1, total)
