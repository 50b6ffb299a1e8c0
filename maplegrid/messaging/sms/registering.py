"""Registering wordings under the numbers the vendors gave them. Only what is registered ever leaves."""

from datetime import date, datetime

from django.db import transaction

from maplegrid.audit.actions import record
from maplegrid.messaging.sms.choosing import REAL
from maplegrid.messaging.sms.tables import SmsTemplate
from maplegrid.rules.access import Actor
from maplegrid.rules.text_messages import why_not_number, why_not_wording, without_sign
from maplegrid.rules.vocabulary import N_, Refusal, Role

REGISTRARS = (Role.SYSTEM_ADMIN,)
NOT_YOURS = Refusal("not_yours", N_("短信模板由系统管理员登记"))
NO_GATEWAY = Refusal("no_gateway", N_("没有这个短信网关"))
LATER = Refusal("later", N_("审核通过的日期不能在将来"))


class NotRegistered(Exception):
    """The wording cannot be registered; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def register_wording(
    *,
    gateway: str,
    wording: str,
    code: str,
    approved_on: date,
    a_day: int | None,
    actor: Actor,
    now: datetime,
) -> SmsTemplate:
    """From now on this wording leaves under this number; an earlier number of the same wording ends."""
    wording, code = without_sign(wording).strip(), code.strip()
    refusal = _why_not(gateway, wording, code, approved_on, actor, now)
    if refusal:
        raise NotRegistered(refusal)
    with transaction.atomic():
        SmsTemplate.objects.filter(gateway=gateway, wording=wording, active=True).update(active=False)
        made = SmsTemplate.objects.create(
            gateway=gateway, wording=wording, code=code, approved_on=approved_on, a_day=a_day
        )
        _record("sms_template.registered", made, actor, now)
    return made


def withdraw_wording(*, template_id: int, actor: Actor, now: datetime) -> bool:
    """Nothing more leaves under this number. False when it had ended before."""
    if not actor.holds(*REGISTRARS):
        raise NotRegistered(NOT_YOURS)
    with transaction.atomic():
        template = SmsTemplate.objects.select_for_update().filter(pk=template_id, active=True).first()
        if template is None:
            return False
        SmsTemplate.objects.filter(pk=template_id).update(active=False)
        _record("sms_template.withdrawn", template, actor, now)
    return True


def _why_not(
    gateway: str, wording: str, code: str, approved_on: date, actor: Actor, now: datetime
) -> Refusal | None:
    if not actor.holds(*REGISTRARS):
        return NOT_YOURS
    if gateway not in REAL:
        return NO_GATEWAY
    if approved_on > now.date():
        return LATER
    return why_not_wording(wording) or why_not_number(gateway, code)


def _record(action: str, template: SmsTemplate, actor: Actor, now: datetime) -> None:
    record(
        actor=f"person:{actor.person_id}",
        action=action,
        subject=f"sms_template:{template.pk}",
        now=now,
        detail={"gateway": template.gateway, "code": template.code, "a_day": template.a_day},
    )
