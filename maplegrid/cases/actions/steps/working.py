"""Doing it: contact, on site, result, check, close, pause, re-open, and words to the resident."""

from datetime import datetime

from maplegrid.cases.actions.change import PLAIN, Change, Refused
from maplegrid.cases.actions.steps.wish import Wish
from maplegrid.cases.models import Case, Question
from maplegrid.cases.queries.mentions import has_mention, mentioned_in, people_who_see
from maplegrid.engines.geodesy import distance_m
from maplegrid.rules.access import Actor
from maplegrid.rules.lifecycle import ARROWS, Action
from maplegrid.rules.vocabulary import N_, Level, Refusal


def contact(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    """A call or visit to the resident, reached or not; both are kept."""
    fields: dict[str, object] = {} if case.contacted_at else {"contacted_at": now}
    return Change(fields, text=wish.text, public_text=N_("联系了您"), words=PLAIN)


def arrive(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    """On site, with position and photo as evidence; the distance is shown, never used to refuse."""
    metres = None
    if None not in (wish.lon, wish.lat, case.lon, case.lat):
        metres = round(distance_m(wish.lon, wish.lat, case.lon, case.lat))  # type: ignore[arg-type]
    fields = {"assignee_id": actor.person_id, "accountable_id": actor.person_id}
    detail = {"lon": wish.lon, "lat": wish.lat, "accuracy_m": wish.accuracy_m, "metres": metres}
    return Change(fields, text=wish.text, public_text=N_("到现场看了"), words=PLAIN, detail=detail)


def report_result(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    return Change(
        {"solution": wish.text, "told_at": None},
        text=wish.text,
        public_text=wish.public_text or N_("处理好了，正在核查"),
        words={} if wish.public_text else PLAIN,
    )


def send_back(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    return Change(
        {"told_at": None}, text=wish.text, public_text=N_("核查发现还没办好，继续处理"), words=PLAIN
    )


def close(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    """Closed by whoever checked. Settled in the grid if it never left the sub-grid."""
    fields = {
        "closed_at": now,
        "told_at": now if wish.public_text else case.told_at,
        "promise": "",
        "settled_in_grid": case.unit is not None
        and case.unit.level == Level.SUB_GRID
        and not _left_grid(case),
    }
    return Change(
        fields,
        text=wish.text or case.solution,
        public_text=wish.public_text or N_("办完了"),
        words={} if wish.public_text else PLAIN,
    )


def _left_grid(case: Case) -> bool:
    handed_on = case.steps.filter(action__in=(Action.HAND_UP, Action.HAND_OVER)).exists()
    return handed_on or case.orders.exclude(parties=None, issued_at=None).exists()


def suspend(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    return Change({"resume_at": wish.until}, text=wish.text, public_text=wish.public_text)


def resume(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    return Change({"resume_at": None}, text=wish.text, public_text=N_("继续办理"), words=PLAIN)


def reopen(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    return reopened(case, wish.text, now)


def reopened(case: Case, reason: str, now: datetime) -> Change:
    """Back to the one who closed it."""
    last = case.steps.filter(action=Action.CLOSE).order_by("-at", "-id").first()
    back_to = last.actor_id if last else case.accountable_id
    fields = {
        "closed_at": None,
        "told_at": None,
        "settled_in_grid": None,
        "reopened": case.reopened + 1,
        "assignee_id": back_to,
        "accountable_id": back_to,
    }
    return Change(fields, text=reason, public_text=N_("重新办理"), words=PLAIN)


def comment(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    if not wish.text:
        raise Refused(
            Refusal("no_words", N_("请写一句说明，再点“{action}”"), {"action": ARROWS[Action.COMMENT].words})
        )
    return Change(text=wish.text, detail=_mentions(case, wish.text, now))


def _mentions(case: Case, text: str, now: datetime) -> dict[str, object]:
    """Whom the words mention. Somebody unknown and somebody who may not see the case are refused alike."""
    if not has_mention(text):
        return {}
    people, stranger = mentioned_in(text, people_who_see(case, now))
    if stranger:
        words = N_("提醒不到“@{name}”：没有这个人，或者这件事不归他看。请从列表里选，或者去掉 @")
        raise Refused(Refusal("nobody_mentioned", words, {"name": stranger}))
    return {"mentions": [person.pk for person in people]}


def tell_resident(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    words = wish.public_text or wish.text
    fields: dict[str, object] = {"promise": words[:200], "told_at": now}
    if not case.contacted_at:
        fields["contacted_at"] = now
    return Change(fields, text=wish.text, public_text=words)


def ask_resident(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    for appeal in case.appeals.filter(withdrawn_at=None):
        Question.objects.create(
            appeal=appeal, asked_at=now, asked_by_id=actor.person_id, text=wish.text[:300]
        )
    return Change(
        {} if case.contacted_at else {"contacted_at": now},
        text=wish.text,
        public_text=N_("想问您：{question}"),
        words={"question": wish.text},
    )


def open_contact(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    """Looking at a resident's name and number: the reason is written down before they are shown."""
    return Change(text=wish.text)
