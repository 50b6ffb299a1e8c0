"""The reader of this installation: the district's own catalogue and gazetteer behind the language interface."""

import logging

from maplegrid.cases.catalogue import catalogue
from maplegrid.cases.models import Category
from maplegrid.engines.geodesy import Datum
from maplegrid.language.reader import Reader
from maplegrid.language.reading import Reading
from maplegrid.language.taxonomy import EventType, Taxonomy
from maplegrid.messaging.models import Message
from maplegrid.territory.queries import gazetteer

log = logging.getLogger(__name__)
_readers: dict[tuple[int, float], Reader] = {}


def reader() -> Reader:
    """One reader per gazetteer and catalogue; a new one when either changed."""
    places = gazetteer()
    key = (id(places), catalogue().read_at)
    if key not in _readers:
        _readers.clear()
        _readers[key] = Reader(_taxonomy(), places)
    return _readers[key]


def _taxonomy() -> Taxonomy:
    """The district's own list of types, as it stands now."""
    return Taxonomy(_event_type(row) for row in catalogue().categories.values() if row.active)


def _event_type(row: Category) -> EventType:
    return EventType(
        code=row.code,
        name=row.name,
        l1_code=row.l1_code,
        l1_name=row.l1_name,
        family=row.family,
        route=row.route,
        lead=row.leads,
        profile=row.profile,
        base_risk_points=row.base_risk_points,
        flags=tuple(row.flags),
        core=True,
    )


def read_message(message: Message) -> Reading | None:
    """What the reader makes of a message; None if it fails, and then a person reads it."""
    try:
        return reader().read(
            "\n".join(part for part in (message.title, message.text, message.place_words) if part),
            point=(message.lon, message.lat) if message.lon is not None and message.lat is not None else None,
            datum=Datum.CGCS2000,  # converted when the message was kept
            door_building=message.building_id,
            near_unit=message.unit_hint_id,
            chosen=message.category_hint,
        )
    except Exception:
        log.exception("message %s could not be read; it goes to a triage desk", message.number)
        return None
