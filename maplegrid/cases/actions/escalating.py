"""A breached case climbs: the next level's desk answers for it from now on, and everybody can see who and since when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from maplegrid.accounts.models import Person
from maplegrid.audit.actions import Happened, record_many
from maplegrid.cases.actions.change import SYSTEM
from maplegrid.cases.actions.clocks import AFTER_CLOSING
from maplegrid.cases.actions.telling import note_of, people_about
from maplegrid.cases.models import Case, Clock, Step
from maplegrid.messaging.actions.notices import ForScreen
from maplegrid.rules.escalation import answering_level, default_rungs, passed_over
from maplegrid.rules.lifecycle import OPEN
from maplegrid.rules.vocabulary import Level
from maplegrid.territory.queries import Answering, NobodyAnswers, tower, who_answers

Found = Answering | None


@dataclass
class Batch:
    """What one round of the tick shares: the moment, who is away, who answers where, and the notes to send."""

    now: datetime
    away: dict[int, Person | None]
    notes: list[ForScreen] = field(default_factory=list)
    known: dict[tuple[int, frozenset[int]], Found] = field(default_factory=dict)

    def answering(self, unit_id: int, barred: frozenset[int]) -> Found:
        """Whoever answers at this unit's desk or above it; None when not even the district has anybody left."""
        key = (unit_id, barred)
        if key not in self.known:
            try:
                self.known[key] = who_answers(unit_id, now=self.now, excluding=barred)
            except NobodyAnswers:
                self.known[key] = None
        return self.known[key]


def escalate(clocks: Sequence[Clock], batch: Batch) -> None:
    """Move every case of these just breached clocks to whoever answers at its rung; the cases are locked.

    A case whose present answerer is already that person stays; one that nobody may answer for says so on its
    page and to the doctor, and stays with whom it was.
    """
    steps: list[Step] = []
    for case, rung in _rungs(clocks).values():
        step = _climb(case, rung, batch)
        if step:
            steps.append(step)
    Step.objects.bulk_create(steps)
    _hand_up([step.case for step in steps if step.action == "escalated"])
    record_many([_happened(step) for step in steps], now=batch.now)


def _hand_up(cases: Sequence[Case]) -> None:
    """One statement for each person who answers from now on."""
    for person_id in {case.accountable_id for case in cases}:
        theirs = [case.pk for case in cases if case.accountable_id == person_id]
        Case.objects.filter(pk__in=theirs).update(accountable=person_id)


def _rungs(clocks: Sequence[Clock]) -> dict[int, tuple[Case, int]]:
    """The highest rung any running clock of each open case has reached (one statement)."""
    cases = {
        clock.case_id: clock.case
        for clock in clocks
        if clock.case.status in OPEN and clock.milestone not in AFTER_CLOSING
    }
    reached = Clock.objects.filter(case_id__in=cases, order=None, running=True, rung__gt=0)
    rungs: dict[int, tuple[Case, int]] = {}
    for case_id, rung in reached.order_by("rung").values_list("case_id", "rung"):
        rungs[case_id] = (cases[case_id], rung)
    return rungs


def _climb(case: Case, rung: int, batch: Batch) -> Step | None:
    lineage = list(tower().lineage(_held_at(case)))
    wanted = answering_level(lineage, rung, default_rungs())
    found = batch.answering(wanted, frozenset(people_about(case)))
    if found is None:
        return _step(case, "escalation_stuck", rung, {"wanted": wanted}, batch.now)
    if found.person_id == case.accountable_id:
        return None
    detail = {
        "was": case.accountable_id,
        "now": found.person_id,
        "unit": found.unit_id,
        "unit_words": tower().by_id[found.unit_id].name,
        "passed_over": list(passed_over(lineage, wanted, found.unit_id)),
        "deputy": found.deputy,
        "person_words": found.person_words,
    }
    case.accountable_id = found.person_id
    batch.notes.append(note_of(case, "escalated", found.person_id, f"rung{rung}.{batch.now:%Y%m%d%H%M}"))
    return _step(case, "escalated", rung, detail, batch.now)


def _held_at(case: Case) -> int:
    """Where the climb starts: the unit that has it; for a department, the community of the place."""
    if case.unit_id:
        return case.unit_id
    return tower().ancestor_id(case.area_id, Level.COMMUNITY) or case.area_id


def _step(case: Case, action: str, rung: int, detail: dict[str, Any], now: datetime) -> Step:
    return Step(
        case=case,
        at=now,
        action=action,
        actor_words=SYSTEM.words,
        detail={
            "rung": rung,
            "colour": default_rungs()[min(rung, len(default_rungs()) - 1)].colour,
            **detail,
        },
        from_status=case.status,
        to_status=case.status,
    )


def _happened(step: Step) -> Happened:
    action = f"case.{step.action}"
    detail = {"number": step.case.number, **step.detail}
    return Happened(SYSTEM.reference, action, f"case:{step.case_id}", detail=detail)
