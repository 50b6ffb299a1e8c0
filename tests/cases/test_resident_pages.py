"""The resident's pages as a browser without scripts uses them."""

import re

import pytest
from django.test import Client

from maplegrid.cases.models import Case
from maplegrid.messaging.models import Message
from maplegrid.messaging.qr import signed_code
from maplegrid.rules.lifecycle import Action, Status
from maplegrid.territory.models import Door
from tests.builders import DRAIN, story_building
from tests.cast import CAST

pytestmark = pytest.mark.django_db


def report(client: Client, address: str = "/report", **fields: str):
    page = client.get(address).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    return client.post(address, {"token": token, "words": DRAIN, **fields})


def number_of(response) -> str:
    return response.url.rsplit("/", 1)[1]


def test_a_report_gets_its_number_and_code_at_once(client, run_jobs):
    response = report(client, place="富豪花园C区1栋")
    assert response.status_code == 302
    page = client.get(response.url).content.decode()
    assert number_of(response) in page
    assert "正在交给负责的人" in page
    run_jobs()
    assert "公明社区04小分格 格长" in client.get(response.url).content.decode()


def test_sending_the_same_page_twice_is_one_message(client):
    page = client.get("/report").content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    first = client.post("/report", {"token": token, "words": "一"})
    second = client.post("/report", {"token": token, "words": "一"})
    assert first.url == second.url
    assert Message.objects.count() == 1


def test_the_door_knows_its_building(client, run_jobs):
    door = Door.objects.filter(building=story_building()).first()
    address = f"/d/{signed_code(door)}"
    assert "富豪花园C区1栋" in client.get(address).content.decode()
    report(client, address)
    run_jobs()
    case = Case.objects.get()
    assert case.building == story_building()
    assert case.channel == "qr_building"


def test_a_forged_door_code_leads_to_the_open_door(client):
    response = client.get("/d/ABC-0000000000", follow=True)
    assert "认不出来" in response.content.decode()


def test_a_neighbour_sees_the_kind_of_matter_but_nobodys_words_and_no_confidential_one(client, run_jobs):
    door = Door.objects.filter(building=story_building()).first()
    address = f"/d/{signed_code(door)}"
    report(client, address)
    report(client, address, words="隔壁男人天天打老婆，孩子在哭")
    run_jobs()
    page = Client().get(address).content.decode()
    assert "水电气网故障" in page
    assert "返水" not in page.split('id="report"')[0]
    assert "家庭暴力" not in page


def test_wrong_number_and_wrong_code_get_the_same_answer(client, run_jobs):
    number = number_of(report(client))
    stranger = Client()
    wrong_code = stranger.post("/follow", {"number": number, "code": "AAAAAA"}).content
    wrong_number = stranger.post("/follow", {"number": "2026-999999", "code": "AAAAAA"}).content
    assert without_tokens(wrong_code) == without_tokens(wrong_number)


def without_tokens(body: bytes) -> bytes:
    """The page's main part; tokens and what was typed differ from request to request."""
    return re.sub(rb'value="[^"]*"', b"", body.split(b"<main")[1])


def test_guessing_codes_is_throttled(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "follow": "3/m/ip"}
    answers = [
        client.post("/follow", {"number": "2026-000001", "code": f"AAAA{n}A"}).status_code for n in range(5)
    ]
    assert answers[-1] == 429


def test_the_last_four_digits_of_the_phone_open_it_too(client, run_jobs):
    number = number_of(report(client, phone="13800001234"))
    stranger = Client()
    assert stranger.post("/follow", {"number": number, "code": "1234"}).status_code == 302


def test_a_stranger_can_neither_read_nor_act(client, run_jobs):
    number = number_of(report(client))
    run_jobs()
    stranger = Client()
    assert stranger.get(f"/follow/{number}").url == "/follow"
    assert stranger.post(f"/follow/{number}/withdraw", {}).status_code == 404
    assert Case.objects.get().status != Status.WITHDRAWN


def test_withdrawing_rating_and_re_opening_from_the_page(client, run_jobs):
    from tests.cases.test_steps import do, worked_to_checking

    number = number_of(report(client, place="富豪花园C区1栋"))
    run_jobs()
    case = worked_to_checking(Case.objects.get())
    do(case, Action.CLOSE, CAST.chief, 100, public_text="好了")
    assert "解决了" in client.get(f"/follow/{number}").content.decode()
    client.post(f"/follow/{number}/rate", {"solved": "no", "satisfied": "1"})
    client.post(f"/follow/{number}/rate", {"solved": "yes", "satisfied": "5"})
    appeal = case.appeals.get()
    assert (appeal.solved, appeal.satisfied) == (False, 1)
    client.post(f"/follow/{number}/reopen", {"text": "又堵了"})
    case.refresh_from_db()
    assert case.status == Status.REOPENED


def test_bad_fields_keep_the_words(client):
    response = report(client, phone="不是电话")
    assert response.status_code == 422
    assert DRAIN in response.content.decode()
    assert "电话请写数字" in response.content.decode()


def test_stations_are_listed_with_their_hours_nearest_first(client):
    building = story_building()
    page = client.get("/stations", {"lon": building.lon, "lat": building.lat}).content.decode()
    metres = [int(found) for found in re.findall(r"直线 (\d+) 米", page)]
    assert metres == sorted(metres)
    assert len(metres) == 12
