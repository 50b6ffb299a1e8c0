"""What a caller asked for, through the scope of the key's person. A stranger's and a missing one are the same 404."""

import re
from dataclasses import replace

from django.db.models import QuerySet

from maplegrid.accounts.models import Person
from maplegrid.cases.api.keys import Caller
from maplegrid.cases.api.problems import NotDone
from maplegrid.cases.api.rendering.cases import with_names
from maplegrid.cases.api.rendering.orders import with_parties
from maplegrid.cases.api.shapes.cases import CasesAsked
from maplegrid.cases.models import Case, Order
from maplegrid.cases.queries.inbox import Filters, matching_cases, narrowed
from maplegrid.cases.queries.orders import orders_visible_to
from maplegrid.cases.queries.page import handovers_named
from maplegrid.cases.queries.scope import visible_to
from maplegrid.kit.words import translated
from maplegrid.rules.access import NOT_YOURS
from maplegrid.rules.vocabulary import N_
from maplegrid.territory.queries import tower

NUMBER = re.compile(r"[0-9]{4}-[0-9]{1,12}", re.ASCII)


def cases_for(caller: Caller, asked: CasesAsked) -> QuerySet[Case]:
    """Scope first, then the filters. A unit or person that does not exist is a 422, never a filter left out."""
    filters = Filters(category=asked.category, status=asked.status or "", days=asked.days, q=asked.q)
    if asked.unit:
        if asked.unit not in tower().by_code:
            raise _unknown("unit")
        filters = replace(filters, unit=asked.unit)
    if asked.assignee:
        person = Person.objects.filter(username=asked.assignee).values_list("pk", flat=True).first()
        if person is None:
            raise _unknown("assignee")
        filters = replace(filters, person=person)
    if asked.view:
        return matching_cases(caller.actor, replace(filters, view=str(asked.view)), caller.now)
    return narrowed(visible_to(caller.actor), filters, caller.now)


def _unknown(field: str) -> NotDone:
    return NotDone(422, "unknown", translated(N_("没有这个人、机构或地方")), [field])


def case_for(caller: Caller, number: str) -> Case:
    """One case. Raises NotDone 404."""
    seen = with_names(visible_to(caller.actor)).prefetch_related("subjects", handovers_named())
    found = seen.filter(number=number).first() if NUMBER.fullmatch(number) else None
    if found is None:
        raise missing()
    return found


def order_for(caller: Caller, order_id: int) -> Order:
    """One order. Raises NotDone 404."""
    found = with_parties(orders_visible_to(caller.actor)).filter(pk=order_id).first()
    if found is None:
        raise missing()
    return found


def missing() -> NotDone:
    """The answer to a stranger and to a wrong number."""
    return NotDone(404, NOT_YOURS.code, translated(NOT_YOURS.sentence))
