"""Names for the buildings of each compound, as people there would say them, with the other ways of saying them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from maplegrid.simulate import place_names as words
from maplegrid.simulate.land import Quarter

KIND_NAMES: dict[str, str] = {
    "residential": "住宅小区",
    "village": "城中村",
    "factory": "厂房",
    "dormitory": "宿舍",
    "shop": "商业",
    "office": "办公",
    "school": "学校",
    "clinic": "医疗",
    "market": "市场",
    "civic": "公共服务",
}

# How often a compound carries on the place next door instead of starting a new one.
CARRY_ON = {Quarter.ESTATE: 0.35, Quarter.VILLAGE: 0.75, Quarter.WORKS: 0.4, Quarter.SHOPS: 0.2}
MOST_LANES = 60
MOST_NUMBERED = 55


@dataclass(frozen=True)
class Named:
    """One building's name, its aliases, its kind and the place it belongs to (富豪花园, 合水口新村 …)."""

    name: str
    aliases: tuple[str, ...]
    kind: str
    place: str


@dataclass
class Place:
    """A named place that may go on in the next compound: what was numbered so far."""

    name: str
    zoned: bool = False
    parts: int = 0
    numbered: int = 0
    dormitories: int = 0

    @property
    def has_room(self) -> bool:
        """Nobody says 一百零三栋: a place that has grown this far ends here."""
        return self.parts < MOST_LANES and self.numbered < MOST_NUMBERED


class Namer:
    """Names compounds one after the other; the same sequence of calls gives the same names."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._fresh = {
            Quarter.ESTATE: words.fresh_names(rng, words.ESTATE_STEMS, words.ESTATE_ENDINGS),
            Quarter.VILLAGE: words.fresh_names(rng, words.VILLAGE_STEMS, words.VILLAGE_ENDINGS),
            Quarter.WORKS: words.fresh_names(rng, words.WORKS_STEMS, words.WORKS_ENDINGS),
            Quarter.SHOPS: words.fresh_names(rng, words.MALL_STEMS, words.MALL_ENDINGS),
        }
        self._open: dict[tuple[int, Quarter], Place] = {}
        self._own_village: set[str] = set()

    def compound(self, quarter: Quarter, sub_grid: int, community: str, rows: list[int]) -> list[Named]:
        """Names for a compound of `len(rows)` buildings; `rows` says in which lane each stands."""
        place = self._place(quarter, sub_grid, community)
        return _WAYS[quarter](place, rows)

    def _place(self, quarter: Quarter, sub_grid: int, community: str) -> Place:
        key = (sub_grid, quarter)
        known = self._open.get(key)
        if known and known.has_room and self._rng.random() < CARRY_ON[quarter]:
            return known
        name = self._first_village(community) if quarter is Quarter.VILLAGE else None
        place = Place(name or next(self._fresh[quarter]), zoned=bool(self._rng.random() < 0.5))
        self._open[key] = place
        return place

    def _first_village(self, community: str) -> str | None:
        """The first village of a community bears its name: 合水口新村."""
        if community in self._own_village:
            return None
        self._own_village.add(community)
        return f"{community}新村"


def estate_building(place: str, zone: str, number: int) -> Named:
    """A building of an estate; `zone` is a letter or empty."""
    part = f"{zone}区" if zone else ""
    aliases = [f"{place}{part}{number}号楼", f"{place}{part}{words.numeral(number)}栋"]
    aliases += [f"{place}{zone}{number}栋"] if zone else []
    return Named(f"{place}{part}{number}栋", tuple(aliases), "residential", place)


def _estate(place: Place, rows: list[int]) -> list[Named]:
    place.parts += 1
    start = 0 if place.zoned else place.numbered
    zone = chr(ord("A") + (place.parts - 1) % 26) if place.zoned and place.parts <= 26 else ""
    place.numbered = start + len(rows) if not place.zoned else 0
    return [estate_building(place.name, zone, start + at + 1) for at in range(len(rows))]


def _village(place: Place, rows: list[int]) -> list[Named]:
    named, last, house = [], None, 0
    for row in rows:
        if row != last:
            place.parts, last, house = place.parts + 1, row, 0
        house += 1
        lane, name = place.parts, place.name
        aliases = (f"{name}{lane}巷{house}号", f"{name}{words.numeral(lane)}巷{house}栋")
        named.append(Named(f"{name}{words.numeral(lane)}巷{house}号", aliases, "village", name))
    return named


def _works(place: Place, rows: list[int]) -> list[Named]:
    named = []
    place.parts += 1
    for at in range(len(rows)):
        if at % 7 in (5, 6):
            place.dormitories += 1
            named.append(_hall(place.name, place.dormitories, "宿舍楼", "dormitory"))
        elif at == 4 and place.parts == 1:
            named.append(Named(f"{place.name}办公楼", (f"{place.name}办公室",), "office", place.name))
        else:
            place.numbered += 1
            named.append(_hall(place.name, place.numbered, "厂房", "factory"))
    return named


def _hall(place: str, number: int, what: str, kind: str) -> Named:
    return Named(
        f"{place}{number}号{what}", (f"{place}{number}栋{what}", f"{place}{what}{number}"), kind, place
    )


def _shops(place: Place, rows: list[int]) -> list[Named]:
    place.parts += 1
    numbers = range(place.numbered + 1, place.numbered + len(rows) + 1)
    place.numbered += len(rows)
    return [
        Named(
            f"{place.name}{number}号楼",
            (f"{place.name}{number}栋",),
            "office" if number % 5 == 0 else "shop",
            place.name,
        )
        for number in numbers
    ]


_WAYS: dict[Quarter, Callable[[Place, list[int]], list[Named]]] = {
    Quarter.ESTATE: _estate,
    Quarter.VILLAGE: _village,
    Quarter.WORKS: _works,
    Quarter.SHOPS: _shops,
}
