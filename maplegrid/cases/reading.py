"""The reader of this installation: the district's own catalogue and gazetteer behind the language interface."""

import logging

from maplegrid.cases.catalogue import catalogue
from maplegrid.engines.geodesy import Datum
from maplegrid.language.reader import Reader
from maplegrid.language.reading import Reading
from maplegrid.messaging.models import Message
from maplegrid.territory.queries import gazetteer

log = logging.getLogger(__name__)
_readers: dict[int, Reader] = {}


def reader() -> Reader:
    """One reader per gazetteer; a new one when the tower or the register changed."""
    places = gazetteer()
    if id(places) not in _readers:
        _readers.clear()
        _readers[id(places)] = Reader(_taxonomy(), places)
    return _readers[id(places)]


def _taxonomy() -> list[dict[str, str]]:
    return [
        {
            "code": row.code,
            "l1_code": row.l1_code,
            "l1_name": row.l1_name,
            "l2_name": row.name,
            "l2_en": row.name_en,
            "default_route": row.route,
            "sla_profile": row.profile,
            "flags": ",".join(row.flags),
            "keywords": row.keywords,
        }
        for row in catalogue().categories.values()
        if row.active
    ]


def read_message(message: Message) -> Reading | None:
    """What the reader makes of a message; None if it fails, and then a person reads it."""
    try:
        return reader().read(
            "\n".join(part for part in (message.title, message.text, message.place_words) if part),
            point=(message.lon, message.lat) if message.lon is not None and message.lat is not None else None,
            datum=Datum(message.datum) if message.datum else None,
            door_building=message.building_id,
            near_unit=message.unit_hint_id,
        )
    except Exception:
        log.exception("message %s could not be read; it goes to a triage desk", message.number)
        return None
