"""How urgent a matter is, which clock it gets, and whether a person at a triage desk must look first.

The level is decided by rule from facts of the case: its type's service profile, the flags its words raised, and
signs of danger. It is advisory until a named person confirms it, and it is about the case, never about a person
(design reference, section 0 rules 4, 6 and 7; sections 7 and 13.1).

| level | meaning | profile |
|---|---|---|
| 1 | 特急: danger to life, violence, a minor harmed | P0 |
| 2 | 紧急: crime lead, gathering crowd, a serious hazard | P1 |
| 3 | 加急: wages, utilities, vulnerable people or many homes affected | P2, U24 |
| 4 | 一般: everything else, and all statutory clocks | the type's own |
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from maplegrid.rules.vocabulary import FLAG_NAMES, N_, POLICE_FIRST_FLAGS, Flag, Level, told_words

UNCLASSIFIED = "9901"
CATEGORY_AT = 0.40  # below this confidence a person decides the type
PLACE_AT = 0.50  # below this probability a person decides the place


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is suggested: a Chinese msgid with named placeholders, translated at the edge."""

    sentence: str
    params: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.told(str)

    def told(self, translate: Callable[[str], str]) -> str:
        """The sentence with its blanks filled, each word passed through `translate`."""
        words = {name: told_words(value, translate) for name, value in self.params.items()}
        return translate(self.sentence).format(**words)

    def kept(self) -> dict[str, object]:
        """As plain values, to be stored and told later in whatever language."""
        return {"sentence": self.sentence, "params": dict(self.params)}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Reason":
        """A stored reason again."""
        return cls(kept["sentence"], kept.get("params", {}))


class Urgency(StrEnum):
    """The level of a case, 1 the most urgent."""

    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"


URGENCY_NAMES: dict[Urgency, str] = {
    Urgency.ONE: N_("一级（特急）"),
    Urgency.TWO: N_("二级（紧急）"),
    Urgency.THREE: N_("三级（加急）"),
    Urgency.FOUR: N_("四级（一般）"),
}


class Sign(StrEnum):
    """A fact in the words that makes a matter more pressing."""

    DANGER = "danger"
    HAZARD = "hazard"
    VULNERABLE = "vulnerable"
    MANY_HOMES = "many_homes"


SIGN_NAMES: dict[Sign, str] = {
    Sign.DANGER: N_("有人正处在危险中"),
    Sign.HAZARD: N_("随时可能伤人"),
    Sign.VULNERABLE: N_("涉及老人、孩子或病人"),
    Sign.MANY_HOMES: N_("影响多户人家"),
}


@dataclass(frozen=True, slots=True)
class FlagRule:
    """What a raised flag demands: its route, its handling marks, and the least level it sets."""

    route: str
    demands: tuple[str, ...]
    level: Urgency


_POLICE_DEMANDS = ("NO_PLAIN_MEDIATION", "CONFIDENTIAL")
FLAG_RULES: dict[Flag, FlagRule] = {
    Flag.DOMESTIC_VIOLENCE: FlagRule("POLICE", (*_POLICE_DEMANDS, "CHECK_MINOR"), Urgency.ONE),
    Flag.MINOR_HARM: FlagRule("POLICE", ("MINOR", *_POLICE_DEMANDS), Urgency.ONE),
    Flag.THREAT: FlagRule("POLICE", _POLICE_DEMANDS, Urgency.ONE),
    Flag.SELF_HARM: FlagRule("POLICE", (*_POLICE_DEMANDS, "PSYCH"), Urgency.ONE),
    Flag.CRIME_LEAD: FlagRule("POLICE", _POLICE_DEMANDS, Urgency.TWO),
    Flag.ELDER_FRAUD: FlagRule("POLICE", _POLICE_DEMANDS, Urgency.TWO),
    Flag.GROUP: FlagRule("COORD", ("GROUP",), Urgency.TWO),
    Flag.WAGES: FlagRule("MED_ARB", ("GROUP?",), Urgency.THREE),
    Flag.AGAINST_OFFICIAL: FlagRule("DIVERT_SEALED", ("CONFIDENTIAL", "NEVER_TO_SUBJECT"), Urgency.FOUR),
}
# A flag whose words are weak ("三十多户业主", "城管不作为", "开发商欺诈") changes no route by itself; a person looks.
WEAK_FLAG_RULES: dict[Flag, FlagRule] = {
    Flag.GROUP: FlagRule("", ("GROUP?",), Urgency.FOUR),
    Flag.AGAINST_OFFICIAL: FlagRule("", ("NEVER_TO_SUBJECT",), Urgency.FOUR),
    Flag.CRIME_LEAD: FlagRule("", (), Urgency.FOUR),
    Flag.THREAT: FlagRule("", ("NO_PLAIN_MEDIATION",), Urgency.THREE),
}


