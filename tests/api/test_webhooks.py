"""Webhooks: signed, at least once under one id, retried, given up aloud, and never more than the key may see."""

import hmac
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from maplegrid.accounts.actions import revoke_key
from maplegrid.accounts.scopes import Scope
from maplegrid.audit.models import Entry
from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.forgetting import forget_interface
from maplegrid.cases.actions.orders import OrderWish, apply_for_order
from maplegrid.cases.actions.steps import Wish, take_step
from maplegrid.cases.actions.webhooks import end_webhook, queue_deliveries, queue_trial, subscribe
from maplegrid.cases.actions.webhooks.sending import PAUSES, deliver, signature
from maplegrid.cases.actions.webhooks.subscribing import EVENTS, MOST_PER_KEY
from maplegrid.cases.models import Case, CaseSubject, Delivery, KeptReply, Webhook
from maplegrid.cases.queries.webhooks import forget_listeners
from maplegrid.config.wiring import EVENTS as WIRED
from maplegrid.messaging.models import Notice
from maplegrid.rules.lifecycle import Action
from maplegrid.territory.queries import tower
from tests.accounts.keys import a_key
from tests.api.calling import delete, get, key_for, post
from tests.api.receiver import receiving, subscribed
from tests.builders import drain_case
from tests.cast import CAST, NOON, actor, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon(held_clock, settings):
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    settings.PUBLIC_ADDRESS = "https://grid.example"
    held_clock(NOON)
    forget_listeners()
    yield
    forget_listeners()


@pytest.fixture
def receiver():
    with receiving() as running:
        yield running


def listening(receiver, who: str = CAST.chief, events: tuple[str, ...] = EVENTS) -> Webhook:
    made = subscribed(receiver.url(), who, events)
    receiver.secret = made.secret
    return made.webhook


def closed(case: Case) -> None:
    chief = actor(CAST.chief)
    steps = (
        (Action.ACCEPT, Wish()),
        (Action.REPORT_RESULT, Wish(text="通了")),
        (Action.CLOSE, Wish(public_text="清通了")),
    )
    for action, wish in steps:
        take_step(case_id=case.pk, action=action, actor=chief, now=NOON, wish=wish)


def jobs(task: str) -> list[tuple[dict, object]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args, scheduled_at FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo' ORDER BY id",
            [task],
        )
        rows = cursor.fetchall()
    return [(json.loads(args) if isinstance(args, str) else args, at) for args, at in rows]


def test_an_event_arrives_signed_with_number_event_and_link_and_no_word_of_the_matter(receiver, run_jobs):
    listening(receiver)
    case = drain_case(contact_name="王五", contact_phone="13812345678")
    closed(case)
    run_jobs()
    assert [body["event"] for body in receiver.heard.values()] == ["case.opened", "case.closed"]
    for number, body in receiver.heard.items():
        assert set(body) == {"delivery", "event", "at", "case", "link"}
        assert (body["delivery"], body["case"]) == (number, case.number)
        assert body["link"] == f"https://grid.example/api/v1/cases/{case.number}"
        for secret in ("王五", "13812345678", case.title, "地漏"):
            assert secret not in json.dumps(body, ensure_ascii=False)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_the_signature_covers_time_and_body():
    right = hmac.new(b"s", b"1.{}", "sha256").hexdigest()
    assert signature("s", 1, b"{}") == right
    assert len({right, signature("t", 1, b"{}"), signature("s", 2, b"{}"), signature("s", 1, b"[]")}) == 4


def test_only_events_that_were_asked_for_are_sent_and_all_that_may_be_asked_for_are_wired(receiver, run_jobs):
    listening(receiver, events=("case.closed",))
    closed(drain_case())
    run_jobs()
    assert [body["event"] for body in receiver.heard.values()] == ["case.closed"]
    assert all(WIRED[event] for event in EVENTS)


def test_an_order_is_told_with_its_own_link(receiver, run_jobs):
    listening(receiver, events=("order.applied",))
    wish = OrderWish(tried="疏通过", why="是市政管", asked="请清通")
    order = apply_for_order(case_id=drain_case().pk, wish=wish, actor=actor(CAST.chief), now=NOON)
    run_jobs()
    (body,) = receiver.heard.values()
    assert (body["order"], body["link"]) == (order.pk, f"https://grid.example/api/v1/orders/{order.pk}")


