"""Saving, changing, sharing and deleting one's own views of the inbox."""

from datetime import datetime

from django.db import transaction

from maplegrid.accounts.models import Person
from maplegrid.audit.actions import record
from maplegrid.cases.actions.change import Refused
from maplegrid.cases.models import SavedView
from maplegrid.cases.queries.inbox import Filters
from maplegrid.cases.queries.saved_views import Circle, circles_of
from maplegrid.rules.access import Actor
from maplegrid.rules.vocabulary import N_, Refusal

MOST_VIEWS = 20
LONGEST_NAME = 40


def save_view(*, name: str, filters: Filters, share: str = "", actor: Actor, now: datetime) -> SavedView:
    """Keep these filters under a name. Refused without a name, for a name one has, or beyond MOST_VIEWS."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=actor.person_id)
        mine = SavedView.objects.filter(owner_id=actor.person_id)
        words = _name_for(name, mine.values_list("name", flat=True))
        if mine.count() >= MOST_VIEWS:
            raise Refused(
                Refusal("many_views", N_("最多存 {most} 个视图，先删掉不用的"), {"most": str(MOST_VIEWS)})
            )
        circle = _circle(actor, share)
        view = SavedView.objects.create(
            owner_id=actor.person_id,
            name=words,
            address=filters.address(),
            unit_id=circle.unit_id,
            body_id=circle.body_id,
            created_at=now,
        )
        _record("saved", view, actor, now)
    return view


def change_view(*, view_id: int, name: str, share: str = "", actor: Actor, now: datetime) -> SavedView:
    """Rename, share or take back a view of one's own. Raises SavedView.DoesNotExist for anybody else's."""
    with transaction.atomic():
        view = SavedView.objects.select_for_update().get(pk=view_id, owner_id=actor.person_id)
        others = SavedView.objects.filter(owner_id=actor.person_id).exclude(pk=view.pk)
        view.name = _name_for(name, others.values_list("name", flat=True))
        circle = _circle(actor, share)
        view.unit_id, view.body_id = circle.unit_id, circle.body_id
        view.save(update_fields=["name", "unit", "body"])
        _record("changed", view, actor, now)
    return view


def delete_view(*, view_id: int, actor: Actor, now: datetime) -> str:
    """Delete a view of one's own; returns its name."""
    with transaction.atomic():
        view = SavedView.objects.select_for_update().get(pk=view_id, owner_id=actor.person_id)
        _record("deleted", view, actor, now)
        view.delete()
    return view.name


def _name_for(name: str, taken: object) -> str:
    words = " ".join(name.split())[:LONGEST_NAME]
    if not words:
        raise Refused(Refusal("no_name", N_("请给这个视图起个名字")))
    if words in set(taken):  # type: ignore[call-overload]
        raise Refused(Refusal("same_name", N_("您已经有一个视图叫“{name}”，换个名字"), {"name": words}))
    return words


def _circle(actor: Actor, share: str) -> Circle:
    if not share:
        return Circle("", "")
    circle = next((one for one in circles_of(actor) if one.key == share), None)
    if circle is None:
        raise Refused(Refusal("other_circle", N_("视图只能给自己的单元或机构的同事看")))
    return circle


def _record(what: str, view: SavedView, actor: Actor, now: datetime) -> None:
    detail = {"name": view.name, "filters": view.address, "unit": view.unit_id, "body": view.body_id}
    record(
        actor=f"person:{actor.person_id}",
        action=f"view.{what}",
        subject=f"view:{view.pk}",
        now=now,
        detail=detail,
    )
