"""Telling people: residents through their notice, staff on their screen. Each fan-out names whom it excludes."""

from collections.abc import Collection
from datetime import datetime

from maplegrid.accounts.models import Person
from maplegrid.accounts.queries import deputy_of
from maplegrid.cases.models import Appeal, Case, CaseSubject
from maplegrid.messaging.actions.notices import ForScreen, drawn_notice, in_language_of, queue_notice, send
from maplegrid.messaging.models import Notice
from maplegrid.rules.conflicts import exclusions
from maplegrid.rules.notices import kind_of
from maplegrid.rules.vocabulary import N_

RESIDENT_WORDS = {
    "told": N_("【枫格】编号{number}有新消息，请凭编号和查询码查看。"),
    "asked": N_("【枫格】编号{number}：想请您补充一点情况，请凭编号和查询码回答。"),
    "closed": N_("【枫格】编号{number}已办完。解决了吗？请凭编号和查询码告诉我们。"),
    "diverted": N_("【枫格】编号{number}已转到依法办理的单位，去向和依据请凭编号和查询码查看。"),
    "reopened": N_("【枫格】编号{number}重新办理，由原来办的人继续负责。"),
}
STAFF_WORDS = {
    "opened": N_("新的诉求：{title}"),
    "joined": N_("又有一户说了：{title}"),
    "assigned": N_("交给您办：{title}"),
    "returned": N_("退回来了，请重新派：{title}"),
    "answered": N_("居民回答了：{title}"),
    "added": N_("居民补充了：{title}"),
    "reopened": N_("居民说没解决：{title}"),
    "withdrawn": N_("居民撤回了：{title}"),
    "warned": N_("快到时限：{title}"),
    "police_received": N_("{number} 公安已收到：{title}"),
    "police_returned": N_("{number} 公安退回，请看理由：{title}"),
    "mentioned": N_("{number} 有人提到您：{title}"),
    "supervised": N_("{number} 被督办，请按时回复：{title}"),
    "supervision_late": N_("{number} 的督办过期没有回复：{title}"),
    "supervision_answered": N_("{number} 回复了督办：{title}"),
    "breached": N_("已超时：{title}"),
    "escalated": N_("超时升级到您负责：{number} {title}"),
    "ordered": N_("发令轮到您：{title}"),
    "order_warned": N_("发令快到时限：{title}"),
    "order_breached": N_("发令已超时：{title}"),
}


def excluding_of(case: Case) -> list[str]:
    """Everybody this case is about, as `excluding=` of a notice."""
    return barred_by(list(case.subjects.all()))


def barred_by(subjects: Collection[CaseSubject]) -> list[str]:
    """Everybody these subjects name, as `excluding=` of a notice."""
    return exclusions(_people_of(subjects), {s.body_id for s in subjects if s.body_id})


def people_about(case: Case) -> set[int]:
    """The persons it names, and whoever serves in the bodies and units it names."""
    return _people_of(list(case.subjects.all()))


def _people_of(subjects: Collection[CaseSubject]) -> set[int]:
    if not subjects:
        return set()
    units = [s.unit for s in subjects if s.unit]
    people = {s.person_id for s in subjects if s.person_id}
    for unit in units:
        people |= set(
            Person.objects.filter(assignments__unit__path__startswith=unit.path).values_list("pk", flat=True)
        )
    bodies = {s.body_id for s in subjects if s.body_id}
    return people | set(Person.objects.filter(assignments__body_id__in=bodies).values_list("pk", flat=True))


def tell_residents(*, case: Case, what: str, now: datetime, key: str) -> None:
    """One notice to each reporter who left a number and has not withdrawn."""
    excluding = excluding_of(case)
    for appeal in _listening(case):
        message = appeal.message
        queue_notice(
            key=f"{what}:{key}:{message.pk}",
            body=in_language_of(message, RESIDENT_WORDS[what]).format(number=message.number),
            subject=f"case:{case.pk}",
            excluding=excluding,
            now=now,
            message=message,
        )


def _listening(case: Case) -> list[Appeal]:
    return list(case.appeals.filter(withdrawn_at=None).select_related("message"))


def tell_staff(*, case: Case, what: str, now: datetime, person_id: int | None = None, key: str = "") -> None:
    """A note on the screen of whoever answers for the case now (or of that person); of the deputy of who is away."""
    whom = person_id or case.assignee_id or case.accountable_id
    if whom is None:
        return
    deputy = deputy_of(whom, now)
    tell_person(
        case=case,
        what=what,
        now=now,
        person_id=deputy.pk if deputy else whom,
        excluding=excluding_of(case),
        key=key,
    )


def tell_person(
    *, case: Case, what: str, now: datetime, person_id: int, excluding: list[str], key: str = ""
) -> None:
    """A note on one person's screen."""
    send(note_to(case=case, what=what, now=now, person_id=person_id, excluding=excluding, key=key), now)


def note_to(
    *, case: Case, what: str, now: datetime, person_id: int, excluding: list[str], key: str = ""
) -> Notice:
    """The note on one person's screen, not written yet."""
    return drawn_notice(
        key=f"{what}:{case.pk}:{case.version}{key and f'.{key}'}:{person_id}",
        kind=kind_of(what, case.profile),
        body=STAFF_WORDS[what].format(title=case.title, number=case.number),
        words={"sentence": STAFF_WORDS[what], "title": case.title, "number": case.number},
        subject=f"case:{case.pk}",
        excluding=excluding,
        now=now,
        person_id=person_id,
    )


def note_of(case: Case, what: str, person_id: int, key: str) -> ForScreen:
    """A note about a case on somebody's screen; `key` tells it from the next of its kind."""
    words = {"title": case.title, "number": case.number}
    return ForScreen(
        key=f"{what}:{case.pk}:{case.version}.{key}:{person_id}",
        kind=kind_of(what, case.profile),
        person_id=person_id,
        body=STAFF_WORDS[what].format(**words),
        subject=f"case:{case.pk}",
        excluding=excluding_of(case),
        words={"sentence": STAFF_WORDS[what], **words},
    )
