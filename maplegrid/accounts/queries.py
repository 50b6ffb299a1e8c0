"""Who is away, and who stands in; which key a secret opens; whom an identity of the unit's own sign-in may be."""

import hmac
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from maplegrid.accounts.models import ApiKey, Delegation, Identity, Person
from maplegrid.accounts.scopes import Scope
from maplegrid.kit.crypto import sm3
from maplegrid.rules.identity import Candidate


def stand_ins(now: datetime) -> dict[int, Person | None]:
    """Everybody away at `now` with the person who answers for them: a deputy who is away hands on to their own.

    None where nobody is left: the deputy's account is closed, or deputies point at each other in a circle.
    """
    rows = Delegation.objects.filter(valid_from__lte=now, valid_to__gt=now).select_related("deputy")
    named = {row.person_id: row.deputy for row in rows.order_by("id")}
    return {person_id: _present(person_id, named) for person_id in named}


def _present(person_id: int, named: dict[int, Person]) -> Person | None:
    passed = {person_id}
    deputy = named[person_id]
    while deputy.pk in named and deputy.pk not in passed:
        passed.add(deputy.pk)
        deputy = named[deputy.pk]
    return deputy if deputy.is_active and deputy.pk not in passed else None


def deputy_of(person_id: int, now: datetime) -> Person | None:
    """Who answers for this person now; None while they are here themselves or nobody stands in."""
    return stand_ins(now).get(person_id)


def key_of(secret: str, now: datetime, *, scope: Scope | None = None) -> ApiKey | None:
    """The key this secret opens at `now`: in force, not revoked, its person and body still active, with `scope`."""
    parts = secret.split("_", 2)
    prefix = parts[1] if len(parts) == 3 and parts[1].isascii() else ""
    key = _keys_in_force(now).filter(prefix=prefix[:12].replace("\x00", "")).first()
    known = key.digest if key else ""
    right = hmac.compare_digest(known, sm3(secret.encode("utf-8", "replace")))
    if key is None or not right or (scope is not None and scope not in key.scopes):
        return None
    return key


def _keys_in_force(now: datetime) -> QuerySet[ApiKey]:
    return (
        ApiKey.objects.filter(valid_from__lte=now, valid_to__gt=now, revoked_at=None)
        .filter(Q(person=None) | Q(person__is_active=True), Q(body=None) | Q(body__active=True))
        .select_related("person", "body")
    )


def candidates(*, issuer: str, field: str, claim: str) -> tuple[Candidate, ...]:
    """Everybody whose field says exactly this, active or not; their rows are locked, so that a link is made once."""
    if not claim:
        return ()
    theirs = Identity.objects.filter(issuer=issuer, person=OuterRef("pk"))
    locked = list(
        Person.objects.select_for_update().filter(**{field: claim}).order_by("pk").values_list("pk")
    )
    rows = (
        Person.objects.filter(pk__in=[pk for (pk,) in locked]).annotate(linked=Exists(theirs)).order_by("pk")
    )
    return tuple(Candidate(row.pk, row.is_active, row.linked) for row in rows)


def has_mail(email: str) -> bool:
    """Whether somebody here has this e-mail address; it is never a reason to sign in as them."""
    return bool(email) and Person.objects.filter(email__iexact=email).exists()


def identities_with(words: str) -> QuerySet[Identity]:
    """Links, the newest first; with words only those of people or claims that contain them."""
    rows = Identity.objects.select_related("person").order_by("-linked_at", "-pk")
    if not words:
        return rows
    return rows.filter(
        Q(person__username__icontains=words)
        | Q(person__display_name__icontains=words)
        | Q(claim__icontains=words)
    )
