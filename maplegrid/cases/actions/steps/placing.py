"""Where a step puts a case: place fields, a unit's queue, and units that may not have it."""

from datetime import datetime

from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.steps.wish import Wish
from maplegrid.cases.models import Case
from maplegrid.cases.placing import Located, locate_building, locate_unit
from maplegrid.rules.vocabulary import N_, Refusal
from maplegrid.territory.models import Building, Unit
from maplegrid.territory.queries import tower, who_answers


def located_by(wish: Wish) -> Located | None:
    if wish.building_id:
        return locate_building(Building.objects.get(pk=wish.building_id))
    return locate_unit(Unit.objects.get(pk=wish.unit_id)) if wish.unit_id else None


def place_fields(located: Located) -> dict[str, object]:
    area = tower().by_id[located.unit_id]
    fields: dict[str, object] = {
        "area_id": area.pk,
        "path": area.path,
        "building_id": located.building_id,
        "place_confidence": located.confidence,
        "place_reason": located.reason.kept(),
    }
    if located.building_id:
        building = Building.objects.get(pk=located.building_id)
        fields |= {"lon": building.lon, "lat": building.lat}
    return fields


def queue_of(unit: Unit, category: str, now: datetime, case: Case) -> dict[str, object]:
    """Into a unit's queue; whoever answers there becomes accountable, never somebody the case is about."""
    excluded = frozenset(s.person_id for s in case.subjects.all() if s.person_id)
    answering = who_answers(unit.pk, now=now, category=category, excluding=excluded)
    return {"unit_id": unit.pk, "body_id": None, "assignee_id": None, "accountable_id": answering.person_id}


def refuse_subject_unit(case: Case, unit_id: int) -> None:
    about = {s.unit_id for s in case.subjects.all() if s.unit_id}
    if about & set(tower().lineage(unit_id)):
        raise Refused(Refusal("subject_unit", N_("这件事反映的就是这个单位，不能交给它")))