@pytest.mark.parametrize("who", [CAST.neighbour_chief, CAST.other_community, CAST.water, CAST.system])
def test_who_may_not_see_the_case_is_not_told(receiver, run_jobs, who: str):
    listening(receiver, who)
    closed(drain_case())
    run_jobs()
    assert receiver.calls == []
    assert not Delivery.objects.exists()


def test_while_nobody_listens_no_job_is_written():
    drain_case()
    heard = [args["handler"] for args, _at in jobs("kit.hear")]
    assert not [path for path in heard if "webhooks" in path]


def test_an_event_heard_twice_is_one_delivery_and_a_second_closing_is_another(receiver, run_jobs):
    listening(receiver)
    case = drain_case()
    facts = {"case_id": case.pk, "version": case.version}
    assert queue_deliveries(event="case.closed", facts=facts, now=NOON) == 1
    assert queue_deliveries(event="case.closed", facts=facts, now=NOON) == 0
    facts["version"] += 1
    assert queue_deliveries(event="case.closed", facts=facts, now=NOON) == 1


def test_a_job_run_again_sends_nothing_twice(receiver, run_jobs):
    listening(receiver)
    drain_case()
    run_jobs()
    delivery = Delivery.objects.get()
    deliver.func(delivery_id=delivery.pk)
    assert len(receiver.calls) == 1


def test_after_a_failure_the_same_delivery_comes_again_later_under_the_same_id(receiver):
    hook = listening(receiver)
    receiver.plan = [500, 302, 429]
    delivery = queue_trial(webhook=hook, now=NOON)
    for tried in range(3):
        deliver.func(delivery_id=delivery.pk)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == ("waiting", tried + 1)
        assert delivery.next_at == NOON + PAUSES[tried] == jobs("cases.deliver")[-1][1]
    assert delivery.trouble == "http 429"
    deliver.func(delivery_id=delivery.pk)
    assert list(receiver.heard) == [str(delivery.uuid)]
    assert {call["maplegrid-delivery"] for call in receiver.calls} == {str(delivery.uuid)}
    assert list(PAUSES) == sorted(PAUSES)


def test_a_wrong_secret_is_noticed_by_the_receiver(receiver):
    hook = listening(receiver)
    receiver.secret = "another"
    delivery = queue_trial(webhook=hook, now=NOON)
    deliver.func(delivery_id=delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.trouble) == ("waiting", "http 401")


def test_after_the_last_attempt_it_is_given_up_and_the_administrator_is_told_once_a_day(receiver):
    hook = listening(receiver)
    receiver.plan = [500] * 100
    for _ in range(2):
        delivery = queue_trial(webhook=hook, now=NOON)
        for _attempt in range(len(PAUSES) + 3):
            deliver.func(delivery_id=delivery.pk)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == ("given_up", len(PAUSES) + 1)
    (notice,) = Notice.objects.filter(person=person(CAST.system), subject=f"webhook:{hook.pk}")
    assert "推送" in notice.told()
    assert Entry.objects.filter(action="webhook.given_up").count() == 2


def test_what_may_no_longer_be_known_is_withheld_even_while_it_waits(receiver):
    hook, case = listening(receiver), drain_case()

    def waiting() -> Delivery:
        version = Delivery.objects.count() + 100
        queue_deliveries(event="case.closed", facts={"case_id": case.pk, "version": version}, now=NOON)
        return Delivery.objects.latest("pk")

    sealed, about, ended, revoked = (waiting() for _ in range(4))
    Case.objects.filter(pk=case.pk).update(sealed=True, unit=tower().root)
    deliver.func(delivery_id=sealed.pk)
    Case.objects.filter(pk=case.pk).update(sealed=False)
    subject = CaseSubject.objects.create(case=case, person=person(CAST.chief))
    deliver.func(delivery_id=about.pk)
    subject.delete()
    revoke_key(key=hook.key, actor=person(CAST.system), now=NOON)
    deliver.func(delivery_id=revoked.pk)
    end_webhook(webhook=hook, actor="system", now=NOON)
    deliver.func(delivery_id=ended.pk)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"withheld"}
    assert receiver.calls == []