def flag_rule(flag: Flag, *, certain: bool) -> FlagRule:
    """The rule of a flag; weak words demand less, except where harm to a person is possible."""
    return FLAG_RULES[flag] if certain else WEAK_FLAG_RULES.get(flag, FLAG_RULES[flag])


class Raised(Protocol):
    """A flag as the reader raises it."""

    @property
    def code(self) -> Flag: ...
    @property
    def certain(self) -> bool: ...


def police_first(flags: Iterable[Raised]) -> tuple[Flag, ...]:
    """The flags that open a police hand-over before anything else (反家暴法 14-16, 未保法 11, 人民调解法 25)."""
    return tuple(
        f.code for f in flags if f.code in POLICE_FIRST_FLAGS and flag_rule(f.code, certain=f.certain).route
    )


PROFILE_LEVEL: dict[str, Urgency] = {
    "P0": Urgency.ONE,
    "P1": Urgency.TWO,
    "P2": Urgency.THREE,
    "U24": Urgency.THREE,
}
LEVEL_PROFILE: dict[Urgency, str] = {Urgency.ONE: "P0", Urgency.TWO: "P1", Urgency.THREE: "P2"}
# Only these service promises give way to P2; street-scene and statutory clocks keep their own at level 3.
YIELDS_TO_P2 = frozenset({"P3", "P4", "CONS", "S3"})
STATUTORY_PROFILES = frozenset({"M30", "L15", "C12315", "D15", "X60"})


@dataclass(frozen=True, slots=True)
class LevelDecision:
    """The level, the service profile that applies, and why.

    `kept_profile` is the statutory profile that goes on beside a raised one: a law's clock is never dropped.
    `call_first` says that the person must be told to dial 110/119/120 at once.
    """

    level: Urgency
    profile: str
    kept_profile: str | None
    call_first: bool
    reasons: tuple[Reason, ...]


def decide_level(
    *,
    profile: str,
    flags: Collection[Raised] = (),
    signs: Collection[Sign] = (),
    floor: Urgency | None = None,
) -> LevelDecision:
    """Level and profile from the type's default profile, the raised flags and the signs in the words.

    Flags and danger set a least level; a vulnerable person or many homes raise it by one step, at most to 2.
    `floor` is a least level set by a person or a channel.
    """
    level = PROFILE_LEVEL.get(profile, Urgency.FOUR)
    reasons = [Reason(N_("这类事情一般按{profile}办理"), {"profile": profile})]
    for least, reason in [*_by_flags(flags), *_by_danger(signs), *_by_floor(floor)]:
        if least < level:
            level = least
            reasons.append(reason)
    for sign in (Sign.VULNERABLE, Sign.MANY_HOMES):
        if sign in signs and level > Urgency.TWO:
            level = _one_step_up(level)
            reasons.append(Reason(N_("{sign}，提高一级"), {"sign": SIGN_NAMES[sign]}))
    raised = _raised_profile(profile, level)
    kept = profile if raised != profile and profile in STATUTORY_PROFILES else None
    return LevelDecision(level, raised, kept, _call_first(flags, signs, raised), tuple(reasons))


def _by_flags(flags: Collection[Raised]) -> list[tuple[Urgency, Reason]]:
    found = [(flag_rule(f.code, certain=f.certain).level, f.code) for f in flags]
    return [
        (level, Reason(N_("{flag}，按更急的办"), {"flag": FLAG_NAMES[flag]})) for level, flag in sorted(found)
    ]


