"""Level, profile, flag routes and the triage desk, by rule."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maplegrid.rules.triage import (
    FLAG_RULES,
    SIGN_NAMES,
    STATUTORY_PROFILES,
    Sign,
    Urgency,
    decide_level,
    flag_rule,
    needs_triage,
    police_first,
)
from maplegrid.rules.vocabulary import POLICE_FIRST_FLAGS, Flag, Level

PROFILES = (
    "P0",
    "P1",
    "P2",
    "P3",
    "P4",
    "CONS",
    "U1",
    "U2",
    "U3",
    "U24",
    "M30",
    "L15",
    "C12315",
    "S3",
    "D15",
    "X60",
)


@dataclass(frozen=True)
class Raised:
    code: Flag
    certain: bool = True


@dataclass(frozen=True)
class Type:
    code: str = "1201"
    confidence: float = 0.9


@dataclass(frozen=True)
class Place:
    probability: float
    community_id: str | None = None
    street_id: str | None = None
    level: str = "building"


@dataclass(frozen=True)
class Read:
    category: Type = Type()
    place: list[Place] = field(default_factory=list)


raised = st.builds(Raised, st.sampled_from(Flag), st.booleans())
cases = {
    "profile": st.sampled_from(PROFILES),
    "flags": st.lists(raised, max_size=4),
    "signs": st.sets(st.sampled_from(Sign)),
}


@pytest.mark.parametrize(
    ("profile", "level"),
    [("P0", "1"), ("P1", "2"), ("P2", "3"), ("U24", "3"), ("P3", "4"), ("M30", "4"), ("X60", "4")],
)
def test_without_flags_the_type_decides(profile: str, level: str) -> None:
    decision = decide_level(profile=profile)
    assert (decision.level, decision.profile, decision.kept_profile) == (level, profile, None)
    assert len(decision.reasons) == 1


@pytest.mark.parametrize(
    "flag",
    [Flag.DOMESTIC_VIOLENCE, Flag.MINOR_HARM, Flag.THREAT, Flag.SELF_HARM],
    ids=lambda flag: flag.value,
)
def test_harm_to_a_person_is_level_one_and_the_caller_is_told_to_dial_first(flag: Flag) -> None:
    decision = decide_level(profile="M30", flags=[Raised(flag)])
    assert (decision.level, decision.profile, decision.call_first) == (Urgency.ONE, "P0", True)
    assert decision.kept_profile == "M30"


def test_a_crime_lead_is_urgent_and_wages_are_priority() -> None:
    assert decide_level(profile="P3", flags=[Raised(Flag.CRIME_LEAD)]).profile == "P1"
    assert decide_level(profile="P3", flags=[Raised(Flag.WAGES)]).profile == "P2"


def test_people_in_danger_raise_and_the_reason_says_so() -> None:
    decision = decide_level(profile="U24", signs=[Sign.DANGER])
    assert (decision.level, decision.profile, decision.call_first) == (Urgency.ONE, "P0", True)
    assert str(decision.reasons[-1]) == f"{SIGN_NAMES[Sign.DANGER]}，按更急的办"


def test_an_old_person_raises_an_outage_by_one_step() -> None:
    decision = decide_level(profile="U24", signs=[Sign.VULNERABLE])
    assert (decision.level, decision.profile) == (Urgency.TWO, "P1")


def test_street_scene_and_statutory_clocks_keep_their_own_at_level_three() -> None:
    for profile in ("U1", "M30", "X60", "D15"):
        decision = decide_level(profile=profile, signs=[Sign.MANY_HOMES])
        assert (decision.level, decision.profile) == (Urgency.THREE, profile)
    assert decide_level(profile="P3", signs=[Sign.MANY_HOMES]).profile == "P2"


def test_a_person_may_set_a_floor() -> None:
    decision = decide_level(profile="P3", floor=Urgency.TWO)
    assert (decision.level, decision.profile) == (Urgency.TWO, "P1")
    assert decide_level(profile="P0", floor=Urgency.THREE).level == Urgency.ONE


@given(**cases)
def test_more_facts_never_make_a_case_less_urgent(
    profile: str, flags: list[Raised], signs: set[Sign]
) -> None:
    assert (
        decide_level(profile=profile, flags=flags, signs=signs).level <= decide_level(profile=profile).level
    )


@given(**cases)
def test_a_statutory_clock_is_never_lost(profile: str, flags: list[Raised], signs: set[Sign]) -> None:
    decision = decide_level(profile=profile, flags=flags, signs=signs)
    if profile in STATUTORY_PROFILES:
        assert profile in (decision.profile, decision.kept_profile)


@given(**cases)
def test_every_level_says_why(profile: str, flags: list[Raised], signs: set[Sign]) -> None:
    decision = decide_level(profile=profile, flags=flags, signs=signs)
    assert all(str(reason) and "{" not in str(reason) for reason in decision.reasons)
    raised = decision.level != decide_level(profile=profile).level
    assert raised == (len(decision.reasons) > 1)


def test_every_flag_has_a_rule_and_police_flags_block_plain_mediation() -> None:
    assert set(FLAG_RULES) == set(Flag)
    for flag in POLICE_FIRST_FLAGS:
        assert FLAG_RULES[flag].route == "POLICE"
        assert "NO_PLAIN_MEDIATION" in FLAG_RULES[flag].demands


def test_a_report_against_an_official_never_goes_to_its_subject_however_weak_the_words() -> None:
    for certain in (True, False):
        assert "NEVER_TO_SUBJECT" in flag_rule(Flag.AGAINST_OFFICIAL, certain=certain).demands
    assert flag_rule(Flag.AGAINST_OFFICIAL, certain=True).route == "DIVERT_SEALED"


def test_violence_at_home_goes_to_the_police_first_even_when_the_words_are_weak() -> None:
    assert police_first([Raised(Flag.DOMESTIC_VIOLENCE, certain=False)]) == (Flag.DOMESTIC_VIOLENCE,)
    assert police_first([Raised(Flag.CRIME_LEAD, certain=False), Raised(Flag.WAGES)]) == ()
    assert police_first([Raised(Flag.WAGES), Raised(Flag.THREAT)]) == (Flag.THREAT,)


def test_a_known_type_in_a_known_community_needs_no_triage() -> None:
    assert needs_triage(Read(place=[Place(0.9, "c1", "s1")])) is None


def test_candidates_that_agree_on_the_community_are_enough() -> None:
    places = [Place(0.3, "c1", "s1"), Place(0.3, "c1", "s1"), Place(0.1, "c2", "s1")]
    assert needs_triage(Read(place=places)) is None


def test_a_matter_known_only_to_a_street_goes_to_that_streets_desk() -> None:
    need = needs_triage(Read(place=[Place(0.3, "c1", "s1"), Place(0.3, "c2", "s1")]))
    assert need is not None
    assert (need.desk, need.street_id) == (Level.STREET, "s1")
    assert "社区" in str(need.reasons[0])


def test_a_matter_without_a_place_goes_to_the_districts_desk() -> None:
    need = needs_triage(Read(place=[Place(0.2, "c1", "s1")]))
    assert need is not None
    assert (need.desk, need.street_id) == (Level.DISTRICT, None)
    assert need.place_unclear
    assert not need.type_unclear


@pytest.mark.parametrize("category", [Type("9901", 0.0), Type("1201", 0.2)])
def test_an_unclear_type_goes_to_the_street_where_it_happened(category: Type) -> None:
    need = needs_triage(Read(category, [Place(0.9, "c1", "s1")]))
    assert need is not None
    assert (need.desk, need.street_id, len(need.reasons)) == (Level.STREET, "s1", 1)
    assert need.type_unclear
    assert not need.place_unclear
