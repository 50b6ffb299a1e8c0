"""Many calls at the same moment, over a real server: one deed per Idempotency-Key, one winner per version, and no
key ever sees through another's eyes."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from maplegrid.accounts.models import ApiKey
from maplegrid.cases.actions.webhooks import subscribe
from maplegrid.cases.actions.webhooks.subscribing import MOST_PER_KEY
from maplegrid.cases.models import Step, Webhook
from maplegrid.messaging.models import Message
from tests.api.calling import key_for
from tests.builders import drain_case
from tests.cast import CAST, NOON

pytestmark = pytest.mark.usefixtures("district", "at_noon")
AT_ONCE = 8


@pytest.fixture
def at_noon(held_clock):
    held_clock(NOON)


def call(server: Any, secret: str, path: str, body: Any = None, repeat: str = "") -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    headers |= {"Idempotency-Key": repeat} if repeat else {}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{server.url}/api/v1/{path}", data, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def together(calls: list[Callable[[], Any]]) -> list[Any]:
    """All at the same moment."""
    gate = threading.Barrier(len(calls))

    def run(one: Callable[[], Any]) -> Any:
        gate.wait(30)
        return one()

    with ThreadPoolExecutor(len(calls)) as hands:
        return list(hands.map(run, calls))


def test_the_same_message_at_once_is_kept_once_and_everybody_hears_the_same_number(live_server):
    secret = key_for(CAST.chief)
    send = lambda: call(live_server, secret, "messages", {"text": "路灯坏了"}, repeat="one")  # noqa: E731
    answers = together([send] * AT_ONCE)
    assert {status for status, _body in answers} == {201}
    assert len({body["number"] for _status, body in answers}) == 1
    assert sum(body["code"] is not None for _status, body in answers) == 1
    assert Message.objects.count() == 1


def test_two_bodies_under_one_repeat_key_at_once_are_one_deed_and_refusals(live_server):
    secret = key_for(CAST.chief)
    calls = [
        lambda n=n: call(live_server, secret, "messages", {"text": f"路灯坏了{n}"}, repeat="one")
        for n in range(AT_ONCE)
    ]
    statuses = sorted(status for status, _body in together(calls))
    assert statuses == [201] + [422] * (AT_ONCE - 1)
    assert Message.objects.count() == 1


def test_of_many_who_saw_the_same_version_one_is_done_and_the_others_hear_that_somebody_was_faster(
    live_server,
):
    case, secret = drain_case(), key_for(CAST.chief)
    wish = {"action": "accept", "version": case.version}
    path = f"cases/{case.number}/steps"
    answers = together([lambda: call(live_server, secret, path, wish)] * AT_ONCE)
    assert sorted(status for status, _body in answers) == [200] + [409] * (AT_ONCE - 1)
    assert {body["code"] for status, body in answers if status == 409} == {"faster"}
    assert Step.objects.filter(case=case, action="accept").count() == 1


def test_keys_used_at_once_never_see_through_each_others_eyes(live_server):
    """The scope of one request must not leak into another that runs beside it (yudao #589)."""
    mine = {drain_case().number for _ in range(3)}
    chief, stranger, street = (key_for(who) for who in (CAST.chief, CAST.neighbour_chief, CAST.street))
    seen = {chief: mine, stranger: set(), street: mine}

    def look(secret: str) -> set[str]:
        return {row["number"] for row in call(live_server, secret, "cases")[1]["items"]}

    for _ in range(5):
        order = [chief, stranger, street] * 3
        found = together([lambda s=secret: look(s) for secret in order])
        assert found == [seen[secret] for secret in order]


def test_the_limit_of_webhooks_holds_at_once(live_server):
    secret = key_for(CAST.chief)
    wish = {"url": "https://hooks.example.org/", "events": ["case.closed"]}
    for _ in range(MOST_PER_KEY - 2):
        subscribe(key=ApiKey.objects.get(), url=wish["url"], events=wish["events"], actor="x", now=NOON)
    answers = together([lambda: call(live_server, secret, "webhooks", wish)] * AT_ONCE)
    assert sorted(status for status, _body in answers) == [201] * 2 + [409] * (AT_ONCE - 2)
    assert Webhook.objects.count() == MOST_PER_KEY
