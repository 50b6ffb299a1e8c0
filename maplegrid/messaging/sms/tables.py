"""Tables of sending: approved wordings, each attempt through each gateway, and the calls that remain to be made."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maplegrid.territory.models import Unit


class SmsTemplate(models.Model):
    """A wording a vendor has approved, under its number there. What matches none never leaves."""

    gateway = models.CharField(_("网关"), max_length=20)
    wording = models.CharField(_("短信原文"), max_length=500)
    code = models.CharField(_("审核编号"), max_length=60)
    approved_on = models.DateField(_("审核通过"))
    a_day = models.PositiveIntegerField(_("每天最多"), null=True, blank=True)
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("短信模板")
        verbose_name_plural = _("短信模板")
        ordering = ["gateway", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "wording"], condition=Q(active=True), name="a_wording_once_a_gateway"
            )
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.code}"


class SmsAttempt(models.Model):
    """One notice given to one gateway. Claimed by a conditional update, so that two workers never send twice.

    `sent` means it may have left; `accepted` that the gateway took it; only a receipt makes it `delivered`. The number
    itself is not kept here: a keyed index finds its attempts again, and the last four digits tell two apart.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("等待发送")
        SENT = "sent", _("已发出，网关还没有答复")
        ACCEPTED = "accepted", _("网关已受理")
        DELIVERED = "delivered", _("已送达")
        FAILED = "failed", _("没送到")

    notice = models.ForeignKey(
        "messaging.Notice",
        on_delete=models.SET_NULL,
        null=True,
        related_name="attempts",
        verbose_name=_("通知"),
    )
    turn = models.PositiveSmallIntegerField(_("第几次"))
    gateway = models.CharField(_("网关"), max_length=20)
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.QUEUED)
    external_id = models.CharField(_("网关编号"), max_length=80, blank=True)
    template = models.ForeignKey(
        SmsTemplate, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("模板")
    )
    phone_index = models.CharField(max_length=64, blank=True)
    phone_shown = models.CharField(_("号码"), max_length=20, blank=True)
    parts = models.PositiveSmallIntegerField(_("计费条数"), default=0)
    cost_li = models.PositiveIntegerField(_("费用（厘）"), default=0)
    code = models.CharField(_("网关代码"), max_length=80, blank=True)
    queued_at = models.DateTimeField(_("排队"))
    sent_at = models.DateTimeField(_("发出"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("受理"), null=True, blank=True)
    settled_at = models.DateTimeField(_("回执"), null=True, blank=True)
    patience_until = models.DateTimeField(_("等到"), null=True, blank=True)
    ask_at = models.DateTimeField(_("下次查询"), null=True, blank=True)
    asked = models.PositiveSmallIntegerField(_("查过几次"), default=0)
    receipts = models.JSONField(_("回执原文"), default=list)

    class Meta:
        verbose_name = _("短信发送")
        verbose_name_plural = _("短信发送")
        constraints = [
            models.UniqueConstraint(fields=["notice", "turn"], name="an_attempt_has_its_turn_once")
        ]
        indexes = [
            models.Index(fields=["gateway", "external_id"], name="attempts_by_gateways_id"),
            models.Index(fields=["phone_index", "sent_at"], name="attempts_of_a_number"),
            models.Index(fields=["gateway", "queued_at"], name="attempts_of_a_month"),
            models.Index(
                fields=["patience_until"],
                name="attempts_waited_for",
                condition=Q(patience_until__isnull=False),
            ),
            models.Index(fields=["ask_at"], name="attempts_to_ask_about", condition=Q(ask_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.pk} {self.state}"


class CallTask(models.Model):
    """No gateway brought it home: somebody at this desk rings. One open task a number, however many notices."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("打通了")
        NOT_REACHED = "not_reached", _("没有打通")
        ARRIVED = "arrived", _("短信后来送到了，不用打")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, verbose_name=_("哪里的服务台"))
    phone_index = models.CharField(max_length=64)
    notices = models.ManyToManyField(
        "messaging.Notice", related_name="calls", verbose_name=_("没有送到的短信")
    )
    asked_at = models.DateTimeField(_("请打电话"))
    settled_at = models.DateTimeField(_("办完"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("谁打的")
    )
    outcome = models.CharField(_("结果"), max_length=12, choices=Outcome, blank=True)
    words = models.CharField(_("说了什么"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("代短信打电话")
        verbose_name_plural = _("代短信打电话")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "phone_index"], condition=Q(settled_at=None), name="a_number_is_rung_once"
            )
        ]
        indexes = [models.Index(fields=["unit", "settled_at", "asked_at"])]

    def __str__(self) -> str:
        return f"{self.unit} {self.asked_at:%m-%d %H:%M}"
