"""The district itself: its units, its catalogue; and what the system told the key's person."""

from datetime import datetime

from ninja import Schema
from pydantic import Field

from maplegrid.cases.api.shapes.basics import Paged, words
from maplegrid.rules.vocabulary import Level


class UnitsAsked(Schema):
    """Units of one level, under a unit; without either, the whole tower within the person's area and above."""

    level: Level | None = None
    under: words(20) = Field("", description="code of a unit")  # type: ignore[valid-type]


class UnitOut(Schema):
    """One unit of the tower. `parent` is the code of the one above; null for the district."""

    code: str
    name: str
    level: Level
    parent: str | None
    households: int
    residents: int


class UnitsOut(Schema):
    """Units, ordered by code."""

    items: list[UnitOut]


class CategoryOut(Schema):
    """One type of matter, under its first-level type."""

    code: str
    name: str
    first_code: str
    first_name: str
    active: bool


class CatalogueOut(Schema):
    """Every type of the district's catalogue."""

    items: list[CategoryOut]


class NoticesAsked(Paged):
    """Own notices; `unread` for those not read yet."""

    unread: bool = False


class NoticeOut(Schema):
    """What the system told this person; `case` while they may still see it."""

    id: int
    text: str
    case: str | None
    queued_at: datetime
    read_at: datetime | None


class NoticePageOut(Schema):
    """One page, newest first."""

    items: list[NoticeOut]
    next: str | None


class ReadOut(Schema):
    """How many were marked as read."""

    read: int
