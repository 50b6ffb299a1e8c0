"""Forty people on one case at once: every answer is done or "someone was faster", never an error page."""

import http.client
import re
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from threading import Barrier
from urllib.parse import urlencode

import psycopg
import pytest

from tests.cli.running import Running, eventually
from tests.drills.residents import FORM, Crowd

pytestmark = pytest.mark.crash
PEOPLE = 40
FASTER, DONE, NO_LONGER = "有人比您快了一步", "已记下", "这件事现在是"


class Desk:
    """One signed-in browser without a browser, from a network address of its own."""

    def __init__(self, site: Running, number: int) -> None:
        self.site, self.address = site, f"127.2.0.{number + 1}"
        self.cookies: dict[str, str] = {}
        self.ask("GET", "/account/login/")
        password = (site.home / "keys" / "demo-password").read_text(encoding="ascii").strip()
        status, page = self.ask("POST", "/account/login/", login="gm04.chief", password=password)
        assert status == 302, re.findall(r'role="alert".*', page)

    def ask(self, method: str, path: str, **form: str) -> tuple[int, str]:
        line = http.client.HTTPConnection(
            "127.0.0.1", self.site.port, timeout=60, source_address=(self.address, 0)
        )
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if method == "POST":
            headers["Content-Type"] = FORM
            body = urlencode({**form, "csrfmiddlewaretoken": self.cookies["csrftoken"]})
        line.request(method, path, body, headers)
        answer = line.getresponse()
        text = answer.read().decode()
        for value in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: one.value for name, one in SimpleCookie(value).items()}
        line.close()
        return answer.status, text


@pytest.fixture(scope="module")
def desks(site: Running) -> list[Desk]:
    """Signed in one after the other: many at once on one name would look like guessing."""
    return [Desk(site, one) for one in range(PEOPLE)]


def dispatched_case(site: Running) -> tuple[str, str]:
    """A fresh case in the chief's hands: number and the version that everybody's screen shows."""
    crowd = Crowd(site.port, 1, hands=1)
    crowd.send_all()
    number = next(iter(crowd.acknowledged.values()))
    url = (site.home / "run" / "database.url").read_text().strip()

    def version() -> str:
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT version FROM cases_case WHERE number = %s", [number]).fetchone()
        return str(row[0]) if row else ""

    return number, eventually(version, "the case to be opened")


def test_one_accepts_and_the_others_are_told(site: Running, desks: list[Desk]):
    number, version = dispatched_case(site)
    with ThreadPoolExecutor(PEOPLE) as pool:
        together = Barrier(PEOPLE)

        def accept(desk: Desk) -> tuple[int, str]:
            together.wait()
            status, _ = desk.ask("POST", f"/cases/{number}/step/accept", version=version)
            page = desk.ask("GET", f"/cases/{number}")
            return status, page[1] if page[0] == 200 else str(page[0])

        answers = list(pool.map(accept, desks))
    assert {status for status, _ in answers} == {302}
    told = [next((w for w in (DONE, FASTER, NO_LONGER) if w in page), page[:200]) for _, page in answers]
    assert set(told) <= {DONE, FASTER, NO_LONGER}, told
    assert told.count(DONE) == 1


def test_comments_of_all_forty_are_kept(site: Running, desks: list[Desk]):
    number, _ = dispatched_case(site)
    with ThreadPoolExecutor(PEOPLE) as pool:
        together = Barrier(PEOPLE)

        def comment(at: int) -> tuple[int, str]:
            together.wait()
            status, _ = desks[at].ask("POST", f"/cases/{number}/step/comment", text=f"第{at}个人写的")
            return status, desks[at].ask("GET", f"/cases/{number}")[1]

        answers = list(pool.map(comment, range(PEOPLE)))
    assert {status for status, _ in answers} == {302}
    done = [at for at, (_, page) in enumerate(answers) if DONE in page]
    faster = [at for at, (_, page) in enumerate(answers) if FASTER in page]
    assert sorted([*done, *faster]) == list(range(PEOPLE))
    final = desks[0].ask("GET", f"/cases/{number}")[1]
    kept = {int(found) for found in re.findall(r"第(\d+)个人写的", final)}
    assert kept >= set(done)
    assert kept - set(faster) == set(done)
