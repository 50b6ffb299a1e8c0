"""Orders (发令): applied for below, carried up, done by others, closed by whoever applied."""

from maplegrid.cases.actions.orders.door import apply_for_order, cancel_orders, take_order_step
from maplegrid.cases.actions.orders.wish import OrderWish

__all__ = ["OrderWish", "apply_for_order", "cancel_orders", "take_order_step"]
