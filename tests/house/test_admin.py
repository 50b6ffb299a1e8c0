"""The back office opens for who keeps reference data, for nobody else, and writes to the audit."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from maplegrid.accounts.models import Body
from maplegrid.audit.models import Entry
from maplegrid.cases.models import Case, Milestone
from maplegrid.territory.models import UnitVersion
from tests.builders import drain_case
from tests.cast import CAST, person

pytestmark = pytest.mark.django_db
MODELS = [m for m in admin.site._registry if m.__module__.startswith("maplegrid.")]


def client_of(username: str) -> Client:
    client = Client()
    client.force_login(person(username))
    return client


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.label)
def test_every_list_opens_for_the_system_administrator_and_for_no_desk(model):
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    page = client_of(CAST.system).get(address)
    assert page.status_code == 200
    for inline in (" style=", "<script>", " onclick=", "<style"):
        assert inline not in page.content.decode()
    for username in (CAST.chief, CAST.district, CAST.auditor):
        assert client_of(username).get(address).status_code == 302


@pytest.mark.parametrize(
    "model",
    [
        m
        for m in MODELS
        if admin.site._registry[m].has_add_permission.__qualname__.startswith("BaseModelAdmin")
    ],
    ids=lambda m: m._meta.label,
)
def test_every_add_page_opens(model):
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
    assert client_of(CAST.system).get(address).status_code == 200


def test_a_sealed_case_is_not_in_the_back_office_and_an_open_one_shows_no_words():
    case = drain_case()
    client = client_of(CAST.system)
    lists, page = "/admin/cases/case/", f"/admin/cases/case/{case.pk}/change/"
    assert case.number in client.get(lists).content.decode()
    assert case.title not in client.get(lists).content.decode()
    assert client.get(page).status_code == 403
    Case.objects.filter(pk=case.pk).update(sealed=True)
    assert case.number not in client.get(lists).content.decode()
    assert client.get(page).status_code == 302


def test_a_message_shows_neither_its_words_nor_its_sender():
    message = drain_case().appeals.get().message
    page = client_of(CAST.system).get(f"/admin/messaging/message/{message.pk}/change/").content.decode()
    assert message.number in page
    assert message.text not in page
    assert not message.contact_phone or message.contact_phone not in page


def test_a_boundary_is_summed_up():
    version = UnitVersion.objects.first()
    page = client_of(CAST.system).get(f"/admin/territory/unitversion/{version.pk}/change/").content.decode()
    assert "个拐点" in page


def test_a_changed_limit_is_in_the_audit():
    limit = Milestone.objects.filter(profile__in_force=True).first()
    profile = limit.profile
    rows = list(profile.milestones.order_by("id"))
    fields = {
        "code": profile.code,
        "version": profile.version,
        "name": profile.name,
        "name_en": profile.name_en,
    }
    fields |= {"in_force": "on", "milestones-TOTAL_FORMS": len(rows), "milestones-INITIAL_FORMS": len(rows)}
    for n, row in enumerate(rows):
        columns = ("id", "name", "amount", "unit", "starts_from", "basis")
        fields |= {f"milestones-{n}-{column}": getattr(row, column) for column in columns}
        fields[f"milestones-{n}-profile"] = profile.pk
    fields["milestones-0-amount"] = rows[0].amount + 1
    address = reverse("admin:cases_serviceprofile_change", args=[profile.pk])
    assert client_of(CAST.system).post(address, fields).status_code == 302
    told = Entry.objects.get(subject=f"cases.milestone:{rows[0].pk}", action="office.changed")
    assert told.detail == {"fields": ["amount"]}


def test_a_change_is_in_the_audit():
    body = Body.objects.get(code="water")
    fields = {
        "code": "water",
        "name": "区水务局（新）",
        "name_en": "",
        "kind": "department",
        "lead_words": "水务",
        "phone": "",
        "active": "on",
    }
    response = client_of(CAST.system).post(reverse("admin:accounts_body_change", args=[body.pk]), fields)
    assert response.status_code == 302
    assert Entry.objects.filter(action="office.changed", subject=f"accounts.body:{body.pk}").exists()


def test_roles_that_exclude_each_other_are_refused_with_the_rules_sentence():
    fields = {
        "person": person(CAST.system).pk,
        "role": "security_admin",
        "unit": "1",
        "body": "",
        "valid_from": "2026-01-01",
    }
    page = client_of(CAST.system).post(reverse("admin:territory_assignment_add"), fields)
    assert "不能由一个人兼任" in page.content.decode()
