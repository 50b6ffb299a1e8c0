"""Words of orders for templates."""

from django import template
from django.utils.translation import gettext

from maplegrid.cases.models import Order, OrderParty
from maplegrid.cases.queries.orders import BodyRate
from maplegrid.cases.words import unit_words
from maplegrid.kit.words import in_language
from maplegrid.rules.orders import ORDER_STATUS_NAMES, RULING_NAMES, OrderStatus, Ruling
from maplegrid.territory.models import Unit

register = template.Library()


@register.filter
def order_status(order: Order) -> str:
    return gettext(ORDER_STATUS_NAMES[OrderStatus(order.status)])


@register.filter
def turn_name(order: Order) -> str:
    """Whose move it is: the body or unit."""
    if order.turn_body:
        return in_language(order.turn_body.name, order.turn_body.name_en)
    return unit_words(order.turn_unit) if order.turn_unit else "—"


@register.filter
def unit_name_of(unit: Unit) -> str:
    return unit_words(unit)


@register.filter
def ruling_name(party: OrderParty) -> str:
    return gettext(RULING_NAMES[Ruling(party.ruling)])


@register.filter
def on_time_share(rate: BodyRate) -> str:
    """Filed in time ÷ due, as a percentage with one decimal."""
    return f"{rate.on_time / rate.orders:.1%}" if rate.orders else "—"
