"""Posts from a file: how many seats each role has in each unit, so that vacancies can be seen."""

from django.utils.translation import gettext as _

from maplegrid.rules.tower import why_not_here
from maplegrid.rules.vocabulary import Level, Role
from maplegrid.territory.exchange.plan import Context, Plan
from maplegrid.territory.exchange.reading import Record, Records
from maplegrid.territory.models import Post, Unit

Seats = tuple[Unit, Role, int]


def plan_posts(records: Records, context: Context) -> Plan:
    """What would change; everything that does not fit stands in the findings."""
    records.no_repeats("unit", "role")
    units = {unit.code: unit for unit in Unit.objects.filter(valid_to=None)}
    known = {(post.unit_id, post.role): post.seats for post in Post.objects.all()}
    seats = [found for row in records.good() if (found := _seats(records, row, units))]
    plan = Plan()
    for unit, role, count in seats:
        held = known.get((unit.pk, role.value))
        plan.count(held is None, held != count)

    def write() -> None:
        for unit, role, count in seats:
            Post.objects.update_or_create(unit=unit, role=role, defaults={"seats": count})

    plan.write = write
    return plan


def _seats(records: Records, row: Record, units: dict[str, Unit]) -> Seats | None:
    role, count = records.role(row), records.whole(row, "seats", highest=500)
    unit = units.get(row.text("unit"))
    if unit is None:
        words = _("没有编码为“{code}”的单元").format(code=row.text("unit"))
        records.findings.error(row.number, words)
    elif role is not None:
        records.findings.refusal(row.number, why_not_here(role, Level(unit.level), has_body=True))
    if unit is None or role is None or count is None or row.number in records.findings.bad:
        return None
    return unit, role, count
