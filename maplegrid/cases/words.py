"""What residents read of a case."""

from django.utils.translation import gettext as _

from maplegrid.accounts.models import Person
from maplegrid.cases.models import Category, Step
from maplegrid.kit.words import named
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
