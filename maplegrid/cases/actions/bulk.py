"""The same step on several chosen cases: tried first, then done, each case in a transaction of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from maplegrid.cases.actions.change import Faster, Refused
from maplegrid.cases.actions.steps import Wish, take_step
from maplegrid.cases.models import Case
from maplegrid.cases.queries.scope import visible_to
from maplegrid.rules.access import NOT_YOURS, Actor
from maplegrid.rules.lifecycle import Action
from maplegrid.rules.vocabulary import Refusal

BULK_ACTIONS = (Action.ASSIGN, Action.COMMENT, Action.HAND_OVER, Action.TELL_RESIDENT)
MOST_CHOSEN = 100


@dataclass(frozen=True)
class Chosen:
    """A ticked row: the number, and the version the screen showed (None: whichever it is now)."""

    number: str
    version: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What became, or would become, of one row: done, refused (with the rule's sentence), or faster."""

    kind: str
    number: str
    title: str = ""
    version: int | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Bulk:
    """One step wanted for several cases."""

    chosen: Sequence[Chosen]
    action: Action
    wish: Wish


def preview_steps(*, bulk: Bulk, actor: Actor, now: datetime) -> list[Outcome]:
    """Take every step by the one door and undo it again, so the preview cannot differ from the doing."""
    return [_outcome(row, bulk, actor, now, undo=True) for row in bulk.chosen[:MOST_CHOSEN]]


def take_steps(*, bulk: Bulk, actor: Actor, now: datetime) -> list[Outcome]:
    """Do the step on each case by itself; one refused or overtaken row holds up no other."""
    return [_outcome(row, bulk, actor, now, undo=False) for row in bulk.chosen[:MOST_CHOSEN]]


def _outcome(row: Chosen, bulk: Bulk, actor: Actor, now: datetime, *, undo: bool) -> Outcome:
    case = visible_to(actor).filter(number=row.number).only("pk", "title", "version").first()
    if case is None:
        return Outcome("refused", row.number, refusal=NOT_YOURS)
    version = row.version or case.version
    try:
        with transaction.atomic():
            take_step(
                case_id=case.pk, action=bulk.action, actor=actor, now=now, version=version, wish=bulk.wish
            )
            transaction.set_rollback(undo)
    except Refused as no:
        return Outcome("refused", row.number, case.title, version, no.refusal)
    except Faster:
        return Outcome("faster", row.number, case.title, version)
    return Outcome("done", row.number, case.title, version)


def chosen_cases(actor: Actor, chosen: Sequence[Chosen]) -> list[Case]:
    """The chosen cases this person may see, in the order of choosing."""
    numbers = [row.number for row in chosen[:MOST_CHOSEN]]
    found = {
        case.number: case
        for case in visible_to(actor)
        .filter(number__in=numbers)
        .select_related("category", "area", "unit", "body", "assignee", "building")
        .prefetch_related("subjects")
    }
    return [found[number] for number in dict.fromkeys(numbers) if number in found]
