"""The orders of the demo year, from the loaded database: each figure is counted from true events."""

from datetime import datetime

import pytest
from django.db import transaction
from django.db.models import F

from maplegrid.cases.actions.clocks import rule_of_clock
from maplegrid.cases.models import Case, Clock, Order
from maplegrid.cases.queries.orders import on_time_by_body
from maplegrid.kit.moment import CHINA
from maplegrid.rules.calendar import default_calendar
from maplegrid.rules.clock import ClockEvent, compute
from maplegrid.rules.orders import OrderStatus
from maplegrid.simulate.load import load_demo
from maplegrid.simulate.plan import DistrictPlan
from tests.cast import CAST, NOON, PASSWORD, actor
from tests.territory.towers import clear_ground, empty

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(db: None) -> DistrictPlan:
    """A small district with its year of history, in place of the one without; gone again after the test."""
    plan = DistrictPlan(scale=0.02, now=NOON)
    clear_ground()
    empty("territory_walknode", "messaging_numberrange", "cases_category", "cases_serviceprofile")
    with transaction.atomic():
        load_demo(plan, password=PASSWORD)
    return plan


def test_every_matter_a_department_settled_was_lifted_by_an_order_and_all_were_on_time(year):
    orders = Order.objects.filter(status=OrderStatus.CLOSED)
    assert orders.count() == Order.objects.count() == year.count(year.by_department)
    rates = on_time_by_body(actor(CAST.district), datetime(2026, 1, 1, tzinfo=CHINA), NOON)
    assert sum(rate.orders for rate in rates) == orders.count()
    assert sum(rate.on_time for rate in rates) == orders.count()
    assert not Case.objects.filter(orders__isnull=False, settled_in_grid=True).exists()
    assert not orders.exclude(applicant_unit=F("case__unit")).exists()


def test_the_on_time_rate_follows_the_events(year):
    clock = Clock.objects.filter(milestone="order_result").first()
    assert clock is not None
    Clock.objects.filter(pk=clock.pk).update(stopped_at=F("due_at") + (NOON - NOON.replace(hour=11)))
    rates = on_time_by_body(actor(CAST.district), datetime(2026, 1, 1, tzinfo=CHINA), NOON)
    assert sum(rate.orders - rate.on_time for rate in rates) == 1


def test_its_stations_follow_each_other_and_its_clocks_are_their_events(year):
    for order in Order.objects.select_related("case"):
        stations = [order.applied_at, order.issued_at, order.assigned_at, order.filed_at, order.closed_at]
        assert None not in stations
        assert stations == sorted(stations)
        assert order.case.received_at <= order.applied_at
        assert order.case.closed_at is not None
        assert order.closed_at <= order.case.closed_at
    for clock in Clock.objects.filter(order__isnull=False).prefetch_related("events")[:200]:
        events = [ClockEvent(event.event, event.at) for event in clock.events.all()]
        assert compute(rule_of_clock(clock), events, default_calendar()).due == clock.due_at
