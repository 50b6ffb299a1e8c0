"""Orders (发令) and their steps."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router
from ninja import Status as Answer

from maplegrid.accounts.scopes import Scope
from maplegrid.cases.api.finding import case_for, order_for
from maplegrid.cases.api.keys import KeyWith, caller_in
from maplegrid.cases.api.paging import newest_first
from maplegrid.cases.api.rendering.orders import order_row, order_whole, with_parties
from maplegrid.cases.api.repeats import RepeatKey, Reply, once
from maplegrid.cases.api.routes import PROBLEMS
from maplegrid.cases.api.shapes.basics import Id
from maplegrid.cases.api.shapes.orders import (
    OrderDone,
    OrderIn,
    OrderPageOut,
    OrdersAsked,
    OrderStepIn,
    OrderWhole,
)
from maplegrid.cases.api.working import order_by_key, order_step_by_key
from maplegrid.cases.models import Order
from maplegrid.cases.queries.orders import orders_of, orders_visible_to

router = Router(tags=["orders"])
READ, ACT = KeyWith(Scope.CASES_READ), KeyWith(Scope.CASES_ACT)


@router.get("/orders", response={200: OrderPageOut, **PROBLEMS}, auth=READ)
def orders(request: HttpRequest, asked: Query[OrdersAsked]) -> Any:
    """Orders about cases the key's person may see, latest application first."""
    caller = caller_in(request)
    view = asked.view
    found = orders_of(caller.actor, str(view), caller.now) if view else orders_visible_to(caller.actor)
    rows, following = newest_first(with_parties(found), "applied_at", asked)
    return {"items": [order_row(order) for order in rows], "next": following}


@router.get("/orders/{order_id}", response={200: OrderWhole, **PROBLEMS}, auth=READ)
def order(request: HttpRequest, order_id: Annotated[Id, Path()]) -> Any:
    """One order with whom it names and its course."""
    caller = caller_in(request)
    return order_whole(order_for(caller, order_id), caller.actor)


@router.post("/cases/{number}/orders", response={201: OrderDone, **PROBLEMS}, auth=ACT)
def apply(request: HttpRequest, number: str, asked: OrderIn, repeat_key: RepeatKey = None) -> Any:
    """Apply for an order about a case: the sub-grid or community that has it cannot settle it."""
    caller = caller_in(request)
    return once(request, lambda: Answer(201, _done(order_by_key(caller, case_for(caller, number), asked))))


@router.post("/orders/{order_id}/steps", response={200: OrderDone, **PROBLEMS}, auth=ACT)
def order_step(
    request: HttpRequest, order_id: Annotated[Id, Path()], asked: OrderStepIn, repeat_key: RepeatKey = None
) -> Any:
    """Take one step, by the same rules as at a desk."""
    caller = caller_in(request)

    def do() -> Reply:
        return Answer(200, _done(order_step_by_key(caller, order_for(caller, order_id), asked)))

    return once(request, do)


def _done(order: Order) -> dict[str, Any]:
    return {
        "id": order.pk,
        "number": order.number,
        "status": str(order.status),
        "version": order.version,
    }
