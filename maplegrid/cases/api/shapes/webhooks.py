"""Webhooks of one key."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from ninja import Schema
from pydantic import Field

from maplegrid.cases.actions.webhooks.subscribing import EVENTS
from maplegrid.cases.api.shapes.basics import words

Event = StrEnum("Event", {name.replace(".", "_").upper(): name for name in EVENTS})  # type: ignore[misc]


class WebhookIn(Schema):
    """Where to send which events."""

    url: Annotated[words(500), Field(min_length=1)]  # type: ignore[valid-type]
    events: Annotated[list[Event], Field(min_length=1, max_length=len(EVENTS))]


class WebhookRow(Schema):
    """A webhook that is in use."""

    id: int
    url: str
    events: list[str]
    created_at: datetime


class WebhookOut(WebhookRow):
    """A new webhook. `secret` signs what is sent and is said once: null in a repeated answer."""

    secret: str | None


class WebhooksOut(Schema):
    """The key's webhooks in use."""

    items: list[WebhookRow]


class DeliveryOut(Schema):
    """What became of one event: waiting, delivered, given_up or withheld; `trouble` of the last attempt."""

    delivery: str
    event: str
    state: str
    attempts: int
    trouble: str
    queued_at: datetime
    next_at: datetime | None
    delivered_at: datetime | None


class DeliveriesOut(Schema):
    """The last hundred, newest first."""

    items: list[DeliveryOut]
