"""What people do in the journeys: report, take a step, find the address of a door."""

from pathlib import Path

import psycopg

from maplegrid.kit.crypto import read_keyring

WORDS = "管道堵塞了，厨房地漏往上返水，楼下几家饭店也排不出去"


def report(
    resident, photo: Path | None = None, words: str = WORDS, place: str = "富豪花园C区1栋"
) -> tuple[str, str]:
    """Report through the web page; returns number and code."""
    page = resident.go("/report")
    page.fill("#words", words)
    page.fill("[name=place]", place)
    if photo:
        page.set_input_files("[name=photos]", photo)
        page.wait_for_selector(".photo img")
    page.click("button:has-text('提交')")
    page.wait_for_url("**/follow/2026-*")
    code = page.locator(".codebox").inner_text().split()[-1]
    return page.url.rsplit("/", 1)[-1], code


def step(window, number: str, action: str, photo: Path | None = None, **fields: str) -> None:
    """Open an action on the case page, fill it, send it."""
    page = window.go(f"/cases/{number}#do-{action}")
    box = page.locator(f"#do-{action}")
    page.evaluate(
        "id => { const box = document.getElementById(id); box.closest('details.more')?.setAttribute('open', ''); box.open = true }",
        f"do-{action}",
    )
    for name, words in fields.items():
        box.locator(f"[name={name}]").fill(words)
    if photo:
        box.locator("[name=photos]").set_input_files(photo)
    box.locator("button:not([type=button])").last.click()
    page.locator(".msg.success").wait_for()


def door_address(screen) -> str:
    """The chief prints the building's sheet; the address is in its picture."""
    desk = screen().sign_in("gm.desk1")
    page = desk.go("/cases/?q=富豪花园C区1栋&view=area")
    page.wait_for_selector("table")
    home = desk.site.home
    sheet = desk.go(f"/doors/{building_code(home)}")
    code = sheet.locator("article .muted").first.inner_text().strip()
    signature = read_keyring(home / "keys" / "fields.json").index(f"door:{code}")[:10]
    desk.shot("door-sheet")
    return f"/d/{code}-{signature}"


def building_code(home: Path) -> str:
    with psycopg.connect((home / "run" / "database.url").read_text()) as connection:
        row = connection.execute(
            "SELECT code FROM territory_building WHERE name = '富豪花园C区1栋'"
        ).fetchone()
    return row[0]
