"""Who may be mentioned in a case: exactly the people who may see it, found by the rule itself."""

import re
from datetime import datetime

from django.db.models import Q

from maplegrid.accounts.models import Delegation, Person
from maplegrid.cases.models import Case
from maplegrid.cases.queries.scope import view_of
from maplegrid.rules.access import ids_of, why_not_see
from maplegrid.territory.actors import actor_of, actors_of
from maplegrid.territory.models import Assignment
from maplegrid.territory.queries import valid_on

SUGGESTED = 8
# An @ that begins a mention: not inside an address of mail, and followed by something.
_AT = re.compile(r"(?<![A-Za-z0-9._-])@(?=\S)")
_WORD = re.compile(r"[^\s，。；：、,;:!！?？]{1,20}")


def people_who_see(case: Case, now: datetime) -> list[Person]:
    """Everybody who may open this case now, deputies included, in the order of their sign-in names."""
    near = _near(case, now)
    actors = dict(actors_of(sorted(near), now))
    deputies = Delegation.objects.filter(person_id__in=near, valid_from__lte=now, valid_to__gt=now)
    for person in Person.objects.filter(pk__in=deputies.values("deputy_id")):
        actors[person.pk] = actor_of(person, now)
    view = view_of(case)
    seeing = [actor.person_id for actor in actors.values() if actor.seats and not why_not_see(actor, view)]
    return list(Person.objects.filter(pk__in=seeing, is_active=True).order_by("username"))


def _near(case: Case, now: datetime) -> set[int]:
    """Whose seats lie over the case's place or in its queue; the rule then decides about each."""
    bodies = [case.body.pk, case.body.parent_id or 0] if case.body else []
    seats = Assignment.objects.filter(valid_on(now.date()), person__is_active=True).filter(
        Q(unit_id__in=[*ids_of(case.path), case.unit_id or 0]) | Q(body_id__in=bodies)
    )
    return {*seats.values_list("person_id", flat=True), *([case.assignee_id] if case.assignee_id else [])}


def suggested(case: Case, words: str, now: datetime) -> list[Person]:
    """The first few who may be mentioned and whose role or sign-in name holds these words."""
    wanted = words.strip().lower()
    matching = [one for one in people_who_see(case, now) if any(wanted in name for name in _names(one))]
    return matching[:SUGGESTED]


def _names(person: Person) -> list[str]:
    shown = (str(person), person.display_name_en, person.username)
    return [name.lower() for name in shown if name]


def mentioned_in(text: str, people: list[Person]) -> tuple[list[Person], str]:
    """The people whose names follow an @, the longest name winning; and the first @word that is nobody's, or ""."""
    named: dict[int, Person] = {}
    for at in _AT.finditer(text):
        rest = text[at.end() :].lower()
        fits = [(len(name), one) for one in people for name in _names(one) if rest.startswith(name)]
        if not fits:
            word = _WORD.match(text[at.end() :])
            return [], word[0] if word else text[at.end() : at.end() + 1]
        longest = max(fits, key=lambda fit: fit[0])[1]
        named[longest.pk] = longest
    return list(named.values()), ""


def has_mention(text: str) -> bool:
    """Whether anybody is mentioned at all; spares the search for who may be."""
    return _AT.search(text) is not None
