"""Handing out a ledger in the district's own form, and keeping that form."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from maplegrid.audit.actions import record
from maplegrid.cases.actions.change import Refused
from maplegrid.cases.models import LedgerTemplate
from maplegrid.cases.queries.ledgers import COLUMNS, FACTS, KIND_NAMES, MOST_LINES, Asked, Kind, ledger_of
from maplegrid.kit.crypto import sm3
from maplegrid.kit.sheet_forms import check_form, fill_form, plain_form
from maplegrid.rules.access import Actor
from maplegrid.rules.vocabulary import N_, Refusal, Role
from maplegrid.territory.queries import tower

FORM_KEEPERS = (Role.GRID_CENTRE,)


def export_ledger(*, asked: Asked, actor: Actor, now: datetime) -> tuple[bytes, str]:
    """The ledger filled into the form in use, as (file, name); the audit keeps the number of lines.

    Raises Refused above MOST_LINES.
    """
    with transaction.atomic():
        ledger = ledger_of(actor, asked, now, MOST_LINES + 1)
        if ledger.total > MOST_LINES:
            words = N_("一次最多 {most} 行，这里有 {total} 行。请把期间或区域分开")
            raise Refused(Refusal("too_many", words, {"most": str(MOST_LINES), "total": str(ledger.total)}))
        data = fill_form(
            form_of(asked.kind), facts=facts_of(asked, ledger.total, actor, now), rows=ledger.lines
        )
        detail = {
            "rows": ledger.total,
            "from": asked.first.isoformat(),
            "to": asked.last.isoformat(),
            "unit": asked.unit.code if asked.unit else "",
        }
        record(
            actor=f"person:{actor.person_id}",
            action="ledger.exported",
            subject=f"ledger:{asked.kind}",
            now=now,
            detail=detail,
        )
    return data, f"{asked.kind}-{asked.first:%Y%m%d}-{asked.last:%Y%m%d}.xlsx"


def facts_of(asked: Asked, total: int, actor: Actor, now: datetime) -> dict[str, object]:
    """What stands once on the sheet."""
    area = asked.unit.name if asked.unit else actor.seats[0].words or tower().root.name
    period = f"{asked.first:%Y-%m-%d} — {asked.last:%Y-%m-%d}"
    values = (
        _(KIND_NAMES[asked.kind]), tower().root.name, area, period, total, actor.words, f"{now:%Y-%m-%d %H:%M}",
    )  # fmt: skip
    return dict(zip(FACTS, values, strict=True))


def form_in_use(kind: Kind) -> LedgerTemplate | None:
    """The district's own form, if it has one."""
    return LedgerTemplate.objects.filter(kind=kind, withdrawn_at=None).order_by("-uploaded_at", "-id").first()


def form_of(kind: Kind) -> bytes:
    """The form in use: the district's, else a plain one with every column."""
    own = form_in_use(kind)
    return bytes(own.data) if own else plain(kind)


def plain(kind: Kind) -> bytes:
    """A form to start from."""
    lines = ["{{区域}}　{{期间}}　共 {{件数}} 件", "制表：{{制表人}}　{{制表时间}}"]
    return plain_form(title="{{区}} {{台账}}", lines=lines, columns=COLUMNS[kind])


def keep_form(*, kind: Kind, name: str, data: bytes, actor: Actor, now: datetime) -> LedgerTemplate:
    """From now on ledgers of this kind come in this form. Raises UnusableForm with the reason, or Refused."""
    _refuse_others(actor)
    check_form(data, facts=FACTS, columns=COLUMNS[kind])
    with transaction.atomic():
        form = LedgerTemplate.objects.create(
            kind=kind,
            name=name[:120],
            data=data,
            digest=sm3(data),
            uploaded_at=now,
            uploaded_by_id=actor.person_id,
        )
        _record("kept", form, actor, now)
    return form


def withdraw_form(*, form_id: int, actor: Actor, now: datetime) -> None:
    """Back to the form before it, or to the plain one; the file stays as evidence."""
    _refuse_others(actor)
    with transaction.atomic():
        if LedgerTemplate.objects.filter(pk=form_id, withdrawn_at=None).update(withdrawn_at=now):
            _record("withdrawn", LedgerTemplate.objects.get(pk=form_id), actor, now)


def _refuse_others(actor: Actor) -> None:
    if not actor.holds(*FORM_KEEPERS):
        raise Refused(Refusal("not_keeper", N_("台账样式由区网格中心维护，请把要改的告诉他们")))


def _record(what: str, form: LedgerTemplate, actor: Actor, now: datetime) -> None:
    record(
        actor=f"person:{actor.person_id}",
        action=f"ledger_form.{what}",
        subject=f"ledger:{form.kind}",
        now=now,
        detail={"form": form.pk, "name": form.name, "digest": form.digest},
    )
