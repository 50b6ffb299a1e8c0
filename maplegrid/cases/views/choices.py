"""The long lists a step may ask to choose from, drawn once for all pages: the same for everybody.

A case page offers several steps, and each would draw its hundred types and 264 sub-grids again.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from maplegrid.accounts.models import Body
from maplegrid.cases.catalogue import catalogue
from maplegrid.cases.words import category_words
from maplegrid.kit.words import named
from maplegrid.territory.models import Unit
from maplegrid.territory.queries import tower

OPTION = '<option value="{}">{}</option>'


@dataclass(frozen=True)
class Choices:
    """`<option>`s in the reader's language."""

    categories: SafeString
    sub_grids: SafeString
    bodies: SafeString


def choices() -> Choices:
    """Today's, at most as old as the catalogue and the tower in this process."""
    return _drawn(catalogue().read_at, tower().token, get_language())


@lru_cache(maxsize=8)
def _drawn(catalogue_read: float, tower_token: object, language: str | None) -> Choices:
    known = catalogue()
    types = [(c.code, f"{_(c.l1_name)} · {category_words(c)}") for c in known.categories.values() if c.active]
    groups = [
        (group, format_html_join("", OPTION, ((unit.code, named(unit)) for unit in units)))
        for group, units in sub_grids_grouped()
    ]
    return Choices(
        categories=format_html_join("", OPTION, types),
        sub_grids=format_html_join("", '<optgroup label="{}">{}</optgroup>', groups),
        bodies=format_html_join(
            "", OPTION, ((body.pk, _body_words(body)) for body in _in_families(known.bodies))
        ),
    )


def _in_families(bodies: list[Body]) -> list[Body]:
    """Each department before its sub-units."""
    codes = {body.pk: body.code for body in bodies}
    return sorted(
        bodies, key=lambda body: (codes.get(body.parent_id or body.pk, body.code), body.parent_id or 0)
    )


def _body_words(body: Body) -> str:
    above = catalogue().body(body.parent_id)
    return f"{named(above)} / {named(body)}" if above else named(body)


def sub_grids_grouped() -> list[tuple[str, list[Unit]]]:
    """(community name, its sub-grids) for the place select."""
    known = tower()
    groups: dict[str, list[Unit]] = {}
    for unit in known.by_id.values():
        if unit.level == "sub_grid":
            groups.setdefault(known.by_id[unit.parent_id].name if unit.parent_id else "", []).append(unit)
    return sorted(groups.items())
