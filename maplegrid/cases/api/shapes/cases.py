"""Cases: asking for them, reading one, taking a step."""

from datetime import datetime
from enum import StrEnum

from ninja import Schema
from pydantic import Field

from maplegrid.cases.api.shapes.basics import (
    Accuracy,
    Happened,
    Id,
    Latitude,
    Longitude,
    Moment,
    Named,
    Paged,
    PhotoReferences,
    Version,
    words,
)
from maplegrid.cases.queries.inbox import VIEWS
from maplegrid.rules.lifecycle import Action, Status

View = StrEnum("View", {name.upper(): name for name in VIEWS})  # type: ignore[misc]
# Contact details are opened at a desk, with a reason; residents withdraw by themselves.
Step = StrEnum(  # type: ignore[misc]
    "Step", {a.name: a.value for a in Action if a not in (Action.OPEN_CONTACT, Action.WITHDRAW)}
)


class CasesAsked(Paged):
    """The inbox's own filters. Without `view`, everything the key's person may see, ended or not."""

    view: View | None = None
    status: Status | None = None
    category: words(8) = Field("", description="code of a type or of a first-level type")  # type: ignore[valid-type]
    unit: words(20) = Field("", description="code of a unit: cases in it and below")  # type: ignore[valid-type]
    assignee: words(150) = Field("", description="username")  # type: ignore[valid-type]
    days: int = Field(0, ge=0, le=36_500, description="received within so many days; 0 for all")
    q: words(80) = Field("", description="Chinese words, numbers, places")  # type: ignore[valid-type]


class CaseRow(Schema):
    """A case as the inbox shows it."""

    number: str
    title: str
    status: Status
    category: Named
    urgency: str
    flags: list[str]
    sealed: bool
    area: Named
    unit: Named | None
    body: Named | None
    lon: float | None
    lat: float | None
    households: int
    received_at: datetime
    closed_at: datetime | None
    next_at: datetime | None
    version: int


class CasePageOut(Schema):
    """One page, newest first. `next` is the cursor of the page after it; null on the last."""

    items: list[CaseRow]
    next: str | None


class CountsOut(Schema):
    """How many open cases each view holds for the key's person."""

    queue: int
    area: int
    mine: int
    waiting: int
    soon: int
    late: int
    many: int
    checking: int
    triage: int
    paused: int


class Voice(Schema):
    """One resident's message in a case, without who it is. `photos` are read at /photos/{photo}."""

    number: str
    text: str
    received_at: datetime
    photos: list[int]


class EventPageOut(Schema):
    """Part of a timeline, oldest first."""

    items: list[Happened]
    next: str | None


class HandoverOut(Schema):
    """A transfer to the police or to a statutory route; `id` is what record_receipt asks for as `handover`."""

    id: int
    kind: str
    state: str
    body: Named | None
    sent_at: datetime | None
    receipt_number: str


class CaseWhole(CaseRow):
    """A case with its voices, its timeline, and what the key's person may do next."""

    solution: str
    voices: list[Voice]
    events: list[Happened]
    handovers: list[HandoverOut]
    orders: list[int]
    possible: list[str]


class StepIn(Schema):
    """One step. `version` is what you saw; with it, "somebody was faster" is an answer (409)."""

    action: Step
    version: Version | None = None
    text: words(2000) = ""  # type: ignore[valid-type]
    public_text: words(500) = ""  # type: ignore[valid-type]
    person: words(150) = Field("", description="username")  # type: ignore[valid-type]
    unit: words(20) = Field("", description="code of a unit")  # type: ignore[valid-type]
    building: words(80) = Field("", description="code or full name")  # type: ignore[valid-type]
    body: words(40) = Field("", description="code of a body")  # type: ignore[valid-type]
    category: words(8) = ""  # type: ignore[valid-type]
    until: Moment | None = None
    number: words(60) = Field("", description="of another case, or of a receipt")  # type: ignore[valid-type]
    handover: Id | None = None
    lon: Longitude | None = None
    lat: Latitude | None = None
    accuracy_m: Accuracy | None = None
    photos: PhotoReferences = []


class StepDone(Schema):
    """Where the case stands after the step. Whether it can still be read is another question, and scope."""

    number: str
    status: Status
    version: int
