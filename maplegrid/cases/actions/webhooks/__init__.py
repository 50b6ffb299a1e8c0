"""Telling other systems of events: subscribing, queueing one delivery per address, sending it until it arrives."""

from maplegrid.cases.actions.webhooks.queueing import queue_deliveries, queue_trial
from maplegrid.cases.actions.webhooks.sending import resend
from maplegrid.cases.actions.webhooks.subscribing import Subscribed, end_webhook, subscribe

__all__ = ["Subscribed", "end_webhook", "queue_deliveries", "queue_trial", "resend", "subscribe"]
