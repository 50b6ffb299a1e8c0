"""The people of the stories, as the small demo district knows them: roles, never names."""

from dataclasses import dataclass
from datetime import datetime

from maplegrid.accounts.models import Person
from maplegrid.kit.moment import CHINA
from maplegrid.rules.access import Actor
from maplegrid.territory.actors import actor_of

PASSWORD = "maple-test-password"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=CHINA)


@dataclass(frozen=True)
class Cast:
    """Who is who around 公明社区04小分格, and strangers from elsewhere."""

    chief: str = "gm04.chief"
    service: str = "gm04.service"
    neighbour_chief: str = "gm03.chief"
    community: str = "gm.desk1"
    street: str = "gongming.desk1"
    street_deputy: str = "gongming.deputy"
    district: str = "district.duty1"
    water: str = "water.clerk1"
    urban: str = "urban.clerk1"
    other_community: str = "tj.desk1"
    other_street: str = "fenghuang.desk1"
    hall: str = "district.hotline1"
    auditor: str = "audit1"
    system: str = "admin.system"
    grid_centre: str = "gridcentre.desk1"
    police: str = "gm04.police"


CAST = Cast()


def person(username: str) -> Person:
    """Somebody of the cast."""
    return Person.objects.get(username=username)


def actor(username: str, now: datetime = NOON) -> Actor:
    """Somebody of the cast with the seats they hold."""
    return actor_of(person(username), now)