def _by_danger(signs: Collection[Sign]) -> list[tuple[Urgency, Reason]]:
    levels = ((Sign.DANGER, Urgency.ONE), (Sign.HAZARD, Urgency.TWO))
    return [
        (level, Reason(N_("{sign}，按更急的办"), {"sign": SIGN_NAMES[sign]}))
        for sign, level in levels
        if sign in signs
    ]


def _by_floor(floor: Urgency | None) -> list[tuple[Urgency, Reason]]:
    return (
        [] if floor is None else [(floor, Reason(N_("受理时已定为{level}"), {"level": URGENCY_NAMES[floor]}))]
    )


def _one_step_up(level: Urgency) -> Urgency:
    order = tuple(Urgency)
    return order[max(0, order.index(level) - 1)]


def _raised_profile(profile: str, level: Urgency) -> str:
    if level >= PROFILE_LEVEL.get(profile, Urgency.FOUR):
        return profile
    if level == Urgency.THREE and profile not in YIELDS_TO_P2:
        return profile
    return LEVEL_PROFILE[level]


def _call_first(flags: Collection[Raised], signs: Collection[Sign], profile: str) -> bool:
    """P0 because of danger or violence: the caller is told to dial 110/119/120 at once (profile P0)."""
    urgent = any(flag_rule(f.code, certain=f.certain).level == Urgency.ONE for f in flags)
    return profile == "P0" and (urgent or Sign.DANGER in signs)


class Suggested(Protocol):
    """A suggested type with its confidence."""

    @property
    def code(self) -> str: ...
    @property
    def confidence(self) -> float: ...


class Placed(Protocol):
    """A candidate place with its probability."""

    @property
    def level(self) -> str: ...
    @property
    def probability(self) -> float: ...
    @property
    def community_id(self) -> int | str | None: ...
    @property
    def street_id(self) -> int | str | None: ...


class Readable(Protocol):
    """What the triage rule needs of a reading."""

    @property
    def category(self) -> Suggested: ...
    @property
    def place(self) -> Sequence[Placed]: ...


@dataclass(frozen=True, slots=True)
class TriageNeed:
    """Whose triage desk must look first, and why: a street's, or the district's when no street is known."""

    desk: Level
    street_id: int | str | None
    reasons: tuple[Reason, ...]
    type_unclear: bool
    place_unclear: bool


def needs_triage(
    reading: Readable, *, category_at: float = CATEGORY_AT, place_at: float = PLACE_AT
) -> TriageNeed | None:
    """None when the type is known and the place at least down to a community; otherwise who must look, and why.

    A matter known only to a community goes to that community's desk, which names the sub-grid: no triage.
    """
    type_reasons = _why_not_classified(reading.category, category_at)
    place_reasons = _why_not_located(reading.place, place_at)
    if not type_reasons and not place_reasons:
        return None
    street = _likely(reading.place, "street_id", place_at)
    desk = Level.DISTRICT if street is None else Level.STREET
    return TriageNeed(desk, street, (*type_reasons, *place_reasons), bool(type_reasons), bool(place_reasons))


def _why_not_classified(category: Suggested, at: float) -> list[Reason]:
    if category.code == UNCLASSIFIED:
        return [Reason(N_("看不出是哪一类事情"))]
    if category.confidence < at:
        return [Reason(N_("事情的类别不够确定"))]
    return []


def _why_not_located(places: Sequence[Placed], at: float) -> list[Reason]:
    if _likely(places, "community_id", at) is not None:
        return []
    if _likely(places, "street_id", at) is not None:
        return [Reason(N_("只知道在哪个街道，还不知道在哪个社区"))]
    return [Reason(N_("还不知道在哪里"))]


def _likely(places: Sequence[Placed], attribute: str, at: float) -> int | str | None:
    """The unit that the candidates agree on: their probabilities add up, whatever building each names."""
    weight: dict[int | str, float] = {}
    for place in places:
        unit = getattr(place, attribute)
        if unit is not None:
            weight[unit] = weight.get(unit, 0.0) + place.probability
    best = max(weight, key=lambda unit: weight[unit], default=None)
    return best if best is not None and weight[best] >= at else None
