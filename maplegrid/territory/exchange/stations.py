"""Halls and stations of the service platform with their hours."""

from datetime import time

from django.utils.translation import gettext as _

from maplegrid.territory.exchange.plan import Context, Plan
from maplegrid.territory.exchange.reading import Record, Records, longer_than
from maplegrid.territory.models import Station, Unit
from maplegrid.territory.queries.tower import grid_here

TIERS = {value: value for value in Station.Tier.values} | {
    words: value for value, words in Station.Tier.choices
}
KINDS = {
    "appeal": "appeal", "诉求": "appeal", "legal": "legal", "法律": "legal", "psychological": "psychological",
    "心理": "psychological",
}  # fmt: skip
LEVEL_OF_TIER = {"district": "district", "street": "street", "community": "community"}


def plan_stations(records: Records, context: Context) -> Plan:
    """What would change; everything that does not fit stands in the findings."""
    records.no_repeats("code")
    longer_than(records, [("code", 24), ("name", 80), ("name_en", 120), ("address", 160), ("phone", 40)])
    units = {unit.code: unit for unit in Unit.objects.filter(valid_to=None)}
    known = {row.code: row for row in Station.objects.all()}
    plan = Plan()
    changes: list[tuple[Station, dict[str, object]]] = []
    for row in records.good():
        said = _said(records, row, units, known.get(row.text("code")))
        if row.number in records.findings.bad:
            continue
        station = known.get(row.text("code")) or Station(code=row.text("code"), valid_from=context.today)
        differs = {name: value for name, value in said.items() if getattr(station, name, None) != value}
        plan.count(station.pk is None, bool(differs))
        changes.append((station, differs))

    def write() -> None:
        for station, differs in changes:
            if differs:
                for name, value in differs.items():
                    setattr(station, name, value)
                station.save()

    plan.write = write
    return plan


def _said(records: Records, row: Record, units: dict[str, Unit], known: Station | None) -> dict[str, object]:
    """The fields that the row says; an empty cell says nothing."""
    said: dict[str, object] = {
        "tier": TIERS.get(row.text("tier")),
        "unit_id": units[row.text("unit")].pk if row.text("unit") in units else None,
        "kinds": _kinds(row),
        "opens": records.hour(row, "opens"),
        "closes": records.hour(row, "closes"),
    }
    said |= {
        name: row.text(name) for name in ("name", "name_en", "address", "phone", "weekdays") if row.text(name)
    }
    if row.text("lon"):
        said |= _place(records, row, known)
    elif known is None:
        records.findings.error(row.number, _("新站点要有经度和纬度"))
    _judge(records, row, said, units)
    return {name: value for name, value in said.items() if value is not None}


def _place(records: Records, row: Record, known: Station | None) -> dict[str, object]:
    lon, lat = float(row.text("lon")), float(row.text("lat"))
    if grid_here(lon, lat) is None:
        records.findings.warn(row.number, _("这个位置不在任何网格里，请检查经纬度和坐标系"))
    if known is not None and abs(known.lon - lon) < 1e-8 and abs(known.lat - lat) < 1e-8:
        return {}
    return {"lon": lon, "lat": lat, "datum": records.datum.value}


def _kinds(row: Record) -> list[str] | None:
    words = [
        word for word in row.text("kinds").replace("；", ";").replace("、", ";").split(";") if word.strip()
    ]
    kinds = [KINDS.get(word.strip(), "") for word in words]
    return kinds if kinds and all(kinds) else None


def _judge(records: Records, row: Record, said: dict[str, object], units: dict[str, Unit]) -> None:
    findings = records.findings
    if said["tier"] is None:
        findings.error(row.number, _("没有“{words}”这个层级").format(words=row.text("tier")))
    if said["unit_id"] is None:
        findings.error(row.number, _("没有编码为“{code}”的单元").format(code=row.text("unit")))
    elif LEVEL_OF_TIER.get(str(said["tier"]), units[row.text("unit")].level) != units[row.text("unit")].level:
        findings.error(row.number, _("站点的层级和所属单元的层级不一样"))
    if said["kinds"] is None:
        findings.error(row.number, _("服务请写：诉求、法律、心理，用分号隔开"))
    if set(row.text("weekdays")) - set("1234567"):
        findings.error(row.number, _("开放日请写数字，1 是周一，例如 12345"))
    opens, closes = said["opens"], said["closes"]
    if (opens is None) != (closes is None):
        findings.error(row.number, _("开门和关门时间要一起写"))
    elif isinstance(opens, time) and isinstance(closes, time) and opens >= closes:
        findings.error(row.number, _("关门时间要在开门之后"))
