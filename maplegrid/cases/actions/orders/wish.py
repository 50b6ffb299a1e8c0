"""What somebody filled in for one action on an order."""

from dataclasses import dataclass, field

from maplegrid.messaging.models import Attachment


@dataclass(frozen=True)
class OrderWish:
    """Every field any action on an order may need. `lead` and `assisting` are ("body" | "unit", id)."""

    text: str = ""
    tried: str = ""
    why: str = ""
    asked: str = ""
    urgent: bool = False
    lead: tuple[str, int] | None = None
    assisting: tuple[tuple[str, int], ...] = ()
    party_id: int | None = None
    uphold: bool = False
    resident_says: bool = False
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    photos: list[Attachment] = field(default_factory=list)
