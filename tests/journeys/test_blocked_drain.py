"""The spine of story 1: said on a phone, located, read, worked by the chief, answered, closed, rated."""

import re

import pytest

from tests.journeys.acts import door_address, report, step

pytestmark = pytest.mark.journey


def test_a_report_on_a_phone_becomes_a_closed_and_rated_case(site, screen, photo):
    site.hold_clock("2026-11-23T13:02:00+08:00")
    resident = screen(phone=True)
    resident.go("/")
    resident.shot("resident-home")
    resident.go("/report")
    resident.shot("resident-report")
    number, code = report(resident, photo)
    resident.page.get_by_text("交给公明社区04小分格").wait_for()
    resident.page.get_by_text("公明社区04小分格 格长").first.wait_for()
    resident.shot("resident-follow")

    chief = screen(phone=True).sign_in("gm04.chief")
    chief.page.locator(f"#case-{number}").wait_for()
    chief.shot("chief-inbox")
    chief.page.locator(f"#case-{number} button:has-text('我来办')").click()
    chief.page.get_by_text(f"我来办：{number} 已记下").wait_for()

    site.hold_clock("2026-11-23T13:20:00+08:00")
    step(chief, number, "contact", text="打了电话，家里有人")
    site.hold_clock("2026-11-23T13:55:00+08:00")
    step(chief, number, "arrive", text="支管堵了", photo=photo)
    site.hold_clock("2026-11-23T15:18:00+08:00")
    step(chief, number, "report_result", text="疏通了支管，试过水")
    step(chief, number, "close", public_text="支管疏通好了，可以放心用。再堵请告诉我们")
    assert "已结案" in chief.page.content()
    chief.shot("chief-case")

    resident.go(f"/follow/{number}")
    resident.page.get_by_text("支管疏通好了").wait_for()
    resident.page.select_option("[name=satisfied]", "5")
    resident.page.click("button:has-text('解决了')")
    resident.page.get_by_text("您说解决了，谢谢").wait_for()
    resident.shot("resident-rated")

    stranger = screen(phone=True)
    page = stranger.go(f"/follow/{number}")
    assert page.url.endswith("/follow")
    page.fill("[name=number]", number)
    page.fill("[name=code]", code)
    page.click("button:has-text('看进展')")
    page.get_by_text("您说解决了，谢谢").wait_for()

    desk = screen().sign_in("gm.desk1")
    desk.go(f"/cases/{number}")
    desk.page.locator("[data-map][data-ready=yes]").wait_for()
    desk.shot("case-desk")
    assert desk.page.locator(".clock", has_text="已结束").count() == 1


def test_a_neighbour_says_me_too_by_the_code_on_the_door(site, screen):
    site.hold_clock("2026-11-23T16:00:00+08:00")
    first, _ = report(screen(phone=True))
    address = door_address(screen)
    neighbour = screen(phone=True)
    page = neighbour.go(address)
    page.get_by_text("扫门口的码认出来的").wait_for()
    page.fill("#words", "我家三楼也返水")
    neighbour.shot("resident-door")
    page.locator(f"button[value='{first}']").click()
    page.wait_for_url("**/follow/2026-*")
    page.get_by_text("您和另外 1 户都说了这件事").wait_for()


def test_the_report_works_without_scripts_and_in_large_text(site, screen):
    resident = screen(phone=True, scripts=False)
    page = resident.go("/report")
    page.click("button:has-text('大字')")
    assert "large-text" in page.content()
    page.fill("#words", "公明社区富豪花园B区2栋楼道灯坏了")
    page.click("button:has-text('提交')")
    assert re.search(r"/follow/2026-\d+", page.url)
    page.wait_for_timeout(1500)
    page.reload()
    assert "公明社区04小分格" in page.content()


def test_what_is_missing_is_said_and_nothing_written_is_lost(site, screen):
    resident = screen(phone=True, scripts=False)
    page = resident.go("/report")
    page.fill("#words", "路灯坏了")
    page.locator("summary:has-text('留个电话')").click()
    page.fill("[name=phone]", "不是电话")
    page.click("button:has-text('提交')")
    assert "电话请写数字" in page.content()
    assert page.input_value("#words") == "路灯坏了"


def test_the_district_sees_the_inbox_and_the_map_of_a_year(site, screen):
    desk = screen().sign_in("district.duty1")
    desk.go("/cases/?view=area")
    desk.page.wait_for_selector("[data-row]")
    desk.shot("inbox-desk")
    desk.page.keyboard.press("j")
    desk.page.keyboard.press("x")
    desk.page.locator("[data-bulk]:not([hidden])").wait_for()
    desk.go("/cases/map")
    desk.page.locator("[data-map][data-ready=yes]").wait_for()
    desk.shot("map")


def test_english_is_complete_on_the_residents_way(site, screen):
    resident = screen(phone=True)
    page = resident.go("/")
    page.click("button:has-text('English')")
    for path in ("/", "/report", "/follow", "/stations"):
        text = resident.go(path).locator("main").inner_text()
        left = re.sub(
            r"中文|枫格|[一-龥]*(社区|街道|小分格|花园|服务|诉求中心|中心|站)[一-龥0-9A-Z]*", "", text
        )
        assert path == "/stations" or not re.search(r"[一-龥]", left), left
    resident.go("/report")
    resident.shot("resident-report-en")
