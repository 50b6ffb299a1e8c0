"""What must always be true of cases, orders and clocks."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from maplegrid.accounts.queries import stand_ins
from maplegrid.cases.actions.clocks import events_of, rule_of_clock
from maplegrid.cases.models import Case, CaseSubject, Clock, Hold, Order
from maplegrid.config.doctor.finding import Finding
from maplegrid.kit.crypto import Unreadable
from maplegrid.messaging.models import Message
from maplegrid.rules.calendar import default_calendar
from maplegrid.rules.clock import compute
from maplegrid.rules.lifecycle import OPEN
from maplegrid.rules.orders import ORDER_OPEN
from maplegrid.rules.secretary.life import BOOKED
from maplegrid.secretary.actions.booking import AHEAD
from maplegrid.secretary.models import Meeting
from maplegrid.territory.models import Assignment
from maplegrid.territory.queries import valid_on

SAMPLE = 300


def broken_invariants(now: datetime) -> Iterator[Finding]:
    """Each with a few numbers of what breaks it."""
    yield from _unanswered(now)
    yield from _breached(now)
    yield from _orders()
    yield from _letters()
    yield from _clocks()
    yield from _sealed()


def _sealed() -> Iterator[Finding]:
    """The keys at hand open what was sealed: a wrong key file is noticed before somebody needs a number."""
    try:
        Message.objects.exclude(phone_index="").order_by("-pk").values_list("contact_phone").first()
    except Unreadable:
        words = "现在的密钥打不开联系方式，请从备份恢复密钥 (the keys do not open the contacts: restore them)"
        yield Finding("sealed", words)


def _unanswered(now: datetime) -> Iterator[Finding]:
    """Every open case has one person who answers for it now: here, or with somebody who stands in."""
    away = [person_id for person_id, deputy in stand_ins(now).items() if deputy is None]
    nobody = Q(accountable=None) | Q(accountable__is_active=False) | Q(accountable__in=away)
    words = "有在办的案件没有人负责，请指派 (open cases nobody answers for: assign them)"
    yield from _found("unanswered", words, Case.objects.filter(nobody, status__in=OPEN))


def _breached(now: datetime) -> Iterator[Finding]:
    """Who answers for a breached case still holds a post, and is not who it is about."""
    about = CaseSubject.objects.filter(case=OuterRef("pk"), person=OuterRef("accountable"))
    seated = Assignment.objects.filter(valid_on(now.date())).values("person_id")
    late = Case.objects.filter(status__in=OPEN, breached_at__isnull=False, accountable__isnull=False)
    words = "有超时案件的负责人已不在岗，或者正是被反映的人，请改派 (breached cases in the wrong hands: reassign them)"
    yield from _found("breached", words, late.filter(Exists(about) | ~Q(accountable__in=seated)))


def _found(code: str, words: str, cases: QuerySet[Case]) -> Iterator[Finding]:
    count = cases.count()
    if count:
        yield Finding(code, words, count, tuple(cases.order_by("pk").values_list("number", flat=True)[:3]))


def _orders() -> Iterator[Finding]:
    """An open order holds its case and has somebody accountable; a hold of an order has its order."""
    opened = Order.objects.filter(case=OuterRef("pk"), status__in=ORDER_OPEN)
    held = Hold.objects.filter(case=OuterRef("pk"), kind="order", released_at=None)
    loose = Case.objects.filter(Exists(opened) & ~Exists(held) | ~Exists(opened) & Exists(held))
    yield from _found("order_hold", "发令和案件的搁置对不上 (orders and holds differ)", loose)
    alone = Case.objects.filter(orders__status__in=ORDER_OPEN, orders__accountable=None)
    yield from _found("order_unanswered", "有发令没有人负责 (orders nobody answers for)", alone)


def _letters() -> Iterator[Finding]:
    """A letter with a time has a meeting ahead that takes its quarters of an hour, and no other letter has one."""
    ahead = Meeting.objects.filter(audience__case=OuterRef("pk"), state__in=AHEAD, cells__isnull=False)
    booked = Q(audience__stage__in=BOOKED)
    letters = Case.objects.filter(audience__isnull=False)
    loose = letters.filter(booked & ~Exists(ahead) | ~booked & Exists(ahead))
    yield from _found(
        "letter_time", "书记来信和留着的时间对不上 (letters and their held times differ)", loose
    )


def _clocks() -> Iterator[Finding]:
    """What is stored beside a clock's events is what the events make of it; the latest few hundred are tried."""
    wrong = [
        f"{clock.case.number} {clock.milestone}"
        for clock in Clock.objects.select_related("case").prefetch_related("events").order_by("-pk")[:SAMPLE]
        if _differs(clock)
    ]
    if wrong:
        words = "有时钟和它的经过算出来的不一样，请导出用 clock verify 核对 (stored due times differ from their events)"
        yield Finding("clock", words, len(wrong), tuple(wrong[:3]))


def _differs(clock: Clock) -> bool:
    state = compute(rule_of_clock(clock), events_of(clock), default_calendar())
    return (state.due, state.stopped_at, state.running) != (clock.due_at, clock.stopped_at, clock.running)
