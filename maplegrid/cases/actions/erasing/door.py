"""One erasure as one transaction, and the timer that finds what has run out."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from maplegrid.cases.actions.erasing import contents
from maplegrid.cases.actions.erasing.certificate import certify
from maplegrid.cases.models import Appeal, Case, Erasure, Preservation
from maplegrid.kit.events import emit
from maplegrid.messaging.models import Message
from maplegrid.rules.lifecycle import Status
from maplegrid.rules.orders import ORDER_OPEN
from maplegrid.rules.retention import RetentionRule, What, retention_rules, why_kept
from maplegrid.rules.vocabulary import Refusal

BATCH = 200
TIMER = "timer"


@dataclass(frozen=True)
class Ground:
    """Why something is erased and by whom: a rule of the timer, or a request somebody granted."""

    rule: str
    basis: str
    by: str = TIMER


REQUESTED = "request"


def erase_case(*, case_id: int, what: What, ground: Ground, now: datetime) -> Erasure | Refusal | None:
    """Erase the photos, or every word and the photos too. None when that had been done before."""
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case_id)
        if _done(case, what):
            return None
        if refusal := _why_kept(case):
            return refusal
        return _erase(case, what, ground, now)


def _done(case: Case, what: What) -> bool:
    return bool(case.erased_at or (what is What.PHOTOS and case.photos_erased_at))


def _why_kept(case: Case) -> Refusal | None:
    return why_kept(
        Status(case.status),
        preserved=Preservation.objects.filter(case=case, lifted_at=None).exists(),
        disputed=case.orders.filter(status__in=ORDER_OPEN).exists(),
    )


def _erase(case: Case, what: What, ground: Ground, now: datetime) -> Erasure:
    counts = contents.drop_photos(contents.photos_of_case(case))
    fields = {"photos_erased_at": now}
    if what is What.WORDS:
        fields["erased_at"] = now
        for message in Message.objects.filter(appeal__case=case):
            counts += contents.empty_message(message)
            contents.forget_replies(message.number)
        counts += contents.empty_case(case)
        emit("case.erased", case_id=case.pk)
    Case.objects.filter(pk=case.pk).update(**fields)
    return certify(
        case=case, number=case.number, what=what.value, rule=ground.rule, basis=ground.basis, by=ground.by, now=now,
        counts=counts,
    )  # fmt: skip


def erase_message(*, message_id: int, ground: Ground, now: datetime) -> Erasure | Refusal | None:
    """Erase what one person sent. The case goes with it when nobody else spoke in it."""
    appeal = Appeal.objects.select_related("case", "message").get(message_id=message_id)
    if not Appeal.objects.filter(case=appeal.case).exclude(pk=appeal.pk).exists():
        return erase_case(case_id=appeal.case_id, what=What.WORDS, ground=ground, now=now)
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=appeal.case_id)
        if refusal := _why_kept(case):
            return refusal
        return _erase_one_of_several(case, appeal, ground, now)


def _erase_one_of_several(case: Case, appeal: Appeal, ground: Ground, now: datetime) -> Erasure:
    message = appeal.message
    counts = contents.drop_photos(contents.photos_of_message(message))
    counts["steps"] = contents.empty_steps_of(case, appeal, message.text)
    counts += contents.empty_message(message)
    contents.forget_replies(message.number)
    if not appeal.joined:
        Case.objects.filter(pk=case.pk).update(title=case.category.name, tokens=None, place_words="")
    return certify(
        case=case, number=message.number, what="message", rule=ground.rule, basis=ground.basis, by=ground.by, now=now,
        counts=counts,
    )  # fmt: skip


def run_out(rule: RetentionRule, now: datetime) -> QuerySet[Case]:
    """Cases whose limit by this rule has passed, nothing standing against it."""
    due = Case.objects.filter(status__in=rule.statuses, closed_at__lte=rule.ended_before(now))
    due = (
        due.filter(erased_at=None)
        if rule.what is What.WORDS
        else due.filter(photos_erased_at=None, erased_at=None)
    )
    kept = Preservation.objects.filter(case=OuterRef("pk"), lifted_at=None)
    return due.exclude(Exists(kept)).exclude(orders__status__in=ORDER_OPEN)


def tick_retention(*, now: datetime) -> Counter[str]:
    """Erase everything that has run out, case by case; stopped in the middle it goes on the next time."""
    done: Counter[str] = Counter()
    for rule in retention_rules():
        ground = Ground(rule.code, rule.basis)
        while ids := list(run_out(rule, now).order_by("closed_at").values_list("pk", flat=True)[:BATCH]):
            made = [erase_case(case_id=pk, what=rule.what, ground=ground, now=now) for pk in ids]
            done[rule.code] += sum(isinstance(one, Erasure) for one in made)
            if not any(isinstance(one, Erasure) for one in made):
                break
    return done


def erase_again(number: str, what: str, rule: str, now: datetime) -> bool:
    """What a restored backup brought back although it had been erased."""
    ground = Ground(rule, "replayed", "restore")
    message = Message.objects.filter(number=number, appeal__isnull=False).first()
    if message is None:
        return False
    if what == "message":
        return bool(message.text) and isinstance(
            erase_message(message_id=message.pk, ground=ground, now=now), Erasure
        )
    case = Case.objects.filter(number=number).first()
    return case is not None and isinstance(
        erase_case(case_id=case.pk, what=What(what), ground=ground, now=now), Erasure
    )
