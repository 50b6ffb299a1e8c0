"""What the district does with identities of the unit's own sign-in: link at the first sign-in, refuse, unlink."""

from datetime import datetime

from django.db import transaction

from maplegrid.accounts.models import Identity, Person
from maplegrid.accounts.queries import candidates, has_mail
from maplegrid.audit.actions import record
from maplegrid.rules.access import Actor
from maplegrid.rules.identity import person_for, why_not_unlink
from maplegrid.rules.vocabulary import Refusal


@transaction.atomic
def sign_in_identity(
    *, issuer: str, subject: str, claim: str, email: str, field: str, now: datetime
) -> Person | Refusal:
    """The person this identity signs in as; linked and audited the first time. A refusal is audited too.

    `claim` is compared with the person's `field` ("username" or "staff_number"), letter by letter. The actor is
    the identity itself: nobody is signed in yet.
    """
    matches = candidates(issuer=issuer, field=field, claim=claim)
    link = Identity.objects.select_for_update().filter(issuer=issuer, subject=subject).first()
    found = person_for(
        linked=link.candidate if link else None, claim=claim, matches=matches, mail_matches=has_mail(email)
    )
    if isinstance(found, Refusal):
        subject_words = f"person:{link.person_id}" if link else "person:unknown"
        _tell("identity.refused", subject_words, issuer, subject, now, reason=found.code)
        return found
    if link is None:
        Identity.objects.create(
            issuer=issuer, subject=subject, person_id=found.person_id, claim=claim, linked_at=now, used_at=now
        )
        _tell("identity.linked", f"person:{found.person_id}", issuer, subject, now, reason=f"{field}={claim}")
    else:
        Identity.objects.filter(pk=link.pk).update(used_at=now)
    return Person.objects.get(pk=found.person_id)


def _tell(action: str, about: str, issuer: str, subject: str, now: datetime, *, reason: str) -> None:
    detail = {"issuer": issuer, "subject": subject}
    record(actor="identity", action=action, subject=about, now=now, reason=reason, detail=detail)


@transaction.atomic
def unlink_identity(*, identity_id: int, actor: Actor, now: datetime, reason: str) -> Refusal | None:
    """Undo a link; the next sign-in of that identity is a first one again. Undone already: nothing happens."""
    refusal = why_not_unlink(actor)
    if refusal is not None:
        return refusal
    link = Identity.objects.select_for_update().filter(pk=identity_id).first()
    if link is not None:
        link.delete()
        record(
            actor=f"person:{actor.person_id}",
            action="identity.unlinked",
            subject=f"person:{link.person_id}",
            now=now,
            reason=reason,
            detail={"issuer": link.issuer, "subject": link.subject},
        )
    return None
