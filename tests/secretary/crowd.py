"""Many residents who want the same few times at once; used by the test and by the benchmark."""

import secrets
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db import connection

from maplegrid.cases.actions.change import Refused
from maplegrid.rules.secretary.life import Stage
from maplegrid.secretary.actions.booking import move
from maplegrid.secretary.models import Audience, ChangedHours, Room, WeeklyHours
from tests.cast import person
from tests.secretary.letters import THREE, letter, levelled

HOST = "gm.secretary"


def waiting_letters(count: int, slots: int, opens: datetime) -> tuple[list[int], list[datetime]]:
    """`count` letters whose host has no time; then the host opens `slots` quarters of an hour from `opens` on."""
    WeeklyHours.objects.filter(host=person(HOST)).delete()
    ids = [levelled(letter(phone=f"139{n:08d}"), THREE).pk for n in range(count)]
    assert set(Audience.objects.filter(pk__in=ids).values_list("stage", flat=True)) == {Stage.WAITING}
    room = Room.objects.filter(accessible=True).first()
    day, times = 0, []
    while len(times) < slots:
        start = opens + timedelta(days=day)
        number = min(32, slots - len(times))
        ChangedHours.objects.create(
            host=person(HOST),
            starts_at=start,
            ends_at=start + timedelta(minutes=15 * number),
            minutes=15,
            room=room,
        )
        times += [start + timedelta(minutes=15 * n) for n in range(number)]
        day += 1
    return ids, times


def rush(ids: list[int], times: list[datetime], now: datetime, threads: int) -> Counter:
    """Everybody asks at once, spread over the times; says what each was answered."""
    gate = threading.Barrier(threads)
    order = list(enumerate(ids))
    secrets.SystemRandom().shuffle(order)

    def crowd(part: list[tuple[int, int]]) -> Counter:
        answers: Counter = Counter()
        gate.wait()
        try:
            for number, pk in part:
                answers[ask(pk, times[number % len(times)], now)] += 1
        finally:
            connection.close()
        return answers

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(crowd, [order[n::threads] for n in range(threads)]), Counter())


def ask(pk: int, starts_at: datetime, now: datetime) -> str:
    """booked, or the code of the clear answer."""
    try:
        move(audience_id=pk, starts_at=starts_at, video=False, companion="", now=now)
    except Refused as no:
        return no.refusal.code
    return "booked"
