"""The tower's pages as its people use them: overview, unit, roster, absence, police grids, import and export."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from maplegrid.accounts.models import Delegation
from maplegrid.territory.actions import match_police_grids
from maplegrid.territory.models import OfficeDuty, Station
from tests.territory.towers import NOW, TinyTower

MINUTE = "%Y-%m-%dT%H:%M"
pytestmark = pytest.mark.usefixtures("clock")


def client_of(tiny: TinyTower, name: str) -> Client:
    client = Client()
    client.force_login(getattr(tiny, name))
    return client


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_the_overview_lists_ones_own_units_and_no_others(tiny):
    mine = text_of(client_of(tiny, "community_desk"), "/territory/")
    assert "公明社区04小分格" in mine
    assert "上村社区" not in mine
    assert "上村社区02小分格" in text_of(client_of(tiny, "street_desk"), "/territory/")
    assert "您的岗位不在哪个单元里" in text_of(client_of(tiny, "water_clerk"), "/territory/")


def test_a_unit_shows_who_serves_there_its_office_duties_police_and_stations(tiny):
    match_police_grids(actor=tiny.actor(tiny.grid_centre), now=NOW)
    page = text_of(client_of(tiny, "chief04"), f"/territory/unit/{tiny.sub_grid04.code}")
    for words in (
        "公明社区04小分格格长",
        "联合办公室",
        "周三",
        "楼道堆物",
        "党支部",
        "号警格",
        "群众诉求服务站",
    ):
        assert words in page, words


def test_who_is_away_is_shown_with_the_deputy(tiny):
    Delegation.objects.create(
        person=tiny.chief04, deputy=tiny.service04, valid_from=NOW, valid_to=NOW + timedelta(days=1)
    )
    page = text_of(client_of(tiny, "community_desk"), f"/territory/unit/{tiny.sub_grid04.code}")
    assert f"离岗，由{tiny.service04}代理" in page


@pytest.mark.parametrize("name", ["other_chief", "stranger_street_desk", "water_clerk"])
def test_a_strangers_unit_is_as_unknown_as_a_wrong_code(tiny, name):
    client = client_of(tiny, name)
    for ending in ("", ".geojson", "/roster"):
        assert client.get(f"/territory/unit/{tiny.sub_grid04.code}{ending}").status_code == 404
    assert client.get("/territory/unit/nowhere").status_code == 404


def test_the_outline_of_a_unit_comes_once_and_then_from_the_browsers_memory(tiny):
    client = client_of(tiny, "chief04")
    first = client.get(f"/territory/unit/{tiny.sub_grid04.code}.geojson")
    shapes = json.loads(first.content)["features"]
    assert {shape["properties"]["code"] for shape in shapes} >= {tiny.sub_grid04.code}
    again = client.get(first.request["PATH_INFO"], headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_roster_is_published_from_its_page(tiny):
    client, address = client_of(tiny, "chief04"), f"/territory/unit/{tiny.sub_grid04.code}/roster"
    assert "07:30" not in text_of(client, address)
    line = {
        "count": "1",
        "weekday0": "5",
        "person0": str(tiny.service04.pk),
        "opens0": "07:30",
        "closes0": "9:00",
    }
    assert client.post(address, line).status_code == 302
    held = OfficeDuty.objects.get(office__unit=tiny.sub_grid04)
    assert (held.weekday, held.person, f"{held.opens:%H:%M}") == (5, tiny.service04, "07:30")


def test_a_half_filled_roster_line_is_named_and_nothing_is_lost(tiny):
    client, address = client_of(tiny, "chief04"), f"/territory/unit/{tiny.sub_grid04.code}/roster"
    line = {
        "count": "1",
        "weekday0": "5",
        "person0": str(tiny.service04.pk),
        "opens0": "07:30",
        "closes0": "",
    }
    page = client.post(address, line).content.decode()
    assert "第 1 行要写" in page
    assert 'value="07:30"' in page
    assert OfficeDuty.objects.get().person == tiny.police_officer


def test_an_absence_is_arranged_seen_by_both_and_ended(tiny):
    mine, theirs = client_of(tiny, "chief04"), client_of(tiny, "service04")
    wish = {
        "deputy": tiny.service04.pk,
        "start": f"{NOW:{MINUTE}}",
        "end": f"{NOW + timedelta(days=2):{MINUTE}}",
        "reason": "探亲",
    }
    assert mine.post("/territory/absence", wish).status_code == 302
    assert "我回来了" in text_of(mine, "/territory/absence")
    assert "我替谁代理" in text_of(theirs, "/territory/absence")
    absence = Delegation.objects.get()
    assert theirs.post(f"/territory/absence/{absence.pk}/end").status_code == 404
    assert mine.post(f"/territory/absence/{absence.pk}/end").status_code == 302
    assert not Delegation.objects.filter(valid_to__gt=NOW).exists()


def test_an_absence_that_ends_before_it_begins_keeps_what_was_chosen(tiny):
    client = client_of(tiny, "chief04")
    wish = {
        "deputy": tiny.service04.pk,
        "start": f"{NOW + timedelta(days=2):{MINUTE}}",
        "end": f"{NOW:{MINUTE}}",
        "reason": "探亲",
    }
    page = client.post("/territory/absence", wish).content.decode()
    assert "结束时间要在开始时间之后" in page
    assert 'value="探亲"' in page
    assert not Delegation.objects.exists()


def test_nobody_far_away_is_offered_as_a_deputy(tiny):
    page = text_of(client_of(tiny, "chief04"), "/territory/absence")
    assert str(tiny.service04) in page
    assert str(tiny.other_chief) not in page


def test_the_police_page_says_where_the_two_divisions_differ(tiny):
    keeper, chief = client_of(tiny, "grid_centre"), client_of(tiny, "chief04")
    assert "还没有比对过" in text_of(chief, "/territory/police")
    assert keeper.post("/territory/police/match").status_code == 302
    assert "分属几个警格" in text_of(chief, "/territory/police")
    chief.post("/territory/police/match")
    assert "辖区数据由区网格中心维护" in text_of(chief, "/territory/police")


def stations_file(tiny: TinyTower, unit: str) -> SimpleUploadedFile:
    columns = "code,name,tier,unit,kinds,address,lon,lat"
    building = tiny.building
    row = f"S9,新服务点,site,{unit},appeal,门口,{building.lon},{building.lat}"
    return SimpleUploadedFile("stations.csv", f"{columns}\n{row}\n".encode())


def test_a_file_is_judged_first_and_written_when_confirmed(tiny, settings, tmp_path):
    settings.HOME = tmp_path
    client = client_of(tiny, "grid_centre")
    file = stations_file(tiny, tiny.community.code)
    sent = client.post("/territory/import", {"file": file, "kind": "stations", "datum": "cgcs2000"})
    assert sent.status_code == 302
    assert "没有错误" in text_of(client, sent.url)
    assert not Station.objects.filter(code="S9").exists()
    assert client_of(tiny, "system_admin").get(sent.url).status_code == 404
    assert client.post(sent.url, {"what": "write"}).status_code == 302
    assert Station.objects.get(code="S9").unit == tiny.community
    assert client.get(sent.url).status_code == 404
    assert not list((tmp_path / "imports").iterdir())


def test_a_file_with_an_error_says_where_and_cannot_be_written(tiny, settings, tmp_path):
    settings.HOME = tmp_path
    client = client_of(tiny, "grid_centre")
    file = stations_file(tiny, "440311999999")
    sent = client.post("/territory/import", {"file": file, "kind": "stations", "datum": "cgcs2000"})
    page = text_of(client, sent.url)
    assert "有 1 处错误" in page
    assert "440311999999" in page
    assert "确认导入" not in page
    client.post(sent.url, {"what": "write"})
    assert not Station.objects.filter(code="S9").exists()
    client.post(sent.url, {"what": "forget"})
    assert not list((tmp_path / "imports").iterdir())


def test_what_is_no_file_of_ours_gets_a_sentence(tiny, settings, tmp_path):
    settings.HOME = tmp_path
    client = client_of(tiny, "grid_centre")
    sent = client.post(
        "/territory/import",
        {"file": SimpleUploadedFile("x.gpkg", b"\0\1\2"), "kind": "units", "datum": "wgs84"},
    )
    assert client.get(sent.url).status_code == 302
    assert "err" in text_of(client, "/territory/import")
    assert (
        "请选一个文件"
        in client.post("/territory/import", {"kind": "units", "datum": "wgs84"}).content.decode()
    )


def test_an_export_is_a_download_of_the_chosen_format(tiny):
    client = client_of(tiny, "grid_centre")
    answer = client.get("/territory/export/units.geojson")
    assert "attachment" in answer["Content-Disposition"]
    assert len(json.loads(answer.content)["features"]) == 17
    assert client.get("/territory/export/units.exe").status_code in (302, 404)
    assert client.get("/territory/export/people.csv").status_code == 404
