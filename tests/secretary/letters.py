"""Makers of letters to the secretary, for the tests of 书记在线."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.intake import open_case
from maplegrid.cases.models import Clock
from maplegrid.messaging.models import Notice
from maplegrid.rules.secretary.answers import Answer
from maplegrid.rules.secretary.level import MeetingLevel
from maplegrid.rules.vocabulary import Channel
from maplegrid.secretary.actions.asking import take_up
from maplegrid.secretary.actions.seating import set_level
from maplegrid.secretary.models import Audience
from tests.builders import receive, story_building
from tests.cast import NOON, actor

WAGES = "我在饭店打工，老板拖欠工资两个月，一共一万二，一直不给"
PHONE = "13800001111"
PARTS = Answer(
    "您反映饭店拖欠两个月工资",
    "饭店承认拖欠一万二千元",
    "饭店 11 月 30 日前付清",
    "劳动法第五十条",
    "可以申请劳动仲裁",
)
ONE, TWO, THREE = MeetingLevel


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def letter(
    text: str = WAGES, *, now: datetime = NOON, phone: str = PHONE, wish: str = "room", **known: Any
) -> Audience:
    """Somebody in 富豪花园C区1栋 writes to the secretary; the case is opened and taken up."""
    raw = {"asks": "secretary", "wish": wish, **known.pop("raw", {})}
    known.setdefault("building_id", story_building().pk)
    received = receive(text, now=now, channel=Channel.WEB, contact_phone=phone, raw=raw, **known)
    case = open_case(message_id=received.message.pk, now=now)
    return take_up(case_id=case.pk, now=now)


def levelled(
    audience: Audience,
    level: MeetingLevel = TWO,
    minutes: float = 5,
    who: str = "gongming.desk1",
    **wish: Any,
):
    """The street's desk confirms."""
    known = {"written": audience.written, "unit_id": None} | wish
    return set_level(audience_id=audience.pk, level=level, actor=actor(who), now=at(minutes), **known)


def refused(call, **wish: Any) -> str:
    with pytest.raises(Refused) as no:
        call(**wish)
    return no.value.refusal.code


def clock(audience: Audience, milestone: str) -> Clock:
    return Clock.objects.get(case_id=audience.case_id, milestone=milestone, order=None)


def deliver(notice: Notice, when: datetime) -> None:
    """The gateway's receipt, as its adapter writes it."""
    Notice.objects.filter(pk=notice.pk).update(state=Notice.State.DELIVERED, sent_at=when, delivered_at=when)


def notices(audience: Audience, beginning: str):
    return Notice.objects.filter(key__startswith=beginning, message=audience.appeal.message)


def on_referral_requested(**facts: Any) -> None:
    """Stands where the mediation desk will hear of it."""
