"""Grid staff's finds in a dead spot: kept on the phone, sent once, forgotten after the sign-out, nobody else's."""

import io
import json
import re
from pathlib import Path

import psycopg
import pytest
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.journey
SESSION = "maplegrid_session"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo as a phone takes it: large, lying on its side, with position, time and maker."""
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (22.0, 46.0, 30.0), 3: "E", 4: (113.0, 55.0, 48.0)})
    exif.get_ifd(0x8769)[0x9003] = "2026:11:23 12:50:00"
    exif[0x0112] = 6
    exif[0x010F] = "Maker"
    out = io.BytesIO()
    picture = Image.effect_mandelbrot((2600, 1950), (-2, -1.5, 1, 1.5), 40).convert("RGB")
    picture.save(out, "JPEG", exif=exif)
    path = tmp_path / "find.jpg"
    path.write_bytes(out.getvalue())
    return path


def arrived(site, words: str) -> list[dict]:
    """What the district has of these words, each with its photos, asked of the database itself."""
    url = (site.home / "run" / "database.url").read_text(encoding="utf-8").strip()
    with psycopg.connect(url) as base:
        rows = base.execute(
            "SELECT m.number, p.username, m.lon, a.taken_lon, a.taken_lat, a.width, a.height"
            " FROM messaging_message m JOIN accounts_person p ON p.id = m.registered_by_id"
            " LEFT JOIN messaging_attachment a ON a.message_id = m.id"
            " WHERE m.channel = 'patrol' AND m.text = %s",
            [words],
        ).fetchall()
    return [
        dict(zip(("number", "who", "lon", "taken_lon", "taken_lat", "width", "height"), row, strict=True))
        for row in rows
    ]


def ready(window) -> None:
    """Open the patrol page and wait until its worker could stand in for the network."""
    page = window.go("/cases/patrol")
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")


def write(page, words: str, photo: Path | None = None) -> None:
    if photo:
        page.set_input_files("[name=photos]", photo)
        page.wait_for_selector(".photo img")
    page.fill("[name=words]", words)
    page.click("button:has-text('上报')")
    expect(page.locator("[name=words]")).to_have_value("")


def item(page, words: str):
    return page.locator("#kept li", has_text=words)


def offline_noise(window) -> None:
    """A dead spot writes its own errors into the console; they are the point here."""
    window.complaints[:] = [line for line in window.complaints if "Failed to load resource" not in line]


def test_a_find_written_in_a_dead_spot_arrives_once(site, screen, photo):
    site.hold_clock("2026-11-23T13:00:00+08:00")
    words = "消防通道堆了三辆电动车"
    window = screen(phone=True).sign_in("gm04.chief")
    context = window.page.context
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"longitude": 113.93, "latitude": 22.775, "accuracy": 8})
    ready(window)
    window.shot("patrol-online")
    context.set_offline(True)
    window.page.click("[data-position]")
    window.page.get_by_text("已定位").wait_for()
    write(window.page, words, photo)
    item(window.page, words).get_by_text("等着发").wait_for()
    window.shot("patrol-dead-spot")
    window.page.close()

    window.page = context.new_page()
    page = window.go("/cases/patrol")
    item(page, words).get_by_text("1 张照片").wait_for()
    page.get_by_text("现在没有网络").wait_for()
    window.shot("patrol-reopened")
    assert arrived(site, words) == []
    other = context.new_page()
    other.goto(site.address + "/cases/patrol")
    item(other, words).wait_for()
    context.set_offline(False)
    page.locator("#kept li", has_text="已收到").wait_for()
    other.locator("#kept li", has_text="已收到").wait_for()
    window.shot("patrol-arrived")
    (found,) = arrived(site, words)
    assert (found["who"], found["lon"]) == ("gm04.chief", pytest.approx(113.93))
    assert found["taken_lon"] == pytest.approx(113.93, abs=1e-6)
    assert found["taken_lat"] == pytest.approx(22.775, abs=1e-6)
    assert found["height"] > found["width"]
    assert found["number"] in page.locator("#kept li").inner_text()


def test_an_answer_that_was_lost_on_the_way_makes_no_second_find(site, screen, photo):
    site.hold_clock("2026-11-23T13:05:00+08:00")
    words = "井盖翘起来了，晚上看不见"
    window = screen(phone=True).sign_in("gm04.chief")
    ready(window)
    lost = []

    def lose(route) -> None:
        """The district gets it, the phone never hears of it."""
        if route.request.method == "POST" and len(lost) < 2:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    window.page.context.route("**/cases/patrol", lose)
    write(window.page, words, photo)
    # The page and the browser's own sync both try again; whoever is first, the button may be gone by then.
    arrived_note = window.page.locator("#kept li", has_text="已收到")
    for _ in range(50):
        if arrived_note.count():
            break
        window.page.evaluate("() => document.querySelector('[data-do=retry]:not([hidden])')?.click()")
        window.page.wait_for_timeout(100)
    arrived_note.wait_for()
    assert lost == [201, 200]
    assert len(arrived(site, words)) == 1
    offline_noise(window)


def test_nothing_but_our_own_yes_counts_as_arrived(site, screen):
    site.hold_clock("2026-11-23T13:07:00+08:00")
    words = "绿化带里有断枝"
    window = screen(phone=True).sign_in("gm04.chief")
    ready(window)
    context, page = window.page.context, window.page
    answers = [
        ("offline", {"status": 200, "content_type": "text/html", "body": "<h1>酒店无线网</h1>"}),
        ("later", {"status": 503, "body": "busy"}),
        ("later", {"status": 429, "body": "slow down"}),
        ("forbidden", {"status": 403, "body": "no"}),
        ("forbidden", {"status": 409, "content_type": "application/json", "body": "{}"}),
    ]
    current = dict(answers[0][1])
    context.route(
        "**/cases/patrol",
        lambda route: route.fulfill(**current) if route.request.method == "POST" else route.continue_(),
    )
    write(page, words)
    for trouble, answer in answers:
        current.clear()
        current.update(answer)
        assert page.evaluate("MapleOutbox.send()") == trouble
        page.locator(f"[data-trouble={trouble}]").wait_for()
        item(page, words).get_by_text("等着发").wait_for()
    assert arrived(site, words) == []
    item(page, words).get_by_text("删掉").wait_for()
    page.once("dialog", lambda dialog: dialog.accept())
    item(page, words).get_by_text("删掉").click()
    page.get_by_text("都发出去了").wait_for()
    context.unroute("**/cases/patrol")
    assert page.evaluate("MapleOutbox.send()") == ""
    assert arrived(site, words) == []
    offline_noise(window)


def test_what_the_server_refuses_can_be_mended_and_an_ended_session_goes_on_after_signing_in(site, screen):
    site.hold_clock("2026-11-23T13:10:00+08:00")
    window = screen(phone=True).sign_in("gm04.chief")
    ready(window)
    page = window.page
    page.eval_on_selector("[name=words]", "field => field.removeAttribute('required')")
    page.fill("[name=place]", "富豪花园C区1栋")
    page.click("button:has-text('上报')")
    refused = page.locator("#kept li", has_text="请写一下出了什么事")
    refused.wait_for()
    window.shot("patrol-refused")
    page.context.clear_cookies(name=SESSION)
    refused.get_by_text("改", exact=True).click()
    expect(page.locator("[name=place]")).to_have_value("富豪花园C区1栋")
    write(page, "楼道灯坏了两盏，老人上下不便")
    page.get_by_text("登录过期了，写的都还在").wait_for()
    window.shot("patrol-sign-in")
    page.locator("[data-trouble=signed_out] a").click()
    page.fill("[name=login]", "gm04.chief")
    page.fill("[name=password]", site.password)
    page.click("button[type=submit]")
    page.wait_for_url("**/cases/patrol")
    page.locator("#kept li", has_text="已收到").wait_for()
    assert len(arrived(site, "楼道灯坏了两盏，老人上下不便")) == 1


KEPT = """async () => JSON.stringify([
  (await indexedDB.databases()).map((base) => base.name), await caches.keys(),
  (await navigator.serviceWorker.getRegistrations()).length, localStorage.length])"""
CACHED = """async () => {
  const texts = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) texts.push(`${request.url}\\n${await (await cache.match(request)).text()}`);
  }
  return texts;
}"""


def test_nobody_else_sees_or_sends_a_find_and_signing_out_forgets_everything(site, screen):
    site.hold_clock("2026-11-23T13:15:00+08:00")
    words = "天台堆了杂物，门推不开"
    window = screen(phone=True).sign_in("gm04.chief")
    ready(window)
    context, page = window.page.context, window.page
    context.set_offline(True)
    write(page, words)
    item(page, words).wait_for()
    cached = page.evaluate(CACHED)
    assert any("/cases/patrol/shell\n" in text for text in cached)
    mark = page.evaluate("localStorage.getItem('maplegrid-person')")
    for text in cached:
        assert words not in text
        assert mark not in text
        assert "csrfmiddlewaretoken" not in text
        assert "公明社区04小分格" not in text

    context.set_offline(False)
    context.clear_cookies(name=SESSION)
    context.route(
        "**/cases/patrol",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    window.sign_in("gm03.chief")
    ready(window)
    assert item(page, words).count() == 0
    assert words not in page.content()
    context.unroute("**/cases/patrol")
    page.evaluate("MapleOutbox.send()")
    assert arrived(site, words) == []

    other = context.new_page()
    other.goto(site.address + "/cases/patrol")
    other.fill("[name=words]", "写了一半")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    sign_out(page)
    page.wait_for_timeout(300)
    assert "还有 1 条没有发出去" in asked[0]
    page.once("dialog", lambda dialog: dialog.accept())
    sign_out(page)
    page.wait_for_url(re.compile(r"/$"))
    assert json.loads(page.evaluate(KEPT)) == [[], [], 0, 0]
    expect(other.locator("[name=words]")).to_have_value("")
    other.close()
    window.sign_in("gm04.chief")
    ready(window)
    assert page.locator("#kept li").count() == 0
    assert arrived(site, words) == []
    offline_noise(window)


def sign_out(page) -> None:
    if not page.locator(".menu[open]").count():
        page.click(".menu > summary")
    page.click("[data-sign-out] button")


def test_the_browser_sends_a_find_while_no_page_is_open(site, screen):
    site.hold_clock("2026-11-23T13:18:00+08:00")
    words = "电缆井敞着口"
    window = screen(phone=True).sign_in("gm04.chief")
    ready(window)
    context = window.page.context
    context.set_offline(True)
    write(window.page, words)
    item(window.page, words).get_by_text("等着发").wait_for()
    offline_noise(window)
    blank = context.new_page()
    window.page.close()
    context.set_offline(False)
    wake(context, blank, site.address)
    for _ in range(100):
        if arrived(site, words):
            break
        blank.wait_for_timeout(100)
    assert len(arrived(site, words)) == 1


def wake(context, page, address: str) -> None:
    """What the browser does when the network is back: a sync event to the worker."""
    known = []
    devtools = context.new_cdp_session(page)
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda news: known.extend(news["registrations"]))
    devtools.send("ServiceWorker.enable")
    while not known:
        page.wait_for_timeout(20)
    (worker,) = [one for one in known if one["scopeURL"] == f"{address}/cases/patrol"]
    sync = {
        "origin": address,
        "registrationId": worker["registrationId"],
        "tag": "patrol",
        "lastChance": False,
    }
    devtools.send("ServiceWorker.dispatchSyncEvent", sync)


def test_without_scripts_the_page_reports_as_ever(site, screen, photo):
    site.hold_clock("2026-11-23T13:20:00+08:00")
    window = screen(phone=True, scripts=False).sign_in("gm04.chief")
    page = window.go("/cases/patrol")
    page.set_input_files("[name=photos]", photo)
    page.fill("[name=words]", "花坛护栏断了一截")
    window.shot("patrol-plain")
    page.click("button:has-text('上报')")
    page.get_by_text("已上报：编号").wait_for()
    (found,) = arrived(site, "花坛护栏断了一截")
    assert found["taken_lat"] == pytest.approx(22.775, abs=1e-6)
