"""From what a text mentions, a point and a known neighbourhood to ranked places with probabilities and reasons.

Every possible building gets a weight: how well the name fits × how well zone and number fit × whether it lies in
the community or street that is named, near the point, and near the door or desk the message came through.
Weights that compete share the probability. Where the buildings stay open but lie in one unit, that unit is
named; where no building is recognised, the unit the text names.
"""

from collections import defaultdict
from collections.abc import Iterable

from maplegrid.language.locate.candidates import MOST, Option, by_area, by_door, by_name, by_point
from maplegrid.language.locate.context import Context, Point
from maplegrid.language.locate.gazetteer import Base, Gazetteer, House
from maplegrid.language.locate.mentions import HOMOPHONE, Mention, Mentions, find_mentions, fits, joined
from maplegrid.language.locate.names import spelled
from maplegrid.language.reading import FoundBy, PlaceCandidate, PlaceId
from maplegrid.rules.triage import Reason
from maplegrid.rules.vocabulary import N_

LEAST = 0.04  # candidates below this probability are not shown


def locate(
    gazetteer: Gazetteer,
    text: str,
    *,
    point: Point | None = None,
    door_building: PlaceId | None = None,
    near_unit: PlaceId | None = None,
) -> tuple[PlaceCandidate, ...]:
    """At most five places, the likeliest first, their probabilities adding up to at most 1; empty if none.

    `point` is in reference degrees; `door_building` the building whose code was scanned; `near_unit` the unit of
    the door, desk or worker the message came through.
    """
    mentions = find_mentions(gazetteer, text)
    context = Context(gazetteer, mentions.areas, point, near_unit)
    options = _named(gazetteer, mentions, context)
    found = by_door(gazetteer, door_building)
    left = 1.0 - sum(place.probability for place in found)
    if point is not None and not found:
        at_point = by_point(gazetteer, point, options)
        found += at_point
        left = max(0.0, 0.98 - sum(place.probability for place in at_point))
    found += by_name(gazetteer, options, left)
    left = 1.0 - sum(place.probability for place in found)
    if left > 0.5:
        found += by_area(gazetteer, mentions.areas, near_unit, left)
    ranked = sorted(found, key=lambda place: (-place.probability, place.level != "building", place.name))
    return tuple(place for place in ranked if place.probability >= LEAST)[:MOST]


def likely_unit(places: Iterable[PlaceCandidate], level: str) -> tuple[PlaceId | None, float]:
    """The unit of a level ("grid", "sub_grid", "community", "street") the candidates agree on, and how surely."""
    weight: dict[PlaceId, float] = defaultdict(float)
    for place in places:
        unit = getattr(place, f"{level}_id")
        if unit is not None:
            weight[unit] += place.probability
    best = max(weight, key=lambda unit: weight[unit], default=None)
    return (None, 0.0) if best is None else (best, weight[best])


def _named(gazetteer: Gazetteer, mentions: Mentions, context: Context) -> list[Option]:
    options: dict[int, Option] = {}
    for mention in mentions.bases:
        for option in _options(gazetteer, mention, context):
            known = options.get(option.building)
            if known is None or option.weight > known.weight:
                options[option.building] = option
    for mention in mentions.numbers:
        for option in _numbers_nearby(gazetteer, mention, context):
            options.setdefault(option.building, option)
    return list(options.values())


def _options(gazetteer: Gazetteer, mention: Mention, context: Context) -> list[Option]:
    base = gazetteer.bases[mention.base]
    fit: dict[int, float] = {}
    for house in base.numbered(mention.number, joined(mention)) if mention.number else _alone(base):
        how = fits(house, mention)
        if how > fit.get(house.building, 0.0):
            fit[house.building] = how
    quality = mention.quality * (0.8 if mention.beside else 1.0)
    sure = quality * max(fit.values(), default=0.0)
    unknown = not fit and bool(mention.number or (mention.zone and not base.has_zone(mention.zone)))
    if not fit:  # the estate is right, the house is not said or unknown: all its buildings stay open
        open_to = base.in_zone(mention.zone)
        fit = dict.fromkeys(open_to, 0.5 / len(open_to))
        sure = quality * (0.75 if unknown else 0.95)
    by = FoundBy.NAME if mention.quality >= HOMOPHONE else FoundBy.FUZZY
    reason, words = _reason(mention), (mention.span,)
    options = []
    for building, how in fit.items():
        factor, trust = context.weigh(building)
        certain = sure * min(1.0, 2.0 * trust)
        options.append(Option(building, quality * how * factor, certain, unknown, by, reason, words))
    return options


def _alone(base: Base) -> list[House]:
    """The building that bears the base as its whole name, unless it is only one of an estate."""
    return base.numbered("") if base.stands_alone else []


def _reason(mention: Mention) -> Reason:
    if mention.quality < HOMOPHONE:
        return Reason(N_("写的地名和“{name}”很像"), {"name": mention.base})
    if mention.quality < 1.0:
        return Reason(N_("写的地名和“{name}”同音"), {"name": mention.base})
    if mention.beside:
        return Reason(N_("写到在“{name}”旁边"), {"name": mention.base})
    return Reason(N_("写到“{name}”"), {"name": mention.base})


def _numbers_nearby(gazetteer: Gazetteer, mention: Mention, context: Context) -> list[Option]:
    """A house number alone, among the buildings of the unit that the message came through."""
    near = context.near
    if near is None or near.level not in ("grid", "sub_grid"):
        return []
    reason = Reason(N_("在{unit}里找到这个楼号"), {"unit": near.name})
    wanted = f"{mention.zone}{mention.number}栋"
    inside = [b for b in gazetteer.in_unit[near.id] if _ends_with(gazetteer.buildings[b].name, wanted)]
    return [Option(b, 0.7 / len(inside), 0.7, False, FoundBy.NEAR, reason, (mention.span,)) for b in inside]


def _ends_with(name: str, wanted: str) -> bool:
    rest = spelled(name)
    return rest.endswith(wanted) and not rest.removesuffix(wanted)[-1:].isdigit()
