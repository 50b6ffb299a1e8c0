"""Keys for tests, issued the way the system administrator issues them."""

from datetime import timedelta

from maplegrid.accounts.actions import Issued, issue_key
from maplegrid.accounts.models import Body, Person
from maplegrid.accounts.scopes import Scope
from tests.cast import CAST, NOON, person


def a_key(
    *scopes: Scope, who: Person | None = None, body: Body | None = None, name: str = "测试系统"
) -> Issued:
    """In force from a day before NOON for a year."""
    if who is None and body is None:
        body = Body.objects.order_by("code").first()
    return issue_key(
        name=name,
        scopes=scopes or [Scope.MESSAGES_WRITE],
        person=who,
        body=body,
        valid_from=NOON - timedelta(days=1),
        valid_to=NOON + timedelta(days=365),
        actor=person(CAST.system),
        now=NOON,
    )
