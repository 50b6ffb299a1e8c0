"""Times in plain words: relative within a day, absolute after it. One space between Chinese and numbers."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from maplegrid.kit.moment import CHINA
from maplegrid.rules.vocabulary import N_

DAY = timedelta(days=1)
WEEKDAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))


def in_language(name: str, name_en: str) -> str:
    """A name of the district's own data: the English one to English readers, if there is one."""
    return name_en if name_en and (get_language() or "").startswith("en") else name


def named(thing: Any) -> str:
    """A person (by their role), body, unit, category or station, in the reader's language; "" for nothing."""
    if not thing:
        return ""
    if hasattr(thing, "display_name"):
        return in_language(str(thing), thing.display_name_en)
    return in_language(thing.name, thing.name_en)


def remaining(due: datetime, now: datetime) -> str:
    """还剩 1 小时 42 分 · 已超时 20 分 · 还剩 2 天."""
    left = due - now
    if left < timedelta():
        return _("已超时 {length}").format(length=length(-left))
    return _("还剩 {length}").format(length=length(left))


def length(span: timedelta) -> str:
    """A length of time in its two largest useful units: days alone from two days on."""
    minutes = int(span.total_seconds() // 60)
    days, hours = minutes // 1440, minutes // 60
    if days >= 2:
        return _("{n} 天").format(n=days)
    if hours >= 5 or (hours and not minutes % 60):
        return _("{n} 小时").format(n=hours)
    if hours:
        return _("{h} 小时 {m} 分").format(h=hours, m=minutes % 60)
    return _("{n} 分").format(n=max(minutes, 0))


def when(at: datetime, now: datetime) -> str:
    """今天 13:02 · 昨天 22:40 · 明天 09:00 · 周六 17:44 (within six days) · 2026-10-09 08:00."""
    at, now = at.astimezone(CHINA), now.astimezone(CHINA)
    days = (at.date() - now.date()).days
    near = {0: _("今天"), -1: _("昨天"), 1: _("明天")}
    clock = f"{at:%H:%M}"
    if days in near:
        return f"{near[days]} {clock}"
    if abs(days) < 7 and days < 0:
        return f"{_(WEEKDAYS[at.weekday()])} {clock}"
    return (
        f"{at:%Y-%m-%d} {clock}"
        if at.year != now.year
        else _("{m} 月 {d} 日").format(m=at.month, d=at.day) + f" {clock}"
    )


def until(at: datetime, now: datetime) -> str:
    """今天 17:00 前."""
    return _("{when} 前").format(when=when(at, now))


def translated(msgid: str, **blanks: object) -> str:
    """One of our own sentences in the reader's language, its blanks filled after translation."""
    return _(msgid).format(**blanks)
