"""Orders (发令): asking for them, reading one, applying, taking a step."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from ninja import Schema
from pydantic import Field

from maplegrid.cases.api.shapes.basics import (
    Accuracy,
    Happened,
    Id,
    Latitude,
    Longitude,
    Named,
    Paged,
    PhotoReferences,
    Version,
    words,
)
from maplegrid.cases.queries.orders import VIEWS
from maplegrid.rules.orders import OrderAction, OrderStatus

OrderList = StrEnum("OrderList", {name.upper(): name for name in VIEWS})  # type: ignore[misc]


class OrdersAsked(Paged):
    """`turn`: my move; `area`: under way; `late`; `ended`. Without it, all."""

    view: OrderList | None = None


class OrderRow(Schema):
    """An order as the list shows it. `number` is empty until the community has issued it."""

    id: int
    number: str
    case: str
    status: OrderStatus
    urgent: bool
    applicant: Named
    turn: Named | None
    applied_at: datetime
    issued_at: datetime | None
    next_at: datetime | None
    breached_at: datetime | None
    closed_at: datetime | None
    version: int


class OrderPageOut(Schema):
    """One page, latest application first."""

    items: list[OrderRow]
    next: str | None


class Party(Schema):
    """A body or unit the order names. `id` is what ruling on its objection asks for as `party`."""

    id: int
    name: Named
    lead: bool
    signed_at: datetime | None
    arrived_at: datetime | None
    objection: str
    ruling: str
    ruling_words: str
    released_at: datetime | None


class OrderWhole(OrderRow):
    """An order with whom it names, its timeline, and what the key's person may do next."""

    tried: str
    why: str
    asked: str
    opinion: str
    returned_reason: str
    instruction: str
    result: str
    verification: str
    resident_says: bool
    parties: list[Party]
    events: list[Happened]
    possible: list[OrderAction]


class OrderIn(Schema):
    """An application: what was done, why this level cannot settle it, what is asked of whom."""

    tried: Annotated[words(1000), Field(min_length=1)]  # type: ignore[valid-type]
    why: Annotated[words(1000), Field(min_length=1)]  # type: ignore[valid-type]
    asked: Annotated[words(1000), Field(min_length=1)]  # type: ignore[valid-type]
    urgent: bool = False


class Whom(Schema):
    """A body, or the street or community of the order, by its code."""

    body: words(40) = ""  # type: ignore[valid-type]
    unit: words(20) = ""  # type: ignore[valid-type]


class OrderStepIn(Schema):
    """One step. `lead` and `assisting` are for assign, `party` and `uphold` for rule."""

    action: OrderAction
    version: Version | None = None
    text: words(2000) = ""  # type: ignore[valid-type]
    tried: words(1000) = ""  # type: ignore[valid-type]
    why: words(1000) = ""  # type: ignore[valid-type]
    asked: words(1000) = ""  # type: ignore[valid-type]
    lead: Whom | None = None
    assisting: Annotated[list[Whom], Field(max_length=20)] = []
    party: Id | None = None
    uphold: bool = False
    resident_says: bool = False
    lon: Longitude | None = None
    lat: Latitude | None = None
    accuracy_m: Accuracy | None = None
    photos: PhotoReferences = []


class OrderDone(Schema):
    """Where the order stands after the step."""

    id: int
    number: str
    status: OrderStatus
    version: int
