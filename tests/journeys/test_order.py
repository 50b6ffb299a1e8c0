"""Story 1 whole: group → relay link → report, "me too", the chief's order, the water bureau, closed the same day."""

import pytest

from tests.journeys.acts import WORDS, door_address, step

pytestmark = pytest.mark.journey


def order_step(window, address: str, action: str, photo=None, **fields: str) -> None:
    """Open an action on the order's page, fill it, send it."""
    page = window.go(address)
    box = page.locator(f"#do-{action}")
    page.evaluate("id => document.getElementById(id).setAttribute('open', '')", f"do-{action}")
    for name, words in fields.items():
        field = box.locator(f"[name={name}]").first
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=words)
        else:
            field.fill(words)
    if photo:
        box.locator("[name=photos]").set_input_files(photo)
    box.locator("button:not([type=button])").last.click()
    page.locator(".msg.success").wait_for()


def test_the_blocked_drain_is_lifted_by_an_order_and_closed_by_the_one_who_applied(site, screen, photo):
    at = lambda clock: site.hold_clock(f"2026-11-23T{clock}:00+08:00")  # noqa: E731

    at("14:00")
    worker = screen(phone=True).sign_in("gm04.service")
    worker.go("/cases/relay")
    worker.page.locator("[name=building]").fill("富豪花园C区1栋")
    worker.page.click("button:has-text('生成链接')")
    link = worker.page.locator("p.pre").inner_text().strip()
    worker.shot("relay-link")

    resident = screen(phone=True)
    page = resident.go("/r/" + link.rsplit("/r/", 1)[1])
    page.get_by_text("群里的聊天我们不看").wait_for()
    page.fill("#words", WORDS)
    page.set_input_files("[name=photos]", photo)
    page.wait_for_selector(".photo img")
    page.click("button:has-text('提交')")
    page.wait_for_url("**/follow/2026-*")
    number = page.url.rsplit("/", 1)[-1]
    page.get_by_text("交给公明社区04小分格").wait_for()

    neighbour = screen(phone=True)
    page = neighbour.go(door_address(screen))
    page.locator(f"button[value='{number}']").click()
    page.wait_for_url("**/follow/2026-*")

    at("14:06")
    chief = screen(phone=True).sign_in("gm04.chief")
    step(chief, number, "accept")
    step(chief, number, "contact", text="打了电话")
    at("14:10")
    step(chief, number, "arrive", text="支管不堵，市政管堵了", photo=photo)
    page = chief.go(f"/cases/{number}/order")
    page.fill("[name=tried]", "疏通了楼内支管，没有用")
    page.fill("[name=why]", "楼下三家饭店共用的市政污水管堵了，小分格没有设备")
    page.fill("[name=asked]", "请区水务局到场清通市政管")
    chief.shot("order-apply")
    page.locator("main button:has-text('申请发令')").click()
    page.wait_for_url("**/orders/*")
    address = "/orders/" + page.url.rsplit("/", 1)[-1]
    chief.shot("order-chief")

    at("14:16")
    community = screen().sign_in("gm.desk1")
    community.go("/orders/").get_by_text("请区水务局到场清通市政管").wait_for()
    order_step(community, address, "issue", text="情况属实，请街道牵头")

    at("14:20")
    street = screen().sign_in("gongming.desk1")
    page = street.go(address)
    page.locator("#do-assign").evaluate("box => box.open = true")
    page.locator("#do-assign [name=lead]").select_option(label="区水务局")
    page.locator("#do-assign .more").evaluate("box => box.open = true")
    page.locator("#do-assign .ticks label:has-text('公明社区')").first.click()
    page.locator("#do-assign [name=text]").fill("今天 17:00 前到场，社区配合")
    street.shot("order-desk")
    page.locator("#do-assign button:has-text('派给部门')").click()
    page.locator(".msg.success").wait_for()

    at("14:40")
    water = screen().sign_in("water.clerk1")
    water.go("/orders/").get_by_text("请区水务局到场清通市政管").wait_for()
    water.shot("orders-department")
    order_step(water, address, "receive")
    order_step(community, address, "receive")
    at("16:10")
    order_step(water, address, "arrive", photo=photo, text="水务抢修队到场")
    at("17:30")
    order_step(water, address, "file", photo=photo, text="市政管清通，三家饭店排水正常")

    at("17:50")
    order_step(chief, address, "verify", photo=photo, text="到现场看过，通了")
    chief.shot("order-closed")
    step(chief, number, "report_result", text="水务清通市政管")
    step(chief, number, "close", public_text="市政管清通了，可以放心用水")

    for window, followed in ((resident, number), (neighbour, None)):
        page = window.go(f"/follow/{followed}") if followed else window.page
        page.reload()
        text = page.locator("main").inner_text()
        for words in (
            "小分格解决不了",
            "已派给区水务局主办",
            "区水务局到了现场",
            "已到现场核实",
            "市政管清通了",
        ):
            assert words in text, words
        page.select_option("[name=satisfied]", "5")
        page.click("button:has-text('解决了')")
        page.get_by_text("您说解决了，谢谢").wait_for()
    resident.shot("resident-order")

    district = screen().sign_in("district.duty1")
    page = district.go("/orders/?view=ended")
    page.get_by_text("按期率").wait_for()
    district.shot("orders-ended")
    page = district.go(f"{address}/print")
    assert "情况属实，请街道牵头" in page.content()
    district.shot("order-sheet")
