"""Several reporters of one matter: each reads its course and their own words, and nobody else's."""

from datetime import timedelta

import pytest
from django.test import Client

from maplegrid.cases.actions.intake import open_case
from maplegrid.rules.lifecycle import Action
from tests.builders import receive, story_building
from tests.cases.residents import act, case_of, page_of, photo, reporter
from tests.cases.test_steps import do, worked_to_checking
from tests.cast import CAST, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _photos_here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def neighbour(number: str, minutes: int = 60) -> tuple[Client, str]:
    """Somebody who says "me too" later."""
    at = NOON + timedelta(minutes=minutes)
    received = receive("我家也是", now=at, building_id=story_building().pk, me_too_of=case_of(number).number)
    open_case(message_id=received.message.pk, now=at)
    client = Client()
    client.post("/follow", {"number": received.message.number, "code": received.code})
    return client, received.message.number


def test_who_joins_reads_the_course_but_no_words_of_or_to_the_first(held_clock):
    held_clock(NOON + timedelta(minutes=20))
    first, number = reporter("我叫赵甲，六楼漏水，管道堵塞了")
    case = case_of(number)
    do(case, Action.ACCEPT, CAST.chief, 5)
    do(case, Action.CONTACT, CAST.chief, 10, text="电话")
    do(case, Action.TELL_RESIDENT, CAST.chief, 15, text="赵女士，三点到您家")
    do(case, Action.ASK_RESIDENT, CAST.chief, 16, text="门牌是 602 吗？")
    act(first, number, "add", text="物业不管", photos=[photo()])
    act(first, number, "answer", question=case.appeals.get().questions.get().pk, text="是 602")

    joiner, joined = neighbour(number)
    page = page_of(joiner, joined)
    assert "水电气网故障" in page
    assert "有人先说了这件事" in page
    assert "公明社区04小分格 格长接下了这件事" in page
    assert "收到您的反映，和这件事一起办" in page
    for words in ("赵", "六楼", "物业不管", "602", "三点", "联系了", "您补充", "您回答", "照片</h2>"):
        assert words not in page, words

    own = page_of(first, number)
    for words in (
        "六楼漏水",
        "您补充了：物业不管",
        "您回答了：是 602",
        "赵女士，三点到您家",
        "又有一户说了同一件事",
    ):
        assert words in own


def test_what_the_joiner_does_stays_theirs():
    first, number = reporter()
    joiner, joined = neighbour(number)
    act(joiner, joined, "add", text="我是三楼钱乙", photos=[photo()])
    assert "您补充了：我是三楼钱乙" in page_of(joiner, joined)
    assert "钱乙" not in page_of(first, number)
    act(joiner, joined, "withdraw", text="搬走了")
    assert "您撤回了" in page_of(joiner, joined)
    for what, fields in (("withdraw", {}), ("add", {"text": "等等"}), ("rate", {"solved": "no"})):
        assert "您已经撤回了这件事" in act(joiner, joined, what, **fields).content.decode()
    page = page_of(first, number)
    assert "撤回了" not in page.split("再说一句")[0]
    assert "另外" not in page


def test_what_is_said_to_all_after_joining_is_read_by_all():
    first, number = reporter()
    joiner, joined = neighbour(number)
    case = case_of(number)
    do(case, Action.ACCEPT, CAST.chief, 70)
    do(case, Action.TELL_RESIDENT, CAST.chief, 80, text="主管道今晚修")
    for client, mine in ((first, number), (joiner, joined)):
        assert page_of(client, mine).count("主管道今晚修") == 2


def test_each_reporter_rates_for_themselves():
    first, number = reporter()
    joiner, joined = neighbour(number)
    do(worked_to_checking(case_of(number)), Action.CLOSE, CAST.chief, 100, public_text="好了")
    act(first, number, "rate", solved="yes", satisfied="5")
    assert "您说解决了" in page_of(first, number)
    page = page_of(joiner, joined)
    assert "您说" not in page
    assert 'name="solved"' in page


def test_merged_reporters_keep_their_number_and_past_and_read_on_in_the_other():
    first, number = reporter("赵甲说：管道堵塞了，厨房返水")
    do(case_of(number), Action.ACCEPT, CAST.chief, 5)
    do(case_of(number), Action.TELL_RESIDENT, CAST.chief, 6, text="赵女士三点")
    second, other = reporter("钱乙说：地漏堵了，水排不出去", now=NOON + timedelta(minutes=10))
    act(second, other, "add", text="我家在二楼")
    do(case_of(other), Action.MERGE, CAST.community, 20, number=case_of(number).number)
    do(case_of(number), Action.TELL_RESIDENT, CAST.chief, 30, text="都在今晚修")

    page = page_of(second, other)
    assert case_of(other) == case_of(number)
    assert "是同一件事，合在一起办" in page
    assert "钱乙说" in page
    assert "您补充了：我家在二楼" in page
    assert f"和{number}是同一件事" in page
    assert "都在今晚修" in page
    assert "赵" not in page
    assert "钱乙" not in page_of(first, number)
    act(second, other, "add", text="补一句")
    assert "您补充了：补一句" in page_of(second, other)
    assert "补一句" not in page_of(first, number)


def test_a_promise_made_before_one_joined_is_not_repeated_to_them():
    _, number = reporter()
    do(case_of(number), Action.ACCEPT, CAST.chief, 5)
    do(case_of(number), Action.TELL_RESIDENT, CAST.chief, 6, text="赵女士三点")
    joiner, joined = neighbour(number)
    assert "赵女士" not in page_of(joiner, joined)


def test_steps_written_before_they_named_their_reporter_are_shown_to_a_lone_one_only():
    client, number = reporter()
    act(client, number, "add", text="旧的一句")
    step = case_of(number).steps.get(action="resident_added")
    step.detail.pop("appeal")
    step.save()
    assert "旧的一句" in page_of(client, number)
    joiner, joined = neighbour(number)
    assert "旧的一句" not in page_of(joiner, joined)
    assert "旧的一句" not in page_of(client, number)
