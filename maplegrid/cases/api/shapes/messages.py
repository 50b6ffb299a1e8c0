"""Handing in: a report, its photos."""

from typing import Annotated

from ninja import Schema
from pydantic import Field

from maplegrid.cases.api.shapes.basics import Latitude, Longitude, Moment, PhotoReferences, words
from maplegrid.engines.geodesy import Datum


class MessageIn(Schema):
    """A report another system passes on. It is located and routed like any other."""

    text: Annotated[words(4000), Field(min_length=1)]  # type: ignore[valid-type]
    title: words(200) = ""  # type: ignore[valid-type]
    category: words(8) = Field("", description="code of the district's catalogue, if the sender chose")  # type: ignore[valid-type]
    place: words(200) = ""  # type: ignore[valid-type]
    building: words(40) = Field("", description="code of a building")  # type: ignore[valid-type]
    lon: Longitude | None = None
    lat: Latitude | None = None
    datum: Datum = Datum.WGS84
    anonymous: bool = False
    contact_name: words(80) = ""  # type: ignore[valid-type]
    contact_phone: words(40) = ""  # type: ignore[valid-type]
    sent_at: Moment | None = None
    photos: PhotoReferences = []


class MessageOut(Schema):
    """Kept. `code` is the resident's follow code, said once: null in a repeated answer."""

    number: str
    code: str | None


class PhotoOut(Schema):
    """Kept for a day: name `photo` in a message or step of the same key. `notes` says if it still waits for a scan."""

    photo: str
    notes: list[str]
