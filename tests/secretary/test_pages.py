"""The pages: writing at each door, confirming and moving, the host's day, calendars, figures that open."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from maplegrid.messaging.qr import signed_code
from maplegrid.rules.secretary.life import Stage
from maplegrid.secretary.actions.booking import agree, meeting_ahead
from maplegrid.secretary.actions.meeting import miss_meeting
from maplegrid.secretary.actions.receipts import settle_receipts
from maplegrid.secretary.invitations import calendar_of, invitation, token_of
from maplegrid.secretary.models import Audience, DistrictHost, WeeklyHours
from maplegrid.territory.models import Door
from tests.builders import story_building
from tests.cases.residents import token_of as page_token
from tests.cast import CAST, NOON, actor, person
from tests.secretary.letters import PARTS, THREE, WAGES, at, deliver, letter, levelled, notices

pytestmark = pytest.mark.django_db
HOST = "gm.secretary"


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(person(username))
    return client


def write(client: Client, address: str = "/secretary/write", **fields):
    page = client.get(address).content.decode()
    wish = {"words": WAGES, "phone": "13800001111", "wish": "room", "token": page_token(page), **fields}
    return client.post(address, wish)


@pytest.fixture
def noon(held_clock):
    held_clock(NOON)
    return held_clock


def test_the_first_pages_lead_to_the_door_and_a_buildings_code_comes_along():
    home = Client().get("/").content.decode()
    assert "/secretary/write" in home
    code = signed_code(Door.objects.filter(building=story_building()).first())
    assert f"/secretary/write?door={code}" in Client().get(f"/d/{code}").content.decode()


def test_a_letter_from_a_door_is_placed_there_and_followed_with_its_code(noon, run_jobs):
    client = Client()
    code = signed_code(Door.objects.filter(building=story_building()).first())
    answer = write(client, f"/secretary/write?door={code}", companion="女儿", accessible="on")
    assert answer.status_code == 302
    run_jobs()
    audience = Audience.objects.get()
    assert (audience.case.channel, audience.case.building.name) == ("qr_building", "富豪花园C区1栋")
    assert (audience.companion, audience.accessible) == ("女儿", True)
    number = audience.case.number
    assert number in answer.url
    assert f"/secretary/mine/{number}/card" in client.get(f"/follow/{number}").content.decode()
    card = client.get(f"/secretary/mine/{number}/card", headers={"HX-Request": "true"}).content.decode()
    assert "正在定由谁见您" in card
    assert Client().get(f"/secretary/mine/{number}/card", headers={"HX-Request": "true"}).content == b""


def test_without_a_phone_or_a_wish_nothing_is_lost_and_it_is_said_what_to_do():
    client = Client()
    page = client.get("/secretary/write").content.decode()
    answer = client.post("/secretary/write", {"words": WAGES, "token": page_token(page)})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "请留手机号" in text
    assert "请选想怎么谈" in text
    assert WAGES in text


def test_the_same_page_sent_twice_is_one_letter(noon, run_jobs):
    client = Client()
    token = page_token(client.get("/secretary/write").content.decode())
    wish = {"words": WAGES, "phone": "13800001111", "wish": "room", "token": token}
    assert client.post("/secretary/write", wish).url == client.post("/secretary/write", wish).url
    run_jobs()
    assert Audience.objects.count() == 1


@pytest.mark.parametrize(("who", "channel"), [(CAST.hall, "hotline"), (CAST.community, "hall")])
def test_the_hall_and_the_hotline_write_it_down_for_somebody(noon, run_jobs, who: str, channel: str):
    client = signed_in(who)
    assert write(client, "/secretary/register", channel=channel, place="富豪花园C区1栋").status_code == 302
    assert "查询码" in client.get("/secretary/register").content.decode()
    run_jobs()
    audience = Audience.objects.get()
    assert (audience.case.channel, audience.case.opened_by.username) == (channel, who)
    assert audience.case.building.name == "富豪花园C区1栋"


def resident_of(noon, run_jobs) -> tuple[Client, Audience]:
    client = Client()
    write(client, place="富豪花园C区1栋")
    run_jobs()
    return client, levelled(Audience.objects.get(), THREE)


def test_the_writer_confirms_moves_and_asks_for_somebody_else_on_the_phone(noon, run_jobs):
    client, audience = resident_of(noon, run_jobs)
    address = f"/secretary/mine/{audience.case.number}"
    page = client.get(address).content.decode()
    assert "给您留着的时间" in page
    assert client.post(f"{address}/agree", {"companion": "工友"}).status_code == 302
    assert "约好的时间" in client.get(address).content.decode()
    audience.refresh_from_db()
    assert (audience.stage, audience.companion) == (Stage.AGREED, "工友")
    starts = page.split('name="starts" value="')[2].split('"')[0]
    assert client.post(f"{address}/move", {"starts": starts}).status_code == 302
    assert meeting_ahead(audience).starts_at == datetime.fromisoformat(starts)
    wrong = client.post(f"{address}/move", {"starts": "2026-11-24T09:07:00+08:00"})
    assert wrong.status_code == 422
    assert "这个时间现在约不了" in wrong.content.decode()
    assert client.post(f"{address}/move", {"starts": "明天"}).status_code == 422
    assert client.post(f"{address}/conflict", {"text": "亲戚"}).status_code == 302
    audience.refresh_from_db()
    assert audience.host.username == "gongming.deputy"
    assert Client().post(f"{address}/agree").status_code == 404
    assert Client().get(address).status_code == 302


def test_the_desk_sets_the_level_on_its_page_and_the_host_works_on_theirs(noon, run_jobs):
    client = Client()
    write(client, place="富豪花园C区1栋")
    run_jobs()
    number = Audience.objects.get().case.number
    street = signed_in("gongming.desk1")
    assert number in street.get("/secretary/letters").content.decode()
    assert "涉及欠薪" in street.get(f"/secretary/letters/{number}").content.decode()
    noon(at(5))
    empty = street.post(f"/secretary/letters/{number}/set_level", {})
    assert empty.status_code == 422
    assert "请选级别" in empty.content.decode()
    assert street.post(f"/secretary/letters/{number}/set_level", {"level": "3"}).status_code == 302
    host = signed_in(HOST)
    assert number not in street.get("/secretary/letters").content.decode()
    noon(at(180))
    assert "见过了还没有记" in host.get("/secretary/today").content.decode()
    record = {"attended": "双方", "minutes": "谈妥", "promise": "付清工资", "due_on": "2026-11-30"}
    no_day = host.post(f"/secretary/letters/{number}/record", {**record, "due_on": ""})
    assert "哪天以前" in no_day.content.decode()
    assert "谈妥" in no_day.content.decode()
    assert host.post(f"/secretary/letters/{number}/record", record).status_code == 302
    today = host.get("/secretary/today").content.decode()
    assert "付清工资" in today
    parts = {f"{name}": words for name, words in vars(PARTS).items()}
    missing = host.post(f"/secretary/letters/{number}/answer", {**parts, "remedy": ""})
    assert "不满意可以怎么办" in missing.content.decode()
    assert parts["found"] in missing.content.decode()
    assert host.post(f"/secretary/letters/{number}/answer", parts).status_code == 302
    promise = Audience.objects.get().commitments.get(follow_up=False)
    assert host.post(f"/secretary/promises/{promise.pk}", {"text": "付清了"}).status_code == 302
    assert host.post(f"/secretary/letters/{number}/close", {}).status_code == 302
    printed = client.get(f"/secretary/mine/{number}/answer").content.decode()
    assert all(words in printed for words in parts.values())
    assert "解决了" in client.get(f"/follow/{number}").content.decode()


def test_the_day_of_a_host_shows_meetings_clocks_at_risk_and_promises_and_nobody_elses(noon, run_jobs):
    audience = levelled(letter(), THREE)
    page = signed_in(HOST).get("/secretary/today").content.decode()
    assert "14:30–15:00" in page
    assert audience.case.title in page
    assert audience.case.title not in signed_in("tj.secretary").get("/secretary/today").content.decode()
    noon(NOON.replace(hour=16))
    assert "见过了还没有记" in signed_in(HOST).get("/secretary/today").content.decode()


def test_an_invitation_is_replaced_by_the_next_and_names_nothing_of_the_matter():
    audience = agree(audience_id=levelled(letter(), THREE).pk, companion="", now=at(10))
    meeting = meeting_ahead(audience)
    calendar = Calendar.from_ical(invitation(meeting, at(11)))
    (event,) = calendar.walk("VEVENT")
    assert (str(calendar["METHOD"]), str(event["STATUS"]), event["SEQUENCE"]) == ("REQUEST", "CONFIRMED", 0)
    assert event["DTSTART"].dt == meeting.starts_at
    assert event["DTEND"].dt == meeting.ends_at
    assert "工资" not in invitation(meeting, at(11)).decode()
    assert [a["TRIGGER"].dt for a in event.walk("VALARM")] == [timedelta(minutes=-30)]
    miss_meeting(audience_id=audience.pk, reason="没来", actor=actor(HOST), now=at(200))
    meeting.refresh_from_db()
    after = Calendar.from_ical(invitation(meeting, at(201)))
    (gone,) = after.walk("VEVENT")
    assert (str(after["METHOD"]), str(gone["STATUS"]), gone["UID"]) == ("CANCEL", "CANCELLED", event["UID"])
    assert gone["SEQUENCE"] > event["SEQUENCE"]


def test_a_hosts_calendar_opens_with_its_own_address_only(noon):
    levelled(letter(), THREE)
    me = person(HOST)
    page = Client().get(f"/secretary/calendar/{token_of(me)}.ics")
    assert page["Content-Type"].startswith("text/calendar")
    assert len(Calendar.from_ical(page.content).walk("VEVENT")) == 1
    assert page.content.count(b"BEGIN:VEVENT") == calendar_of(me, NOON).count(b"BEGIN:VEVENT")
    other = person("tj.secretary")
    for token in (f"{other.pk}-{token_of(me).split('-')[1]}", f"{me.pk}-", "x-y", f"{me.pk}"):
        assert Client().get(f"/secretary/calendar/{token}.ics").status_code == 404


def hours(client: Client, what: str, **fields):
    return client.post(
        f"/secretary/hours/{what}", {"host": person(HOST).pk, **fields}, follow=True
    ).content.decode()


def test_a_host_changes_their_own_hours_and_a_stranger_does_not(noon):
    me, room = signed_in(HOST), WeeklyHours.objects.filter(host=person(HOST)).first().room.pk
    fields = {"weekday": "6", "opens": "09:00", "closes": "11:00", "minutes": "30", "room": room}
    assert "接访时间改好了" in hours(me, "weekly", **fields)
    row = WeeklyHours.objects.get(host=person(HOST), weekday=6)
    assert "请写到整刻" in hours(me, "weekly", **{**fields, "opens": "09:10"})
    assert "请选一个接访室" in hours(me, "weekly", **{**fields, "room": ""})
    assert "由本人或者他那里的值班员来改" in hours(signed_in("tj.secretary"), "end", hours=row.pk)
    hours(me, "end", hours=row.pk)
    row.refresh_from_db()
    assert row.valid_to == NOON.date()
    away = {"starts": "2026-11-23T13:00", "ends": "2026-11-23T18:00", "reason": "开会"}
    assert "接访时间改好了" in hours(me, "change", **away)
    assert meeting_ahead(levelled(letter(), THREE)).starts_at > NOON + timedelta(hours=12)


def test_the_district_names_and_unnames(noon):
    client = signed_in("district.duty1")
    assert "区里指定的接访人" in client.get("/secretary/hours").content.decode()
    client.post("/secretary/named", {"person": person("district.duty2").pk})
    row = DistrictHost.objects.get(person=person("district.duty2"), ended_at=None)
    client.post("/secretary/named", {"end": row.pk})
    assert not DistrictHost.objects.filter(person=person("district.duty2"), ended_at=None).exists()
    assert signed_in("gongming.desk1").post("/secretary/named", {"person": 1}).status_code == 403


def proven(minutes_ack: float | None, minutes_offer: float | None, **wish) -> Audience:
    audience = levelled(letter(**wish), THREE)
    if minutes_ack is not None:
        deliver(notices(audience, "received:").get(), at(minutes_ack))
    if minutes_offer is not None:
        deliver(notices(audience, "offer:").get(), at(minutes_offer))
    settle_receipts(audience, at(60))
    return audience


def test_every_figure_opens_to_exactly_its_letters(noon):
    quick, slow, none = proven(2, 8), proven(12, 45), proven(None, None)
    written = proven(3, None, wish="written", text="建议多放几张长椅")
    noon(at(60))
    client = signed_in("district.duty1")
    page = client.get("/secretary/figures").content.decode()
    assert "50.0%" in page  # 2 of 4 within 10 minutes
    assert "33.3%" in page  # 1 of 3 within 30: the written one owes no appointment

    def behind(**query) -> set[int]:
        text = client.get("/secretary/figures/letters", query).content.decode()
        return {one.pk for one in Audience.objects.all() if one.case.number in text}

    assert behind(kind="acknowledged", which="in") == {quick.pk, written.pk}
    assert behind(kind="acknowledged", which="late") == {slow.pk, none.pk}
    assert behind(kind="appointment", which="in") == {quick.pk}
    assert behind(kind="appointment") == {quick.pk, slow.pk, none.pk}
    assert behind(level="3", host=str(person(HOST).pk)) == {quick.pk, slow.pk, none.pk, written.pk}
    assert behind(level="1") == set()
    assert behind(first="2026-11-24") == set()
    elsewhere = signed_in("tj.secretary").get("/secretary/figures").content.decode()
    assert "50.0%" not in elsewhere


def test_the_case_page_carries_the_card_and_the_templates_of_the_spine_name_no_leaf():
    audience = levelled(letter(), THREE)
    client = signed_in("gongming.desk1")
    number = audience.case.number
    assert f"/secretary/letters/{number}/card" in client.get(f"/cases/{number}").content.decode()
    assert "公明社区 书记" in client.get(f"/secretary/letters/{number}/card").content.decode()
    assert signed_in("tj.secretary").get(f"/secretary/letters/{number}/card").content == b""
