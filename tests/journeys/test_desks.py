"""What desks do with a keyboard: views, several cases at once, mentions, ledgers, workload, leaving, the police desk."""

import re

import pytest

pytestmark = pytest.mark.journey


def open_inbox(desk, query: str = "view=area"):
    page = desk.go(f"/cases/?{query}")
    page.wait_for_selector("[data-row]")
    return page


def test_a_desk_saves_a_view_and_comments_on_three_cases_without_a_mouse(site, screen):
    site.hold_clock("2026-11-23T16:30:00+08:00")
    desk = screen().sign_in("gm.desk1")
    page = open_inbox(desk, "view=late&sort=oldest")
    page.keyboard.press("v")
    page.keyboard.type("最早晚的")
    page.keyboard.press("Enter")
    page.get_by_text("已存为视图“最早晚的”").wait_for()
    line = page.locator(".side a[aria-current=page]", has_text="最早晚的")
    assert re.search(r"\d", line.inner_text())
    desk.shot("inbox-views")
    page.wait_for_selector("[data-row]")
    for key in ("x", "j", "x", "j", "x"):
        page.keyboard.press(key)
    page.locator("[data-bulk]:not([hidden])").get_by_text("选中 3 件").wait_for()
    desk.shot("inbox-bulk")
    page.keyboard.press("c")
    page.locator("textarea[name=text]").wait_for()
    page.keyboard.type("今天下班前一起看一遍")
    page.get_by_role("button", name="先看看能做哪些").press("Enter")
    page.get_by_text("可以做 3 件").wait_for()
    desk.shot("bulk-preview")
    page.keyboard.press("Enter")
    page.get_by_text("做好了 3 件，共 3 件").wait_for()
    desk.shot("bulk-result")


def test_a_file_of_the_inbox_comes_down_by_one_key(site, screen):
    desk = screen().sign_in("gm.desk1")
    page = open_inbox(desk)
    with page.expect_download() as coming:
        page.keyboard.press("e")
    assert coming.value.suggested_filename.endswith("-area.xlsx")


def test_a_colleague_is_mentioned_from_the_list_and_reads_the_notice(site, screen):
    desk = screen().sign_in("gm.desk1")
    page = open_inbox(desk)
    page.keyboard.press("o")
    page.wait_for_url(re.compile(r"/cases/2026-\d+"))
    field = page.locator("[data-mentions]")
    field.press_sequentially("请@书记")
    page.locator("[role=option]").first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    desk.shot("mention-list")
    field.press("Enter")
    assert "@公明社区 书记 " in field.input_value()
    field.press_sequentially("看一下")
    field.press("Enter")
    page.locator(".msg.success").wait_for()
    secretary = screen().sign_in("gm.secretary")
    secretary.go("/notices").get_by_text("有人提到您").first.wait_for()


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_every_page_of_a_desk_fits_its_screen(site, screen, phone):
    where = "phone" if phone else "desk"
    desk = screen(phone=phone).sign_in("gm.desk1")
    for name, address in (
        ("inbox", "/cases/?view=area"),
        ("load", "/cases/load"),
        ("ledger", "/cases/ledgers/received?first=2026-11-16&last=2026-11-23"),
        ("ledger-overdue", "/cases/ledgers/overdue?first=2026-11-01&last=2026-11-23"),
        ("ledger-paper", "/cases/ledgers/closed?first=2026-11-16&last=2026-11-23&print=1"),
    ):
        desk.go(address)
        desk.shot(f"{name}-{where}")
    if phone:
        desk.go("/cases/?view=area")
        for box in desk.page.locator("[data-row] .tick").all()[:2]:
            box.check()
        desk.shot("inbox-bulk-phone")
        screen(phone=True).sign_in("gm04.chief").shot("chief-views-phone")
    centre = screen(phone=phone).sign_in("gridcentre.desk1")
    for name, address in (
        ("ledger-forms", "/cases/ledgers/forms"),
        ("leaving", "/cases/leaving?q=公明社区04"),
    ):
        centre.go(address)
        centre.shot(f"{name}-{where}")
    centre.page.get_by_role("link", name="公明社区04小分格 格长").click()
    centre.page.get_by_role("button", name=re.compile("结束任职")).wait_for()
    centre.shot(f"leave-{where}")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_police_answer_what_was_handed_to_them(site, screen, phone):
    chief = screen(phone=True).sign_in("gm04.chief")
    page = chief.go("/cases/?view=queue")
    page.locator("article.case h3 a").nth(1 if phone else 0).click()
    page.wait_for_url(re.compile(r"/cases/2026-\d+"))
    number = page.url.rsplit("/", 1)[-1]
    box = page.locator("#do-send_to_police")
    page.evaluate("document.getElementById('do-send_to_police').open = true")
    station = box.locator("[name=body] option", has_text="公明派出所").first.get_attribute("value")
    box.locator("[name=body]").select_option(station)
    box.locator("[name=text]").fill("扬言要动手")
    box.locator("button").last.click()
    page.locator(".msg.success").wait_for()
    police = screen(phone=phone).sign_in("gm04.police")
    desk = police.go("/cases/police")
    card = desk.locator("article", has_text=number)
    card.locator("summary").first.press("Enter")
    card.locator("[name=number]").fill("明公受〔2026〕7号")
    police.shot(f"police-{'phone' if phone else 'desk'}")
    card.get_by_role("button", name="给回执").press("Enter")
    desk.get_by_text("回执已记下").wait_for()
    chief.go(f"/cases/{number}").get_by_text("明公受〔2026〕7号").first.wait_for()
