"""When a member of staff is told, beside the screen: at once, with the next digest, or not. One text for all that waits.

A text to staff says how many notices wait and nothing else. The screen has every notice from the first moment on;
this decides only when a phone rings. Kinds that somebody must answer for cannot be silenced, urgent ones break the
quiet hours, and after a text there is a pause, so that a burst of notices is one text.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import count

from maplegrid.rules.vocabulary import N_, Refusal

PAUSE = timedelta(minutes=15)
LONGEST_REST = 40  # days without one working day; a calendar that claims more is not believed
MOST_DIGESTS = 6


class Kind(StrEnum):
    """What a notice is about, as far as it decides when somebody is told."""

    URGENT = "urgent"
    LATE = "late"
    ORDER = "order"
    SUPERVISION = "supervision"
    LETTER = "letter"
    WORK = "work"
    SOON = "soon"
    NEWS = "news"


KIND_NAMES: dict[Kind, str] = {
    Kind.URGENT: N_("紧急的事"),
    Kind.LATE: N_("超时和升级"),
    Kind.ORDER: N_("发令"),
    Kind.SUPERVISION: N_("督办"),
    Kind.LETTER: N_("书记来信"),
    Kind.WORK: N_("诉求的来去"),
    Kind.SOON: N_("快到时限"),
    Kind.NEWS: N_("其他"),
}


class How(StrEnum):
    """How somebody wants to hear of a kind."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    NONE = "none"


HOW_NAMES: dict[How, str] = {
    How.AT_ONCE: N_("马上"),
    How.DIGEST: N_("汇总时"),
    How.NONE: N_("只在屏幕上"),
}
# Somebody must answer for these: they may wait for the digest, but they are always told.
NEVER_SILENT = frozenset({Kind.URGENT, Kind.LATE, Kind.ORDER, Kind.SUPERVISION})
USUAL: dict[Kind, How] = {
    Kind.URGENT: How.AT_ONCE,
    Kind.LATE: How.AT_ONCE,
    Kind.ORDER: How.AT_ONCE,
    Kind.SUPERVISION: How.AT_ONCE,
    Kind.LETTER: How.AT_ONCE,
    Kind.WORK: How.DIGEST,
    Kind.SOON: How.DIGEST,
    Kind.NEWS: How.NONE,
}


@dataclass(frozen=True)
class Quiet:
    """Hours in which no phone rings, from `start` up to and without `end`; they may go over midnight."""

    start: time
    end: time

    def covers(self, moment: datetime) -> bool:
        at = moment.time()
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def end_after(self, moment: datetime) -> datetime:
        """The first moment from `moment` on that is not quiet."""
        if not self.covers(moment):
            return moment
        last = moment.replace(hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0)
        return last if last > moment else last + timedelta(days=1)


@dataclass(frozen=True)
class Wish:
    """What somebody set; `digests` are times of day, Asia/Shanghai, on working days unless `rest_days`."""

    how: Mapping[Kind, How] = field(default_factory=lambda: USUAL)
    quiet: Quiet | None = Quiet(time(22), time(7))
    digests: tuple[time, ...] = (time(9), time(14))
    rest_days: bool = False

    def how_of(self, kind: Kind) -> How:
        """Urgent is always at once; what cannot be silenced comes with the digest at least."""
        if kind == Kind.URGENT:
            return How.AT_ONCE
        how = self.how.get(kind, USUAL[kind])
        return How.DIGEST if how == How.NONE and kind in NEVER_SILENT else how


def why_not_wish(wish: Wish) -> Refusal | None:
    """What can be said against a wish."""
    silenced = [kind for kind in NEVER_SILENT if wish.how.get(kind) == How.NONE]
    if silenced:
        return Refusal(
            "silenced", N_("{kind}一定要告诉您，不能只在屏幕上"), {"kind": KIND_NAMES[min(silenced)]}
        )
    if not 1 <= len(set(wish.digests)) <= MOST_DIGESTS:
        return Refusal("digests", N_("汇总的时间至少写一个，最多六个"))
    if wish.quiet and wish.quiet.start == wish.quiet.end:
        return Refusal("quiet", N_("免打扰的开始和结束不能一样"))
    return None


def when_to_tell(
    kind: Kind,
    *,
    written_at: datetime,
    wish: Wish,
    last_told: datetime | None,
    works: Callable[[date], bool],
) -> datetime | None:
    """The moment this person is told of a notice written then; None when only the screen has it.

    All times in Asia/Shanghai. `works` says whether a day is a working day. A moment in the past means: now.
    """
    how = wish.how_of(kind)
    if how == How.NONE:
        return None
    if kind == Kind.URGENT:
        return written_at
    moment = written_at if how == How.AT_ONCE else _digest_after(written_at, wish, works)
    if last_told is not None and how == How.AT_ONCE:
        moment = max(moment, last_told + PAUSE)
    return wish.quiet.end_after(moment) if wish.quiet else moment


def _digest_after(moment: datetime, wish: Wish, works: Callable[[date], bool]) -> datetime:
    """The first digest after a moment."""
    for days in count():
        day = (moment + timedelta(days=days)).date()
        if wish.rest_days or days > LONGEST_REST or works(day):
            for at in sorted(wish.digests):
                digest = datetime.combine(day, at, moment.tzinfo)
                if digest > moment:
                    return digest
    raise AssertionError("there is always a later day")


def is_due(
    waiting: Iterable[tuple[Kind, datetime]],
    *,
    wish: Wish,
    last_told: datetime | None,
    works: Callable[[date], bool],
    now: datetime,
) -> bool:
    """Whether anything of what waits (its kind, and when its first was written) is to be told by now."""
    moments = (
        when_to_tell(kind, written_at=written, wish=wish, last_told=last_told, works=works)
        for kind, written in waiting
    )
    return any(moment is not None and moment <= now for moment in moments)


def kind_of(what: str, profile: str = "") -> Kind:
    """The kind of a note by its name; anything new about a case of the most urgent profile is urgent."""
    if profile == "P0" and what in ARRIVING:
        return Kind.URGENT
    return KINDS.get(what, Kind.NEWS)


ARRIVING = frozenset({"opened", "assigned", "returned", "breached", "escalated", "reopened"})
KINDS: dict[str, Kind] = {
    **dict.fromkeys(("breached", "escalated", "order_breached", "supervision_late"), Kind.LATE),
    **dict.fromkeys(("ordered",), Kind.ORDER),
    **dict.fromkeys(("supervised",), Kind.SUPERVISION),
    **dict.fromkeys(("warned", "order_warned"), Kind.SOON),
    **dict.fromkeys(
        ("opened", "joined", "assigned", "returned", "answered", "added", "reopened", "withdrawn", "mentioned",
         "police_received", "police_returned", "supervision_answered"),
        Kind.WORK,
    ),
}  # fmt: skip
