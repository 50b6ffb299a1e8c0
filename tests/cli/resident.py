"""A resident at a running installation: says something, and we look whether it was kept."""

import http.client
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import psycopg

from tests.cli.running import Running

FORM = "application/x-www-form-urlencoded"


def report(site: Running, words: str) -> int:
    """Send the open door's own form with its cookie; the status of the answer."""
    cookie = SimpleCookie(_ask(site, "GET", "").getheader("Set-Cookie", ""))["csrftoken"].value
    form = {"token": f"{site.port}-{words}", "words": words, "csrfmiddlewaretoken": cookie}
    headers = {"Content-Type": FORM, "Cookie": f"csrftoken={cookie}"}
    return _ask(site, "POST", urlencode(form), headers).status


def _ask(
    site: Running, method: str, body: str, headers: dict[str, str] | None = None
) -> http.client.HTTPResponse:
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    line.request(method, "/report", body or None, headers or {})
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer


def kept(site: Running, words: str) -> int:
    """How many messages hold these words."""
    return _count(site, "SELECT count(*) FROM messaging_message WHERE text = %s", words)


def opened(site: Running, words: str) -> int:
    """How many of them have their case."""
    return _count(
        site,
        "SELECT count(*) FROM cases_appeal a JOIN messaging_message m ON m.id = a.message_id"
        " WHERE m.text = %s",
        words,
    )


def _count(site: Running, question: str, *known: Any) -> int:
    with psycopg.connect((site.home / "run" / "database.url").read_text(encoding="utf-8")) as connection:
        row = connection.execute(question, known).fetchone()
        return row[0] if row else 0
