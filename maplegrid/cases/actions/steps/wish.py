"""What somebody asks for in one step."""

from dataclasses import dataclass, field
from datetime import datetime

from maplegrid.messaging.models import Attachment


@dataclass(frozen=True)
class Wish:
    """What somebody asks for in one step. Only the fields an action needs are filled."""

    text: str = ""
    public_text: str = ""
    person_id: int | None = None
    unit_id: int | None = None
    body_id: int | None = None
    building_id: int | None = None
    category: str = ""
    until: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    number: str = ""
    handover_id: int | None = None
    photos: list[Attachment] = field(default_factory=list)
