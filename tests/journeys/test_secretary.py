"""Story 2 up to the answer: an employee writes to the secretary on a phone; met, promised, paid, answered, closed, rated."""

import pytest

pytestmark = pytest.mark.journey
WORDS = "我在富豪花园楼下饭店打工，老板拖欠工资两个月，一共一万二，一直不给"
ANSWER = {
    "asked": "您反映饭店拖欠两个月工资，共一万二千元",
    "found": "饭店承认拖欠，工资表和您说的一致",
    "decided": "饭店 11 月 30 日前付清一万二千元",
    "basis": "中华人民共和国劳动法第五十条",
    "remedy": "到期没有付清可以申请劳动仲裁，我们帮您准备材料",
}


def deed(window, address: str, name: str, **fields: str) -> None:
    """Open a deed on the letter's page, fill it, send it."""
    page = window.go(address)
    box = page.locator(f"#do-{name}")
    box.evaluate("box => box.open = true")
    for field, words in fields.items():
        if field == "level":
            box.locator(f"[name=level][value='{words}']").check()
        else:
            box.locator(f"[name={field}]").fill(words)
    box.locator("form button").last.click()
    page.locator(".msg.success").wait_for()


def until_there(page, words: str) -> None:
    """The worker takes a moment: look again until it stands there."""
    for _ in range(20):
        if page.get_by_text(words).first.is_visible():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(words)


def test_unpaid_wages_from_the_letter_to_the_answer(site, screen):
    at = lambda clock: site.hold_clock(f"2026-11-24T{clock}:00+08:00")  # noqa: E731

    at("09:00")
    worker = screen(phone=True)
    page = worker.go("/")
    page.get_by_text("书记在线").click()
    worker.shot("secretary-write")
    page.fill("[name=words]", WORDS)
    page.fill("[name=place]", "富豪花园C区1栋")
    page.locator("[name=wish][value=room]").check()
    page.fill("[name=name]", "小陈")
    page.fill("[name=phone]", "13800001111")
    page.click("button:has-text('提交')")
    page.wait_for_url("**/follow/2026-*")
    number = page.url.rsplit("/", 1)[-1]
    page.locator(".codebox").wait_for()
    until_there(page, "正在定由谁见您")

    at("09:06")
    street = screen().sign_in("gongming.desk1")
    page = street.go("/secretary/letters")
    page.get_by_text(number).wait_for()
    street.shot("secretary-letters")
    letter = f"/secretary/letters/{number}"
    page = street.go(letter)
    assert (
        "按时完成" in page.locator("main").inner_text()
    )  # the acknowledgement's receipt came within 10 minutes
    title = page.locator("h1").inner_text()
    street.shot("secretary-level")
    deed(street, letter, "set_level", level="2")

    at("09:09")
    page = worker.go(f"/follow/{number}")
    until_there(page, "确认或改时间")
    worker.shot("secretary-follow")
    page = worker.go(f"/secretary/mine/{number}")
    page.get_by_text("给您留着的时间").wait_for()
    assert "公明街道 分管副书记" in page.locator("main").inner_text()
    page.get_by_text("换一个时间").click()
    worker.shot("secretary-appointment")
    page.locator("[name=starts]").nth(1).check()
    page.click("button:has-text('改成这个时间')")
    page.get_by_text("约好的时间").wait_for()

    deputy = screen(phone=True).sign_in("gongming.deputy")
    page = deputy.go("/secretary/today")
    page.get_by_text(title).first.wait_for()
    deputy.shot("secretary-today")
    page = deputy.go(letter)
    text = page.locator("main").inner_text()
    assert text.count("按时完成") >= 2  # 10 and 30 minutes
    with page.expect_download() as file:
        page.get_by_text("放进日历").click()
    invitation = file.value.path().read_text(encoding="utf-8")
    assert "BEGIN:VEVENT" in invitation
    assert "工资" not in invitation

    site.hold_clock("2026-11-25T18:30:00+08:00")
    page = deputy.go("/secretary/today")
    page.get_by_text("见过了还没有记").wait_for()
    deed(
        deputy, letter, "record", attended="小陈、饭店老板", minutes="老板承认拖欠，愿意付", promise="饭店付清一万二千元",
        due_on="2026-11-30",
    )  # fmt: skip
    deed(deputy, letter, "refer", text="双方愿意在调解员面前写清楚")
    deputy.shot("secretary-met")
    deed(deputy, letter, "answer", **ANSWER)

    desk = screen().sign_in("gongming.deputy")
    page = desk.go(letter)
    page.locator("#do-close").evaluate("box => box.open = true")
    page.locator("#do-close button").click()
    page.get_by_text("还有事情没有完").wait_for()  # the promise and the mediation hold it
    desk.shot("secretary-held")

    site.hold_clock("2026-11-27T10:00:00+08:00")
    page = desk.go(letter)
    page.locator("[name=text][placeholder='办得怎样']").first.fill("当面付清，来信人签了收据")
    page.locator("button:has-text('办到了')").first.click()
    page.locator(".msg.success").wait_for()
    deed(desk, letter, "settle", text="双方签了调解协议，已经履行")
    deed(desk, letter, "close")

    page = worker.go(f"/follow/{number}")
    text = page.locator("main").inner_text()
    for words in (
        "收到您的反映",
        "由街道分管领导接访",
        "和您见了面",
        "答应您：饭店付清一万二千元",
        "书面答复了您",
    ):
        assert words in text, words
    page.select_option("[name=satisfied]", "5")
    page.click("button:has-text('解决了')")
    page.get_by_text("您说解决了，谢谢").wait_for()
    worker.shot("secretary-closed")
    page = worker.go(f"/secretary/mine/{number}/answer")
    assert all(words in page.content() for words in ANSWER.values())
    worker.shot("secretary-answer")

    district = screen().sign_in("district.duty1")
    page = district.go("/secretary/figures")
    assert "100.0%" in page.locator("main").inner_text()
    district.shot("secretary-figures")
    page.locator("tbody tr").first.locator("a").nth(1).click()
    page.get_by_text(number).wait_for()
    narrow = screen(phone=True).sign_in("gongming.desk1")
    for name, address in (
        ("letters-phone", "/secretary/letters?view=ended"),
        ("letter-phone", letter),
        ("figures-phone", "/secretary/figures"),
        ("behind-phone", "/secretary/figures/letters"),
        ("register-phone", "/secretary/register"),
    ):
        narrow.go(address)
        narrow.check(name)
    english = screen(phone=True, locale="en-GB")
    english.go("/secretary/write").get_by_text("Write to the secretary").first.wait_for()
    english.check("write-english")
    hours = screen(phone=True).sign_in("gm.secretary")
    hours.go("/secretary/hours")
    hours.shot("secretary-hours")


