"""500 residents want the same 50 times of one host at once, each through a whole request of the phone page."""

import logging
import secrets
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from benchmarks.measuring import Line
from benchmarks.world import World

WORDS = "我在饭店打工，老板拖欠工资两个月，一直不给"
HOST, DESK, SLOTS, THREADS = "gm.secretary", "gongming.desk1", 50, 40
TAKEN = "这个时间刚刚被别人约了"


def measure(world: World, residents: int) -> list[Line]:
    from maplegrid.secretary.models import Meeting, Taken

    logging.getLogger("django.request").setLevel(logging.ERROR)  # 450 refusals are no news
    numbers = _letters(residents)
    times = _fifty_times()
    begin = time.perf_counter()
    answers, waits = _rush(numbers, times)
    took = time.perf_counter() - begin
    agreed = Meeting.objects.filter(host__username=HOST, state="agreed")
    cells = Taken.objects.filter(kind="host", meeting__in=agreed).count()
    assert agreed.count() == len(set(agreed.values_list("starts_at", flat=True))) == cells, "booked twice"
    waits.sort()
    clear, rest = answers["taken"], sum(answers.values()) - answers["booked"] - answers["taken"]
    note = f"{THREADS} threads; half within {waits[len(waits) // 2] * 1000:.0f} ms, the slowest {waits[-1] * 1000:.0f} ms"
    what = f"{residents} residents book the same {SLOTS} times at once"
    ours = f"{answers['booked']} bookings, {clear} clear answers, {rest} others, {took:.1f} s"
    return [Line(what, ours, note=note)]


def _letters(count: int) -> list[str]:
    """Letters whose level is confirmed while the host has no time: all of them wait."""
    from maplegrid.accounts.models import Person
    from maplegrid.cases.actions.intake import open_case
    from maplegrid.kit.moment import now
    from maplegrid.messaging.actions import receive_message
    from maplegrid.messaging.raw import RawMessage
    from maplegrid.rules.secretary.level import MeetingLevel
    from maplegrid.rules.vocabulary import Channel
    from maplegrid.secretary.actions.asking import take_up
    from maplegrid.secretary.actions.seating import set_level
    from maplegrid.secretary.models import WeeklyHours
    from maplegrid.territory.actors import actor_of
    from maplegrid.territory.models import Building

    WeeklyHours.objects.filter(host__username=HOST).delete()
    desk = actor_of(Person.objects.get(username=DESK), now())
    home = Building.objects.get(name="富豪花园C区1栋").pk
    numbers = []
    for number in range(count):
        raw = RawMessage(
            channel=Channel.WEB, external_id=secrets.token_hex(8), text=WORDS, building_id=home,
            contact_phone=f"139{number:08d}", raw={"asks": "secretary", "wish": "room"},
        )  # fmt: skip
        message = receive_message(raw=raw, actor="resident", now=now()).message
        audience = take_up(case_id=open_case(message_id=message.pk, now=now()).pk, now=now())
        three = {"level": MeetingLevel.THREE, "written": False, "unit_id": None}
        set_level(audience_id=audience.pk, actor=desk, now=now(), **three)
        numbers.append(message.number)
    return numbers


def _fifty_times() -> list[datetime]:
    """Two days of extra times, 25 quarters of an hour each."""
    from maplegrid.accounts.models import Person
    from maplegrid.kit.moment import CHINA, now
    from maplegrid.secretary.models import ChangedHours, Room

    first = now().astimezone(CHINA).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
    host, room, each = Person.objects.get(username=HOST), Room.objects.first(), SLOTS // 2
    for day in (0, 1):
        starts = first + timedelta(days=day)
        ends = starts + timedelta(minutes=15 * each)
        ChangedHours.objects.create(host=host, starts_at=starts, ends_at=ends, minutes=15, room=room)
    return [first + timedelta(days=day, minutes=15 * n) for day in (0, 1) for n in range(each)]


def _rush(numbers: list[str], times: list[datetime]) -> tuple[Counter[str], list[float]]:
    """Everybody presses at once; what each was answered, and how long it took."""
    from django.db import connection
    from django.test.client import ClientHandler

    gate = threading.Barrier(THREADS)
    handler = ClientHandler(enforce_csrf_checks=False)
    handler.load_middleware()  # as a web worker does, once
    todo = [(_browser(n, number, handler), number, times[n % len(times)]) for n, number in enumerate(numbers)]
    secrets.SystemRandom().shuffle(todo)

    def crowd(part: list[Any]) -> list[tuple[str, float]]:
        gate.wait()
        try:
            return [_press(*one) for one in part]
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        done = [one for part in pool.map(crowd, [todo[n::THREADS] for n in range(THREADS)]) for one in part]
    return Counter(answer for answer, _ in done), [took for _, took in done]


def _browser(n: int, number: str, handler: Any) -> Any:
    """A resident's phone, somewhere else than all the others, that may follow this number."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore
    from django.test import Client

    session = SessionStore()
    session["followed"] = [number]
    session.save()
    client = Client(
        HTTP_HOST="localhost", REMOTE_ADDR=f"10.0.{n // 250}.{n % 250 + 1}", raise_request_exception=False
    )
    client.handler = handler
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def _press(client: Any, number: str, starts: datetime) -> tuple[str, float]:
    begin = time.perf_counter()
    answer = client.post(f"/secretary/mine/{number}/move", {"starts": starts.isoformat()})
    took = time.perf_counter() - begin
    if answer.status_code == 302:
        return "booked", took
    clear = answer.status_code == 422 and TAKEN in answer.content.decode()
    return "taken" if clear else f"status {answer.status_code}", took
