"""What cases are called on screen, from what every process holds in memory: no join, no statement.

With all its seven joins PostgreSQL planned a case for longer than it took to read it.
"""

from maplegrid.accounts.models import Person
from maplegrid.cases.catalogue import catalogue
from maplegrid.cases.models import Case
from maplegrid.territory.queries import tower


def with_names(cases: list[Case]) -> list[Case]:
    """The same cases with category, place and queue at hand; units that have been closed are read when asked for."""
    categories = {category.pk: category for category in catalogue().categories.values()}
    units = tower().by_id
    for case in cases:
        if case.category_id in categories:
            case.category = categories[case.category_id]
        if case.area_id in units:
            case.area = units[case.area_id]
        if case.unit_id in units:
            case.unit = units[case.unit_id]
    return cases


def with_people(cases: list[Case]) -> list[Case]:
    """The same cases with who works on them and who answers for them, by one statement."""
    ids = {pk for case in cases for pk in (case.assignee_id, case.accountable_id) if pk}
    people = Person.objects.only("username", "display_name", "display_name_en").in_bulk(ids) if ids else {}
    for case in cases:
        case.assignee = people.get(case.assignee_id or 0)
        case.accountable = people.get(case.accountable_id or 0)
    return cases
