"""Build the demo district and load it, all or nothing."""

from collections.abc import Callable

from django.db import transaction

from maplegrid.accounts.models import Body, Person
from maplegrid.audit.actions import record
from maplegrid.cases.actions.catalogue import load_defaults
from maplegrid.cases.catalogue import forget
from maplegrid.cases.models import Case, Clock, Step
from maplegrid.kit.moment import now as moment
from maplegrid.messaging.models import Message
from maplegrid.simulate.district import District, build_district
from maplegrid.simulate.history import History, build_history
from maplegrid.simulate.load.copying import analyse
from maplegrid.simulate.load.history import load_history
from maplegrid.simulate.load.hosts import load_hosts
from maplegrid.simulate.load.tower import load_tower
from maplegrid.simulate.plan import DistrictPlan
from maplegrid.territory.actions import OPERATOR, match_police_grids
from maplegrid.territory.models import Assignment, Building, Door, Unit, UnitVersion
from maplegrid.territory.queries import forget_tower

PARTS = 7


class DemoExists(Exception):
    """The database already holds a district; nothing was changed."""


def load_demo(
    plan: DistrictPlan,
    *,
    password: str,
    history: bool = True,
    progress: Callable[[str], None] = lambda part: None,
) -> None:
    """Build `plan` and write it in one transaction, with a year of history unless told otherwise.

    Refuses (DemoExists) unless the database is empty.
    """
    if Unit.objects.exists():
        raise DemoExists
    district = build_district(plan, progress)
    past = _past(district, plan, progress) if history else None
    progress("写入辖区")
    with transaction.atomic():
        load_defaults()
        forget()
        ids = load_tower(district, password=password)
        load_hosts(district, ids)
        match_police_grids(actor=OPERATOR, now=plan.now)
        if past is not None:
            progress("写入案件")
            load_history(district, past, ids)
        record(
            actor="system",
            action="demo.loaded",
            subject="district",
            now=moment(),
            detail={"seed": plan.seed, "scale": plan.scale},
        )
    analyse((Case, Clock, Message, Step, Unit, UnitVersion, Building, Door, Body, Person, Assignment))
    forget_tower()


def _past(district: District, plan: DistrictPlan, progress: Callable[[str], None]) -> History:
    progress("一年的案件")
    return build_history(district, plan)
