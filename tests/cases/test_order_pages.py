"""The pages of an order: who opens them, what they offer, the printed form."""

from io import BytesIO

import pytest
from django.test import Client
from docx import Document

from maplegrid.cases.models import Order
from maplegrid.rules.orders import OrderAction
from tests.cases.test_orders import WORDS, applied, assigned, at, do, handled_case, photo, worked
from tests.cast import CAST, person

pytestmark = pytest.mark.django_db


def client_of(who: str) -> Client:
    client = Client()
    client.force_login(person(who))
    return client


@pytest.fixture(autouse=True)
def _noon(held_clock):
    held_clock(at(200))


def test_the_chief_applies_from_the_case_and_the_community_finds_it_waiting():
    case = handled_case()
    chief, community = client_of(CAST.chief), client_of(CAST.community)
    assert f"/cases/{case.number}/order" in chief.get(f"/cases/{case.number}").content.decode()
    half = chief.post(f"/cases/{case.number}/order", {**WORDS, "asked": ""}).content.decode()
    assert "请写要求谁做什么" in half
    assert WORDS["tried"] in half
    sent = chief.post(f"/cases/{case.number}/order", WORDS)
    order = Order.objects.get(case=case)
    assert sent.url == f"/orders/{order.pk}"
    assert WORDS["asked"] in community.get("/orders/").content.decode()
    assert WORDS["asked"] not in client_of(CAST.other_community).get("/orders/?view=area").content.decode()
    assert client_of(CAST.other_community).get(f"/orders/{order.pk}").status_code == 404


def test_who_may_not_apply_is_told_why():
    case = handled_case()
    page = client_of(CAST.community).get(f"/cases/{case.number}/order", follow=True).content.decode()
    assert "发令由手上有这件事的小分格格长或社区申请" in page
    assert not Order.objects.exists()


def test_a_refused_step_keeps_what_was_written():
    order = assigned(handled_case())
    client = client_of(CAST.street)
    page = client.post(
        f"/orders/{order.pk}/assign", {"text": "明天上午到场", "version": order.version}, follow=True
    )
    assert "不能派给部门" in page.content.decode()
    order = do(applied(handled_case()), OrderAction.ISSUE, CAST.community, text="x")
    page = client.post(
        f"/orders/{order.pk}/assign", {"text": "明天上午到场", "version": order.version}, follow=True
    )
    assert "请选一个主办单位" in page.content.decode()
    assert "明天上午到场</textarea>" in page.content.decode()
    assert "明天上午到场</textarea>" not in client.get(f"/orders/{order.pk}").content.decode()


def test_an_old_page_is_told_that_somebody_was_faster():
    order = applied(handled_case())
    page = client_of(CAST.community).post(
        f"/orders/{order.pk}/issue", {"text": "x", "version": order.version - 1}, follow=True
    )
    assert "有人比您快了一步" in page.content.decode()


def test_the_street_names_lead_and_assistants_on_the_page():
    order = do(applied(handled_case()), OrderAction.ISSUE, CAST.community, text="x")
    client, water = client_of(CAST.street), person(CAST.water).assignments.get().body
    fields = {
        "text": "今天到场",
        "version": order.version,
        "lead": f"body:{water.pk}",
        "assisting": [f"unit:{order.community_id}", "nonsense", "unit:99999999999"],
    }
    client.post(f"/orders/{order.pk}/assign", fields)
    assert [(str(p), p.lead) for p in order.parties.all()] == [
        (water.name, True),
        (order.community.name, False),
    ]


def test_a_party_that_was_released_comes_back_to_its_list():
    order = do(assigned(handled_case()), OrderAction.OBJECT, CAST.water, 30, text="不归我们")
    page = client_of(CAST.district).post(
        f"/orders/{order.pk}/rule", {"text": "另派", "uphold": "yes", "version": order.version}, follow=True
    )
    assert page.status_code == 200
    assert client_of(CAST.water).get(f"/orders/{order.pk}").status_code == 404


def test_the_form_is_whole_on_paper_and_in_word():
    order = worked(handled_case())
    do(order, OrderAction.VERIFY, CAST.chief, 150, text="通了", photos=[photo()])
    client = client_of(CAST.auditor)
    printed = client.get(f"/orders/{order.pk}/print").content.decode()
    answer = client.get(f"/orders/{order.pk}/form.docx")
    table = Document(BytesIO(answer.content)).tables[0]
    words = "\n".join(cell.text for row in table.rows for cell in row.cells)
    for said in (*WORDS.values(), "请街道牵头", "今天到场", "市政管清通了", "通了", order.case.number):
        assert said in printed, said
        assert said in words, said
    assert "{{" not in words
    assert "attachment" in answer["Content-Disposition"]


def test_words_that_look_like_markup_stay_words():
    order = applied(handled_case(), tried="<b>&amp; {{ 7*7 }}")
    client = client_of(CAST.chief)
    answer = client.get(f"/orders/{order.pk}/form.docx")
    words = "\n".join(c.text for row in Document(BytesIO(answer.content)).tables[0].rows for c in row.cells)
    assert "<b>&amp; {{ 7*7 }}" in words
    assert "<b>&amp;" not in client.get(f"/orders/{order.pk}").content.decode()


def test_the_lists_cost_the_same_number_of_statements_for_one_and_for_ten(django_assert_max_num_queries):
    for _ in range(10):
        assigned(handled_case())
    client = client_of(CAST.street)
    client.get("/orders/?view=area")
    with django_assert_max_num_queries(12):
        page = client.get("/orders/?view=area").content.decode()
    assert page.count("data-row") == 10
