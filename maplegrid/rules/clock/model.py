"""What a clock is made of: its rule, its events, and sentences that can be said in another language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone

from maplegrid.rules.vocabulary import N_

# Asia/Shanghai without the zone file: no daylight saving in any year a clock can name (reference 5.6).
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)

UNITS: dict[str, str] = {
    "minute": N_("{n} 分钟"),
    "hour": N_("{n} 小时"),
    "working_hour": N_("{n} 个工作小时"),
    "calendar_day": N_("{n} 天"),
    "working_day": N_("{n} 个工作日"),
    "month": N_("{n} 个月"),
}
FLOWING = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "working_hour": timedelta(hours=1)}
COUNTED = frozenset({"calendar_day", "working_day", "month"})
NEEDS_CALENDAR = frozenset({"working_hour", "working_day"})
EVENTS = ("start", "pause", "resume", "extend", "stop", "reopen")
MOST = {"month": 1_200, "calendar_day": 36_500, "working_day": 36_500}
MOST_FLOWING = 1_000_000

Span = tuple[datetime, datetime]
Limit = tuple[int, str]


class Sentence(str):
    """A Chinese sentence that still knows its msgid and what fills it, so the edge can say it in English."""

    msgid: str
    params: dict[str, object]

    def __new__(cls, msgid: str, /, **params: object) -> "Sentence":
        said = super().__new__(cls, msgid.format(**params))
        said.msgid, said.params = msgid, params
        return said

    def translated(self, gettext: Callable[[str], str]) -> str:
        """The sentence in another language, with the sentences inside it."""
        params = {
            name: value.translated(gettext) if isinstance(value, Sentence) else value
            for name, value in self.params.items()
        }
        return gettext(self.msgid).format(**params)


def limit_words(limit: Limit) -> Sentence:
    """3 个工作日."""
    return Sentence(UNITS[limit[1]], n=limit[0])


def why_not_limit(amount: object, unit: object) -> Sentence | None:
    """Whether something can be a limit: a known unit and a whole amount within a century."""
    if unit not in UNITS:
        return Sentence(N_("不认识的时限单位：{unit}"), unit=unit)
    if not isinstance(amount, int) or isinstance(amount, bool):
        return Sentence(N_("时限的数量要是整数：{amount}"), amount=amount)
    if not 0 <= amount <= MOST.get(str(unit), MOST_FLOWING):
        return Sentence(N_("时限的数量不合理：{amount}"), amount=amount)
    return None


@dataclass(frozen=True)
class Rule:
    """One limit: so many units from a moment, with its basis.

    `starts_from` is the fact that starts it (received, accepted, …; the start event carries its moment) and
    `start_fact` says it in words where the law has its own. A resident's clock rolls over a rest day on which it
    would end, an authority's does not (民法典 Art 203; reference 5.1). `pausable` is False where the law that
    sets the limit names no pause: pauses are still computed, and said in the reasons.
    """

    code: str
    version: int
    milestone: str
    amount: int
    unit: str
    starts_from: str = "received"
    basis: str = ""
    party: str = "authority"
    start_fact: str = ""
    pausable: bool = True

    def __post_init__(self) -> None:
        problem = why_not_limit(self.amount, self.unit)
        if problem is None and self.party not in {"authority", "resident"}:
            problem = Sentence(N_("期限是谁的只能写 authority 或 resident：{party}"), party=self.party)
        if problem:
            raise ValueError(f"{self.code}.{self.milestone} {problem}")

    @property
    def limit(self) -> Limit:
        """Amount and unit."""
        return self.amount, self.unit


@dataclass(frozen=True)
class ClockEvent:
    """Something that happened to a clock; `amount` and `unit` matter for `extend`. Naive times are refused."""

    event: str
    at: datetime
    by: str = ""
    reason: str = ""
    amount: int | None = None
    unit: str | None = None

    def __post_init__(self) -> None:
        if self.event not in EVENTS:
            raise ValueError(Sentence(N_("不认识的时钟事件：{event}"), event=self.event))
        if self.at.tzinfo is None:
            raise ValueError(Sentence(N_("时间没有写时区：{at}"), at=self.at))


def end_of(day_number: int) -> datetime:
    """24:00 of a day given by its ordinal: the first moment after it."""
    return datetime.combine(datetime.fromordinal(day_number + 1), time(), CHINA)


def said(at: datetime) -> str:
    """2026-09-30 10:00, with seconds only where there are any; time of day in China."""
    here = at.astimezone(CHINA)
    return f"{here:%Y-%m-%d %H:%M:%S}" if here.second else f"{here:%Y-%m-%d %H:%M}"
