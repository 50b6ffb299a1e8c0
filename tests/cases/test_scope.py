"""The rule and its SQL twin give the same answer for everybody and every case."""

import random

import pytest

from maplegrid.accounts.models import Body, Delegation
from maplegrid.cases.models import Case, CaseSubject
from maplegrid.cases.queries.inbox import Filters, counts_of, inbox_of
from maplegrid.cases.queries.scope import view_of, visible_to
from maplegrid.rules.access import why_not_see
from maplegrid.territory.models import Unit
from tests.builders import drain_case
from tests.cast import CAST, NOON, actor, person

pytestmark = pytest.mark.django_db
EVERYBODY = list(vars(CAST).values())


def scattered_cases(count: int = 40) -> list[Case]:
    """Cases all over the tower, some sealed, some with bodies, some about somebody."""
    draw = random.Random(7)
    units = list(Unit.objects.exclude(level="grid"))
    bodies = list(Body.objects.all())
    people = [person(username) for username in EVERYBODY]
    cases = []
    for _ in range(count):
        case = drain_case()
        area, holder = draw.choice(units), draw.choice(units)
        fields = {"area": area, "path": area.path, "unit": holder, "sealed": draw.random() < 0.2}
        if draw.random() < 0.3:
            fields |= {"unit": None, "body": draw.choice(bodies)}
        if draw.random() < 0.3:
            fields["assignee"] = draw.choice(people)
        Case.objects.filter(pk=case.pk).update(**fields)
        about = draw.choice(
            [
                {},
                {},
                {"person": draw.choice(people)},
                {"body": draw.choice(bodies)},
                {"unit": draw.choice(units)},
            ]
        )
        if about:
            CaseSubject.objects.create(case=case, **about)
        cases.append(Case.objects.select_related("unit", "body", "area").get(pk=case.pk))
    return cases


def test_what_the_rule_allows_is_exactly_what_the_query_finds():
    cases = scattered_cases()
    for username in EVERYBODY:
        who = actor(username)
        found = set(visible_to(who).values_list("pk", flat=True))
        for case in cases:
            assert (case.pk in found) is (why_not_see(who, view_of(case)) is None), (username, case.pk)


def test_counts_match_the_lists_they_stand_beside():
    scattered_cases(20)
    for username in EVERYBODY:
        who = actor(username)
        for view, count in counts_of(who, NOON).items():
            assert inbox_of(who, Filters(view=view), NOON).total == count, (username, view)


def test_a_deputy_sees_and_does_what_the_absent_person_could_and_only_meanwhile():
    case = drain_case()
    chief, deputy = person(CAST.chief), person(CAST.neighbour_chief)
    assert case not in visible_to(actor(CAST.neighbour_chief))
    Delegation.objects.create(person=chief, deputy=deputy, valid_from=NOON, valid_to=NOON.replace(hour=18))
    assert case in visible_to(actor(CAST.neighbour_chief, NOON.replace(hour=13)))
    assert case not in visible_to(actor(CAST.neighbour_chief, NOON.replace(hour=19)))
    assert drain_case(now=NOON.replace(hour=13)).accountable == deputy


def test_an_appointment_that_has_ended_gives_nothing():
    case = drain_case()
    person(CAST.chief).assignments.update(valid_to=NOON.date())
    assert case not in visible_to(actor(CAST.chief))


def test_words_are_found_and_only_within_the_scope():
    case = drain_case("富豪花园C区1栋地漏返水")
    for words in ("地漏", "返水", case.number):
        assert case in inbox_of(actor(CAST.chief), Filters(view="area", q=words), NOON).rows, words
        assert inbox_of(actor(CAST.other_street), Filters(view="area", q=words), NOON).total == 0


def test_nonsense_in_the_address_bar_is_no_error():
    box = inbox_of(
        actor(CAST.chief), Filters.of({"view": "x' OR 1=1", "page": "-3", "days": "many", "sort": "?"}), NOON
    )
    assert box.filters.page == 1
