"""Saved views: one's own and those of one's unit or body; each reader counts their own cases."""

import pytest
from django.test import Client

from maplegrid.audit.models import Entry
from maplegrid.cases.actions import saved_views
from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.saved_views import change_view, delete_view, save_view
from maplegrid.cases.models import SavedView
from maplegrid.cases.queries.inbox import Filters, inbox_of
from maplegrid.cases.queries.saved_views import filters_of, side_views
from tests.builders import drain_case
from tests.cases.test_scope import EVERYBODY, scattered_cases
from tests.cast import CAST, NOON, actor, person

pytestmark = pytest.mark.django_db


def saved(username: str, name: str = "在办", share: str = "", **filters) -> SavedView:
    return save_view(
        name=name,
        filters=Filters(**(filters or {"view": "area"})),
        share=share,
        actor=actor(username),
        now=NOON,
    )


def names(username: str) -> list[str]:
    return [line.view.name for line in side_views(actor(username), NOON)]


def unit_of(username: str) -> str:
    return f"unit:{actor(username).seats[0].unit_id}"


def test_a_view_keeps_its_filters_and_nobody_else_sees_it():
    view = saved(CAST.chief, category="03", days=7, q="地漏", sort="newest")
    assert filters_of(view) == Filters(category="03", days=7, q="地漏", sort="newest")
    assert names(CAST.chief) == ["在办"]
    assert names(CAST.service) == []


def test_a_shared_view_is_read_in_the_unit_and_nowhere_else():
    saved(CAST.chief, share=unit_of(CAST.chief))
    assert names(CAST.service) == ["在办"]
    for stranger in (CAST.neighbour_chief, CAST.community, CAST.other_street, CAST.water):
        assert names(stranger) == [], stranger


def test_a_view_shared_in_a_body_is_read_by_its_clerks():
    body = actor(CAST.water).seats[0].body_id
    saved(CAST.water, share=f"body:{body}")
    assert names("water.clerk2") == ["在办"]
    assert names(CAST.urban) == []


def test_nobody_shares_into_a_unit_that_is_not_theirs():
    with pytest.raises(Refused, match="自己的单元或机构"):
        saved(CAST.neighbour_chief, share=unit_of(CAST.chief))
    view = saved(CAST.neighbour_chief)
    with pytest.raises(Refused, match="自己的单元或机构"):
        change_view(
            view_id=view.pk,
            name="a",
            share=unit_of(CAST.chief),
            actor=actor(CAST.neighbour_chief),
            now=NOON,
        )


def test_counts_are_what_each_reader_would_find():
    scattered_cases(20)
    for number, filters in enumerate(({"view": "area"}, {"view": "late"}, {"view": "area", "q": "地漏"})):
        for username in EVERYBODY:
            saved(username, name=str(number), **filters)
    for username in EVERYBODY:
        for line in side_views(actor(username), NOON):
            assert line.count == inbox_of(actor(username), filters_of(line.view), NOON).total, username


def test_the_same_shared_view_counts_only_the_readers_own_cases():
    drain_case()
    saved(CAST.community, share=unit_of(CAST.community))
    assert [line.count for line in side_views(actor("gm.desk2"), NOON)] == [1]
    SavedView.objects.update(unit_id=actor(CAST.other_community).seats[0].unit_id)
    assert [line.count for line in side_views(actor(CAST.other_community), NOON)] == [0]


def test_ten_views_cost_two_statements(django_assert_num_queries):
    for number in range(10):
        saved(CAST.chief, name=f"视图 {number}")
    who = actor(CAST.chief)
    with django_assert_num_queries(2):
        assert len(side_views(who, NOON)) == 10


def test_names_are_given_once_and_never_empty(monkeypatch):
    saved(CAST.chief)
    with pytest.raises(Refused, match="已经有一个视图叫“在办”"):
        saved(CAST.chief, name="  在办 ")
    with pytest.raises(Refused, match="起个名字"):
        saved(CAST.chief, name="   ")
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 1)
    with pytest.raises(Refused, match="最多存 1 个"):
        saved(CAST.chief, name="另一个")
    saved(CAST.service)


def test_a_view_is_renamed_shared_taken_back_and_deleted_with_audit_entries():
    view, chief = saved(CAST.chief), actor(CAST.chief)
    change_view(view_id=view.pk, name="本格在办", share=unit_of(CAST.chief), actor=chief, now=NOON)
    assert names(CAST.service) == ["本格在办"]
    change_view(view_id=view.pk, name="本格在办", actor=chief, now=NOON)
    assert names(CAST.service) == []
    delete_view(view_id=view.pk, actor=chief, now=NOON)
    assert names(CAST.chief) == []
    told = Entry.objects.filter(subject=f"view:{view.pk}").order_by("pk").values_list("action", flat=True)
    assert sorted(told) == ["view.changed", "view.changed", "view.deleted", "view.saved"]


def test_a_colleague_reads_a_shared_view_but_cannot_change_it():
    view = saved(CAST.chief, share=unit_of(CAST.chief))
    client = Client()
    client.force_login(person(CAST.service))
    assert client.post(f"/cases/views/{view.pk}/delete").status_code == 404
    assert client.post(f"/cases/views/{view.pk}/change", {"name": "我的"}).status_code == 404
    assert "在办" in client.get("/cases/").content.decode()


def test_the_side_list_of_the_desk_saves_and_shows_the_view_with_its_count():
    client = Client()
    client.force_login(person(CAST.community))
    drain_case()
    page = client.post("/cases/views/save?view=area&q=地漏", {"name": "漏水"}, follow=True)
    assert page.redirect_chain[0][0].startswith("/cases/?")
    body = page.content.decode()
    assert "漏水" in body
    assert body.count('aria-current="page"') >= 2
    assert "改“漏水”" in body
