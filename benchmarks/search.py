"""Searching words among many cases: the token index beside ILIKE."""

from benchmarks.many_cases import multiply_cases
from benchmarks.measuring import Line, seconds_each
from benchmarks.world import World

WORDS = ("富豪花园", "路灯", "管道堵塞")


def measure(world: World, cases: int) -> list[Line]:
    from django.db.models import Q

    from maplegrid.accounts.models import Person
    from maplegrid.cases.queries.inbox import PAGE, Filters, inbox_of
    from maplegrid.cases.queries.scope import visible_to
    from maplegrid.territory.actors import actor_of

    there = multiply_cases(cases)
    actor = actor_of(Person.objects.get(username="district.duty1"), world.now)

    def ours(words: str) -> int:
        return inbox_of(actor, Filters(view="ended", q=words, sort="newest"), world.now).total

    def by_ilike(words: str) -> int:
        said = Q(title__icontains=words) | Q(place_words__icontains=words)
        found = visible_to(actor).filter(said, status__in=_ended())
        list(found.select_related("category", "area").order_by("-received_at", "-id")[:PAGE])
        return found.count()

    return [_line(words, ours, by_ilike, there) for words in WORDS]


def _ended() -> frozenset[str]:
    from maplegrid.rules.lifecycle import ENDED

    return frozenset(ENDED)


def _line(words: str, ours, by_ilike, there: int) -> Line:
    quick, slow = seconds_each(ours, [words] * 5), seconds_each(by_ilike, [words] * 3)
    note = f"{there} cases; found {ours(words)} by tokens of title and text, {by_ilike(words)} by title alone"
    return Line(f"search “{words}”, total and first page", f"{quick * 1e3:.1f} ms", f"ILIKE {slow * 1e3:.1f} ms", slow / quick, note)  # fmt: skip
