"""书记在线's rules: the level table, the ladder of hosts, whose turn it is, the parts of an answer, the figures."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maplegrid.rules.access import Actor, Seat
from maplegrid.rules.secretary.answers import PARTS, Answer, why_not_answer
from maplegrid.rules.secretary.figures import Timed, figure_of, in_time, median, nearest_rank
from maplegrid.rules.secretary.hosts import LADDER, choose_host, default_host_table, host_table, ladder_from
from maplegrid.rules.secretary.level import (
    LetterFacts,
    MeetingLevel,
    default_level_rows,
    level_rows,
    propose_level,
)
from maplegrid.rules.secretary.life import (
    MOVING,
    TABLE,
    AudienceView,
    Deed,
    Stage,
    Turn,
    mermaid,
    why_not_audience,
)
from maplegrid.rules.vocabulary import Role
from tests.cast import NOON

COMMUNITY, DEPUTY, STREET = LADDER


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        (LetterFacts(), 3),
        (LetterFacts(flags=frozenset({"wages"})), 2),
        (LetterFacts(flags=frozenset({"wages", "group"})), 1),
        (LetterFacts(urgency="1"), 1),
        (LetterFacts(urgency="2"), 2),
        (LetterFacts(urgency="3"), 3),
        (LetterFacts(households=2), 3),
        (LetterFacts(households=3), 2),
        (LetterFacts(households=9), 2),
        (LetterFacts(households=10), 1),
        (LetterFacts(category="1302"), 2),
        (LetterFacts(category="0302"), 3),
        (LetterFacts(earlier=1), 3),
        (LetterFacts(earlier=2), 1),
    ],
)
def test_the_first_row_that_fits_proposes_the_level(facts: LetterFacts, level: int):
    assert propose_level(facts, default_level_rows()).level == level


def row(level="3", fact="any", value="", why="其他", **more):
    return {"level": level, "fact": fact, "value": value, "why": why, **more}


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row(fact="urgency", value="1")],
        [row(level="4")],
        [row(fact="mood", value="bad"), row()],
        [row(fact="households", value="many"), row()],
        [row(fact="flag"), row()],
    ],
)
def test_a_table_that_cannot_decide_every_letter_is_refused_with_a_sentence(rows):
    with pytest.raises(ValueError, match=r"[\u4e00-\u9fff]"):
        level_rows(rows)


def test_the_districts_own_table_decides_instead():
    own = level_rows([row("1", "flag", "wages"), row("2")])
    assert propose_level(LetterFacts(flags=frozenset({"wages"})), own).level == 1
    assert propose_level(LetterFacts(), own).level == 2


def test_the_articles_three_levels():
    assert default_host_table() == {
        MeetingLevel.ONE: Role.STREET_SECRETARY,
        MeetingLevel.TWO: Role.STREET_DEPUTY,
        MeetingLevel.THREE: Role.COMMUNITY_SECRETARY,
    }


@pytest.mark.parametrize(
    "rows",
    [
        [{"level": "1", "role": "street_secretary"}],
        [{"level": str(n), "role": "auditor"} for n in (1, 2, 3)],
        [{"level": n, "role": "street_secretary"} for n in "1123"],
    ],
)
def test_a_host_table_needs_each_level_once_and_only_hosts(rows):
    with pytest.raises(ValueError, match=r"\S"):
        host_table(rows)


def test_every_combination_of_vacancy_and_conflict_finds_the_next_host_up():
    people = {COMMUNITY: 1, DEPUTY: 2, STREET: 3}
    for start, filled, barred, named in product(
        LADDER, product((True, False), repeat=3), product((True, False), repeat=3), ((), (9,), (8, 9))
    ):
        seats = {role: [people[role]] for role, there in zip(LADDER, filled, strict=True) if there}
        out = {people[role] for role, bar in zip(LADDER, barred, strict=True) if bar} | {8}
        choice = choose_host(start, seats, named, out)
        able = [role for role in ladder_from(start) if role in seats and people[role] not in out]
        if able:
            assert (choice.person_id, choice.role) == (people[able[0]], able[0])
        else:
            assert (choice.person_id, choice.role) == (9 if 9 in named else None, None)
        assert choice.person_id not in out
        passed = ladder_from(start)[: ladder_from(start).index(able[0])] if able else ladder_from(start)
        assert choice.recused == tuple(people[role] for role in passed if role in seats)


def test_a_colleague_of_the_same_rank_does_not_take_over():
    assert choose_host(DEPUTY, {DEPUTY: [2, 4], STREET: [3]}, (), {2}).person_id == 3


DESK = Actor(1, "", (Seat(Role.STREET_DESK, "/1/2/", 2),))
OTHER_DESK = Actor(2, "", (Seat(Role.STREET_DESK, "/1/9/", 9),))
DISTRICT = Actor(3, "", (Seat(Role.DISTRICT_COMMAND, "/1/", 1),))
HOST = Actor(4, "", (Seat(Role.COMMUNITY_SECRETARY, "/1/2/3/", 3),))
DEPUTISING = Actor(5, "", (Seat(Role.COMMUNITY_SECRETARY, "/1/2/3/", 3, person_id=4, deputising=True),))
STRANGER = Actor(6, "", (Seat(Role.COMMUNITY_SECRETARY, "/1/2/7/", 7),))
WHO = {
    Turn.DESK: {"desk", "district"},
    Turn.DISTRICT: {"district"},
    Turn.HOST: {"host", "deputising"},
    Turn.RESIDENT: {"resident"},
}
PEOPLE = {
    "desk": DESK, "other": OTHER_DESK, "district": DISTRICT, "host": HOST, "deputising": DEPUTISING,
    "stranger": STRANGER, "resident": None,
}  # fmt: skip


@pytest.mark.parametrize("deed", list(Deed))
@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_a_deed_is_possible_for_exactly_its_turn_in_exactly_its_stages(deed: Deed, stage: Stage, who: str):
    entry = next(entry for entry in TABLE if entry.deed is deed)
    view = AudienceView(stage, host_id=4, path="/1/2/3/5/")
    refusal = why_not_audience(deed, PEOPLE[who], view)
    assert (refusal is None) is (who in WHO[entry.by] and stage in entry.sources)


@pytest.mark.parametrize("deed", list(Deed))
def test_who_is_barred_is_told_nothing_at_all(deed: Deed):
    view = AudienceView(Stage.OFFERED, host_id=4, path="/1/2/3/5/", barred=frozenset({1, 3, 4}))
    for actor in (DESK, DISTRICT, HOST, DEPUTISING):
        assert why_not_audience(deed, actor, view).code == "not_yours"


def test_a_sealed_letter_is_levelled_by_the_district_only():
    view = AudienceView(Stage.ASKED, path="/1/2/3/5/", sealed=True)
    assert why_not_audience(Deed.SET_LEVEL, DESK, view).code == "not_their_turn"
    assert why_not_audience(Deed.SET_LEVEL, DISTRICT, view) is None


def test_the_table_names_each_deed_once_and_every_stage_is_reached():
    assert sorted(entry.deed for entry in TABLE) == sorted(Deed)
    reached = {entry.target for entry in TABLE if entry.target} | {target for _, target, _ in MOVING}
    assert reached == set(Stage) - {Stage.ASKED}
    assert "offered --> agreed" in mermaid()


FULL = Answer("欠薪两个月", "公司承认拖欠", "11 月 30 日前付清", "劳动法第五十条", "可以申请劳动仲裁")


@pytest.mark.parametrize("part", sorted(PARTS))
def test_an_answer_without_one_of_its_parts_is_refused_and_the_part_is_named(part: str):
    refusal = why_not_answer(Answer(**{**vars(FULL), part: "  无 "}))
    assert refusal.code == "parts"
    assert str(refusal) == f"书面答复还缺：{PARTS[part]}"
    assert why_not_answer(FULL) is None


def timed(met_min: float | None, limit: int = 10) -> Timed:
    met = NOON + timedelta(minutes=met_min) if met_min is not None else None
    return Timed(NOON, met, limit)


def test_the_very_minute_is_in_time_a_second_later_is_not_and_what_still_runs_is_not_counted():
    assert in_time(timed(10), NOON + timedelta(hours=1)) is True
    assert in_time(timed(10 + 1 / 60), NOON + timedelta(hours=1)) is False
    assert in_time(timed(None), NOON + timedelta(minutes=10)) is None
    assert in_time(timed(None), NOON + timedelta(minutes=10, seconds=1)) is False


def test_minutes_are_counted_by_night_and_on_holidays_too():
    midnight = NOON.replace(month=10, day=1, hour=23, minute=55)  # National Day
    late = Timed(midnight, midnight + timedelta(minutes=31), 30)
    assert in_time(late, NOON) is False


def test_the_figure_of_known_letters():
    figure = figure_of([timed(n) for n in (1, 2, 3, 4, 20)] + [timed(None)], NOON + timedelta(minutes=30))
    assert (figure.within, figure.of, figure.median_min, figure.p90_min) == (4, 6, 3, 20)
    assert figure.share == 4 / 6
    empty = figure_of([], NOON)
    assert (empty.of, empty.share, empty.median_min, empty.p90_min) == (0, None, None, None)


@given(st.lists(st.floats(0, 1000), min_size=1))
def test_median_and_percentile_lie_where_they_must(values):
    ordered = sorted(values)
    assert ordered[0] <= median(ordered) <= ordered[-1]
    p90 = nearest_rank(ordered, 0.9)
    assert sum(v <= p90 for v in ordered) >= 0.9 * len(ordered) - 1e-9
    below = [v for v in ordered if v < p90]
    assert len(below) < 0.9 * len(ordered)
