"""The case behind an address, for whoever may know of it."""

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from maplegrid.cases.models import Case
from maplegrid.cases.queries.names import with_names
from maplegrid.cases.queries.page import handovers_named
from maplegrid.cases.queries.scope import visible_to, with_facts
from maplegrid.territory.guard import actor_in


def case_or_404(request: HttpRequest, number: str) -> Case:
    """The case if this person may know of it; a stranger and a wrong number get the same answer."""
    case = (
        with_facts(visible_to(actor_in(request)))
        .select_related("body", "building", "assignee", "accountable", "merged_into")
        .prefetch_related("subjects", handovers_named())
        .filter(number=number)
        .first()
    )
    if case is None:
        raise Http404(_("没有找到这件事，或者它不在您负责的范围内"))
    [named] = with_names([case])
    return named
