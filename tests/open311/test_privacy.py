"""What the public window never shows, to nobody, under no key."""

import pytest

from maplegrid.cases.actions.intake import open_case
from maplegrid.cases.models import Case, CaseSubject, Handover
from maplegrid.messaging.models import Message
from tests.accounts.keys import a_key
from tests.builders import drain_case, story_building
from tests.cast import CAST, NOON, person
from tests.open311.asking import ask, category, post, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def at_noon(held_clock):
    held_clock(NOON)


def own_case(key, **fields) -> Case:
    number = read(post("json", api_key=key.secret, **fields), "json")[0]["service_request_id"]
    return open_case(message_id=Message.objects.get(number=number).pk, now=NOON)


def seal(case):
    Case.objects.filter(pk=case.pk).update(sealed=True)


def flag(case):
    Case.objects.filter(pk=case.pk).update(flags=["threat"])


def make_private(case):
    Case.objects.filter(pk=case.pk).update(category=category("0104"))


def name_somebody(case):
    CaseSubject.objects.create(case=case, person=person(CAST.chief))


def ask_the_police(case):
    Handover.objects.create(case=case, kind=Handover.Kind.POLICE, reason="x", created_at=NOON)


@pytest.mark.parametrize("hide", [seal, flag, make_private, name_somebody, ask_the_police])
@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_case_that_must_stay_hidden_is_not_listed_counted_or_found_by_number(hide, own, form):
    key = a_key()
    case = own_case(key)
    asking = {"api_key": key.secret} if own else {}
    assert len(read(ask("requests", form, **asking), form)) == 1
    hide(case)
    assert read(ask("requests", form, **asking), form) == []
    assert read(ask("requests", form, service_request_id=case.number, **asking), form) == []
    assert ask(f"requests/{case.number}", form, **asking).status_code == 404
    assert ask(f"tokens/{case.number}", form, **asking).status_code == 404


@pytest.mark.parametrize("form", ["json", "xml"])
def test_strangers_and_other_keys_see_category_and_place_only(form):
    words = "厨房地漏返水，联系李四 13912345678，住 305 房"
    key, other = a_key(), a_key(name="另一个")
    case = own_case(
        key, description=words, first_name="四", last_name="李", phone="13912345678", address_string="305 房"
    )
    for asking in ({}, {"api_key": other.secret}):
        response = ask(f"requests/{case.number}", form, **asking)
        (row,) = read(response, form)
        text = response.content.decode()
        for private in ("李", "139", "305", "地漏", case.title):
            assert private not in text, private
        for field in (
            "description",
            "status_notes",
            "agency_responsible",
            "address_id",
            "expected_datetime",
            "media_url",
        ):
            assert row[field] is None, field
        assert row["service_code"] == "1201"
        assert row["address"].startswith("公明社区04小分格")
        assert abs(float(row["lat"]) - story_building().lat) < 0.001
        assert float(row["lat"]) == round(float(row["lat"]), 3)


def test_even_its_own_key_gets_no_name_and_no_phone_back():
    key = a_key()
    own_case(key, first_name="四", last_name="李", phone="13912345678")
    text = ask("requests", "json", api_key=key.secret).content.decode()
    assert "13912345678" not in text
    assert "李四" not in text


def test_a_report_by_another_door_is_listed_without_its_words():
    case = drain_case("富豪花园C区1栋地漏返水，我是王五", contact_name="王五", contact_phone="13812345678")
    (row,) = read(ask("requests", "json", api_key=a_key().secret), "json")
    assert row["service_request_id"] == case.number
    assert row["description"] is None


def test_a_dangerous_text_under_a_harmless_service_is_not_listed():
    key = a_key()
    case = own_case(key, description="楼上男人又在打老婆孩子，喊救命，说要杀了她")
    assert case.flags
    assert read(ask("requests", "json", api_key=key.secret), "json") == []


def test_a_key_that_opens_nothing_is_refused_and_not_treated_as_none():
    assert ask("requests", "json", api_key="mg_00000000_x").status_code == 403
