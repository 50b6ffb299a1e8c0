"""What people read of a case, in their language."""

from django.utils.translation import gettext as _

from maplegrid.accounts.models import Body, Person
from maplegrid.cases.models import Case, Category, Step
from maplegrid.kit.words import named
from maplegrid.rules.lifecycle import STATUS_NAMES, Status
from maplegrid.territory.models import Unit


def public_words(step: Step) -> str:
    """Our own sentences in the reader's language; somebody's own words as they are."""
    words = step.detail.get("words")
    if not isinstance(words, dict):
        return step.public_text
    return _(step.public_text).format(**words) if step.public_text else ""


def category_words(category: Category) -> str:
    """What kind of matter it is, in the reader's language where the catalogue knows it."""
    return named(category)


def person_words(person: Person) -> str:
    """Somebody by their role, never by their name."""
    return named(person)


def unit_words(unit: Unit) -> str:
    """A unit of the tower by its name."""
    return named(unit)


def body_words(body: Body) -> str:
    """A body by its name."""
    return named(body)


def status_words(case: Case) -> str:
    """Where a case stands."""
    return _(STATUS_NAMES[Status(case.status)])


def place_words(case: Case) -> str:
    """小分格 · 楼栋, as short as it is clear."""
    parts = [named(case.area), case.building.name if case.building else case.place_words[:20]]
    return " · ".join(part for part in parts if part)


def holder_words(case: Case) -> str:
    """Who has it: the person by role, else the body or unit."""
    return named(case.assignee or case.body or case.unit)
