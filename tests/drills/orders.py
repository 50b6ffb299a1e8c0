"""`python -m tests.drills.orders N`: N orders applied for and issued, each tried again until it is committed.

Runs beside a living installation (its DATABASE_URL and MAPLEGRID_HOME in the environment) and prints one JSON line
per acknowledged order: the case's number and the order's number.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import django

PATIENCE_S = 180.0


def main(count: int) -> None:
    django.setup()
    done: set[int] = set()
    deadline = time.monotonic() + PATIENCE_S
    while len(done) < count and time.monotonic() < deadline:
        for case_id in insisting(lambda: open_cases(done, count - len(done))):
            number, order = lifted(case_id)
            done.add(case_id)
            sys.stdout.write(json.dumps({"case": number, "order": order}) + "\n")
            sys.stdout.flush()
        time.sleep(0.2)


def insisting(act: Callable[[], Any]) -> Any:
    """Again on a new connection, as long as the database is away."""
    from django.db import InterfaceError, OperationalError, connection

    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return act()
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def open_cases(done: set[int], count: int) -> list[int]:
    """Cases in a sub-grid's hands, without an order."""
    from maplegrid.cases.models import Case
    from maplegrid.rules.lifecycle import WORKABLE

    rows = Case.objects.filter(status__in=WORKABLE, unit__level="sub_grid", orders=None, number__gte="2026-")
    return list(rows.exclude(pk__in=done).order_by("-pk").values_list("pk", flat=True)[: min(count, 20)])


def lifted(case_id: int) -> tuple[str, str]:
    """Applied for by the chief, issued by the community: two transactions, each repeated until it is there."""
    from maplegrid.cases.actions.orders import OrderWish, apply_for_order, take_order_step
    from maplegrid.cases.models import Case, Order
    from maplegrid.rules.orders import ORDER_OPEN, OrderAction
    from maplegrid.territory.queries import desk_people

    case = insisting(lambda: Case.objects.select_related("unit__parent").get(pk=case_id))
    chief = insisting(lambda: actor_at(desk_people(case.unit_id, moment())[0]))
    desk = insisting(lambda: actor_at(desk_people(case.unit.parent_id, moment())[0]))
    wish = OrderWish(tried="疏通过", why="是市政管", asked="请清通")

    def apply() -> Any:
        known = Order.objects.filter(case=case, status__in=ORDER_OPEN).first()
        return known or apply_for_order(case_id=case_id, wish=wish, actor=chief, now=moment())

    def issue() -> Any:
        known = Order.objects.get(pk=order.pk)
        if known.number:
            return known
        return take_order_step(
            order_id=order.pk, action=OrderAction.ISSUE, actor=desk, now=moment(), wish=OrderWish(text="x")
        )

    order = insisting(apply)
    return case.number, insisting(issue).number


def moment() -> Any:
    from maplegrid.kit.moment import now

    return now()


def actor_at(person: Any) -> Any:
    from maplegrid.territory.actors import actor_of

    return actor_of(person, moment())


if __name__ == "__main__":
    main(int(sys.argv[1]))