def test_a_host_whom_the_writer_objects_to_never_sees_the_letter_again(site, screen):
    site.hold_clock("2026-11-24T11:00:00+08:00")
    writer = screen(phone=True, scripts=False)
    page = writer.go("/secretary/write")
    page.fill("[name=words]", "社区办事大厅让我跑了三趟，低保材料还是没有收")
    page.fill("[name=place]", "富豪花园C区1栋")
    page.locator("[name=wish][value=video]").check()
    page.fill("[name=phone]", "13800002222")
    page.click("button:has-text('提交')")
    page.wait_for_url("**/follow/2026-*")
    number = page.url.rsplit("/", 1)[-1]
    letter = f"/secretary/letters/{number}"
    street = screen().sign_in("gongming.desk1")
    until_there(street.go("/secretary/letters"), number)
    deed(street, letter, "set_level", level="2")
    page = writer.go(f"/secretary/mine/{number}")
    before = page.locator("main").inner_text()
    page.locator("summary:has-text('请换一个人')").click()
    page.click("button:has-text('请换一个人')")
    page.get_by_text("已经换人").wait_for()
    assert page.locator("main").inner_text() != before
    barred = (
        screen().sign_in("gongming.deputy")
        if "分管副书记" in before
        else screen().sign_in("gongming.secretary")
    )
    assert number not in barred.go("/secretary/letters?view=booked").content()
    barred.complaints.clear()
    assert barred.page.request.get(site.address + letter).status == 404
    assert barred.page.request.get(f"{site.address}/cases/{number}").status == 404
