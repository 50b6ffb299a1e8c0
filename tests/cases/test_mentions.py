"""@somebody: exactly those who may see the case can be mentioned, and they get a notice."""

from datetime import timedelta

import pytest
from django.test import Client

from maplegrid.accounts.models import Delegation, Person
from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.steps import Wish, take_step
from maplegrid.cases.models import Case, CaseSubject
from maplegrid.cases.queries.mentions import mentioned_in, people_who_see, suggested
from maplegrid.cases.queries.scope import visible_to
from maplegrid.messaging.models import Notice
from maplegrid.rules.lifecycle import Action
from maplegrid.territory.actors import actor_of
from tests.builders import drain_case
from tests.cases.test_scope import scattered_cases
from tests.cast import CAST, NOON, actor, person

pytestmark = pytest.mark.django_db


def comment(case: Case, text: str, username: str = CAST.chief) -> None:
    take_step(case_id=case.pk, action=Action.COMMENT, actor=actor(username), now=NOON, wish=Wish(text=text))


def told(username: str) -> list[str]:
    return list(
        Notice.objects.filter(person=person(username), key__startswith="mentioned:").values_list(
            "body", flat=True
        )
    )


def test_those_who_can_be_mentioned_are_exactly_those_who_see_the_case():
    everybody = [(one, actor_of(one, NOON)) for one in Person.objects.filter(is_active=True)]
    for case in scattered_cases(6):
        seeing = {
            one.username
            for one, who in everybody
            if who.seats and visible_to(who).filter(pk=case.pk).exists()
        }
        assert {one.username for one in people_who_see(case, NOON)} == seeing


def test_who_is_mentioned_gets_a_notice_with_number_and_title():
    case = drain_case()
    comment(case, f"请@{person(CAST.community)}看一下，再@{person(CAST.service)} 联系")
    for username in (CAST.community, CAST.service):
        assert told(username) == [f"{case.number} 有人提到您：{case.title}"]
    assert told(CAST.street) == []
    step = case.steps.get(action="comment")
    assert set(step.detail["mentions"]) == {person(CAST.community).pk, person(CAST.service).pk}


def test_a_stranger_and_a_name_that_does_not_exist_get_the_same_refusal():
    case = drain_case()
    said = []
    for name in (str(person(CAST.other_street)), "没有这个人"):
        with pytest.raises(Refused) as no:
            comment(case, f"@{name} 看一下")
        said.append((no.value.refusal.code, no.value.refusal.sentence))
    assert len(set(said)) == 1
    assert not case.steps.filter(action="comment").exists()
    assert told(CAST.other_street) == []


def test_whom_the_case_is_about_can_be_neither_found_nor_mentioned():
    case = drain_case()
    CaseSubject.objects.create(case=case, person=person(CAST.community))
    assert person(CAST.community) not in suggested(case, "公明社区", NOON)
    with pytest.raises(Refused, match="提醒不到"):
        comment(case, f"@{person(CAST.community)} 看一下")


def test_a_sealed_case_can_be_told_only_to_those_who_have_it():
    case = drain_case()
    Case.objects.filter(pk=case.pk).update(sealed=True)
    case.refresh_from_db()
    names = {one.username for one in people_who_see(case, NOON)}
    assert {CAST.chief, CAST.district, CAST.auditor} <= names
    assert not names & {CAST.community, CAST.street}


def test_a_mail_address_is_no_mention():
    case = drain_case()
    comment(case, "物业的邮箱是 wuye@example.org")
    assert "mentions" not in case.steps.get(action="comment").detail


def test_the_longest_name_wins():
    short, long = Person(pk=1, display_name="公明社区"), Person(pk=2, display_name="公明社区 值班员1")
    assert mentioned_in("@公明社区 值班员1看", [short, long]) == ([long], "")
    assert mentioned_in("@公明社区，看", [short, long]) == ([short], "")


def test_oneself_gets_no_notice_and_the_deputy_of_who_is_away_does():
    case = drain_case()
    comment(case, f"@{person(CAST.chief)} 记得")
    assert told(CAST.chief) == []
    Delegation.objects.create(
        person=person(CAST.community),
        deputy=person("gm.desk2"),
        valid_from=NOON,
        valid_to=NOON + timedelta(days=1),
    )
    comment(case, f"@{person(CAST.community)} 看一下")
    assert told(CAST.community) == []
    assert len(told("gm.desk2")) == 1


def test_the_list_under_the_comment_answers_only_within_the_case():
    case = drain_case()
    client = Client()
    client.force_login(person(CAST.chief))
    found = client.get(f"/cases/{case.number}/people?q=值班员").json()["people"]
    assert str(person(CAST.community)) in found
    assert str(person(CAST.other_community)) not in found
    client.force_login(person(CAST.neighbour_chief))
    assert client.get(f"/cases/{case.number}/people?q=值班员").status_code == 404
