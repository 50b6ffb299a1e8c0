"""The doors of the resident's pages, as a browser without scripts uses them."""

import re
from datetime import timedelta

import pytest
from django.db.models import Count
from django.test import Client

from maplegrid.cases.models import Case, Category
from maplegrid.cases.queries.follow import open_matters_in
from maplegrid.messaging.models import Attachment, Message
from maplegrid.messaging.relay import VALID_FOR, make_relay
from maplegrid.rules.lifecycle import Status
from maplegrid.territory.models import Building, Unit
from tests.builders import DRAIN, drain_case, story_building
from tests.cases.residents import case_of, door_address, number_of, page_of, photo, report, token_of
from tests.cast import CAST, NOON, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _photos_here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_residents_start_at_home_and_staff_go_to_their_desk(client):
    page = client.get("/").content.decode()
    for address in ("/report", "/follow", "/stations", "tel:12345", "/account/login/"):
        assert f'href="{address}"' in page
    client.force_login(person(CAST.chief))
    assert client.get("/").url == "/cases/"


def test_a_report_gets_its_number_and_code_at_once(client, run_jobs):
    response = report(client, place="富豪花园C区1栋")
    assert response.status_code == 302
    page = page_of(client, number_of(response))
    assert number_of(response) in page
    assert "正在交给负责的人" in page
    run_jobs()
    assert "公明社区04小分格 格长" in page_of(client, number_of(response))


