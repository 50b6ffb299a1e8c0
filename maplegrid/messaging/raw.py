"""What every door builds: one message, before anything is read or decided."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from maplegrid.rules.vocabulary import Channel


@dataclass(frozen=True)
class RawMessage:
    """One message from one door. `channel` + `external_id` name it for ever; a repeat is a no-op.

    `lon`, `lat` are degrees in `datum` (WGS84, CGCS2000, GCJ02, BD09), as the door got them. `photos` are ids of
    Attachments that were kept before. `raw` carries whatever else the door knew. `category_hint` is the code of the
    type the sender chose; `api_key_id` the key another system showed.
    """

    channel: Channel
    external_id: str
    text: str
    title: str = ""
    sent_at: datetime | None = None
    anonymous: bool = False
    contact_name: str = ""
    contact_phone: str = ""
    place_words: str = ""
    lon: float | None = None
    lat: float | None = None
    datum: str = ""
    accuracy_m: float | None = None
    building_id: int | None = None
    door_id: int | None = None
    unit_hint_id: int | None = None
    relay_id: int | None = None
    registered_by_id: int | None = None
    api_key_id: int | None = None
    category_hint: str = ""
    consent: dict[str, Any] = field(default_factory=dict)
    me_too_of: str = ""
    language: str = ""
    raw: dict[str, Any] = field(default_factory=dict)
    photos: tuple[int, ...] = ()
