"""The staff list of 50 rows beside asking for each row's names one by one."""

from benchmarks.many_cases import multiply_cases
from benchmarks.measuring import Line, cost_of
from benchmarks.world import World

NAMES = ("category", "area", "building", "unit", "body", "assignee", "accountable")
ROUNDS = 20


def measure(world: World, cases: int) -> list[Line]:
    from django.db.models import F
    from django.test import Client

    from maplegrid.accounts.models import Person
    from maplegrid.cases.queries.inbox import PAGE, Filters, inbox_of, matching_cases
    from maplegrid.territory.actors import actor_of

    there = multiply_cases(cases)
    clerk = Person.objects.get(username="district.duty1")
    actor, filters = actor_of(clerk, world.now), Filters(view="area")
    browser = Client(HTTP_HOST="localhost")
    browser.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")

    def page(_: int) -> None:
        assert browser.get("/cases/?view=area").status_code == 200

    def one_by_one(_: int) -> None:
        matching = matching_cases(actor, filters, world.now)
        matching.count()
        for case in matching.order_by(F("next_at").asc(nulls_last=True), "id")[:PAGE]:
            for name in NAMES:
                getattr(case, name)

    page(0)
    rows = cost_of(lambda _: inbox_of(actor, filters, world.now), range(ROUNDS))
    naive, whole = cost_of(one_by_one, range(ROUNDS)), cost_of(page, range(ROUNDS))
    total = inbox_of(actor, filters, world.now).total
    return [
        Line("staff list, 50 rows: the rows", rows.words(), f"N+1 {naive.words()}", naive.wall_ms / rows.wall_ms, f"{there} cases, {total} match"),
        Line("  the whole page", whole.words(), "Signalen 377 SQL, 427 ms", 427 / whole.wall_ms, "quoted, other machine; one client"),
    ]  # fmt: skip
