"""What goes in and out, as the OpenAPI document describes it. No contact details go out."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, Field

from maplegrid.engines.geodesy import Datum
from maplegrid.messaging.actions.receiving import clean
from maplegrid.rules.lifecycle import Action, Status

YEARS = range(1970, 2200)


def _meant(moment: datetime) -> datetime:
    if moment.year not in YEARS:
        raise ValueError("year out of range")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_meant)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]


def _words(most: int) -> Any:
    return Annotated[str, Field(max_length=most), AfterValidator(clean)]


# Contact details are opened at a desk, with a reason; residents withdraw by themselves.
Step = StrEnum(  # type: ignore[misc]
    "Step", {a.name: a.value for a in Action if a not in (Action.OPEN_CONTACT, Action.WITHDRAW)}
)


class Problem(Schema):
    """Why something was not done: a code for programs, a sentence for people."""

    code: str
    message: str
    detail: list[str] = []


class Named(Schema):
    """Something of the district by code and name."""

    code: str
    name: str


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


class Voice(Schema):
    """One resident's message in a case, without who it is."""

    number: str
    text: str
    received_at: datetime


class Happened(Schema):
    """One entry of the timeline."""

    at: datetime
    action: str
    by: str
    text: str
    public_text: str
    from_status: str
    to_status: str


class CaseWhole(CaseRow):
    """A case with its voices, its timeline, and what the key's person may do next."""

    solution: str
    voices: list[Voice]
    steps: list[Happened]
    possible: list[str]


class StepIn(Schema):
    """One step. `version` is what you saw; with it, "somebody was faster" is an answer (409)."""

    action: Step
    version: int | None = Field(None, ge=0, le=2**31 - 1)
    text: _words(2000) = ""  # type: ignore[valid-type]
    public_text: _words(500) = ""  # type: ignore[valid-type]
    person: _words(150) = Field("", description="username")  # type: ignore[valid-type]
    unit: _words(20) = Field("", description="code of a unit")  # type: ignore[valid-type]
    building: _words(80) = Field("", description="code or full name")  # type: ignore[valid-type]
    body: _words(40) = Field("", description="code of a body")  # type: ignore[valid-type]
    category: _words(8) = ""  # type: ignore[valid-type]
    until: Moment | None = None
    number: _words(60) = Field("", description="of another case, or of a receipt")  # type: ignore[valid-type]
    lon: Longitude | None = None
    lat: Latitude | None = None
    accuracy_m: float | None = Field(None, ge=0, le=1e6, allow_inf_nan=False)


class StepDone(Schema):
    """Where the case stands after the step. Whether it can still be read is another question, and scope."""

    number: str
    status: Status
    version: int


class MessageIn(Schema):
    """A report another system passes on. It is located and routed like any other."""

    text: Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(clean)]
    title: _words(200) = ""  # type: ignore[valid-type]
    category: _words(8) = Field("", description="code of the district's catalogue, if the sender chose")  # type: ignore[valid-type]
    place: _words(200) = ""  # type: ignore[valid-type]
    building: _words(40) = Field("", description="code of a building")  # type: ignore[valid-type]
    lon: Longitude | None = None
    lat: Latitude | None = None
    datum: Datum = Datum.WGS84
    anonymous: bool = False
    contact_name: _words(80) = ""  # type: ignore[valid-type]
    contact_phone: _words(40) = ""  # type: ignore[valid-type]
    sent_at: Moment | None = None


class MessageOut(Schema):
    """Kept. `code` is the resident's follow code, said once: null in a repeated answer."""

    number: str
    code: str | None