def test_sending_the_same_page_twice_is_one_message_with_its_photos_once(client):
    token = token_of(client.get("/report").content.decode())
    answers = [
        client.post("/report", {"token": token, "words": "一", "photos": [photo()]}).url for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert Message.objects.get().attachments.count() == 1
    assert Attachment.objects.count() == 1


def test_other_words_on_a_page_that_a_browser_brought_back_are_another_message(client):
    token = token_of(client.get("/report").content.decode())
    first = client.post("/report", {"token": token, "words": "楼道灯坏了"})
    second = client.post("/report", {"token": token, "words": "电梯也坏了"})
    assert first.url != second.url
    assert set(Message.objects.values_list("text", flat=True)) == {"楼道灯坏了", "电梯也坏了"}


def test_nothing_secret_stands_in_the_address(client):
    response = report(client)
    assert re.fullmatch(r"/follow/\d{4}-\d{6}", response.url)


def test_before_sending_one_reads_who_will_answer_and_by_when(client, held_clock):
    held_clock(NOON)
    page = client.get(door_address()).content.decode()
    assert '交给 <b class="b">公明社区04小分格 格长</b>' in page
    assert '一般 <b class="b">明天 12:00 前</b>' in page
    nowhere = client.get("/report").content.decode()
    assert "交给负责那一片的人" in nowhere


def test_danger_is_always_answered_with_the_emergency_numbers(client, run_jobs):
    assert "有人身危险请先打 110、119 或 120" in client.get("/report").content.decode()
    for words, urgent in ((DRAIN, False), ("隔壁男人天天打老婆，孩子在哭", True)):
        number = number_of(report(client, words=words, place="富豪花园C区1栋"))
        run_jobs()
        assert ("如果现在有危险，请马上打 110" in page_of(client, number)) is urgent


def test_the_door_knows_its_building(client, run_jobs):
    assert "富豪花园C区1栋" in client.get(door_address()).content.decode()
    report(client, door_address())
    run_jobs()
    case = Case.objects.get()
    assert case.building == story_building()
    assert case.channel == "qr_building"


def test_another_place_named_at_the_door_counts_more_than_the_door(client, run_jobs):
    elsewhere = Building.objects.exclude(grid=story_building().grid)
    names = elsewhere.values("name").annotate(times=Count("id")).filter(times=1).order_by("name")
    report(client, door_address(), place=names[0]["name"])
    run_jobs()
    assert Case.objects.get().building.name == names[0]["name"]


def test_a_point_chosen_at_the_door_counts_more_than_the_door(client, run_jobs):
    other = Building.objects.exclude(path__startswith=story_building().path[:12]).order_by("id").first()
    report(client, door_address(), words="路灯坏了", lon=other.lon, lat=other.lat, datum="cgcs2000")
    run_jobs()
    case = Case.objects.get()
    assert case.building != story_building()
    assert other.path.startswith(case.path)


@pytest.mark.parametrize("address", ["/d/ABC-0000000000", "/r/unknown"])
def test_a_forged_code_or_link_leads_to_the_open_door(client, address):
    response = client.get(address, follow=True)
    assert response.redirect_chain[-1][0] == "/report"
    assert re.search("认不出来|已经过期", response.content.decode())


def relay_link(now=NOON):
    unit = Unit.objects.get(name="公明社区04小分格")
    return make_relay(person=person(CAST.service), unit=unit, building=None, group_name="C区群", now=now)


def test_a_relay_link_says_who_sent_it_by_role_and_that_no_chat_is_read(client, held_clock, run_jobs):
    held_clock(NOON)
    link = relay_link()
    page = client.get(f"/r/{link.token}").content.decode()
    assert "公明社区04小分格 民生诉求服务岗发的链接，群里的聊天我们不看" in page
    assert "C区群" not in page
    report(client, f"/r/{link.token}", words="路灯坏了")
    run_jobs()
    case = Case.objects.get()
    assert case.area.name == "公明社区04小分格"
    assert case.channel == "relay"


def test_a_relay_link_that_is_over_still_lets_one_report(client, held_clock):
    held_clock(NOON)
    link = relay_link(NOON - VALID_FOR - timedelta(minutes=1))
    assert client.get(f"/r/{link.token}").url == "/report"


def test_without_a_name_nothing_of_the_person_is_kept(client):
    report(client, anonymous="on", name="王女士", phone="13800001234")
    message = Message.objects.get()
    assert (message.anonymous, message.contact_name, message.contact_phone) == (True, "", "")
    assert message.phone_index == ""


def test_bad_fields_keep_the_words_and_the_photos(client):
    token = token_of(client.get("/report").content.decode())
    fields = {"token": token, "words": DRAIN, "place": "富豪花园C区1栋"}
    response = client.post("/report", {**fields, "phone": "不是电话", "photos": [photo()]})
    page = response.content.decode()
    assert response.status_code == 422
    assert "没有发出去" in page
    assert "电话请写数字" in page
    assert DRAIN in page
    assert 'value="富豪花园C区1栋"' in page
    assert "照片也留着（1 张）" in page
    assert token_of(page) == token
    client.post("/report", {**fields, "phone": "13800001234", "photos": [photo(colour="red")]})
    assert Message.objects.get().attachments.count() == 2


def test_only_six_photos_are_taken_and_that_is_said(client):
    response = report(client, photos=[photo(f"{n}.jpg", f"rgb({n * 9},0,0)") for n in range(8)])
    assert Message.objects.get().attachments.count() == 6
    assert "照片最多收 6 张" in client.get(response.url).content.decode()


def test_a_file_that_is_no_photo_holds_nothing_up(client):
    broken = photo("病历.jpg")
    broken.file.truncate(20)
    response = report(client, photos=[broken])
    assert Message.objects.get().text == DRAIN
    assert "不是能看的照片" in client.get(response.url).content.decode()


def test_somebody_elses_browser_does_not_get_photos_kept_for_a_page(client):
    token = token_of(client.get("/report").content.decode())
    client.post("/report", {"token": token, "words": "", "photos": [photo()]})
    Client().post("/report", {"token": token, "words": "别人写的"})
    assert Message.objects.get().attachments.count() == 0


def test_the_door_is_throttled(client, settings):
    settings.POSTS_A_MINUTE = 2
    answers = [client.post("/report", {"token": f"t{n}", "words": "一"}).status_code for n in range(3)]
    assert answers == [302, 302, 429]


def test_a_post_without_the_csrf_token_is_refused():
    client = Client(enforce_csrf_checks=True)
    assert client.post("/report", {"token": "t", "words": "一"}).status_code == 403
    assert Message.objects.count() == 0


def test_a_neighbour_sees_the_kind_of_matter_but_nobodys_words_and_no_confidential_one(client, run_jobs):
    report(client, door_address())
    report(client, door_address(), words="隔壁男人天天打老婆，孩子在哭")
    report(client, door_address(), words="举报公明社区书记收钱不作为")
    run_jobs()
    assert Case.objects.count() == 3
    page = Client().get(door_address()).content.decode().split('<form id="report"')[0]
    assert page.count("我家也是：") == 1
    assert "水电气网故障" in page
    for words in ("返水", "打老婆", "家庭", "举报", "收钱"):
        assert words not in page


def test_me_too_joins_with_one_tap_and_is_told_apart(client, run_jobs):
    case = drain_case()
    number = number_of(report(client, door_address(), words="", me_too_of=case.number))
    run_jobs()
    case.refresh_from_db()
    assert case.households == 2
    assert case_of(number) == case
    assert Message.objects.get(number=number).text == "我家也是"
    assert "您和另外 1 户都说了这件事" in page_of(client, number)


def test_words_said_with_a_me_too_are_kept(client, run_jobs):
    case = drain_case()
    number = number_of(report(client, door_address(), words="我家三楼也返水", me_too_of=case.number))
    assert Message.objects.get(number=number).text == "我家三楼也返水"


def joined(case: Case, address: str, run_jobs) -> bool:
    """Whether somebody who names this case at that address becomes one of its reporters."""
    number = number_of(report(Client(), address, words="我也要看", me_too_of=case.number))
    run_jobs()
    return case_of(number) == case


@pytest.mark.parametrize(
    "secret",
    [
        {"sealed": True},
        {"flags": ["group"]},
        {"status": Status.CLOSED},
        {"building": None},
    ],
)
def test_a_guessed_number_opens_nobodys_page(run_jobs, secret):
    case = drain_case()
    assert joined(case, door_address(), run_jobs)
    Case.objects.filter(pk=case.pk).update(**secret)
    assert not joined(case, door_address(), run_jobs)
    assert case not in open_matters_in(story_building())


def test_a_matter_of_a_confidential_kind_is_neither_shown_nor_joined(run_jobs):
    case = drain_case()
    Category.objects.filter(pk=case.category_id).update(flags=["CONFIDENTIAL"])
    assert not joined(case, door_address(), run_jobs)
    assert case not in open_matters_in(story_building())


def test_matters_are_joined_only_at_their_own_door(run_jobs):
    assert not joined(drain_case(), "/report", run_jobs)


def test_enter_in_a_field_sends_the_plain_report_and_joins_nothing(client):
    drain_case()
    page = client.get(door_address()).content.decode()
    inside = page.split('<form id="report"')
    buttons = re.findall(r'<button[^>]*form="report"[^>]*>', inside[0])
    assert len(buttons) == 2
    assert "me_too_of" not in buttons[0]
    assert "me_too_of" in buttons[1]


def test_the_list_at_a_door_stays_short():
    for _ in range(6):
        drain_case()
    assert len(open_matters_in(story_building())) == 4


def test_stations_say_their_hours_and_are_sorted_open_ones_first_then_by_distance(client, held_clock):
    held_clock(NOON.replace(hour=20, minute=30))
    building = story_building()
    page = client.get("/stations", {"lon": building.lon, "lat": building.lat}).content.decode()
    rows = re.findall(r"(开着|现在不开).*?直线 (\d+) 米", page, re.DOTALL)
    assert len(rows) == 12
    assert {state for state, _ in rows} == {"开着", "现在不开"}
    assert rows == sorted(rows, key=lambda row: (row[0] == "现在不开", int(row[1])))
    assert "每天 09:00–21:00" in page
    assert 'href="tel:0755-' in page


def test_stations_are_found_by_the_name_of_a_community_or_a_building(client):
    page = client.get("/stations", {"q": "公明社区"}).content.decode()
    assert page.index("公明社区群众诉求服务站") < page.index("</li>")
    assert "直线" not in page
    near = client.get("/stations", {"q": "富豪花园C区1栋"}).content.decode()
    assert "直线" in near
    assert "没有找到" in client.get("/stations", {"q": "火星"}).content.decode()


def test_stations_of_one_kind(client):
    building = story_building()
    page = client.get(
        "/stations", {"lon": building.lon, "lat": building.lat, "kind": "legal"}
    ).content.decode()
    tags = re.findall(r"<li class=\"card-mg\">.*?</li>", page, re.DOTALL)
    assert tags
    assert all("公共法律" in tag for tag in tags)


@pytest.mark.parametrize(
    ("lon", "lat", "datum"), [("nan", "22", ""), ("999", "999", ""), ("x", "", ""), ("113.9", "22.7", "mars")]
)
def test_a_position_that_cannot_be_one_is_as_good_as_none(client, lon, lat, datum):
    page = client.get("/stations", {"lon": lon, "lat": lat, "datum": datum}).content.decode()
    assert "还不知道您在哪里" in page
    assert "光明区群众诉求服务中心" in page
