"""/api/v1 gives a key what its person has, and not a row more."""

import json

import pytest
from django.test import Client

from maplegrid.accounts.models import Body, Delegation
from maplegrid.accounts.scopes import Scope
from maplegrid.audit.models import Entry
from maplegrid.cases.models import Case, CaseSubject, KeptReply, Step
from maplegrid.cases.queries.scope import visible_to
from maplegrid.messaging.models import Message
from maplegrid.rules.vocabulary import Channel
from tests.accounts.keys import a_key
from tests.api.calling import get, key_for, post
from tests.builders import drain_case, story_building
from tests.cases.test_scope import scattered_cases
from tests.cast import CAST, NOON, actor, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def at_noon(held_clock):
    held_clock(NOON)


def all_numbers(secret: str, **query) -> list[str]:
    """Walk the whole list by its cursors."""
    found, cursor = [], ""
    while True:
        page = get(secret, "cases", cursor=cursor, **query).json()
        found += [row["number"] for row in page["items"]]
        cursor = page["next"]
        if not cursor:
            return found


def test_the_list_of_everybody_is_exactly_what_their_desk_may_see():
    cases = scattered_cases()
    for username in vars(CAST).values():
        secret = key_for(username)
        mine = set(visible_to(actor(username)).values_list("number", flat=True))
        assert set(all_numbers(secret, limit=100)) == mine, username
        for case in cases[:8]:
            expected = 200 if case.number in mine else 404
            assert get(secret, f"cases/{case.number}").status_code == expected, (username, case.number)
            answer = post(secret, f"cases/{case.number}/steps", {"action": "comment", "text": "看过"})
            assert answer.status_code in ((200, 409) if expected == 200 else (404,)), username


def test_a_sealed_case_and_one_about_its_person_answer_like_a_wrong_number():
    secret, case = key_for(CAST.chief), drain_case()
    CaseSubject.objects.create(case=case, person=person(CAST.chief))
    hidden = get(secret, f"cases/{case.number}")
    missing = get(secret, "cases/2026-999999")
    assert (hidden.status_code, hidden.json()) == (missing.status_code, missing.json())
    assert all_numbers(secret) == []


def test_a_deputys_key_reaches_as_far_as_the_deputy_and_only_meanwhile(held_clock):
    secret, case = key_for(CAST.neighbour_chief), drain_case()
    Delegation.objects.create(
        person=person(CAST.chief), deputy=person(CAST.neighbour_chief), valid_from=NOON, valid_to=NOON.replace(hour=18)
    )  # fmt: skip
    assert case.number in all_numbers(secret)
    held_clock(NOON.replace(hour=19))
    assert case.number not in all_numbers(secret)


def test_pages_follow_each_other_whole_although_new_cases_come_in_between():
    secret = key_for(CAST.district)
    made = [drain_case().number for _ in range(5)]
    first = get(secret, "cases", limit=2).json()
    drain_case(now=NOON.replace(hour=13))
    second = get(secret, "cases", limit=2, cursor=first["next"]).json()
    third = get(secret, "cases", limit=2, cursor=second["next"]).json()
    seen = [row["number"] for page in (first, second, third) for row in page["items"]]
    assert seen == made[::-1]
    assert third["next"] is None


@pytest.mark.parametrize(
    "query", [{"cursor": "x"}, {"cursor": "AAAA"}, {"limit": 0}, {"limit": 101}, {"status": "?"}]
)
def test_nonsense_is_a_422_in_our_shape(query):
    answer = get(key_for(CAST.chief), "cases", **query)
    assert answer.status_code == 422
    assert set(answer.json()) == {"code", "message", "detail"}


def test_a_case_shows_its_course_and_no_contact():
    case = drain_case(contact_name="王五", contact_phone="13812345678")
    found = get(key_for(CAST.chief), f"cases/{case.number}")
    body = found.json()
    assert body["voices"][0]["number"] == case.number
    assert [step["action"] for step in body["events"]] == ["received", "routed"]
    assert "accept" in body["possible"]
    assert "13812345678" not in found.content.decode()
    assert "王五" not in found.content.decode()


@pytest.mark.parametrize("secret", ["", "wrong", "mg_00000000_x", "密"])
def test_without_a_key_nothing_opens(secret):
    for answer in (
        Client().get("/api/v1/cases"),
        get("x" + secret.encode().hex(), "cases"),
        post("", "messages", {}),
    ):
        assert answer.status_code == 401
        assert answer.json()["code"] == "no_key"


def test_a_key_does_only_what_its_scopes_say():
    case = drain_case()
    reader, writer = key_for(CAST.chief, Scope.CASES_READ), a_key(Scope.MESSAGES_WRITE).secret
    assert get(reader, "cases").status_code == 200
    assert post(reader, f"cases/{case.number}/steps", {"action": "accept"}).status_code == 403
    assert post(reader, "messages", {"text": "x"}).status_code == 403
    assert get(writer, "cases").status_code == 403
    assert post(writer, "messages", {"text": "路灯坏了"}).status_code == 201


