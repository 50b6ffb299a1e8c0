"""Words that only residents read."""

from django import template

from maplegrid.cases.models import Case
from maplegrid.cases.queries.follow.ahead import stands_words

register = template.Library()


@register.filter
def stands_of(case: Case) -> str:
    """Where it stands, in plain words instead of the register's."""
    return stands_words(case)
