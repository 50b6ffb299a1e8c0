"""Open cases in the hands of people who hold no appointment any more, however it ended (import, back office, its date)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from maplegrid.cases.actions.change import SYSTEM, Change, apply_change
from maplegrid.cases.actions.leaving import TAKEN_OVER
from maplegrid.cases.actions.telling import tell_staff
from maplegrid.cases.models import Case
from maplegrid.rules.lifecycle import OPEN
from maplegrid.rules.vocabulary import N_
from maplegrid.territory.models import Assignment
from maplegrid.territory.queries import valid_on, who_answers

AT_ONCE = 500


def left_behind(now: datetime) -> QuerySet[Case]:
    """Open cases whose doer or answering person holds no seat today."""
    seated = Assignment.objects.filter(valid_on(now.date()), person__is_active=True).values("person_id")
    doer_gone = Q(assignee__isnull=False) & ~Q(assignee_id__in=seated)
    answering_gone = Q(accountable__isnull=False) & ~Q(accountable_id__in=seated)
    return Case.objects.filter(doer_gone | answering_gone, status__in=OPEN)


def pass_on_left_behind(*, now: datetime) -> int:
    """Give each to whoever answers for its unit now; clocks stay as they are. Returns how many moved."""
    return sum(
        _passed_on(pk, now) for pk in left_behind(now).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    )


def _passed_on(case_id: int, now: datetime) -> bool:
    """One case in its own transaction; False when somebody has taken it meanwhile."""
    with transaction.atomic():
        case = left_behind(now).select_for_update(of=("self",)).filter(pk=case_id).first()
        if case is None:
            return False
        about = {subject.person_id for subject in case.subjects.all() if subject.person_id}
        found = who_answers(
            case.unit_id or case.area_id, now=now, category=case.category.code, excluding=about
        )
        change = Change(
            {"assignee_id": None, "accountable_id": found.person_id},
            text="",
            public_text=N_("换成{person}继续办"),
            words={"person": found.person_words},
            detail={"was": case.assignee_id or case.accountable_id, "now": found.person_id},
        )
        apply_change(case=case, action=TAKEN_OVER, doer=SYSTEM, now=now, change=change)
        case.refresh_from_db(fields=["assignee", "accountable"])
        tell_staff(case=case, what="assigned", now=now)
    return True
