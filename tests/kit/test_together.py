"""Rows of several tables by one statement, and a brake that costs none."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Value

from maplegrid.accounts.models import Body, Delegation, Person
from maplegrid.kit.together import reserve_ids, write_together

NOON = datetime(2026, 3, 4, 4, tzinfo=UTC)


def person(username: str) -> Person:
    return Person(username=username, display_name=username)


@pytest.mark.django_db
def test_rows_that_name_each_other_go_in_by_one_statement(django_assert_num_queries):
    people = [person("a"), person("b")]
    with django_assert_num_queries(2):
        for one, pk in zip(people, reserve_ids({Person: 2})[Person], strict=True):
            one.pk = pk
        away = Delegation(person=people[0], deputy=people[1], valid_from=NOON, valid_to=NOON.replace(hour=5))
        write_together([away, *people, Body(code="x", name="某局", kind="department")])
    kept = Delegation.objects.get()
    assert (kept.person.username, kept.deputy.username) == ("a", "b")
    assert Body.objects.get(code="x").name == "某局"
    assert not people[0]._state.adding


@pytest.mark.django_db
def test_another_statement_runs_along_and_expressions_are_computed_by_the_database():
    write_together([Body(code="x", name=Value("甲"), kind="department")])
    renamed = ("UPDATE accounts_body SET name = %s WHERE code = %s", ["乙", "x"])
    write_together([Body(code="y", name="100%", kind="department")], also=[renamed])
    assert dict(Body.objects.filter(code__in="xy").values_list("code", "name")) == {"x": "乙", "y": "100%"}


@pytest.mark.django_db
def test_reserved_ids_are_given_to_nobody_else():
    first, second = reserve_ids({Person: 3, Body: 1}), reserve_ids({Person: 2, Body: 0})
    assert len({*first[Person], *second[Person]}) == 5
    assert second[Body] == []


@pytest.mark.django_db
def test_one_row_that_cannot_be_kept_keeps_all_of_them_out():
    Body.objects.create(code="x", name="甲", kind="department")
    with pytest.raises(IntegrityError), transaction.atomic():
        write_together([person("a"), Body(code="x", name="乙", kind="department")])
    assert not Person.objects.filter(username="a").exists()


@pytest.mark.django_db
def test_each_address_has_its_own_count_and_reading_has_none(client, settings):
    settings.POSTS_A_MINUTE = 1

    def status(address: str) -> int:
        return client.post("/report", {}, REMOTE_ADDR=address).status_code

    assert [status("10.0.0.1"), status("10.0.0.1"), status("10.0.0.2")] == [422, 429, 422]
    assert client.get("/report", REMOTE_ADDR="10.0.0.1").status_code != 429