def test_a_step_is_the_persons_step_and_the_audit_names_the_key():
    case, secret = drain_case(), key_for(CAST.chief)
    answer = post(secret, f"cases/{case.number}/steps", {"action": "accept", "version": case.version})
    assert answer.json() == {"number": case.number, "status": "handling", "version": case.version + 1}
    step = Step.objects.get(case=case, action="accept")
    assert step.actor == person(CAST.chief)
    key_entry = Entry.objects.get(action="key.acted", subject=f"case:{case.pk}")
    assert key_entry.actor.startswith("key:")
    assert Entry.objects.filter(action="case.accept", subject=f"case:{case.pk}").exists()


def test_what_a_rule_forbids_is_said_with_the_rules_sentence():
    case = drain_case()
    answer = post(key_for(CAST.chief), f"cases/{case.number}/steps", {"action": "close"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "no_arrow"
    assert "已派遣" in answer.json()["message"]


def test_somebody_faster_is_an_answer():
    case, secret = drain_case(), key_for(CAST.chief)
    answer = post(secret, f"cases/{case.number}/steps", {"action": "accept", "version": case.version + 5})
    assert (answer.status_code, answer.json()["code"]) == (409, "faster")


@pytest.mark.parametrize("action", ["open_contact", "withdraw", "nothing"])
def test_contacts_are_not_opened_through_the_interface(action):
    case = drain_case()
    answer = post(key_for(CAST.chief), f"cases/{case.number}/steps", {"action": action, "text": "x"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "wish",
    [
        {"action": "assign", "person": "nobody"}, {"action": "hand_over", "body": "nobody"},
        {"action": "correct", "unit": "nowhere"}, {"action": "suspend", "text": "x", "until": "0001-01-01T00:00:00Z"},
        {"action": "arrive", "lon": 999}, {"action": "accept", "version": 10**20}, {"action": "comment", "text": "长" * 2001},
    ],
)  # fmt: skip
def test_a_wish_that_cannot_be_meant_changes_nothing(wish):
    case = drain_case()
    answer = post(key_for(CAST.community), f"cases/{case.number}/steps", wish)
    assert answer.status_code == 422
    assert Case.objects.get(pk=case.pk).version == case.version


def test_naming_nobody_as_subject_is_refused_and_no_error():
    case = drain_case()
    answer = post(
        key_for(CAST.community), f"cases/{case.number}/steps", {"action": "name_subject", "text": "x"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "no_subject")


def test_a_message_is_located_routed_and_belongs_to_the_key(run_jobs):
    issued = a_key(Scope.MESSAGES_WRITE)
    body = {"text": "管道堵塞了，厨房地漏往上返水", "building": story_building().code, "category": "1201"}
    answer = post(issued.secret, "messages", body)
    run_jobs()
    case = Case.objects.get(number=answer.json()["number"])
    assert case.channel == Channel.API
    assert case.unit.name == "公明社区04小分格"
    assert Message.objects.get(number=case.number).api_key == issued.key
    assert len(answer.json()["code"]) == 6


def test_the_same_request_again_is_answered_again_and_done_once():
    secret = key_for(CAST.chief)
    first = post(secret, "messages", {"text": "路灯坏了"}, repeat="m-1")
    again = post(secret, "messages", {"text": "路灯坏了"}, repeat="m-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == {"number": first.json()["number"], "code": None}
    assert Message.objects.count() == 1
    assert first.json()["code"] not in json.dumps(list(KeptReply.objects.values_list("body", flat=True)))


def test_a_step_is_not_taken_twice_under_one_repeat_key():
    case, secret = drain_case(), key_for(CAST.chief)
    wish = {"action": "comment", "text": "看过了"}
    answers = [post(secret, f"cases/{case.number}/steps", wish, repeat="s-1").json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert Step.objects.filter(case=case, action="comment").count() == 1


def test_a_repeat_key_used_for_something_else_is_refused_and_is_nobody_elses():
    secret, other = key_for(CAST.chief), key_for(CAST.service)
    post(secret, "messages", {"text": "路灯坏了"}, repeat="k")
    answer = post(secret, "messages", {"text": "别的"}, repeat="k")
    assert (answer.status_code, answer.json()["code"]) == (422, "other_request")
    assert post(other, "messages", {"text": "别的"}, repeat="k").status_code == 201


def test_a_refused_request_may_be_sent_again_under_its_repeat_key():
    case, secret = drain_case(), key_for(CAST.chief)
    wish = {"action": "report_result", "text": "通了"}
    assert post(secret, f"cases/{case.number}/steps", wish, repeat="r").status_code == 409
    post(secret, f"cases/{case.number}/steps", {"action": "accept"})
    assert post(secret, f"cases/{case.number}/steps", wish, repeat="r").status_code == 200


def test_too_many_calls_are_told_so(settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"interface_write": "2/m/key"}
    secret = key_for(CAST.chief)
    codes = [post(secret, "messages", {"text": "路灯坏了"}).status_code for _ in range(3)]
    assert codes == [201, 201, 429]


def test_the_list_costs_the_same_number_of_statements_for_one_row_and_for_twenty(
    django_assert_max_num_queries,
):
    for _ in range(20):
        drain_case()
    secret = key_for(CAST.district)
    get(secret, "cases")
    with django_assert_max_num_queries(9):
        assert len(get(secret, "cases", limit=20).json()["items"]) == 20


def test_a_key_of_a_body_reads_no_case():
    issued = a_key(Scope.MESSAGES_WRITE, body=Body.objects.first())
    assert get(issued.secret, "cases").status_code == 403