def test_an_address_inside_is_refused_at_the_door_and_again_when_it_is_called(receiver, settings):
    hook = listening(receiver)
    settings.WEBHOOK_HOSTS = []
    answer = post(key_for(CAST.chief), "webhooks", {"url": receiver.url(), "events": ["case.closed"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_https")
    delivery = queue_trial(webhook=hook, now=NOON)
    deliver.func(delivery_id=delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.trouble, receiver.calls) == ("refused", [])


def test_a_key_manages_its_own_webhooks_through_the_interface(receiver, run_jobs):
    secret, other = key_for(CAST.chief), key_for(CAST.chief)
    wish = {"url": receiver.url(), "events": ["case.opened", "case.opened"]}
    made = post(secret, "webhooks", wish, repeat="w").json()
    again = post(secret, "webhooks", wish, repeat="w").json()
    assert again == made | {"secret": None}
    assert made["secret"] not in json.dumps(list(KeptReply.objects.values_list("body", flat=True)))
    receiver.secret = made["secret"]
    (row,) = get(secret, "webhooks").json()["items"]
    assert (row["events"], "secret" in row) == (["case.opened"], False)
    assert get(other, "webhooks").json()["items"] == []
    trial = post(secret, f"webhooks/{made['id']}/trial", {})
    assert trial.status_code == 201
    run_jobs()
    assert list(receiver.heard) == [trial.json()["delivery"]]
    (sent,) = get(secret, f"webhooks/{made['id']}/deliveries").json()["items"]
    assert sent["state"] == "delivered"
    assert delete(other, f"webhooks/{made['id']}").status_code == 404
    assert delete(secret, f"webhooks/{made['id']}").status_code == 204
    assert delete(secret, f"webhooks/{made['id']}").status_code == 404
    drain_case()
    run_jobs()
    assert len(receiver.heard) == 1


def test_a_webhook_needs_a_key_that_may_read_and_there_is_a_limit():
    alone = key_for(CAST.chief, Scope.WEBHOOKS_MANAGE)
    wish = {"url": "https://hooks.example.org/", "events": ["case.closed"]}
    assert post(alone, "webhooks", wish).json()["code"] == "needs_read"
    issued = a_key(*Scope, who=person(CAST.chief))
    for _ in range(MOST_PER_KEY):
        subscribe(key=issued.key, url=wish["url"], events=wish["events"], actor="x", now=NOON)
    with pytest.raises(Refused) as no:
        subscribe(key=issued.key, url=wish["url"], events=wish["events"], actor="x", now=NOON)
    assert no.value.refusal.code == "too_many_webhooks"


def test_the_administrator_reads_the_log_without_numbers_and_sends_again(receiver, run_jobs):
    hook = listening(receiver)
    receiver.plan = [500] * (len(PAUSES) + 1)
    case = drain_case()
    run_jobs()
    delivery = Delivery.objects.get()
    assert delivery.state == "given_up"
    client = Client()
    client.force_login(person(CAST.system))
    page = client.get("/webhooks/?state=given_up").content.decode()
    assert str(delivery.uuid) in page
    assert "http 500" in page
    assert case.number not in page
    assert "from=maple" not in page  # the rest of an address may be a secret of the receiver's
    client.post(f"/webhooks/deliveries/{delivery.pk}/resend")
    run_jobs()
    assert list(receiver.heard) == [str(delivery.uuid)]
    assert Entry.objects.filter(action="webhook.resent").count() == 1
    client.post(f"/webhooks/{hook.pk}/end")
    hook.refresh_from_db()
    assert hook.ended_at == NOON


def test_the_signing_secret_is_sealed_at_rest_and_old_records_are_forgotten(receiver):
    hook = listening(receiver)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM cases_webhook WHERE id = %s", [hook.pk])
        assert receiver.secret not in cursor.fetchone()[0]
    waiting, sent = queue_trial(webhook=hook, now=NOON), queue_trial(webhook=hook, now=NOON)
    deliver.func(delivery_id=sent.pk)
    post(key_for(CAST.chief), "messages", {"text": "路灯坏了"}, repeat="x")
    assert forget_interface(now=NOON + timedelta(days=1)) == (0, 0)
    assert forget_interface(now=NOON + timedelta(days=91)) == (1, 1)
    assert list(Delivery.objects.all()) == [waiting]
