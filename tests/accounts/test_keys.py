"""Interface keys: issued once, kept as a digest, ended on time."""

from datetime import timedelta

import pytest
from django.test import Client

from maplegrid.accounts.actions import KeyRefused, note_use, revoke_key
from maplegrid.accounts.models import ApiKey
from maplegrid.accounts.queries import key_of
from maplegrid.accounts.scopes import Scope
from maplegrid.audit.models import Entry
from tests.accounts.keys import a_key
from tests.cast import CAST, NOON, person

pytestmark = pytest.mark.django_db


def test_a_secret_opens_its_key_and_is_kept_nowhere():
    issued = a_key()
    assert key_of(issued.secret, NOON) == issued.key
    row = ApiKey.objects.filter(pk=issued.key.pk).values().get()
    assert issued.secret not in repr(row)
    assert issued.secret.split("_", 2)[2] not in repr(list(Entry.objects.values()))
    entry = Entry.objects.get(action="key.issued", subject=f"key:{issued.key.pk}")
    assert entry.actor == f"person:{person(CAST.system).pk}"


@pytest.mark.parametrize(
    "wrong", ["", "_", "__", "mg__", "mg_00000000_x", "\x00_\x00_\x00", "密_钥_x", "mg_\ud800_x"]
)
def test_nonsense_opens_nothing(wrong):
    a_key()
    assert key_of(wrong, NOON) is None


def test_a_changed_secret_opens_nothing():
    secret = a_key().secret
    assert key_of(secret[:-1] + ("a" if secret[-1] != "a" else "b"), NOON) is None


def test_a_key_opens_only_between_its_dates_and_until_it_is_revoked():
    issued = a_key()
    assert key_of(issued.secret, NOON - timedelta(days=2)) is None
    assert key_of(issued.secret, NOON + timedelta(days=365)) is None
    assert revoke_key(key=issued.key, actor=person(CAST.system), now=NOON) is True
    assert revoke_key(key=issued.key, actor=person(CAST.system), now=NOON) is False
    assert key_of(issued.secret, NOON) is None
    assert Entry.objects.filter(action="key.revoked").count() == 1


def test_a_key_does_only_what_it_was_issued_for():
    secret = a_key(Scope.MESSAGES_WRITE).secret
    assert key_of(secret, NOON, scope=Scope.MESSAGES_WRITE)
    assert key_of(secret, NOON, scope=Scope.CASES_READ) is None


def test_a_key_ends_with_the_account_it_acts_for():
    chief = person(CAST.chief)
    secret = a_key(Scope.CASES_READ, who=chief).secret
    assert key_of(secret, NOON)
    chief.is_active = False
    chief.save()
    assert key_of(secret, NOON) is None


def test_reading_cases_needs_a_person():
    with pytest.raises(KeyRefused) as no:
        a_key(Scope.CASES_READ)
    assert no.value.refusal.code == "needs_person"


def test_use_is_noted_at_most_once_a_minute():
    key = a_key().key
    for seconds in (0, 30, 61):
        note_use(key=key, now=NOON + timedelta(seconds=seconds))
        key.refresh_from_db()
        assert key.last_used_at == NOON + timedelta(seconds=61 if seconds == 61 else 0)


def issue_in_office(username: str, **changes):
    client = Client()
    client.force_login(person(username))
    form = {
        "name": "随手拍", "scopes": ["messages:write"], "body": a_key().key.body_id, "person": "",
        "valid_from_0": "2026-11-01", "valid_from_1": "00:00:00", "valid_to_0": "2027-11-01", "valid_to_1": "00:00:00",
    }  # fmt: skip
    return client.post("/admin/accounts/apikey/add/", form | changes)


def test_the_back_office_shows_the_secret_once(held_clock):
    held_clock(NOON)
    page = issue_in_office(CAST.system)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    secret = page.content.decode().split('id="key-secret">')[1].split("<")[0]
    key = key_of(secret, NOON)
    assert key.name == "随手拍"
    client = Client()
    client.force_login(person(CAST.system))
    for address in ("/admin/accounts/apikey/", f"/admin/accounts/apikey/{key.pk}/change/"):
        words = client.get(address).content.decode()
        assert secret not in words
        assert key.digest not in words
    client.post("/admin/accounts/apikey/", {"action": "revoke", "_selected_action": [key.pk]})
    assert key_of(secret, NOON) is None


def test_the_back_office_says_what_is_missing_and_opens_for_nobody_else():
    page = issue_in_office(CAST.system, scopes=["cases:read"])
    assert "必须代表一个人" in page.content.decode()
    before = ApiKey.objects.count()
    issue_in_office(CAST.district)
    assert ApiKey.objects.count() == before + 1  # the helper's own
