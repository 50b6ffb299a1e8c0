"""Pieces that every shape is made of."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, Field

from maplegrid.messaging.actions.receiving import clean

YEARS = range(1970, 2200)
LARGEST_ID = 2**53 - 1
PAGE_AT_MOST = 100


def _meant(moment: datetime) -> datetime:
    if moment.year not in YEARS:
        raise ValueError("year out of range")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_meant)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Accuracy = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1, description="as you saw it; older than now is a 409")]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Limit = Annotated[int, Field(ge=1, le=PAGE_AT_MOST)]
PhotoReference = Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9:_-]+$")]
PhotoReferences = Annotated[list[PhotoReference], Field(max_length=6, description="from POST /photos")]


def words(most: int) -> Any:
    """Text of at most so many characters, cleaned of what PostgreSQL cannot keep."""
    return Annotated[str, Field(max_length=most), AfterValidator(clean)]


class Problem(Schema):
    """Why something was not done: a code for programs, a sentence for people."""

    code: str
    message: str
    detail: list[str] = []


class Named(Schema):
    """Something of the district by code and name."""

    code: str
    name: str


class Happened(Schema):
    """One entry of the timeline."""

    at: datetime
    action: str
    by: str
    text: str
    public_text: str
    from_status: str
    to_status: str
    photos: list[int]


class Paged(Schema):
    """A place in a list: `cursor` is the `next` of the page before."""

    cursor: Annotated[str, Field(max_length=200)] = ""
    limit: Limit = 50
