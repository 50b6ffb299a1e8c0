"""Issuing and revoking interface keys. The secret is returned once and kept nowhere."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from maplegrid.accounts.models import ApiKey, Body, Person
from maplegrid.accounts.scopes import NEEDS_PERSON, Scope
from maplegrid.audit.actions import record
from maplegrid.kit.crypto import sm3
from maplegrid.rules.vocabulary import N_, Refusal

MARK = "mg"  # secrets look like mg_<prefix>_<43 characters>, so that a leaked one can be recognised
SECRET_BYTES = 32
USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Issued:
    """A new key and its secret, which is shown now and never again."""

    key: ApiKey
    secret: str


class KeyRefused(Exception):
    """A key that may not be issued; `refusal` is the sentence to show."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def why_not_issue(
    *,
    scopes: Collection[str],
    person: Person | None,
    body: Body | None,
    valid_from: datetime,
    valid_to: datetime,
) -> Refusal | None:
    """The first reason against such a key, or None."""
    if not scopes:
        return Refusal("no_scope", N_("请至少选一项可以做的事"))
    if person is None and body is None:
        return Refusal("nobody", N_("请选这个密钥代表谁"))
    if person is None and NEEDS_PERSON & {Scope(scope) for scope in scopes}:
        return Refusal("needs_person", N_("查看或办理案件的密钥必须代表一个人"))
    if valid_to <= valid_from:
        return Refusal("ends_before", N_("截止时间要晚于开始时间"))
    return None


def issue_key(
    *,
    name: str,
    scopes: Collection[str],
    person: Person | None,
    body: Body | None,
    valid_from: datetime,
    valid_to: datetime,
    actor: Person,
    now: datetime,
) -> Issued:
    """Make a key. Raises KeyRefused with the rule's sentence."""
    asked = {"scopes": scopes, "person": person, "body": body, "valid_from": valid_from, "valid_to": valid_to}
    refusal = why_not_issue(**asked)  # type: ignore[arg-type]
    if refusal:
        raise KeyRefused(refusal)
    prefix = secrets.token_hex(4)
    secret = f"{MARK}_{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
    with transaction.atomic():
        key = ApiKey.objects.create(
            name=name[:80],
            prefix=prefix,
            digest=sm3(secret.encode()),
            scopes=sorted(scopes),
            person=person,
            body=body,
            valid_from=valid_from,
            valid_to=valid_to,
            issued_at=now,
            issued_by=actor,
        )
        _audit("key.issued", key, actor, now)
    return Issued(key, secret)


def revoke_key(*, key: ApiKey, actor: Person, now: datetime) -> bool:
    """From now on the key opens nothing. False when it was revoked before."""
    with transaction.atomic():
        if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
            return False
        _audit("key.revoked", key, actor, now)
    return True


def note_use(*, key: ApiKey, now: datetime) -> None:
    """Remember that the key was used, at most once a minute; no audit entry, the deeds themselves have theirs."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
    ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)


def _audit(action: str, key: ApiKey, actor: Person, now: datetime) -> None:
    detail = {
        "name": key.name,
        "prefix": key.prefix,
        "scopes": key.scopes,
        "person": key.person_id,
        "body": key.body_id,
    }
    record(actor=f"person:{actor.pk}", action=action, subject=f"key:{key.pk}", now=now, detail=detail)
