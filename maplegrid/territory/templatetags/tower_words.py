"""Words of the tower for templates: units and people in the reader's language, levels, shares."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext

from maplegrid.accounts.models import Person
from maplegrid.engines.geodesy import Datum
from maplegrid.kit.words import named
from maplegrid.rules.vocabulary import LEVEL_NAMES, Level
from maplegrid.territory.exchange import DATUM_NAMES
from maplegrid.territory.models import Unit

register = template.Library()
FORMAT_NAMES = {"geojson": "GeoJSON", "gpkg": "GeoPackage", "zip": "Shapefile", "csv": "CSV", "xlsx": "Excel"}


@register.filter
def unit_name(unit: Unit) -> str:
    """The unit's name in the reader's language, where it has one."""
    return named(unit)


@register.filter
def item_name(thing: Any) -> str:
    """The same for duties and stations."""
    return named(thing)


@register.filter
def person_name(person: Person) -> str:
    """A person as shown: the role first."""
    return named(person)


@register.filter
def level_name(level: str) -> str:
    return gettext(LEVEL_NAMES[Level(level)])


@register.filter
def said_words(msgid: str) -> str:
    """A word of the rules in the reader's language."""
    return gettext(msgid) if msgid else ""


@register.filter
def datum_name(datum: str) -> str:
    return DATUM_NAMES[Datum(datum)]


@register.filter
def format_name(ending: str) -> str:
    return FORMAT_NAMES[ending]


@register.filter
def square_km(metres: float) -> str:
    """Square metres as square kilometres with two digits."""
    return number_format(metres / 1e6, 2)


@register.filter
def percent(share: float) -> str:
    return f"{100 * share:.0f}%"


@register.filter
def nth(words: Sequence[str], place: int) -> str:
    """The n-th of some words, counted from 1."""
    return words[place - 1]
